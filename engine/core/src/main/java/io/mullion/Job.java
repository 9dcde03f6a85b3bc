package io.mullion;

import io.mullion.batch.Counters;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.io.SharedProducer;
import io.mullion.runtime.CheckpointCounters;
import io.mullion.runtime.InputCounters;
import io.mullion.runtime.JobAgent;
import io.mullion.runtime.JobRuntime;
import io.mullion.spec.JobState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.agrona.concurrent.Agent;

/// A pipeline that runs. *Thread*: any.
public final class Job {
    private final JobRuntime runtime;

    Job(JobRuntime runtime) {
        this.runtime = runtime;
    }

    public String name() {
        return runtime.name();
    }

    public JobState state() {
        return runtime.state();
    }

    /// A new producer: one for each thread that feeds the input, closed by whoever asked for it.
    public <T> Producer<T> producer(Input<T> input) {
        return runtime.producer(input.root(), input.encoder());
    }

    /// A new entry to the input that any number of threads may use: slower than a producer for each of them. The
    /// records in its queue, as many as a producer's lane has rows, lie on the heap.
    ///
    /// @throws io.mullion.spec.MullionException if the input has no record type, or drops the oldest rows under
    /// overload
    public <T> SharedProducer<T> sharedProducer(Input<T> input) {
        return runtime.sharedProducer(input.root(), input.encoder());
    }

    /// Loads a table anew: its loader is asked for all rows, on the calling thread. When this returns they are whole,
    /// and replace those that were there before the next rows meet them, at one moment for each join and worker: keys
    /// that are gone are gone.
    ///
    /// *Thread*: any; not one that must not wait for the loader. *Failure*: what goes wrong is thrown here, and the
    /// table stays as it was.
    public void load(Table table) {
        runtime.load(table.given());
    }

    /// One turn of a job on its caller's thread: what is in the lanes, what time has brought, what was asked of the
    /// job.
    ///
    /// A turn is bounded: see `embedding.md`. *Thread*: one at a time; the last one to call is the job's caller, and
    /// where it would wait for the job, for room in a lane or in [#await], it turns the wheel itself.
    /// *Failure*: what fails in the job ends it, and is not thrown here but by [#await].
    ///
    /// @return 0 if there was nothing to do or the job has ended
    /// @throws io.mullion.spec.MullionException if the job has a thread of its own, from within a sink, or while
    /// another thread polls
    public int poll() {
        return runtime.poll();
    }

    /// The job as an agent, for an Agrona `AgentInvoker` or `AgentRunner` of the host's. *Failure*: when the job has
    /// ended it says so by an `AgentTerminationException`. Closing the agent stops the job.
    public Agent agent() {
        return new JobAgent(runtime);
    }

    /// Ends the input: sources stop, producers are refused from their next row on, accepted rows are processed and the
    /// last windows fire. Producers must be closed for it to come to its end. Returns at once; [#await] waits.
    public void drain() {
        runtime.drain();
    }

    /// Ends the job now; rows still in lanes are lost. Returns at once; [#await] waits. Idempotent, as [#drain] is, and
    /// without effect on a job that has ended.
    public void stop() {
        runtime.stop();
    }

    /// Waits for the end of the job.
    ///
    /// @throws io.mullion.spec.MullionException if it failed, with what made it fail as the cause
    public void await() throws InterruptedException {
        runtime.await(ChronoUnit.FOREVER.getDuration());
    }

    /// Waits for the end of the job, but not longer than `timeout`.
    ///
    /// @return whether it has ended
    public boolean await(Duration timeout) throws InterruptedException {
        return runtime.await(timeout);
    }

    /// Makes a checkpoint now, and waits until it is whole.
    ///
    /// @return its number
    /// @throws io.mullion.spec.MullionException `CHECKPOINT` if it could not be written, which the job outlives
    public long checkpoint() {
        return runtime.checkpoint();
    }

    /// What it has done so far.
    public JobCounters counters() {
        return JobCounters.of(runtime);
    }

    /// What it looks like now: counters, watermarks, memory, latencies. Allocates; a few times a second is often
    /// enough.
    public JobSnapshot snapshot() {
        Counters counters = runtime.counters();
        return new JobSnapshot(
                name(),
                state(),
                counters(),
                counters.batches.get(),
                counters.panes.get(),
                runtime.bytesByPart(),
                runtime.inputs().stream().map(this::snapshot).toList(),
                runtime.processed(),
                runtime.emitted(),
                checkpoints(runtime.checkpoints()));
    }

    private JobSnapshot.CheckpointsSnapshot checkpoints(CheckpointCounters counters) {
        return counters == null
                ? null
                : new JobSnapshot.CheckpointsSnapshot(
                        counters.newest(),
                        counters.completed.get(),
                        counters.failed.get(),
                        counters.skipped.get(),
                        counters.bytes.get(),
                        runtime.inputs().stream()
                                .mapToLong(InputCounters::unsavedRows)
                                .sum(),
                        counters.logFailures.get(),
                        Duration.ofNanos(counters.pauseNanos.get()),
                        Duration.ofNanos(counters.longestPauseNanos()),
                        counters.notices());
    }

    private JobSnapshot.InputSnapshot snapshot(InputCounters input) {
        long watermark = input.watermark();
        boolean known = watermark != Long.MIN_VALUE && watermark != Long.MAX_VALUE;
        Instant at = watermark == Long.MAX_VALUE ? Instant.MAX : null;
        return new JobSnapshot.InputSnapshot(
                input.name(),
                input.lanes(),
                input.rowsIn(),
                input.overload().refusedRows(),
                input.overload().droppedRows(),
                known ? input.unit().toInstant(watermark) : at,
                known
                        ? Duration.between(
                                input.unit().toInstant(watermark), TimeUnit.NANOS.toInstant(runtime.nowNanos()))
                        : null);
    }

    /// The plan as it runs: steps, kernels with a listing of each, which variant and why, how windows are assembled.
    public String explain() {
        return runtime.explain();
    }

    /// The steps of the plan as they run, each with the worker's time in it so far, without that of the steps behind
    /// it: for a row that it was handed, and as a share of all.
    ///
    /// What is not in a step is not in the sum: looking at lanes, watermarks, early results.
    /// @throws io.mullion.spec.MullionException if the job was not started with [JobConfig#withStageTimes]
    public String explainAnalyze() {
        return runtime.explainAnalyze();
    }
}
