package io.mullion;

import io.mullion.io.Producer;
import io.mullion.io.SharedProducer;
import io.mullion.runtime.JobRuntime;
import io.mullion.spec.JobState;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

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

    /// Ends the input: sources stop, producers are refused from their next row on, accepted rows are processed and the
    /// last windows fire. Producers must be closed for it to come to its end. Returns at once; [#await] waits.
    public void drain() {
        runtime.drain();
    }

    /// Ends the job now; rows still in lanes are lost. Returns at once; [#await] waits.
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

    /// What it has done so far.
    public JobCounters counters() {
        return JobCounters.of(runtime);
    }

    /// The plan as it runs: steps, kernels with a listing of each, which variant and why, how windows are assembled.
    public String explain() {
        return runtime.explain();
    }
}
