package io.mullion.spec;

import java.time.Duration;

/// How a stream knows that no more rows come with an event time below some W (its watermark).
public sealed interface Watermark {

    /// W is the greatest event time of the rows before, minus `disorder`.
    record Bounded(Duration disorder) implements Watermark {
        public Bounded {
            if (disorder.isNegative()) {
                throw MullionException.invalid("disorder must not be negative: disorder=" + disorder);
            }
        }
    }

    /// W is what the producer last stated. Rows are judged by what was stated before them.
    record Explicit() implements Watermark {}

    /// Rows may be out of order by `disorder` at most; later ones are late if their windows have fired.
    static Watermark bounded(Duration disorder) {
        return new Bounded(disorder);
    }

    /// The producer says so itself.
    static Watermark explicit() {
        return new Explicit();
    }
}
