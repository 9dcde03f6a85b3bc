package io.mullion.runtime;

import io.mullion.batch.Counters;
import io.mullion.io.DeadLetter;
import io.mullion.spec.MullionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.concurrent.IdleStrategy;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/// Brings dead letters of all threads to the one handler, on the first worker's thread.
///
/// Producers and other workers wait while the queue is full: while the job runs no dead letter is lost. Without a
/// handler the first one fails the job.
final class DeadLetterQueue {
    private static final int CAPACITY = 1024;

    private final MpscAtomicArrayQueue<DeadLetter> queue = new MpscAtomicArrayQueue<>(CAPACITY);
    private final Consumer<DeadLetter> handler;
    private final Counters counters;

    /// @param handler null if the job is to fail
    DeadLetterQueue(Consumer<DeadLetter> handler, Counters counters) {
        this.handler = handler;
        this.counters = counters;
    }

    /// *Thread*: the first worker.
    void handle(DeadLetter letter) {
        counters.deadLetters.add(1);
        JobEvents.deadLettered(letter.where(), letter.reason());
        if (handler == null) {
            throw new MullionException(
                    MullionException.Reason.BAD_ROW, letter + " (the pipeline has no dead-letter output)");
        }
        try {
            handler.accept(letter);
        } catch (RuntimeException e) {
            throw new MullionException(MullionException.Reason.USER_CODE, "dead-letter handler failed: " + e, e);
        }
    }

    /// *Thread*: any other; `idle` is how it waits.
    void enqueue(DeadLetter letter, IdleStrategy idle, BooleanSupplier abandoned) {
        if (queue.offer(letter)) {
            return;
        }
        idle.reset();
        while (!queue.offer(letter)) {
            if (abandoned.getAsBoolean()) {
                return;
            }
            idle.idle();
        }
    }

    /// Handles what is waiting. *Thread*: the first worker.
    ///
    /// @return how many there were
    int drain() {
        int handled = 0;
        for (DeadLetter letter = queue.poll(); letter != null; letter = queue.poll()) {
            handle(letter);
            handled++;
        }
        return handled;
    }
}
