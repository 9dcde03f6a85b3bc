package io.mullion.ingest;

import io.mullion.spec.MullionException;

/// The one thread that feeds a lane: the first to use the producer.
class ProducerThread {
    private final String lane;
    private volatile Thread thread;

    ProducerThread(String lane) {
        this.lane = lane;
    }

    /// Whether it is the calling one, and known to be.
    boolean isCurrent() {
        return thread == Thread.currentThread();
    }

    /// Makes the calling thread the one, if there is none.
    ///
    /// @throws MullionException if it is another
    void require() {
        if (!isCurrent()) {
            claim();
        }
    }

    /// @throws MullionException if it is another one that could be in the middle of a row
    void requireForClose() {
        Thread feeding = thread;
        if (feeding != null && !isCurrent() && feeding.isAlive()) {
            throw MullionException.misuse(
                    "a producer is closed by the thread that feeds it: " + lane + " is fed by " + feeding.getName()
                            + ", closed from " + Thread.currentThread().getName());
        }
    }

    private synchronized void claim() {
        Thread current = Thread.currentThread();
        if (thread != null) {
            throw MullionException.misuse("a producer belongs to one thread: " + lane + " is fed by " + thread.getName()
                    + ", used from " + current.getName());
        }
        thread = current;
    }
}
