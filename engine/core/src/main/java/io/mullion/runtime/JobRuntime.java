package io.mullion.runtime;

import io.mullion.batch.Counters;
import io.mullion.batch.Latencies;
import io.mullion.batch.MicroBatches;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.StageTimes;
import io.mullion.batch.Timetable;
import io.mullion.batch.Turn;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.OrderKernel;
import io.mullion.ingest.LaneProducer;
import io.mullion.ingest.RecordEncoder;
import io.mullion.ingest.SharedQueue;
import io.mullion.memory.Scope;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.PhysicalPlan;
import io.mullion.plan.Planner;
import io.mullion.routine.VectorSupport;
import io.mullion.spec.JobState;
import io.mullion.spec.Latency;
import io.mullion.spec.MullionException;
import io.mullion.spec.WorkerThread;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running job, as it is seen from outside of its worker.
///
/// The worker ([Worker]) does what there is to do in its turns ([Turns]); all here may be called from any thread and
/// reaches the worker through flags and queues. *Ownership*: the operators and what they hold belong to the job's
/// scope and are closed by the worker when the job ends, before [#await] returns; a lane's memory follows when its
/// producer has closed it.
public final class JobRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(JobRuntime.class);
    /// After which a close that still waits says for what.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final JobOptions options;
    private final JobLife life;
    private final Scope scope = new Scope();
    private final Counters counters = new Counters();
    /// Null if they are not measured.
    private final Latencies latencies;
    private final PhysicalPlan plan;
    private final JobInputs inputs;
    private final Turns turns;

    /// Plans and starts a job. Sources are opened and sinks told their columns on the caller's thread; what fails there
    /// is thrown here, and nothing stays behind.
    public static JobRuntime start(JobOptions options, List<LogicalStep.Output> outputs) {
        JobEvents.JobStart event = JobEvents.starting();
        JobRuntime job = new JobRuntime(options, outputs);
        if (event != null) {
            event.started(options.name(), options.thread().toString());
        }
        return job;
    }

    private JobRuntime(JobOptions options, List<LogicalStep.Output> outputs) {
        this.options = options;
        life = new JobLife(options.name());
        latencies = options.latencies() ? new Latencies(options.clock()) : null;
        DeadLetterQueue deadLetters = new DeadLetterQueue(options.deadLetters(), counters);
        Timetable timetable = new Timetable();
        StageTimes stages = options.stageTimes() ? new StageTimes() : null;
        Turn turn = new Turn(options.batchRows(), stages);
        MicroBatches batches = new MicroBatches(turn, options.mostBatches());
        inputs = new JobInputs(options, life, deadLetters, turn);
        Worker worker = new Worker(life, inputs, deadLetters, timetable, turn, batches, options.clock(), scope);
        turns = options.thread() instanceof WorkerThread.Caller
                ? new CallerTurns(options, life, worker)
                : new LoopTurns(options, life, worker);
        try {
            OrderKernel order = new KernelCompiler(options.kernels()).order().kernel();
            OperatorContext context = new OperatorContext(
                    options.pool(),
                    scope,
                    options.batchRows(),
                    options.batchDataBytes(),
                    deadLetters::handle,
                    counters,
                    timetable,
                    turn,
                    batches,
                    latencies,
                    stages,
                    order);
            plan = new Planner(context, options.kernels()).plan(outputs);
            VectorSupport.log();
            for (PhysicalPlan.Chain chain : plan.chains()) {
                inputs.add(chain, counters, latencies, order);
            }
            inputs.openSources(turns);
            turns.start();
        } catch (Throwable e) {
            throw abandoned(e);
        }
        inputs.startSources();
    }

    /// A producer for an input of the pipeline.
    ///
    /// @param encoder null where rows are written column by column
    public <T> LaneProducer<T> producer(LogicalStep.FromInput input, RecordEncoder<T> encoder) {
        return inputs.producer(input, encoder, turns);
    }

    /// An entry to an input of the pipeline for records of any thread.
    public <T> SharedQueue<T> sharedProducer(LogicalStep.FromInput input, RecordEncoder<T> encoder) {
        return inputs.sharedProducer(input, encoder, turns);
    }

    /// One turn of a job on its caller's thread.
    public int poll() {
        return callerTurns("poll").poll();
    }

    /// For a job on its caller's thread: turns until there is nothing to do.
    public void runUntilIdle() {
        callerTurns("runUntilIdle").runUntilIdle();
    }

    /// Ends the input: sources are stopped, producers are refused at their next row; what was accepted is processed,
    /// then windows fire. The job is finished when every producer has closed or met the refusal. Does not wait.
    public void drain() {
        life.drain();
        inputs.stopSources();
    }

    /// Ends the job without working off what is left. Does not wait.
    public void stop() {
        life.requestStop();
        inputs.stopSources();
    }

    /// Refuses to wait for the end of the job on one of its own threads.
    public void requireOutside(String call) {
        if (turns.runsHere()) {
            throw MullionException.misuse(
                    call + " waits for the job, and was met on the thread of its worker: " + life.name());
        }
        if (inputs.sourceRunsHere()) {
            throw MullionException.misuse(
                    call + " waits for the job, and was met on the thread of its source: " + life.name());
        }
    }

    /// Waits until the job has ended, everything it held is given back, and its threads are gone.
    ///
    /// @return whether it has; `false` if the time was up first
    /// @throws MullionException if the job failed
    public boolean await(Duration timeout) throws InterruptedException {
        requireOutside("await");
        if (!turns.await(timeout)) {
            return false;
        }
        inputs.joinSources();
        life.throwFailure();
        return true;
    }

    public String name() {
        return life.name();
    }

    public JobState state() {
        return life.state();
    }

    public Counters counters() {
        return counters;
    }

    public List<InputCounters> inputs() {
        return inputs.counters();
    }

    /// From the commit of a row until the worker was done with it.
    public Latency processed() {
        return latencies == null ? Latency.NONE : latencies.processed.latency();
    }

    /// From the end of a window until it was emitted.
    public Latency emitted() {
        return latencies == null ? Latency.NONE : latencies.emitted.latency();
    }

    /// Off-heap bytes in use, by part.
    public Map<String, Long> bytesByPart() {
        return options.pool().bytesByPart();
    }

    /// The time by the engine's clock.
    public long nowNanos() {
        return options.clock().nanoTime();
    }

    public String explain() {
        return plan.explanation().toString();
    }

    /// The steps with the time each has taken.
    public String explainAnalyze() {
        if (!options.stageTimes()) {
            throw MullionException.misuse(
                    "the stages of the job are not timed: job=" + life.name() + "; see JobConfig.withStageTimes");
        }
        return plan.explanation().analyzed();
    }

    /// Whether the job has ended and all its threads are done with it.
    public boolean hasEnded() {
        return life.isOver();
    }

    /// Stops the job if it still runs, and waits until its threads are gone, however long a source takes to return.
    /// Idempotent.
    public void close() {
        requireOutside("close");
        stop();
        turns.stop();
        boolean interrupted = false;
        boolean over = false;
        while (!over) {
            try {
                over = life.await(PATIENCE) && turns.await(PATIENCE);
                if (over) {
                    inputs.joinSources();
                } else {
                    LOG.warn("job {} was told to stop and waits for its sources to return: {}", life.name(), inputs);
                }
            } catch (InterruptedException e) {
                over = false;
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private CallerTurns callerTurns(String call) {
        if (turns instanceof CallerTurns caller) {
            return caller;
        }
        throw MullionException.misuse(call + " is for a job on its caller's thread, and this one runs on "
                + options.thread() + ": " + life.name());
    }

    private RuntimeException abandoned(Throwable cause) {
        MullionException failure = cause instanceof MullionException known
                ? known
                : new MullionException(
                        MullionException.Reason.INVALID_PIPELINE,
                        "job did not start: " + life.name() + ": " + cause,
                        cause);
        try (scope) {
            inputs.abandon();
        } catch (RuntimeException e) {
            life.fail(e);
        }
        Throwable whileClosing = life.failure();
        if (whileClosing != null) {
            failure.addSuppressed(whileClosing);
        }
        return failure;
    }
}
