package io.mullion.plan;

import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.StageTimes.Stage;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.Keys;
import io.mullion.expr.Schema;
import io.mullion.io.KeyedFunction;
import io.mullion.io.UpdateFunction;
import io.mullion.keyed.KeyedColumns;
import io.mullion.keyed.KeyedOperator;
import io.mullion.keyed.KeyedTypes;
import io.mullion.keyed.Snapshots;
import io.mullion.keyed.UpdateOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The part of the [Planner] that plans functions of the user's with keyed state.
final class KeyedPlanner {
    private final Planner planner;
    private final OperatorContext context;
    private final KernelCompiler compiler;
    private final ExchangePlanner exchanges;
    private final Explanation explanation;

    KeyedPlanner(
            Planner planner,
            OperatorContext context,
            KernelCompiler compiler,
            ExchangePlanner exchanges,
            Explanation explanation) {
        this.planner = planner;
        this.context = context;
        this.compiler = compiler;
        this.exchanges = exchanges;
        this.explanation = explanation;
    }

    <R, S, O> Operator keyed(LogicalStep.Keyed<R, S, O> step) {
        Supplier<Operator> here = () -> keyedHere(step);
        return planner.gathersState(step)
                ? exchanges.toFirst(
                        step,
                        "rows",
                        step.parent().schema(),
                        ExchangePlanner.merge(step.parent()),
                        "a snapshot has the state of all keys at one time",
                        here)
                : byKey(step, step.operation(), here);
    }

    <R, S> Operator updated(LogicalStep.Updated<R, S> step) {
        return byKey(step, step.operation(), () -> updatedHere(step));
    }

    private Operator byKey(LogicalStep.OfOne step, KeyedOperation<?, ?, ?, ?> operation, Supplier<Operator> here) {
        return exchanges.byKey(
                step,
                "rows",
                step.parent().schema(),
                operation.keys(),
                ExchangePlanner.merge(step.parent()),
                "all rows of a key are needed where its state is",
                here);
    }

    private <R, S, O> Operator keyedHere(LogicalStep.Keyed<R, S, O> step) {
        KeyedOperation<R, S, O, KeyedFunction<R, S, O>> operation = step.operation();
        KeyedColumns columns = columns(step.parent(), operation, step.schema());
        explanation.step(columns.name());
        if (operation.state().timeOut() != null) {
            explanation.detail("keys go that had no row for longer than "
                    + operation.state().timeOut());
        }
        explanation.kernel("key", columns.keys().find());
        Stage stage = explanation.stage();
        Operator next = planner.after(step);
        return context.timed(
                stage,
                new KeyedOperator<>(
                        columns,
                        types(step.parent(), operation),
                        operation.function(),
                        operation.timeOut(step.parent().time()),
                        context,
                        next,
                        snapshots(step)));
    }

    private <R, S> Operator updatedHere(LogicalStep.Updated<R, S> step) {
        KeyedOperation<R, S, S, UpdateFunction<R, S>> operation = step.operation();
        KeyedColumns columns = columns(step.parent(), operation, step.schema());
        explanation.step(columns.name()).kernel("key", columns.keys().find());
        Stage stage = explanation.stage();
        Operator next = planner.after(step);
        return context.timed(
                stage,
                new UpdateOperator<>(columns, types(step.parent(), operation), operation.function(), context, next));
    }

    private List<Snapshots.Wanted> snapshots(LogicalStep.Keyed<?, ?, ?> step) {
        List<Snapshots.Wanted> wanted = new ArrayList<>();
        for (LogicalStep.Snapshots snapshots : planner.snapshotsOf(step)) {
            explanation.deeper();
            explanation.step("snapshots of the state, every " + snapshots.every());
            wanted.add(new Snapshots.Wanted(
                    snapshots.schema(),
                    snapshots.everyUnits(),
                    step.operation().batchInterval() != null,
                    planner.after(snapshots)));
            explanation.shallower();
        }
        return wanted;
    }

    private <R, S, O> KeyedTypes<R, S, O> types(LogicalStep parent, KeyedOperation<R, S, O, ?> operation) {
        return new KeyedTypes<>(
                operation.row(),
                operation.state().type(),
                operation.out(),
                operation.outSchema(),
                operation.initial(parent),
                operation.state().initial().isEmpty() ? null : exchanges.share(parent.schema(), operation.keys()));
    }

    private KeyedColumns columns(LogicalStep parent, KeyedOperation<?, ?, ?, ?> operation, Schema out) {
        Keys keys = compiler.keys(parent.schema(), operation.keys());
        String time = parent.time().column();
        return new KeyedColumns(
                operation.text(),
                keys,
                operation.keySchema(parent),
                parent.schema(),
                time == null ? -1 : parent.schema().indexOf(time),
                parent.time() instanceof StreamTime.WindowEnd ? 1 : 0,
                operation.intervalUnits(parent.time()),
                operation.stateSchema(),
                out);
    }
}
