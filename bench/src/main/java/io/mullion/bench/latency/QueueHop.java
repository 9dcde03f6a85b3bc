package io.mullion.bench.latency;

import org.jctools.queues.atomic.SpscAtomicArrayQueue;

/// A bare JCTools SPSC queue of references between two spinning threads: the least that a hop between threads takes in
/// Java.
///
/// The objects that carry the times are made before and go round.
final class QueueHop implements Hop {
    private static final int CAPACITY = 1 << 15;

    private static final class Carrier {
        long dueNanos;
    }

    private final SpscAtomicArrayQueue<Carrier> queue = new SpscAtomicArrayQueue<>(CAPACITY);
    private final Carrier[] carriers = new Carrier[2 * CAPACITY];
    private final Thread receiver;
    private int next;
    private volatile boolean closed;

    QueueHop(Arrivals arrivals) {
        for (int i = 0; i < carriers.length; i++) {
            carriers[i] = new Carrier();
        }
        receiver = Thread.ofPlatform().daemon().name("hop").start(() -> receive(arrivals));
    }

    private void receive(Arrivals arrivals) {
        while (!closed) {
            Carrier carrier = queue.relaxedPoll();
            if (carrier == null) {
                Thread.onSpinWait();
            } else {
                arrivals.arrived(carrier.dueNanos);
            }
        }
    }

    @Override
    public void send(long dueNanos) {
        Carrier carrier = carriers[next++ & carriers.length - 1];
        carrier.dueNanos = dueNanos;
        while (!queue.offer(carrier)) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            receiver.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
