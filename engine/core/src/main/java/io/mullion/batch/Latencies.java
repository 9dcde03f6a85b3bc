package io.mullion.batch;

import org.agrona.concurrent.EpochNanoClock;

/// How long rows and windows take. *Thread*: the worker records, any may ask.
public final class Latencies {
    /// From the commit of a row, or a little before it, until the worker was done with it.
    public final LatencyRecorder processed = new LatencyRecorder();

    /// From the end of a window by the wall clock until its results were emitted.
    public final LatencyRecorder emitted = new LatencyRecorder();

    private final EpochNanoClock clock;

    public Latencies(EpochNanoClock clock) {
        this.clock = clock;
    }

    /// A window that ended at `end`, in nanoseconds since 1970, has been emitted. One that is emitted before its end,
    /// because the input has ended, does not count.
    public void windowEmitted(long end) {
        long nanos = clock.nanoTime() - end;
        if (nanos >= 0) {
            emitted.record(nanos, 1);
        }
    }
}
