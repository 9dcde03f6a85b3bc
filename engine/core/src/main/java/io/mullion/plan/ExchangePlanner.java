package io.mullion.plan;

import io.mullion.batch.Operator;
import io.mullion.codegen.KernelCompiler;
import io.mullion.exchange.Segment;
import io.mullion.exchange.WorkerExchanges;
import io.mullion.exchange.WorkerExchanges.Deal;
import io.mullion.expr.Schema;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Cuts the plan of a worker where rows have to go to other workers; where there is one worker it does nothing.
///
/// *Thread*: the caller's.
final class ExchangePlanner {
    /// Rows are handed on in any order.
    static final int AS_THEY_COME = -1;

    private final WorkerExchanges ends;
    private final KernelCompiler compiler;
    private final Explanation explanation;
    /// Of the steps with several parents that some parent has come to.
    private final Map<LogicalStep, Place<List<Operator>>> sides = new IdentityHashMap<>();

    /// What takes the rows of one or more exchanges on this worker.
    private record Place<T>(Segment segment, T heads) {}

    ExchangePlanner(WorkerExchanges ends, KernelCompiler compiler, Explanation explanation) {
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

    /// Whether time waits for the rows that the operators being made have.
    BooleanSupplier holding() {
        return ends.holding();
    }

    /// Whether operators for what only the first worker has are made in this plan.
    private boolean first() {
        return ends.worker() == 0;
    }

    /// Brings all rows of a key together.
    ///
    /// @param step at which the plans of all workers have this exchange, told by identity
    /// @param role which one of that step, for people
    /// @param keys none for one group, whose rows come to the first worker
    /// @param orderColumn number of the column by which rows of windows are merged, or [#AS_THEY_COME]
    /// @param why for people
    Operator byKey(
            Object step,
            String role,
            Schema rows,
            List<String> keys,
            int orderColumn,
            String why,
            Supplier<Operator> next) {
        if (!everywhere()) {
            return next.get();
        }
        if (keys.isEmpty()) {
            return toFirst(step, role, rows, orderColumn, why, next);
        }
        Deal.ByKey deal = hash(rows, keys);
        explanation.step("exchange: " + text(deal)).detail(why);
        explanation.kernel("hash", deal.hash()).kernel("partition", deal.partition());
        Place<Operator> place = place(true, next);
        return into(step, role, rows, deal, place.segment(), place.heads(), orderColumn);
    }

    /// Brings all rows to the first worker.
    Operator toFirst(Object step, String role, Schema rows, int orderColumn, String why, Supplier<Operator> next) {
        if (!everywhere()) {
            return next.get();
        }
        Deal deal = new Deal.ToFirst();
        explanation.step("exchange: " + text(deal));
        explanation.detail(why
                + (orderColumn < 0
                        ? ""
                        : "; merged in order of " + rows.field(orderColumn).name()));
        if (!first()) {
            return ends.send(step, role, rows, deal, orderColumn >= 0);
        }
        Place<Operator> place = place(false, next);
        return into(step, role, rows, deal, place.segment(), place.heads(), orderColumn);
    }

    /// The operator that takes the rows of one of a step's parents, where it has several: they run in a segment of
    /// their own, so that each of them sees the time that the workers together have come to.
    ///
    /// @param keys by which rows of that parent are dealt out; none if they stay with their worker
    /// @param operators makes one for each parent
    Operator side(LogicalStep step, int side, Schema rows, List<String> keys, Supplier<List<Operator>> operators) {
        boolean everywhere = isEverywhere(step);
        if (ends.workers() == 1) {
            return sides.computeIfAbsent(step, _ -> new Place<>(null, operators.get()))
                    .heads()
                    .get(side);
        }
        String role = "side " + side;
        Deal deal = !everywhere ? new Deal.ToFirst() : keys.isEmpty() ? new Deal.Stay() : hash(rows, keys);
        explanation.step("exchange: " + text(deal));
        if (!everywhere && !first()) {
            return ends.send(step, role, rows, deal, false);
        }
        Place<List<Operator>> place = sides.computeIfAbsent(step, _ -> place(everywhere, operators));
        return into(step, role, rows, deal, place.segment(), place.heads().get(side), AS_THEY_COME);
    }

    /// Whether every worker has rows of a step.
    private static boolean isEverywhere(LogicalStep step) {
        if (step instanceof LogicalStep.Aggregate aggregate && aggregate.keys().isEmpty()
                || step instanceof RankStep rank && rank.keys().isEmpty()) {
            return false;
        }
        return step.parents().stream().allMatch(ExchangePlanner::isEverywhere);
    }

    /// Number of the column by which the rows of a step, if they are results of windows, are merged; else
    /// [#AS_THEY_COME].
    static int orderColumn(LogicalStep step) {
        return step.time() instanceof StreamTime.WindowEnd && !mayBeEarly(step)
                ? step.schema().indexOf(step.time().column())
                : AS_THEY_COME;
    }

    /// Whether there are results of windows that have not ended.
    private static boolean mayBeEarly(LogicalStep step) {
        return step instanceof LogicalStep.Aggregate aggregate
                ? !aggregate.options().earlyEvery().isZero()
                : step.parents().stream().anyMatch(ExchangePlanner::mayBeEarly);
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

    private Operator into(
            Object step, String role, Schema rows, Deal deal, Segment segment, Operator head, int orderColumn) {
        ends.receive(step, role, segment, head, orderColumn);
        return ends.send(step, role, rows, deal, orderColumn >= 0);
    }
}
