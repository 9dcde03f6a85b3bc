package io.mullion.oracle;

import io.mullion.expr.TimeUnit;
import io.mullion.spec.Watermark;
import java.time.Duration;

/// Where watermarks come from, in units as all times here.
sealed interface Strategy {
    /// Follows the rows at a distance.
    record Bounded(long disorder) implements Strategy {}

    /// Stated before rows.
    record Explicit() implements Strategy {}

    /// Follows at a distance what micro-batches of [#BATCH_MILLIS] by the engine's clock brought.
    record PerBatch(long disorder) implements Strategy {}

    /// None before the end.
    record None() implements Strategy {}

    long BATCH_MILLIS = 10;

    default Watermark watermark(TimeUnit unit) {
        return switch (this) {
            case Bounded(long disorder) -> Watermark.bounded(Shape.duration(unit, disorder));
            case Explicit() -> Watermark.explicit();
            case PerBatch(long disorder) ->
                Watermark.perBatch(Shape.duration(unit, disorder), Duration.ofMillis(BATCH_MILLIS));
            case None() -> Watermark.none();
        };
    }
}
