package io.mullion.bench;

import java.util.Queue;
import org.agrona.concurrent.IdleStrategy;

/// A queue of record objects and a worker that polls it.
final class QueueHandOff extends HandOff {
    /// Rows after which the worker tells how far it is, if it has not met the queue empty before.
    private static final int MOST_AT_ONCE = 256;

    /// One row.
    record Row(long a, long b, long c) {}

    private final Queue<Row> queue;
    private final IdleStrategy full = backoff();
    private final Thread worker;
    private volatile boolean closed;

    /// @param queue for one producer and one consumer at least, with as many places as the lanes have rows
    QueueHandOff(Queue<Row> queue, boolean adding, long maxLead) {
        super(adding, maxLead);
        this.queue = queue;
        worker = Thread.ofPlatform().daemon().name("queue-worker").start(this::work);
    }

    @Override
    void send(int rows) {
        for (int i = 0; i < rows; i++) {
            pace();
            Row row = new Row(i, 2L * i, 3L * i);
            if (!queue.offer(row)) {
                awaitRoom(row);
            }
        }
    }

    private void awaitRoom(Row row) {
        full.reset();
        do {
            full.idle();
        } while (!queue.offer(row));
    }

    private void work() {
        IdleStrategy empty = backoff();
        while (!closed) {
            empty.idle(take());
        }
    }

    private int take() {
        int taken = 0;
        long sum = 0;
        while (taken < MOST_AT_ONCE) {
            Row row = queue.poll();
            if (row == null) {
                break;
            }
            taken++;
            if (adding()) {
                sum += row.a() + row.b() + row.c();
            }
        }
        if (taken > 0) {
            add(sum);
            sawRows(taken);
        }
        return taken;
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
