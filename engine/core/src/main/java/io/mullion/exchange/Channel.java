package io.mullion.exchange;

import org.jctools.queues.atomic.SpscAtomicArrayQueue;

/// The way from one worker to another: a queue of shipments, and one by which they come back.
final class Channel {
    /// Shipments that may be on their way.
    static final int CAPACITY = 8;

    /// Whose lanes hold the time of the channel back; null where its sender says whether it does.
    final Presence presence;

    private final SpscAtomicArrayQueue<Shipment> sent = new SpscAtomicArrayQueue<>(CAPACITY);
    /// The sender empties it before it sends more, so that what comes back has room.
    private final SpscAtomicArrayQueue<Shipment> returned = new SpscAtomicArrayQueue<>(2 * CAPACITY);

    private volatile boolean passedOver;

    Channel(Presence presence) {
        this.presence = presence;
    }

    /// *Thread*: the sender.
    ///
    /// @return whether there was room
    boolean send(Shipment shipment) {
        return sent.offer(shipment);
    }

    /// *Thread*: the receiver. Null if there is nothing.
    Shipment receive() {
        return sent.poll();
    }

    /// *Thread*: the receiver, which is done with it.
    void giveBack(Shipment shipment) {
        if (!returned.offer(shipment)) {
            throw new IllegalStateException("more shipments came back than were sent");
        }
    }

    /// *Thread*: the sender. Null if there is nothing.
    Shipment takeBack() {
        return returned.poll();
    }

    /// Whether nothing is on its way. *Thread*: any.
    boolean isEmpty() {
        return sent.isEmpty();
    }

    /// The receiver waits for another channel and leaves this one as it is: its sender must not wait for it.
    /// *Thread*: the receiver.
    void passOver(boolean now) {
        if (passedOver != now) {
            passedOver = now;
        }
    }

    boolean passedOver() {
        return passedOver;
    }
}
