package io.mullion.bench.rows;

/// One query, written for it alone.
public interface ByHand {
    /// Takes the rows [`from`, `to`) of the block, their times moved on by `shift`.
    void rows(int from, int to, long shift);

    /// Takes a block of rows, their times moved on by `shift`.
    default void rows(long shift) {
        rows(0, QueryRows.ROWS, shift);
    }

    /// The end of input: fires what is left.
    void end();
}
