package io.mullion.runtime;

import io.mullion.batch.Counters.Counter;
import io.mullion.expr.TimeUnit;
import io.mullion.ingest.OverloadCounters;
import java.util.List;
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

    /// What the parts of an input that several workers have come to; the part itself if there is one.
    static InputCounters sum(List<InputCounters> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        InputCounters sum = new InputCounters(parts.getFirst().name, parts.getFirst().unit);
        long watermark = Long.MAX_VALUE;
        boolean known = false;
        for (InputCounters part : parts) {
            sum.rowsIn.add(part.rowsIn());
            sum.lanes.add(part.lanes());
            sum.overload.add(part.overload);
            // One that never had a lane says nothing.
            if (part.lanes() > 0 || part.watermark() != Long.MIN_VALUE) {
                known = true;
                watermark = Math.min(watermark, part.watermark());
            }
        }
        sum.watermark(known ? watermark : Long.MIN_VALUE);
        return sum;
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
