package io.mullion.join;

/// Where a column of a join's result comes from.
///
/// @param left number of the column in the left rows, where it is asked
/// @param right the same in the right rows
public record JoinColumn(From from, int left, int right) {
    /// Which rows have the value.
    public enum From {
        LEFT,
        RIGHT,
        /// The side that has a row; both say the same if both have.
        EITHER,
        WINDOW_START,
        WINDOW_END
    }

    public static JoinColumn ofLeft(int column) {
        return new JoinColumn(From.LEFT, column, -1);
    }

    public static JoinColumn ofRight(int column) {
        return new JoinColumn(From.RIGHT, -1, column);
    }

    public static JoinColumn ofEither(int left, int right) {
        return new JoinColumn(From.EITHER, left, right);
    }

    public static JoinColumn ofWindow(From bound) {
        return new JoinColumn(bound, -1, -1);
    }
}
