package io.mullion.runtime;

import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.WorkerThread;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.IdleStrategy;

/// Turns one after the other, on a thread of the engine or as one task of the host's executor.
final class LoopTurns implements Turns, Runnable {
    private final JobOptions options;
    private final JobLife life;
    private final Worker worker;
    /// Somebody has taken it on to bring the worker to its end: the loop, or who stops the job before it ran.
    private final AtomicBoolean taken = new AtomicBoolean();

    private volatile Thread runsOn;
    /// Of the engine; null on the host's executor.
    private Thread own;

    private Thread starter;

    LoopTurns(JobOptions options, JobLife life, Worker worker) {
        this.options = options;
        this.life = life;
        this.worker = worker;
    }

    @Override
    public void start() {
        switch (options.thread()) {
            case WorkerThread.Pinned(int cpu) -> startPinned(cpu);
            case WorkerThread.OnExecutor(var executor) -> {
                starter = Thread.currentThread();
                try {
                    executor.execute(this);
                } catch (RejectedExecutionException e) {
                    throw new MullionException(
                            MullionException.Reason.MISUSE,
                            "the executor has no thread for the worker: job=" + life.name(),
                            e);
                } finally {
                    starter = null;
                }
            }
            case WorkerThread.Own _, WorkerThread.Caller _ -> startOwn(this);
        }
    }

    private void startOwn(Runnable task) {
        own = Thread.ofPlatform().name("mullion-" + life.name()).daemon().start(task);
    }

    private void startPinned(int cpu) {
        CompletableFuture<Void> pinned = new CompletableFuture<>();
        startOwn(() -> {
            try {
                CpuAffinity.pinThisThread(cpu);
            } catch (MullionException e) {
                pinned.completeExceptionally(e);
                return;
            }
            pinned.complete(null);
            run();
        });
        try {
            pinned.join();
        } catch (CompletionException e) {
            throw (MullionException) e.getCause();
        }
    }

    @Override
    public void run() {
        Thread here = Thread.currentThread();
        if (here == starter) {
            throw MullionException.misuse("the executor ran the worker on the thread that starts the job: job="
                    + life.name() + "; a job on the caller's thread is polled");
        }
        if (!taken.compareAndSet(false, true)) {
            return;
        }
        runsOn = here;
        IdleStrategy idle = IdleStrategies.of(options.idle());
        try {
            while (!life.state().ended()) {
                idle.idle(worker.turn());
                if (here.isInterrupted() && !life.state().ended()) {
                    life.fail(new MullionException(
                            MullionException.Reason.STOPPED, "the worker was interrupted: " + life.name()));
                    worker.end(JobState.FAILED);
                }
            }
        } finally {
            runsOn = null;
        }
    }

    @Override
    public boolean runsHere() {
        return Thread.currentThread() == runsOn;
    }

    @Override
    public IdleStrategy waiting() {
        return new OutsideIdle(life.name(), this, IdleStrategies.of(options.idle()));
    }

    @Override
    public IdleStrategy waitingOfMany() {
        return new OutsideIdle(life.name(), this, IdleStrategies.ofMany());
    }

    @Override
    public boolean await(Duration timeout) throws InterruptedException {
        if (!life.await(timeout)) {
            return false;
        }
        if (own != null) {
            // It has nothing left to do.
            own.join();
        }
        return true;
    }

    /// An executor may not have got to the task, and will perhaps never do.
    @Override
    public void stop() {
        if (taken.compareAndSet(false, true)) {
            worker.end(JobState.STOPPED);
        }
    }
}
