package io.mullion.runtime;

import io.mullion.checkpoint.Disk;
import io.mullion.checkpoint.LogGroup;
import io.mullion.checkpoint.LogWriter;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the logs of a job to the disk: what has been handed over while one force went on is forced together by the
/// next.
///
/// Where the disk fails that is reported and counted, and tried again: what is not safe stays so, and workers take no
/// rows once there is no room for more. *Thread*: its own, but for what says otherwise; in a test engine the worker's.
final class LogThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogThread.class);
    private static final long RETRY_NANOS = 100_000_000;
    /// For the case that somebody forgets to wake it.
    private static final long LONGEST_SLEEP_NANOS = 50_000_000;

    private final String job;
    private final Disk disk;
    private final Path folder;
    private final MemoryAccount account;
    private final CheckpointCounters counters;
    private final Consumer<Throwable> failure;
    private final LogGroup group;
    private final Scope scope = new Scope();
    private final List<LoggedInput> logs = new ArrayList<>();
    private final List<LogWriter> writers = new ArrayList<>();
    /// Null where who hands over does the work.
    private Thread thread;

    private boolean failing;
    private volatile boolean idle;
    private volatile boolean cut;
    private volatile boolean closing;

    /// @param failure told of what no disk can be blamed for
    LogThread(
            String job,
            Disk disk,
            Path folder,
            MemoryAccount account,
            CheckpointCounters counters,
            Consumer<Throwable> failure) {
        this.job = job;
        this.disk = disk;
        this.folder = folder;
        this.account = account;
        this.counters = counters;
        this.failure = failure;
        group = new LogGroup(disk, folder);
    }

    Disk disk() {
        return disk;
    }

    Path folder() {
        return folder;
    }

    MemoryAccount account() {
        return account;
    }

    /// A further log. Before [#start].
    void add(LoggedInput log, LogWriter writer) {
        logs.add(log);
        writers.add(scope.own(writer));
        group.add(writer, log::done);
    }

    /// @param here whether who hands over does the work
    void start(boolean here) {
        if (!here && !logs.isEmpty()) {
            thread =
                    Thread.ofPlatform().name("mullion-" + job + "-log").daemon().start(this::run);
        }
    }

    /// Whether it waits for work. *Thread*: any.
    boolean idle() {
        return thread == null || idle;
    }

    /// Something was handed over. *Thread*: any.
    void wake() {
        if (thread != null && idle) {
            LockSupport.unpark(thread);
        }
    }

    /// A checkpoint was taken: what comes goes into new files. *Thread*: the worker.
    void cut() {
        cut = true;
    }

    /// Does the work where nobody else does. *Thread*: the worker.
    void turn() {
        if (thread == null) {
            round();
        }
    }

    private void run() {
        try {
            while (!closing) {
                if (!round()) {
                    LockSupport.parkNanos(this, RETRY_NANOS);
                } else if (!passing()) {
                    rest();
                }
            }
            round();
        } catch (Throwable e) {
            failure.accept(e);
        }
    }

    private void rest() {
        idle = true;
        // Who has handed over before it could see that is not waited for.
        if (!passing() && !closing) {
            LockSupport.parkNanos(this, LONGEST_SLEEP_NANOS);
        }
        idle = false;
    }

    private boolean passing() {
        for (int i = 0; i < logs.size(); i++) {
            if (logs.get(i).passing()) {
                return true;
            }
        }
        return false;
    }

    /// @return `false` if the disk has failed
    private boolean round() {
        boolean cutting = cut;
        for (int i = 0; i < logs.size(); i++) {
            logs.get(i).pass(writers.get(i));
        }
        try {
            if (group.bring() && failing) {
                failing = false;
                LOG.info("the log of job {} in {} goes on", job, folder);
            }
        } catch (IOException | RuntimeException e) {
            counters.logFailures.add(1);
            if (!failing) {
                failing = true;
                LOG.warn(
                        "the log of job {} cannot be written to {}, which is tried again: rows that are not safe yet"
                                + " stay so: {}",
                        job,
                        folder,
                        e.toString());
            }
            return false;
        }
        if (cutting) {
            cut = false;
            group.cut();
        }
        return true;
    }

    /// Writes what was handed over, once, and ends. *Thread*: any.
    @Override
    public void close() {
        closing = true;
        boolean interrupted = false;
        if (thread == null) {
            round();
        } else {
            LockSupport.unpark(thread);
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        scope.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
