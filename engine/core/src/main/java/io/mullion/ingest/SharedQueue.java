package io.mullion.ingest;

import io.mullion.io.Offer;
import io.mullion.io.SharedProducer;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.IdleStrategy;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/// Records of many threads on their way to the one worker that encodes them.
///
/// *Thread*: any, but for [#poll], [#exhausted] and [#clear], which are the worker's.
///
/// @param <T> the record type
public final class SharedQueue<T> implements SharedProducer<T> {
    /// A watermark in the place where it was stated.
    record Stated(long time) {}

    private final String name;
    private final Overload overload;
    private final boolean explicitWatermark;
    private final OverloadCounters counters;
    private final IdleStrategy waiting;
    private final MpscAtomicArrayQueue<Object> queue;
    /// Entries that came into the queue, and those whose thread does not know yet whether they do.
    private final AtomicLong admitted = new AtomicLong();

    private volatile boolean closed;

    /// @param capacity how many records may wait, rounded up to a power of two
    /// @param waiting how a thread waits under [Overload#BLOCK]; used by many at the same time, so without a state
    public SharedQueue(
            String name,
            int capacity,
            boolean explicitWatermark,
            Overload overload,
            OverloadCounters counters,
            IdleStrategy waiting) {
        if (overload == Overload.DROP_OLDEST) {
            throw MullionException.misuse(
                    "a shared producer cannot drop the oldest rows: use a producer for each thread, or another overload"
                            + " policy: " + name);
        }
        this.name = name;
        this.overload = overload;
        this.explicitWatermark = explicitWatermark;
        this.counters = counters;
        this.waiting = waiting;
        queue = new MpscAtomicArrayQueue<>(capacity);
    }

    @Override
    public Offer offer(T row) {
        Offer offer = put(Objects.requireNonNull(row, "row"));
        switch (offer) {
            case BACK_PRESSURED -> counters.refused.increment();
            case DROPPED -> counters.dropped.increment();
            case ACCEPTED, DEAD_LETTERED, CLOSED -> {}
        }
        return offer;
    }

    @Override
    public Offer watermark(long time) {
        if (!explicitWatermark) {
            throw Lane.watermarkNotExplicit(name);
        }
        return put(new Stated(time));
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    Object poll() {
        return queue.poll();
    }

    /// Whether nothing is in the queue and nothing will come: asked after [#closed] was true. Whoever was not counted
    /// by then looks at `closed` after that, and is refused.
    ///
    /// @param taken entries polled so far
    boolean exhausted(long taken) {
        return admitted.get() == taken;
    }

    /// Forgets what waits.
    void clear() {
        queue.clear();
    }

    private Offer put(Object entry) {
        // Before the look at `closed`: see exhausted.
        admitted.getAndIncrement();
        Offer offer = null;
        try {
            offer = closed ? Offer.CLOSED : queue.offer(entry) ? Offer.ACCEPTED : underOverload(entry);
        } finally {
            if (offer != Offer.ACCEPTED) {
                admitted.getAndDecrement();
            }
        }
        return offer;
    }

    private Offer underOverload(Object entry) {
        return switch (overload) {
            case BLOCK -> await(entry);
            case FAIL -> Offer.BACK_PRESSURED;
            case DROP_NEWEST -> Offer.DROPPED;
            case DROP_OLDEST -> throw new IllegalStateException(name);
        };
    }

    private Offer await(Object entry) {
        do {
            waiting.idle();
            if (closed) {
                return Offer.CLOSED;
            }
        } while (!queue.offer(entry));
        return Offer.ACCEPTED;
    }
}
