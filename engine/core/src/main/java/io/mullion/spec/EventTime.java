package io.mullion.spec;

import io.mullion.expr.TimeUnit;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks the component of a record that holds its event time: a `long`, counted from 1970-01-01T00:00Z, or an
/// `Instant`, which is rounded towards the past to whole units and must not be null.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface EventTime {
    /// The unit of the column. Window arithmetic happens in it.
    TimeUnit value();
}
