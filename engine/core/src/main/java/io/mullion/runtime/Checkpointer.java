package io.mullion.runtime;

import io.mullion.batch.BatchAllocator;
import io.mullion.batch.BatchTimes;
import io.mullion.batch.SinkOperator;
import io.mullion.batch.StateWriter;
import io.mullion.batch.States;
import io.mullion.exchange.Exchanges;
import io.mullion.io.TransactionalSink.Prepared;
import io.mullion.memory.MemoryAccount;
import io.mullion.runtime.CheckpointFolder.Part;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the checkpoints of a job.
///
/// The *cut*: between two turns, when no row and no advance of time is half done, the worker copies all state, notes
/// where sources stand, and has sinks draw a line; where there are several workers, the first one does that for all of
/// them while they [stand still][Standstill]. So what the copies and the line say is what the rows up to those
/// positions have led to. A thread of its own brings it to disk while the worker goes on; when it is whole the worker
/// tells the sinks. There is one checkpoint on its way at a time: one that is due meanwhile is skipped and counted.
///
/// A checkpoint that fails is reported and counted, and the job goes on; the next one has all that it would have had.
/// *Thread*: the worker, but for [#request] and the counters. *Ownership*: of copies until they are on disk.
final class Checkpointer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    /// How often the last checkpoint, without which results stay hidden, is tried again.
    private static final int LAST_ATTEMPTS = 5;

    private static final long LAST_ATTEMPT_NANOS = 200_000_000;

    private final String job;
    private final Checkpoints checkpoints;
    private final CheckpointFolder folder;
    private final JobLife life;
    /// Of each worker.
    private final List<States> states;
    /// Null where there is one worker.
    private final Standstill standstill;

    private final Exchanges exchanges;
    private final BatchTimes batchTimes;
    private final JobInputs inputs;
    private final MemoryAccount account;
    private final CheckpointCounters counters;
    private final Queue<CompletableFuture<Long>> requests = new ConcurrentLinkedQueue<>();
    /// What is on its way to disk; null if nothing is.
    private Cut inFlight;

    private long nextEpoch;
    private long lastComplete;
    private long dueNanos = Long.MIN_VALUE;
    private boolean skipped;
    private int lastAttempts;
    private long lastAttemptNanos;

    /// A checkpoint on its way to disk.
    private final class Cut {
        final long epoch;
        final boolean last;
        final BatchAllocator allocator = new BatchAllocator(account);
        final Map<Part, StateWriter> owners = new LinkedHashMap<>();
        final Map<String, Prepared> prepared = new LinkedHashMap<>();
        final List<CompletableFuture<Long>> requests = new ArrayList<>();
        Map<String, String> positions = Map.of();
        long bytes;
        /// Written before [#done].
        Exception failure;

        volatile boolean done;

        Cut(long epoch, boolean last) {
            this.epoch = epoch;
            this.last = last;
        }

        /// *Thread*: that which writes.
        void write() {
            try {
                for (Prepared each : prepared.values()) {
                    each.persist();
                }
                bytes = folder.write(epoch, states.size(), last, positions, owners, prepared);
            } catch (Exception | AssertionError e) {
                failure = e instanceof Exception thrown ? thrown : new IllegalStateException(e);
            }
            done = true;
        }

        void release() {
            owners.values().forEach(StateWriter::close);
            allocator.close();
        }
    }

    /// @param folder has been opened, and is closed with this
    /// @param states of each worker
    /// @param standstill null where there is one worker
    Checkpointer(
            JobOptions options,
            CheckpointFolder folder,
            JobLife life,
            List<States> states,
            Standstill standstill,
            Exchanges exchanges,
            BatchTimes batchTimes,
            JobInputs inputs,
            MemoryAccount account,
            CheckpointCounters counters) {
        this.job = options.name();
        this.checkpoints = options.checkpoints();
        this.folder = folder;
        this.life = life;
        this.states = states;
        this.standstill = standstill;
        this.exchanges = exchanges;
        this.batchTimes = batchTimes;
        this.inputs = inputs;
        this.account = account;
        this.counters = counters;
        counters.noticed(folder.notices());
        lastComplete = folder.newestEpoch();
        nextEpoch = folder.firstFreeEpoch();
    }

    CheckpointCounters counters() {
        return counters;
    }

    /// Asks for a checkpoint. *Thread*: any.
    ///
    /// @return its number, when it is whole
    CompletableFuture<Long> request() {
        CompletableFuture<Long> request = new CompletableFuture<>();
        requests.add(request);
        if (life.state().ended()) {
            refuseRequests();
        }
        return request;
    }

    /// Goes on with what is on its way and begins what is due. Between turns, with nothing half done.
    ///
    /// @return whether there was anything to do
    boolean turn(long nowNanos) {
        boolean landed = land();
        boolean due = checkpoints.every().isPositive() && due(nowNanos);
        if (inFlight != null) {
            if (due && !skipped) {
                skipped = true;
                counters.skipped.add(1);
            }
            return landed;
        }
        if (!due && requests.isEmpty() || batchTimes.lastEnds()) {
            return landed;
        }
        dueNanos = nowNanos + checkpoints.every().toNanos();
        skipped = false;
        if (standstill == null) {
            begin(false, System.nanoTime());
        } else {
            standstill.call();
        }
        return true;
    }

    /// All workers stand: makes the checkpoint, unless some have come further in time than others, who come to the same
    /// time first.
    ///
    /// @return how much was done
    int stand() {
        if (!standstill.reached()) {
            return 0;
        }
        if (exchanges.settle()) {
            standstill.drainOn();
            return 1;
        }
        if (batchTimes.lastEnds()) {
            // Some may have ended it and others not: the last checkpoint follows.
            standstill.release();
            return 1;
        }
        if (exchanges.still()) {
            begin(false, standstill.sinceNanos());
        } else {
            giveUp();
        }
        standstill.release();
        return 1;
    }

    private boolean due(long nowNanos) {
        long every = checkpoints.every().toNanos();
        // The clock may be set back.
        if (dueNanos == Long.MIN_VALUE || dueNanos - nowNanos > every) {
            dueNanos = nowNanos + every;
        }
        return nowNanos >= dueNanos;
    }

    /// The input has ended and all results are out: what sinks hold back is committed by a last checkpoint.
    ///
    /// @return whether that is done
    /// @throws MullionException if the disk does not take it
    boolean end(long nowNanos) {
        land();
        if (inFlight != null) {
            return false;
        }
        if (lastAttempts < 0) {
            return true;
        }
        if (lastAttempts > 0 && nowNanos - lastAttemptNanos < LAST_ATTEMPT_NANOS) {
            return false;
        }
        if (lastAttempts == LAST_ATTEMPTS) {
            throw new MullionException(
                    Reason.CHECKPOINT,
                    "the last checkpoint could not be written, results behind checkpoint " + lastComplete
                            + " are not committed: job=" + job + ", folder=" + checkpoints.folder());
        }
        lastAttempts++;
        lastAttemptNanos = nowNanos;
        begin(true, System.nanoTime());
        return lastAttempts < 0;
    }

    /// @param startNanos since when workers do nothing else
    private void begin(boolean last, long startNanos) {
        Cut cut = new Cut(nextEpoch++, last);
        // Whatever fails from here on, it is released with this.
        inFlight = cut;
        takeRequests(cut);
        try {
            for (int worker = 0; worker < states.size(); worker++) {
                int number = worker;
                states.get(worker).forEach((name, owner) -> {
                    StateWriter writer = new StateWriter(cut.epoch, lastComplete, cut.allocator);
                    cut.owners.put(new Part(name, number), writer);
                    owner.writeTo(writer);
                });
            }
            cut.positions = inputs.positions();
        } catch (MullionException e) {
            // No room for the copies. What was noted as written in this checkpoint never becomes complete.
            cut.failure = e;
            cut.done = true;
        }
        if (cut.failure == null) {
            sinks().forEach((name, sink) -> cut.prepared.put(name, sink.prepare(cut.epoch)));
        }
        counters.paused(System.nanoTime() - startNanos);
        if (cut.failure == null) {
            folder.execute(cut::write);
        }
        land();
    }

    /// Takes note of the checkpoint that has come to disk, or did not.
    private boolean land() {
        Cut cut = inFlight;
        if (cut == null || !cut.done) {
            return false;
        }
        inFlight = null;
        cut.release();
        if (cut.failure == null) {
            lastComplete = cut.epoch;
            counters.complete(cut.epoch, cut.bytes);
            inputs.saved();
            for (SinkOperator sink : sinks().values()) {
                sink.commit(cut.epoch);
            }
            cut.requests.forEach(request -> request.complete(cut.epoch));
            if (cut.last) {
                lastAttempts = -1;
            }
        } else {
            failed(cut);
        }
        return true;
    }

    private void failed(Cut cut) {
        counters.failed.add(1);
        LOG.warn(
                "checkpoint {} of job {} could not be written to {}: the job goes on, and what a crash takes back is"
                        + " older: {}",
                cut.epoch,
                job,
                checkpoints.folder(),
                cut.failure.toString());
        MullionException failure = new MullionException(
                Reason.CHECKPOINT,
                "the checkpoint could not be written: job=" + job + ", folder=" + checkpoints.folder() + ": "
                        + cut.failure,
                cut.failure);
        cut.requests.forEach(request -> request.completeExceptionally(failure));
    }

    /// What waits between workers will never go on before they read more.
    private void giveUp() {
        Cut cut = new Cut(nextEpoch++, false);
        takeRequests(cut);
        cut.failure = new IllegalStateException("rows between workers wait for each other");
        failed(cut);
        cut.release();
    }

    /// Sinks that draw lines: the first worker has them.
    private Map<String, SinkOperator> sinks() {
        return states.getFirst().sinks();
    }

    private void takeRequests(Cut cut) {
        for (CompletableFuture<Long> request = requests.poll(); request != null; request = requests.poll()) {
            cut.requests.add(request);
        }
    }

    private void refuseRequests() {
        for (CompletableFuture<Long> request = requests.poll(); request != null; request = requests.poll()) {
            request.completeExceptionally(MullionException.misuse("the job has ended: job=" + job));
        }
    }

    /// Waits for what is on its way to disk: it may well become whole, and the next job finds it.
    @Override
    public void close() {
        folder.close();
        if (inFlight != null) {
            inFlight.release();
            MullionException ended = MullionException.misuse("the job has ended: job=" + job);
            inFlight.requests.forEach(request -> request.completeExceptionally(ended));
            inFlight = null;
        }
        refuseRequests();
    }
}
