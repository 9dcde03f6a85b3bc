package io.mullion.io;

/// Feeds records into an input from any number of threads, for those that cannot have a [Producer] each.
///
/// Records are queued as the objects they are and encoded by the job's worker: each stays on the heap until then, and
/// the worker does the work of all who offer. A [Producer] is the faster way in. To the stream it is one lane with its
/// own watermark: order is that in which records came into the queue, which is the order of offers within a thread.
///
/// A record that cannot be encoded (text that is too large or malformed, a null in a column that is not nullable) was
/// accepted; it becomes a dead letter when the worker meets it. Where the input is logged its records are in the log
/// like those of a producer, but which of them are safe nobody can tell one thread. *Thread*: any. *Ownership*: whoever
/// asked the job for it closes it; a job that drains does not wait for that.
///
/// @param <T> the record type of the input
public interface SharedProducer<T> extends AutoCloseable {
    /// Queues a record. Where the queue is full the input's overload policy decides, and counts.
    Offer offer(T row);

    /// States that no later record of this entry, from whatever thread, has an event time below `time` (in the unit of
    /// the event-time column). Only for inputs whose watermark is explicit.
    ///
    /// @return `ACCEPTED`, or as for a record that found no room, though it is not counted: a later statement stands
    /// for this one
    Offer watermark(long time);

    /// No record is taken from now on; those in the queue are processed. Does not wait. Idempotent.
    @Override
    void close();
}
