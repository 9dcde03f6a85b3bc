package io.mullion.exchange;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// Whether the lanes that one worker has of an input hold time back.
///
/// A lane holds it from when it is opened, and other workers know of that at once: who opens it counts it here before a
/// row can be written. All else, that it is idle or gone, is said in band by the worker that reads it, with the number
/// of lanes that it knew of then.
public final class Presence {
    private final AtomicInteger opened = new AtomicInteger();
    /// *Thread*: the worker's, as all below.
    private BooleanSupplier holding = () -> false;

    private boolean announced;
    private int adopted;

    /// A lane is about to be opened. *Thread*: any.
    public void open() {
        opened.incrementAndGet();
    }

    /// The worker has come to know of a lane.
    public void adopt() {
        adopted++;
    }

    /// @param holding whether any lane that the worker knows of holds time back now
    public void follow(BooleanSupplier holding) {
        this.holding = holding;
    }

    /// Whether any lane that the worker knows of holds time back now.
    public boolean holdsNow() {
        return holding.getAsBoolean();
    }

    /// Others are to know whether time is held back: that it is before the next rows are handed on, that it is not when
    /// nothing that has come is kept back any more.
    public void announce(boolean holds) {
        announced = holds;
    }

    /// What others know, or will with what is sent next.
    public boolean announced() {
        return announced;
    }

    int adopted() {
        return adopted;
    }

    /// *Thread*: any.
    int opened() {
        return opened.get();
    }
}
