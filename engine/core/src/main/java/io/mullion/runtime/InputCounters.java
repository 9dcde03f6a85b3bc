package io.mullion.runtime;

import io.mullion.batch.Counters.Counter;
import io.mullion.expr.TimeUnit;
import io.mullion.ingest.OverloadCounters;
import java.util.concurrent.atomic.AtomicLong;

/// What an input of a job looks like from outside. *Thread*: its worker writes, any may read.
public final class InputCounters {
    private final String name;
    private final TimeUnit unit;
    final Counter rowsIn = new Counter();
    final Counter lanes = new Counter();
    final OverloadCounters overload = new OverloadCounters();
    private final AtomicLong watermark = new AtomicLong(Long.MIN_VALUE);

    InputCounters(String name, TimeUnit unit) {
        this.name = name;
        this.unit = unit;
    }

    void watermark(long time) {
        if (time != watermark.getPlain()) {
            watermark.lazySet(time);
        }
    }

    public String name() {
        return name;
    }

    /// Of the watermark.
    public TimeUnit unit() {
        return unit;
    }

    public long rowsIn() {
        return rowsIn.get();
    }

    /// Lanes that are open.
    public long lanes() {
        return lanes.get();
    }

    public OverloadCounters overload() {
        return overload;
    }

    /// `Long.MIN_VALUE` while there is none, and in processing time; `Long.MAX_VALUE` when the input has ended.
    public long watermark() {
        return watermark.get();
    }
}
