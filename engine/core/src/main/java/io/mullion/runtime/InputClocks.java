package io.mullion.runtime;

import io.mullion.batch.Operator;
import io.mullion.batch.Turn;
import io.mullion.codegen.OrderKernel;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.Watermark;
import io.mullion.window.BatchClock;
import io.mullion.window.BoundedClock;
import io.mullion.window.ExplicitClock;
import io.mullion.window.StreamClock;

/// The clock that follows from how an input's watermark is described.
final class InputClocks {
    private InputClocks() {}

    /// @param timeColumn of the event time
    /// @param alone whether no other worker has lanes of the input
    /// @param order whether event times come in order
    static StreamClock of(
            Operator chain,
            Turn turn,
            int timeColumn,
            TimeUnit unit,
            Watermark watermark,
            boolean alone,
            OrderKernel order) {
        return switch (watermark) {
            case Watermark.Bounded bounded ->
                new BoundedClock(
                        chain,
                        turn,
                        timeColumn,
                        unit.of(bounded.disorder()),
                        // Of several workers none knows whether all lanes are idle: who receives from them does.
                        bounded.advanceWhenIdle() && alone ? unit : null,
                        order);
            case Watermark.Explicit _ -> new ExplicitClock(chain, turn);
            case Watermark.PerBatch batches ->
                new BatchClock(
                        chain,
                        turn,
                        timeColumn,
                        unit.of(batches.disorder()),
                        batches.interval().toNanos(),
                        batches.policy() == Watermark.PerBatch.Policy.MAX);
            case Watermark.None _ -> new BatchClock(chain, turn, timeColumn, 0, 0, false);
        };
    }
}
