package io.mullion.io;

/// What became of a row that was offered.
public enum Offer {
    /// It is in the lane; the worker will see it, unless the policy is `DROP_OLDEST` and the row becomes one of those.
    ACCEPTED,
    /// There was no room and the input's overload policy is `FAIL`. Offer it again later, or not.
    BACK_PRESSURED,
    /// There was no room and the input's overload policy drops rows. It was counted.
    DROPPED,
    /// It can never be taken (too large, malformed text). It went to the dead-letter output with the reason.
    DEAD_LETTERED,
    /// The lane or its job is closed.
    CLOSED
}
