package io.mullion.batch;

import java.util.ArrayList;
import java.util.List;

/// What a part of a job does every so often by the engine's clock. *Thread*: that which plans the job, then the worker.
public final class Timetable {
    private static final class Entry {
        final long everyNanos;
        final Runnable action;
        long nextNanos;
        boolean started;

        Entry(long everyNanos, Runnable action) {
            this.everyNanos = everyNanos;
            this.action = action;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private long nowNanos;

    /// The engine's clock, in nanoseconds since 1970-01-01T00:00Z, as the worker read it last.
    public long nowNanos() {
        return nowNanos;
    }

    /// A further thing to do. Also while it runs.
    public void add(long everyNanos, Runnable action) {
        entries.add(new Entry(everyNanos, action));
    }

    /// Runs what is due, once for however many periods have passed; periods count from the first call.
    ///
    /// @return how many actions ran
    public int run(long nowNanos) {
        this.nowNanos = nowNanos;
        int ran = 0;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (!entry.started) {
                entry.started = true;
                entry.nextNanos = nowNanos + entry.everyNanos;
            } else if (nowNanos >= entry.nextNanos) {
                entry.nextNanos += ((nowNanos - entry.nextNanos) / entry.everyNanos + 1) * entry.everyNanos;
                entry.action.run();
                ran++;
            }
        }
        return ran;
    }
}
