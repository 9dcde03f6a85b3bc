package io.mullion.bench.latency;

/// A way from the sending thread to a receiving one, which tells an [Arrivals].
///
/// *Thread*: the sender's. *Ownership*: whoever makes it closes it; what was sent has arrived before.
interface Hop extends AutoCloseable {
    void send(long dueNanos);

    @Override
    void close();
}
