package io.mullion.batch;

/// An operator that does something with rows and nothing with time: what is said of it goes on to the next one as it
/// is.
///
/// What time was before a row is not among that: rows may have other numbers behind it.
public interface PassingOperator extends Operator {
    /// Takes what this one hands on.
    Operator next();

    @Override
    default void advance(long time) {
        next().advance(time);
    }

    @Override
    default boolean exactAtWatermark() {
        return next().exactAtWatermark();
    }

    @Override
    default void idle(boolean idle) {
        next().idle(idle);
    }

    @Override
    default void flush() {
        next().flush();
    }
}
