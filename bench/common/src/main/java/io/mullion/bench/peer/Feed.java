package io.mullion.bench.peer;

import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.TimedAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Tells a source which rows of the block come next, until the time is over; and keeps the books of warm-up and
/// measured part.
///
/// A source that takes rows as they come:
///
/// ```java
/// for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
///     for (int row = feed.position(); row < feed.position() + count; row++) {
///         emit(rows.keys[row], rows.values[row], rows.times[row] + feed.shift());
///     }
/// }
/// ```
///
/// The clock starts at the first call, so that a peer's start does not count. Warm-up ends by the clock, in the middle
/// of the stream; from there to the return of [Peer#run] is what is measured.
///
/// A peer that works on tables calls [#table] first, takes that many rows into its table, and then runs the whole query
/// over all of them as long as [#again] says so. Only these runs are measured, and the answer is that of one of them.
///
/// The feed of an open loop hands out rows when they are due by the clock, whether or not those before are done: a
/// source that must not wait asks [#ready] first.
///
/// *Thread*: one, and after that the one that reads the books.
public final class Feed {
    /// No more rows than these are handed out at once.
    public static final int MOST = 4_096;

    private static final long NANOS_OF_MILLI = 1_000_000;

    private final QueryRows rows;
    private final long warmupNanos;
    private final long nanos;
    private final LongSupplier clock;
    private final LongSupplier cpuClock;
    private final boolean openLoop;
    private long mostRows = Long.MAX_VALUE;
    private boolean table;
    private boolean started;
    private boolean warm;
    private boolean ended;
    private long startNanos;
    private long warmNanos;
    private long warmCpuNanos;
    private long taken;
    private long takenWarm;
    private long runs;
    private long runsWarm;
    private int position;
    private int handedOut;
    private long endNanos;
    private long shift;

    /// @param warmupNanos how long rows do not count
    /// @param nanos how long they do
    /// @param clock nanoseconds
    /// @param cpuClock nanoseconds that all threads of the process have used
    /// @param openLoop whether rows are due by the clock, at the rate of their times, and not when they are taken
    public Feed(
            QueryRows rows, long warmupNanos, long nanos, LongSupplier clock, LongSupplier cpuClock, boolean openLoop) {
        this.rows = rows;
        this.warmupNanos = warmupNanos;
        this.nanos = nanos;
        this.clock = clock;
        this.cpuClock = cpuClock;
        this.openLoop = openLoop;
    }

    /// The first `count` rows, whatever the clock says: for tests.
    public static Feed ofRows(QueryRows rows, long count) {
        Feed feed = new Feed(rows, 0, Long.MAX_VALUE, System::nanoTime, () -> 0, false);
        feed.mostRows = count;
        return feed;
    }

    /// Moves on by the rows that were taken before, and says how many there are from [#position()]: at most `most` and
    /// at most [#MOST]; 0 at the end of input, and from then on.
    public int take(int most) {
        moveOn();
        if (!table) {
            lookAtTheClock();
        }
        if (ended || taken >= mostRows) {
            return 0;
        }
        long there = Math.min(QueryRows.ROWS - position, mostRows - taken);
        handedOut = (int) Math.min(Math.min(most, MOST), openLoop ? Math.min(awaitDue(), there) : there);
        taken += handedOut;
        return handedOut;
    }

    /// How many rows are due: one at least.
    private long awaitDue() {
        while (true) {
            long due = dueRows();
            if (due > 0) {
                return due;
            }
            Thread.onSpinWait();
        }
    }

    /// A row is due at the beginning of its part of the millisecond.
    private long dueRows() {
        return (clock.getAsLong() - startNanos) * rows.rowsPerMilli / NANOS_OF_MILLI + 1 - taken;
    }

    /// Whether [#take] would not wait.
    public boolean ready() {
        return !openLoop || !started || ended || dueRows() > 0;
    }

    /// Whether rows are due by the clock: who can choose between rate and latency chooses latency then.
    public boolean openLoop() {
        return openLoop;
    }

    /// Nanoseconds from the time when a window's end was due to its first result, of windows that ended behind the
    /// warm-up and before the end of the feed.
    List<Long> latencies(TimedAnswer answer) {
        List<Long> latencies = new ArrayList<>();
        for (int window = 0; window < answer.windows(); window++) {
            long endMillis = answer.endMillis(window);
            long dueNanos = startNanos + endMillis * NANOS_OF_MILLI;
            if (answer.nanos(window) != 0 && dueNanos >= warmNanos && endMillis * rows.rowsPerMilli < taken) {
                latencies.add(answer.nanos(window) - dueNanos);
            }
        }
        return latencies;
    }

    /// The index of the first row that was taken.
    public int position() {
        return position;
    }

    /// What is added to the times of the rows that were taken.
    public long shift() {
        return shift;
    }

    /// From now on this is the feed of a table of so many rows: [#take] hands them out, whatever the clock says.
    public void table(long rowCount) {
        if (taken > 0) {
            throw new IllegalStateException("rows have been taken before: rows=" + taken);
        }
        table = true;
        mostRows = rowCount;
    }

    /// Whether a table is to be asked once more. It is asked until warm-up is over, and then at least once.
    public boolean again() {
        if (!table || taken < mostRows) {
            throw new IllegalStateException("the table is not full: rows=" + taken);
        }
        lookAtTheClock();
        if (ended && runs > runsWarm) {
            return false;
        }
        runs++;
        return true;
    }

    /// How many rows the answer is of.
    public long rows() {
        return taken;
    }

    /// How many rows were worked on after the warm-up: of a table, all of them in each run.
    public long rowsMeasured() {
        return table ? (runs - runsWarm) * taken : taken - takenWarm;
    }

    public boolean isTable() {
        return table;
    }

    /// Whether the warm-up came to its end, so that something was measured.
    public boolean measured() {
        return warm && rowsMeasured() > 0;
    }

    /// From the end of the warm-up until now; in an open loop to the end of the feed, as it is no rate what comes
    /// after.
    public long nanosMeasured() {
        return (openLoop ? endNanos : clock.getAsLong()) - warmNanos;
    }

    /// What all threads have used from the end of the warm-up until now.
    public long cpuNanosMeasured() {
        return cpuClock.getAsLong() - warmCpuNanos;
    }

    private void moveOn() {
        position += handedOut;
        handedOut = 0;
        if (position == QueryRows.ROWS) {
            position = 0;
            shift += rows.blockMillis();
        }
    }

    private void lookAtTheClock() {
        long now = clock.getAsLong();
        if (!started) {
            started = true;
            startNanos = now;
        }
        if (!warm && now - startNanos >= warmupNanos) {
            warm = true;
            warmNanos = now;
            warmCpuNanos = cpuClock.getAsLong();
            takenWarm = taken;
            runsWarm = runs;
        }
        // From the end of the warm-up, which a source that is stuck in its first rows sees late.
        if (warm && !ended && now - warmNanos >= nanos) {
            ended = true;
            endNanos = now;
        }
    }
}
