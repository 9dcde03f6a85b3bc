package io.mullion.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Says which decimal column a `BigDecimal` component of a record stands for.
///
/// A number that has more digits than the column, before or behind the point, makes its row a dead letter: nothing is
/// rounded.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Decimal {
    /// Digits in all, 1 to 38.
    int precision();

    /// How many of them are behind the point.
    int scale();
}
