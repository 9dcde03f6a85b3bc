package io.mullion.io;

/// What became of the rows of an Arrow batch that was offered: each is accepted, dropped, a dead letter, or refused.
///
/// *Ownership*: belongs to the producer, and is the same object for every batch.
public interface BatchOffer {
    /// `ACCEPTED` if all rows were; else why the last one of the others was not.
    Offer outcome();

    /// Rows that are in the lane, as [Offer#ACCEPTED].
    int accepted();

    /// Rows for which there was no room, and the input's overload policy drops rows. They were counted.
    int dropped();

    /// Rows that can never be taken. Each went to the dead-letter output with the reason.
    int deadLettered();

    /// Rows at the end of the batch that were not taken: there was no room and the policy is `FAIL`, or the lane is
    /// closed. All rows before them are done with: to go on, offer the batch again from the first of these.
    int refused();
}
