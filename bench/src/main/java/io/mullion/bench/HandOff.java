package io.mullion.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/// A way from one producing thread to one worker for rows of three int64.
///
/// The worker counts the rows and may add up their values; [#await] returns when it has seen all that were sent.
/// *Thread*: one that sends and waits, and the worker that the implementation runs.
abstract class HandOff implements AutoCloseable {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    /// The longest that a side sleeps that has to wait: as in the engine.
    private static final long MAX_PARK_NANOS = 50_000;
    /// Where the count lies in its array: two cache lines from everything else.
    private static final int SEEN = 16;

    private final long[] seen = new long[2 * SEEN];
    private final IdleStrategy idle = backoff();
    private final boolean adding;
    private final long maxLead;
    private long sent;
    private long known;
    /// *Thread*: the worker; readable by the other once it has seen the count of the rows.
    private long total;

    /// @param adding whether the worker reads the values
    /// @param maxLead how many rows may be sent that the worker has not seen yet
    HandOff(boolean adding, long maxLead) {
        this.adding = adding;
        this.maxLead = maxLead;
    }

    /// Sends rows (i, 2 i, 3 i) for i from 0 to `rows - 1`.
    abstract void send(int rows);

    @Override
    public abstract void close();

    /// Called before each row: waits while the lead is as large as it may be.
    final void pace() {
        if (sent - known >= maxLead) {
            awaitSeen(sent - maxLead + 1);
        }
        sent++;
    }

    /// Waits until the worker has seen all rows.
    final long await() {
        awaitSeen(sent);
        return total;
    }

    final boolean adding() {
        return adding;
    }

    /// How either side waits for the other: as the engine's worker does, so that no variant has the better manners.
    static IdleStrategy backoff() {
        return new BackoffIdleStrategy(20, 20, 1_000, MAX_PARK_NANOS);
    }

    /// *Thread*: the worker.
    final void add(long values) {
        total += values;
    }

    /// *Thread*: the worker, after what it does with the rows.
    final void sawRows(int rows) {
        ELEMENT.setRelease(seen, SEEN, seen[SEEN] + rows);
    }

    /// The sum of all values of [#send].
    static long totalOf(long rows) {
        return 6 * (rows * (rows - 1) / 2);
    }

    private void awaitSeen(long rows) {
        idle.reset();
        known = seen();
        while (known < rows) {
            idle.idle();
            known = seen();
        }
    }

    private long seen() {
        return (long) ELEMENT.getAcquire(seen, SEEN);
    }
}
