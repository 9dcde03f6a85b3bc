package io.mullion.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.IdleStrategy;
import org.jctools.queues.atomic.SpscAtomicArrayQueue;

/// The lane as an expert would write it for three int64 columns and nothing else: batches of arrays that go round
/// between two SPSC queues, a release store of the row count for each row.
///
/// *Shape*: a batch is one array: the word with the row count in a place of its own, then the columns.
final class HandOffByHand extends HandOff {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int BATCHES = 8;
    private static final int BATCH_ROWS = 4096;
    private static final long SEALED = 1L << 62;
    private static final int COMMITTED = 16;
    private static final int A = 32;
    private static final int B = A + BATCH_ROWS + 16;
    private static final int C = B + BATCH_ROWS + 16;
    private static final int LENGTH = C + BATCH_ROWS + 16;

    private final SpscAtomicArrayQueue<long[]> filled = new SpscAtomicArrayQueue<>(BATCHES + 1);
    private final SpscAtomicArrayQueue<long[]> free = new SpscAtomicArrayQueue<>(BATCHES + 1);
    private final IdleStrategy full = backoff();
    private final Thread worker;
    private long[] open;
    private int rows = BATCH_ROWS;
    private volatile boolean closed;

    HandOffByHand(boolean adding, long maxLead) {
        super(adding, maxLead);
        for (int i = 0; i < BATCHES; i++) {
            free.offer(new long[LENGTH]);
        }
        worker = Thread.ofPlatform().daemon().name("lane-worker").start(this::work);
    }

    @Override
    void send(int count) {
        for (int i = 0; i < count; i++) {
            pace();
            if (rows == BATCH_ROWS) {
                moveOn();
            }
            long[] batch = open;
            int row = rows;
            batch[A + row] = i;
            batch[B + row] = 2L * i;
            batch[C + row] = 3L * i;
            rows = row + 1;
            ELEMENT.setRelease(batch, COMMITTED, row + 1L);
        }
    }

    private void moveOn() {
        if (open != null) {
            ELEMENT.setRelease(open, COMMITTED, BATCH_ROWS | SEALED);
        }
        open = free.poll();
        full.reset();
        while (open == null) {
            full.idle();
            open = free.poll();
        }
        open[COMMITTED] = 0;
        rows = 0;
        filled.offer(open);
    }

    private void work() {
        IdleStrategy empty = backoff();
        long[] batch = null;
        int from = 0;
        while (!closed) {
            if (batch == null) {
                batch = filled.poll();
                from = 0;
            }
            int taken = 0;
            if (batch != null) {
                long word = (long) ELEMENT.getAcquire(batch, COMMITTED);
                taken = take(batch, from, (int) word);
                from += taken;
                if ((word & SEALED) != 0) {
                    free.offer(batch);
                    batch = null;
                }
            }
            empty.idle(taken);
        }
    }

    private int take(long[] batch, int from, int to) {
        if (from < to) {
            if (adding()) {
                add(sum(batch, from, to));
            }
            sawRows(to - from);
        }
        return to - from;
    }

    private static long sum(long[] batch, int from, int to) {
        long sum = 0;
        for (int row = from; row < to; row++) {
            sum += batch[A + row] + batch[B + row] + batch[C + row];
        }
        return sum;
    }

    @Override
    public void close() {
        closed = true;
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
