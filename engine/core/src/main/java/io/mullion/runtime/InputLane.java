package io.mullion.runtime;

import io.mullion.batch.Batch;
import io.mullion.batch.Bitmap;
import io.mullion.batch.LatencyRecorder;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.ingest.InputReader;
import io.mullion.window.LaneClock;

/// A lane as the worker sees it.
///
/// *Gathering*: each look at the end of a lane takes the cache lines away that its producer is writing to. A worker
/// that is faster than the producer, and looks again as soon as it has worked off the few rows that it found, slows
/// both down: by a quarter to a third (Q1 to Q3, one producer). So where rows come faster than one in
/// [#FAST_ROW_NANOS] the next look is [#GATHER_NANOS] after the last one; that is some hundred rows.
final class InputLane implements InputReader.Rows {
    private static final long FAST_ROW_NANOS = 64;
    private static final long GATHER_NANOS = 8_000;
    /// For clocks that stand still.
    private static final int MOST_PASSES = 256;

    private final JobInput input;
    /// Null while a lane that the log has waits for its producer.
    InputReader reader;
    /// Null if the input is not logged.
    final LoggedLane logged;
    final LaneClock clock;
    long statedWatermark = Long.MIN_VALUE;
    long lastActiveNanos;
    boolean idle;
    /// When the lane was last seen to have no more rows: by the JVM's clock.
    long emptyNanos = Long.MIN_VALUE;
    /// When the batch was opened from which rows were taken last.
    long openedNanos;
    /// Since the lane was opened.
    long rowsTaken;

    private long lookedNanos;
    /// How often the lane may be passed by until the next look.
    private int passes;

    /// @param logged null if the input is not logged
    InputLane(JobInput input, InputReader reader, LoggedLane logged) {
        this.input = input;
        this.reader = reader;
        this.logged = logged;
        long from = logged == null ? input.progress : logged.progress;
        clock = input.clock == null ? null : input.clock.addLane(from);
        lastActiveNanos = input.nowNanos;
    }

    /// Rows came, or a watermark: before they are handed on the lane holds the watermark again.
    void active() {
        lastActiveNanos = input.nowNanos;
        if (idle) {
            idle = false;
            input.clock.idle(clock, false);
            input.presence.announce(true);
        }
    }

    /// Whether it is too early to look at the lane again.
    boolean gathers(long nowNanos) {
        if (passes > 0) {
            passes = nowNanos - lookedNanos < GATHER_NANOS ? passes - 1 : 0;
        }
        return passes > 0;
    }

    /// Hands on some of the rows that have come.
    ///
    /// @return how many
    int poll(long nowNanos) {
        int taken = reader == null ? 0 : reader.poll(this);
        long nanos = nowNanos - lookedNanos;
        lookedNanos = nowNanos;
        boolean fast = nanos > 0 && nanos < taken * FAST_ROW_NANOS;
        passes = fast && reader.atEnd() ? MOST_PASSES : 0;
        return taken;
    }

    /// Notes how long rows have waited: they were committed after the batch was opened, and after the lane was seen
    /// without them.
    ///
    /// @param lookNanos when the lane was about to be looked at
    /// @return the same of the next one
    long measure(LatencyRecorder latencies, int taken, long lookNanos) {
        long now = lookNanos;
        if (taken > 0) {
            now = System.nanoTime();
            latencies.record(now - Math.max(emptyNanos, openedNanos), taken);
        }
        if (reader.atEnd()) {
            emptyNanos = lookNanos;
        }
        return now;
    }

    @Override
    public void accept(Batch batch, long watermarks, int from, int to) {
        openedNanos = reader.openedNanos();
        // A lane that was made before these rows were committed holds the watermark already.
        input.adopt();
        int end = logged == null ? to : from + input.log.copy(batch, from, to);
        int taken = take(batch, watermarks, from, end);
        if (logged != null) {
            input.log.rows(logged, taken - from, watermarks == 0 ? 0 : watermarks + 8L * from);
        }
        if (taken < to) {
            reader.keepFrom(taken);
        }
    }

    /// Hands on rows, whether they come from the lane or from its log.
    ///
    /// @return the row it came to
    int take(Batch batch, long watermarks, int from, int to) {
        active();
        if (from == to) {
            return to;
        }
        input.counters.rowsIn.add(to - from);
        input.counters.batches.add(1);
        input.own.rowsIn.add(to - from);
        input.unflushed = true;
        int taken = to;
        if (clock == null) {
            input.chain.process(batch, 0, from, to);
        } else if (batch.schema().field(input.timeColumn).nullable()) {
            taken = timedRows(batch, watermarks, from, to);
        } else {
            taken = input.clock.rows(clock, batch, watermarks, from, to);
        }
        rowsTaken += taken - from;
        if (taken < to) {
            input.counters.rowsIn.add(taken - to);
            input.own.rowsIn.add(taken - to);
        }
        return taken;
    }

    /// Hands on the rows that have a time, run by run, and counts the others.
    ///
    /// @return the row it came to
    private int timedRows(Batch batch, long watermarks, int from, int to) {
        long validity = batch.readable().address(input.timeColumn, ColumnAddresses.VALIDITY);
        int start = from;
        for (int row = from; row < to; row++) {
            if (!Bitmap.get(validity, row)) {
                if (start < row) {
                    int taken = input.clock.rows(clock, batch, watermarks, start, row);
                    if (input.turn.suspended()) {
                        return taken;
                    }
                }
                input.counters.rowsWithoutTime.add(1);
                start = row + 1;
            }
        }
        return start < to ? input.clock.rows(clock, batch, watermarks, start, to) : to;
    }
}
