package io.mullion.plan;

import io.mullion.expr.TimeUnit;
import io.mullion.window.WindowSchema;

/// What time means in a stream.
public sealed interface StreamTime {
    /// The unit in which windows are computed and reported.
    TimeUnit unit();

    /// The column that the times of rows come from, or null if they have none of their own.
    String column();

    /// Rows carry their time in a column.
    record Event(String column, TimeUnit unit) implements StreamTime {}

    /// Rows are results of windows: their time is the last one of their window, a unit before its end.
    record WindowEnd(TimeUnit unit) implements StreamTime {
        @Override
        public String column() {
            return WindowSchema.END;
        }
    }

    /// Rows get the worker's clock, read once a duty cycle.
    record Processing() implements StreamTime {
        @Override
        public TimeUnit unit() {
            return TimeUnit.MICROS;
        }

        @Override
        public String column() {
            return null;
        }
    }
}
