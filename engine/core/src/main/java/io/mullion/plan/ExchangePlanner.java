package io.mullion.plan;

import io.mullion.batch.Operator;
import io.mullion.codegen.HashKernel;
import io.mullion.codegen.KernelCompiler;
import io.mullion.exchange.Merge;
import io.mullion.exchange.Segment;
import io.mullion.exchange.WorkerExchanges;
import io.mullion.exchange.WorkerExchanges.Deal;
import io.mullion.expr.Schema;
import io.mullion.keyed.KeyShare;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Cuts the plan of a worker where rows have to go to other workers; where there is one worker it does nothing.
///
/// *Thread*: the caller's.
final class ExchangePlanner {
    private final Planner planner;
    private final WorkerExchanges ends;
    private final KernelCompiler compiler;
    private final Explanation explanation;
    /// Of the steps with several parents that some parent has come to.
    private final Map<LogicalStep, Place<List<Operator>>> sides = new IdentityHashMap<>();

    /// What takes the rows of one or more exchanges on this worker.
    private record Place<T>(Segment segment, T heads) {}

    ExchangePlanner(Planner planner, WorkerExchanges ends, KernelCompiler compiler, Explanation explanation) {
        this.planner = planner;
        this.ends = ends;
        this.compiler = compiler;
        this.explanation = explanation;
    }

    /// Whether every worker has a part of the rows here.
    boolean everywhere() {
        return ends.workers() > 1 && ends.segment().everywhere();
    }

    /// Whether workers may aggregate their own rows before they come together.
    boolean partialPanes() {
        return ends.partialPanes();
    }

    /// Whether time waits for the rows of a step that the operators being made have. A batch has all of them when it
    /// ends.
    BooleanSupplier holding(LogicalStep step) {
        return ends.holding(step.time() instanceof StreamTime.Batches);
    }

    /// What the time of a step had come to in a job before, where that is not told to its operators: asked by the
    /// worker.
    LongSupplier timeBefore(LogicalStep step) {
        return switch (step.time()) {
            case StreamTime.Batches batches ->
                () -> ends.timeBefore(batches.unit().of(batches.interval()));
            case null, default -> () -> Long.MIN_VALUE;
        };
    }

    /// The operator being made keeps rows back that are no part of its state.
    ///
    /// @param handOn hands them on and says whether there were any
    void addKeeper(BooleanSupplier handOn) {
        ends.segment().addKeeper(handOn);
    }

    /// Those keys of an operation that this worker has, where it is one of several with rows by key; else null.
    KeyShare share(Schema rows, List<String> keys) {
        return everywhere() ? new KeyShare(compiler.hash(rows, keys), ends.workers(), ends.worker()) : null;
    }

    /// Says of a row which worker has its key, where this is one of several with rows by key; else null.
    HashKernel owners(Schema rows, List<String> keys) {
        return everywhere() && !keys.isEmpty() ? compiler.hash(rows, keys).kernel() : null;
    }

    /// Whether operators for what only the first worker has are made in this plan.
    boolean first() {
        return ends.worker() == 0;
    }

    /// Whether the rows that a step reads lie by these keys already.
    static boolean dealtOut(LogicalStep step, List<String> keys) {
        return !keys.isEmpty() && DealtOut.columns(step.parents().getFirst()).equals(keys);
    }

    /// Brings all rows of a key together.
    ///
    /// @param step at which the plans of all workers have this exchange, told by identity
    /// @param role which one of that step, for people
    /// @param keys none for one group, whose rows come to the first worker
    /// @param why for people
    Operator byKey(
            LogicalStep step,
            String role,
            Schema rows,
            List<String> keys,
            Merge merge,
            String why,
            Supplier<Operator> next) {
        if (!everywhere() || dealtOut(step, keys)) {
            return next.get();
        }
        if (keys.isEmpty()) {
            return toFirst(step, role, rows, merge, why, next);
        }
        Deal.ByKey deal = hash(rows, keys);
        explanation.step("exchange: " + text(deal)).detail(why + text(merge, rows));
        explanation.kernel("hash", deal.hash()).kernel("partition", deal.partition());
        Place<Operator> place = place(true, next);
        return into(step, role, rows, deal, place.segment(), place.heads(), merge);
    }

    /// Brings all rows to the first worker.
    Operator toFirst(Object step, String role, Schema rows, Merge merge, String why, Supplier<Operator> next) {
        if (!everywhere()) {
            return next.get();
        }
        Deal deal = new Deal.ToFirst();
        explanation.step("exchange: " + text(deal));
        explanation.detail(why + text(merge, rows));
        if (!first()) {
            return ends.send(step, role, rows, deal, merge);
        }
        Place<Operator> place = place(false, next);
        return into(step, role, rows, deal, place.segment(), place.heads(), merge);
    }

    /// The operator that takes the rows of one of a step's parents, where it has several: they run in a segment of
    /// their own, so that each of them sees the time that the workers together have come to.
    ///
    /// @param keys by which rows of that parent are dealt out; none if they stay with their worker
    /// @param why for people
    /// @param operators makes one for each parent
    Operator side(LogicalStep step, int side, List<String> keys, String why, Supplier<List<Operator>> operators) {
        if (ends.workers() == 1) {
            return sides.computeIfAbsent(step, _ -> new Place<>(null, operators.get()))
                    .heads()
                    .get(side);
        }
        boolean everywhere = isEverywhere(step);
        LogicalStep parent = step.parents().get(side);
        Schema rows = parent.schema();
        // Those of windows come in order of their ends from each worker; what reads them wants no more.
        Merge merge = merge(parent) instanceof Merge.ByBatch batches ? batches : Merge.AS_THEY_COME;
        String role = "side " + side;
        Deal deal = !everywhere ? new Deal.ToFirst() : keys.isEmpty() ? new Deal.Stay() : hash(rows, keys);
        explanation.step("exchange: " + text(deal)).detail(why + text(merge, rows));
        if (!everywhere && !first()) {
            return ends.send(step, role, rows, deal, merge);
        }
        Place<List<Operator>> place = sides.computeIfAbsent(step, _ -> place(everywhere, operators));
        return into(step, role, rows, deal, place.segment(), place.heads().get(side), merge);
    }

    /// Whether every worker has rows of a step.
    private boolean isEverywhere(LogicalStep step) {
        return !ofFirst(step) && step.parents().stream().allMatch(this::isEverywhere);
    }

    /// Whether a step brings all rows to the first worker.
    private boolean ofFirst(LogicalStep step) {
        return switch (step) {
            case LogicalStep.Aggregate aggregate -> aggregate.keys().isEmpty();
            case RankStep rank -> rank.keys().isEmpty();
            case JoinStep.Join join when join.right() instanceof JoinStep.Given -> false;
            case LogicalStep.Keyed<?, ?, ?> keyed -> planner.gathersState(keyed);
            case JoinStep.Join join -> join.terms().on().isEmpty();
            case BatchStep batches -> batches.ofFirst();
            default -> false;
        };
    }

    /// What becomes of the rows of a step where they come together.
    static Merge merge(LogicalStep step) {
        return switch (step.time()) {
            case StreamTime.Batches batches -> new Merge.ByBatch(batches.unit().of(batches.interval()));
            case StreamTime.WindowEnd end
            when inOrder(step) -> new Merge.ByWindowEnd(step.schema().indexOf(end.column()));
            case null, default -> Merge.AS_THEY_COME;
        };
    }

    /// Whether results of windows come in order of their ends: not those of windows that have not ended, and pairs of a
    /// join come when the second of their rows does.
    private static boolean inOrder(LogicalStep step) {
        return switch (step) {
            case LogicalStep.Aggregate aggregate ->
                aggregate.options().earlyEvery().isZero();
            case JoinStep.Join _ -> false;
            default -> step.parents().stream().allMatch(ExchangePlanner::inOrder);
        };
    }

    private <T> Place<T> place(boolean everywhere, Supplier<T> heads) {
        explanation.deeper();
        Place<T> place = ends.segment(everywhere, segment -> new Place<>(segment, heads.get()));
        explanation.shallower();
        return place;
    }

    private Deal.ByKey hash(Schema rows, List<String> keys) {
        return new Deal.ByKey(String.join(", ", keys), compiler.hash(rows, keys), compiler.partition());
    }

    private String text(Deal deal) {
        return switch (deal) {
            case Deal.ByKey keys -> "by the hash of " + keys.text() + ", " + ends.workers() + " workers";
            case Deal.Stay _ -> "rows stay with their workers, time becomes that of all " + ends.workers();
            case Deal.ToFirst _ -> "from " + ends.workers() + " workers to the first";
        };
    }

    private static String text(Merge merge, Schema rows) {
        return switch (merge) {
            case Merge.AsTheyCome _ -> "";
            case Merge.ByWindowEnd(int column) ->
                "; merged in order of " + rows.field(column).name();
            case Merge.ByBatch _ -> "; batch by batch";
        };
    }

    private Operator into(
            Object step, String role, Schema rows, Deal deal, Segment segment, Operator head, Merge merge) {
        ends.receive(step, role, segment, head, merge);
        return ends.send(step, role, rows, deal, merge);
    }
}
