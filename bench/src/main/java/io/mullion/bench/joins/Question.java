package io.mullion.bench.joins;

/// What is asked.
public enum Question {
    /// Two streams: rows of one key at most [JoinRows#NEAR] apart meet.
    INTERVAL,
    /// A stream looks up the latest row of its key among a million.
    TABLE,
    /// The same of a table that is given.
    GIVEN,
    /// The first row of each key within [JoinRows#WITHIN].
    DUPLICATES,
    /// A function counts and sums the rows of its key, and hands both on with each row.
    PROCESS,
    /// The same once a batch, for all keys.
    UPDATE_STATE;

    /// Blocks after which all that the query does has been seen, rows that leave and keys that come back.
    int telling() {
        return this == DUPLICATES ? 13 : 4;
    }

    boolean bothSides() {
        return this == INTERVAL;
    }
}
