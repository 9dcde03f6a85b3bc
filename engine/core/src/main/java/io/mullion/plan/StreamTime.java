package io.mullion.plan;

import io.mullion.expr.TimeUnit;

/// What time means in a stream.
public sealed interface StreamTime {
    /// The unit in which windows are computed and reported.
    TimeUnit unit();

    /// Rows carry their time in a column.
    record Event(String column, TimeUnit unit) implements StreamTime {}

    /// Rows get the worker's clock, read once a duty cycle.
    record Processing() implements StreamTime {
        @Override
        public TimeUnit unit() {
            return TimeUnit.MICROS;
        }
    }
}
