package io.mullion.runtime;

import io.mullion.ingest.LaneProducer;
import io.mullion.io.ReplayableSource;
import io.mullion.io.Source;
import io.mullion.spec.MullionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a source on a thread of its own until its input ends, it fails, or it is told to stop.
final class SourceRunner implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceRunner.class);

    private final int number;
    private final Source source;
    private final JobInput input;
    private final LaneProducer<?> producer;
    private final JobLife job;
    private volatile boolean stopping;
    private volatile Thread thread;

    /// @param number of the source among those of the job
    /// @param input that it feeds
    SourceRunner(int number, Source source, JobInput input, LaneProducer<?> producer, JobLife job) {
        this.number = number;
        this.source = source;
        this.input = input;
        this.producer = producer;
        this.job = job;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            source.run(producer);
        } catch (Throwable e) {
            // A source that was told to stop may well complain that its connection went away.
            if (stopping) {
                LOG.debug("source {} ended with this when it was stopped", source.name(), e);
            } else {
                job.fail(new MullionException(
                        MullionException.Reason.SOURCE, "source failed: " + source.name() + ": " + e, e));
            }
        } finally {
            close();
            job.partEnded();
        }
    }

    void stop() {
        stopping = true;
        try {
            source.stop();
        } catch (Throwable e) {
            job.fail(new MullionException(
                    MullionException.Reason.SOURCE, "source failed to stop: " + source.name() + ": " + e, e));
        }
    }

    /// Where it stands behind the rows that the worker has taken; null if it cannot be read again. *Thread*: the
    /// worker.
    String position() {
        return source instanceof ReplayableSource replayable ? replayable.position(input.sourceRows()) : null;
    }

    /// Under which checkpoints have it.
    String key() {
        return key(number, source);
    }

    static String key(int number, Source source) {
        return "source " + number + ": " + source.name();
    }

    /// Whether the calling thread is the source's own.
    boolean runsHere() {
        return Thread.currentThread() == thread;
    }

    @Override
    public String toString() {
        return source.name();
    }

    /// For a job that did not start.
    void abandon() {
        close();
    }

    /// The source first: while its lane is open the job cannot end, so what goes wrong here still counts.
    private void close() {
        try (producer) {
            closeSource();
        } catch (Throwable e) {
            failedToClose(e);
        }
    }

    private void closeSource() {
        try {
            source.close();
        } catch (Throwable e) {
            failedToClose(e);
        }
    }

    private void failedToClose(Throwable cause) {
        job.fail(new MullionException(
                MullionException.Reason.SOURCE, "source failed to close: " + source.name() + ": " + cause, cause));
    }
}
