package io.mullion.runtime;

import io.mullion.ingest.LaneProducer;
import io.mullion.io.Source;
import io.mullion.spec.MullionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a source on a thread of its own until its input ends, it fails, or it is told to stop.
final class SourceRunner implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceRunner.class);

    private final Source source;
    private final LaneProducer<?> producer;
    private final JobLife job;
    private volatile boolean stopping;
    private volatile Thread thread;

    SourceRunner(Source source, LaneProducer<?> producer, JobLife job) {
        this.source = source;
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
