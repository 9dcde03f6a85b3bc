package io.mullion.spec;

import java.time.Duration;

/// How a stream knows that no more rows come with an event time below some W (its watermark).
public sealed interface Watermark {

    /// W is the greatest event time of the rows before, minus `disorder`.
    ///
    /// @param advanceWhenIdle whether W goes on with the engine's clock while all producers are idle
    record Bounded(Duration disorder, boolean advanceWhenIdle) implements Watermark {
        public Bounded {
            requireNotNegative(disorder);
        }

        /// The same, but while all producers are idle (see `laneIdleTimeout`) W advances by as much as the engine's
        /// clock does, so that the last windows fire.
        public Bounded advancingWhenIdle() {
            return new Bounded(disorder, true);
        }

        @Override
        public String toString() {
            return "bounded(" + disorder + (advanceWhenIdle ? "), advancing when idle" : ")");
        }
    }

    /// W is what the producer last stated. Rows are judged by what was stated before them.
    record Explicit() implements Watermark {}

    /// Micro-batches: the rows that were taken within one interval of the engine's clock, counted from the start of the
    /// job, are a batch and are judged by what the batches before gave. At the end of a batch W comes to the greatest
    /// event time seen minus `disorder`; it starts at 0.
    ///
    /// @param interval length of a batch, positive
    /// @param policy which of several producers counts, and which of several inputs where their streams become one
    record PerBatch(Duration disorder, Duration interval, Policy policy) implements Watermark {
        /// What W is where producers differ.
        public enum Policy {
            /// The least of what they say; one that has had no row yet holds it back.
            MIN,
            /// The greatest of what they say. One input that says so decides for all whose streams become one, by a
            /// union or a join.
            MAX
        }

        public PerBatch {
            requireNotNegative(disorder);
            if (interval.isNegative() || interval.isZero()) {
                throw MullionException.invalid("batch interval must be positive: interval=" + interval);
            }
        }
    }

    /// Nothing is known before the end of the input.
    record None() implements Watermark {}

    /// Rows may be out of order by `disorder` at most; later ones are late if their windows have fired.
    static Bounded bounded(Duration disorder) {
        return new Bounded(disorder, false);
    }

    /// The producer says so itself.
    static Watermark explicit() {
        return new Explicit();
    }

    /// As micro-batches do it, see [PerBatch], with the least of several producers.
    static Watermark perBatch(Duration disorder, Duration interval) {
        return new PerBatch(disorder, interval, PerBatch.Policy.MIN);
    }

    /// There is none: windows fire at the end of the input.
    static Watermark none() {
        return new None();
    }

    private static void requireNotNegative(Duration disorder) {
        if (disorder.isNegative()) {
            throw MullionException.invalid("disorder must not be negative: disorder=" + disorder);
        }
    }
}
