package io.mullion.spec;

/// What a producer does when all batches of its lane are full. Decided before a row starts; what is dropped or refused
/// is counted.
public enum Overload {
    /// Wait until the worker has emptied a batch, or the job takes no more rows. An interrupt does not end the wait.
    BLOCK,
    /// Refuse the row: the caller is told and may offer it again.
    FAIL,
    /// Drop the new row.
    DROP_NEWEST,
    /// Drop the oldest rows that the worker has not begun to look at, a whole batch of them, and take the new one;
    /// where there are none (the worker has begun all batches that are full) drop the new row. Rows dropped so were
    /// accepted before, and to the stream it is as if they had never been offered: no watermark was drawn from them.
    /// Not for producers that threads share.
    DROP_OLDEST
}
