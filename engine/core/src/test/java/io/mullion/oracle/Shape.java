package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;

import io.mullion.expr.TimeUnit;
import io.mullion.spec.Window;
import java.time.Duration;

/// The windows that are asked for, in units as all times here.
sealed interface Shape {
    record Sliding(long size, long slide, long offset) implements Shape {}

    record Cumulating(long size, long step, long offset) implements Shape {}

    record Sessions(long gap) implements Shape {}

    /// Each row brings its gap in column `g`.
    record RowSessions() implements Shape {}

    default boolean sessions() {
        return this instanceof Sessions || this instanceof RowSessions;
    }

    default Window window(TimeUnit unit) {
        return switch (this) {
            case Sliding(long size, long slide, long offset) ->
                Window.sliding(duration(unit, size), duration(unit, slide)).offset(duration(unit, offset));
            case Cumulating(long size, long step, long offset) ->
                Window.cumulating(duration(unit, size), duration(unit, step)).offset(duration(unit, offset));
            case Sessions(long gap) -> Window.session(duration(unit, gap));
            case RowSessions() -> Window.session(col("g"));
        };
    }

    static Duration duration(TimeUnit unit, long count) {
        return switch (unit) {
            case SECONDS -> Duration.ofSeconds(count);
            case MILLIS -> Duration.ofMillis(count);
            case MICROS -> Duration.ofNanos(count * 1000);
            case NANOS -> Duration.ofNanos(count);
        };
    }
}
