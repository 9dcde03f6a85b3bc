package io.mullion.runtime;

import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.WorkerThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.agrona.concurrent.IdleStrategy;

/// Turns one after the other, each worker on a thread of the engine or as one task of the host's executor.
final class LoopTurns implements Turns {
    private final JobOptions options;
    private final JobLife life;
    private final List<Loop> loops;
    /// Whether all workers have a thread; none does anything before that is known.
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();

    private Thread starter;

    LoopTurns(JobOptions options, JobLife life, List<Worker> workers) {
        this.options = options;
        this.life = life;
        loops = IntStream.range(0, workers.size())
                .mapToObj(number -> new Loop(number, workers.get(number)))
                .toList();
    }

    @Override
    public void start() {
        starter = Thread.currentThread();
        boolean all = false;
        try {
            loops.forEach(Loop::start);
            all = true;
        } finally {
            starter = null;
            started.complete(all);
        }
    }

    @Override
    public boolean runsHere() {
        Thread here = Thread.currentThread();
        return loops.stream().anyMatch(loop -> loop.runsOn == here);
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
        for (Loop loop : loops) {
            if (loop.own != null) {
                // It has nothing left to do.
                loop.own.join();
            }
        }
        return true;
    }

    /// An executor may not have got to a task, and will perhaps never do.
    @Override
    public void stop() {
        loops.forEach(Loop::stop);
    }

    /// The loop of one worker.
    private final class Loop implements Runnable {
        final int number;
        final Worker worker;
        /// Somebody has taken it on to bring the worker to its end: the loop, or who stops the job before it ran.
        final AtomicBoolean taken = new AtomicBoolean();

        volatile Thread runsOn;
        /// Of the engine; null on the host's executor.
        Thread own;

        Loop(int number, Worker worker) {
            this.number = number;
            this.worker = worker;
        }

        void start() {
            switch (options.thread()) {
                case WorkerThread.Pinned(int cpu) -> startPinned(cpu + number);
                case WorkerThread.OnExecutor(var executor) -> {
                    try {
                        executor.execute(this);
                    } catch (RejectedExecutionException e) {
                        throw new MullionException(
                                MullionException.Reason.MISUSE,
                                "the executor has no thread for the worker: job=" + life.name(),
                                e);
                    }
                }
                case WorkerThread.Own _, WorkerThread.Caller _ -> startOwn(this);
            }
        }

        private void startOwn(Runnable task) {
            String name = "mullion-" + life.name() + (loops.size() == 1 ? "" : "-" + number);
            own = Thread.ofPlatform().name(name).daemon().start(task);
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
            if (!started.join() || !taken.compareAndSet(false, true)) {
                return;
            }
            runsOn = here;
            IdleStrategy idle = IdleStrategies.of(options.idle());
            try {
                while (!worker.hasLeft()) {
                    idle.idle(worker.turn());
                    if (here.isInterrupted() && !worker.hasLeft()) {
                        life.fail(new MullionException(
                                MullionException.Reason.STOPPED, "the worker was interrupted: " + life.name()));
                    }
                }
            } finally {
                runsOn = null;
            }
        }

        void stop() {
            if (taken.compareAndSet(false, true)) {
                worker.leave(JobState.STOPPED);
            }
        }
    }
}
