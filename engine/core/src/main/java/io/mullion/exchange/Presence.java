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
    private final CommonTime received;
    /// *Thread*: the worker's, as all below.
    private BooleanSupplier holding = () -> false;

    /// Whether there were lanes in a job before, none of which held time back any more.
    private boolean fedBefore;

    private boolean announced;
    private int adopted;

    /// Of an input whose rows no other worker receives.
    public Presence() {
        this(new CommonTime());
    }

    /// @param received the time of the rows of the input where workers receive them
    Presence(CommonTime received) {
        this.received = received;
    }

    CommonTime received() {
        return received;
    }

    /// How far time has come for those that receive the rows of the input, on all workers together; the least int64 if
    /// none does, or if it is not known. *Thread*: any worker, while all of them stand still.
    public long receivedTime() {
        return received.time();
    }

    /// The job goes on from a checkpoint at which time had come to this for those that receive the rows. *Thread*: that
    /// which starts the job.
    public void restored(long time) {
        received.restored(time);
    }

    /// Whether the job goes on from a checkpoint at which there had been lanes that did not hold time back any more.
    /// *Thread*: that which starts the job.
    public void fed(boolean before) {
        fedBefore = before;
    }

    /// Whether there has been a lane. *Thread*: any.
    boolean everFed() {
        return fedBefore || opened.get() > 0;
    }

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
