package io.mullion.spec;

/// What a producer does when all batches of its lane are full. Decided before a row starts; what is dropped or refused
/// is counted.
public enum Overload {
    /// Wait until the worker has emptied a batch, or the job takes no more rows. An interrupt does not end the wait.
    BLOCK,
    /// Refuse the row: the caller is told and may offer it again.
    FAIL,
    /// Drop the new row.
    DROP_NEWEST
}
