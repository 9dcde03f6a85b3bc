package io.mullion.plan;

import io.mullion.batch.MicroBatches;
import io.mullion.expr.TimeUnit;
import io.mullion.window.WindowSchema;
import java.time.Duration;

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

    /// Rows come in micro-batches: their time is that of their batch, counted from the start of the job.
    ///
    /// @param interval of a batch
    record Batches(Duration interval) implements StreamTime {
        @Override
        public TimeUnit unit() {
            return MicroBatches.UNIT;
        }

        @Override
        public String column() {
            return null;
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
