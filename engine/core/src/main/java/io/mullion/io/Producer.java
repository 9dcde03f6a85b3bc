package io.mullion.io;

import org.apache.arrow.vector.VectorSchemaRoot;

/// Feeds rows into one lane of an input: the fast way in.
///
/// *Thread*: one; the first that uses it owns it, and use from another is refused. *Ownership*: whoever asked the job
/// for it closes it; a job drains only when its producers are closed, or have met the refusal.
///
/// @param <T> the record type of the input
public interface Producer<T> extends AutoCloseable {
    /// Encodes one record into the open batch. Allocates nothing.
    Offer offer(T row);

    /// Offers all rows of an Arrow batch, as [#offer(VectorSchemaRoot, int)] does.
    default BatchOffer offer(VectorSchemaRoot rows) {
        return offer(rows, 0);
    }

    /// Copies the rows of an Arrow batch, from number `from` on, into open batches: column by column, which is a matter
    /// of memory bandwidth and not of rows. Allocates nothing.
    ///
    /// The batch has every column of the input, by name, in any order and of the same type; what it has besides is not
    /// looked at. Timestamps are of the same unit and count from 1970-01-01T00:00Z, whatever zone the batch names.
    /// Overload is decided once for as many rows as a batch of the lane has left. A text that is malformed or
    /// too large, and a decimal with too many digits, makes its row a dead letter, like any row's.
    ///
    /// *Ownership*: the batch stays the caller's and may be changed when the call returns. *Failure*: a column that is
    /// missing or of another type, and a null in a column of the input that is not nullable, are refused with an
    /// exception before any row is taken; offsets that contradict each other where they are met.
    BatchOffer offer(VectorSchemaRoot rows, int from);

    /// Begins a row that is written column by column. Where there is no room and the policy is not to wait, the writer
    /// takes the values and `commit` tells that the row was not accepted.
    RowWriter row();

    /// Reports input that cannot be turned into a row: it goes to the dead-letter output.
    Offer reject(String reason, String text);

    /// States that no later row of this lane has an event time below `time` (in the unit of the event-time column).
    /// Rows offered before it are judged without it, rows after it with it. Only for inputs whose watermark is
    /// explicit.
    void watermark(long time);

    /// How many rows of this producer are safe on the disk: those below this number outlive the process, whatever
    /// happens to it. Only for inputs that are logged ([io.mullion.Input#logged]).
    ///
    /// *Units*: rows that were accepted, since the first run of the job: where a job goes on after it has died, the
    /// first producer of an input that it is asked for continues the first one of the run before, the second one the
    /// second. So a new producer says how many rows the log has of those before it, and whoever feeds it offers what
    /// comes behind these, again if need be. *Order*: never goes back. *Thread*: any, also when the producer is closed.
    long durablePosition();

    /// Seals the lane. Rows committed before are processed. Idempotent. *Thread*: the producer's own, or any once that
    /// has ended; another one is refused, because the lane's memory must not go while a row is written. One
    /// that is fed from a sink is closed in `Sink.close`.
    @Override
    void close();
}
