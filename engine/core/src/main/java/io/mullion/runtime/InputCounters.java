package io.mullion.runtime;

import io.mullion.batch.Counters.Counter;
import io.mullion.expr.TimeUnit;
import io.mullion.ingest.OverloadCounters;
import io.mullion.io.ReplayableSource;
import io.mullion.plan.LogicalStep;
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
    /// Whether rows can be had again, by whom they came from.
    private final boolean replayable;
    /// Null if it is not logged.
    private InputLog log;
    /// Of [#rowsIn], those that a death of the process does not lose. *Thread*: one writes.
    private final AtomicLong savedRows = new AtomicLong();
    /// Rows that came before the checkpoint that is on its way. *Thread*: the worker.
    private long cutRows;

    private InputCounters(String name, TimeUnit unit, boolean replayable) {
        this.name = name;
        this.unit = unit;
        this.replayable = replayable;
    }

    static InputCounters of(LogicalStep.Root root) {
        boolean replayable = root instanceof LogicalStep.FromSource from && from.source() instanceof ReplayableSource;
        return new InputCounters(root.name(), root.time().unit(), replayable);
    }

    /// What the parts of an input that several workers have come to; the part itself if there is one.
    static InputCounters sum(List<InputCounters> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        InputCounters sum =
                new InputCounters(parts.getFirst().name, parts.getFirst().unit, parts.getFirst().replayable);
        long watermark = Long.MAX_VALUE;
        boolean known = false;
        for (InputCounters part : parts) {
            long unsaved = part.unsavedRows();
            long rows = part.rowsIn();
            sum.rowsIn.add(rows);
            sum.savedRows.addAndGet(rows - unsaved);
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

    /// Before the first row.
    void logged(InputLog log) {
        this.log = log;
    }

    /// A checkpoint has the rows that came before.
    void cut() {
        cutRows = rowsIn.get();
    }

    /// That checkpoint is whole.
    void cutSaved() {
        saved(cutRows);
    }

    void saved(long rows) {
        savedRows.lazySet(Math.max(rows, savedRows.getPlain()));
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

    /// Rows that nobody brings again if the process dies now: since the last whole checkpoint, from an input that
    /// cannot be read again.
    public long unsavedRows() {
        if (log != null) {
            return log.unsafeRows();
        }
        // First what is saved, so that the difference is never below zero.
        long saved = savedRows.get();
        return replayable ? 0 : Math.max(0, rowsIn.get() - saved);
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
