package io.mullion.bench.joins;

/// One question as a person would answer it for these columns only: arrays on the heap, one loop, nothing general. What
/// the question demands is done: rows behind the watermark are left out, and what has expired leaves, keys included.
///
/// *Thread*: one.
interface ByHand {
    /// Takes a block of rows, their times moved on by `shift`.
    ///
    /// @return a sum modulo 2^64 of hashes of the result rows so far
    long rows(JoinRows rows, long shift);

    static ByHand of(Question question, JoinRows rows) {
        return switch (question) {
            case INTERVAL -> new IntervalByHand();
            case TABLE, GIVEN -> new TableByHand(rows);
            case DUPLICATES -> new DuplicatesByHand();
            case PROCESS -> new TotalsByHand(false);
            case UPDATE_STATE -> new TotalsByHand(true);
        };
    }
}
