package io.mullion.runtime;

import io.mullion.batch.BatchTimes;
import io.mullion.batch.Counters;
import io.mullion.batch.Latencies;
import io.mullion.batch.LatencyRecorder;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.StageTimes;
import io.mullion.batch.States;
import io.mullion.checkpoint.Disk;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.OrderKernel;
import io.mullion.exchange.Exchanges;
import io.mullion.exchange.Segment;
import io.mullion.exchange.WorkerExchanges;
import io.mullion.ingest.LaneProducer;
import io.mullion.ingest.RecordEncoder;
import io.mullion.ingest.SharedQueue;
import io.mullion.io.DeadLetter;
import io.mullion.join.GivenTables;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.Scope;
import io.mullion.plan.JoinStep;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.PhysicalPlan;
import io.mullion.plan.Planner;
import io.mullion.routine.VectorSupport;
import io.mullion.spec.JobState;
import io.mullion.spec.Latency;
import io.mullion.spec.MullionException;
import io.mullion.spec.WorkerThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.concurrent.IdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running job, as it is seen from outside of its workers.
///
/// The workers ([Worker]) do what there is to do in their turns ([Turns]); all here may be called from any thread and
/// reaches them through flags and queues. *Ownership*: the operators and what they hold belong to the job's
/// scope and are closed by the last worker when the job ends, before [#await] returns; a lane's memory follows when its
/// producer has closed it.
public final class JobRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(JobRuntime.class);
    /// After which a close that still waits says for what.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final JobOptions options;
    private final JobLife life;
    private final Scope scope = new Scope();
    private final List<Part> parts = new ArrayList<>();
    private final JobInputs inputs;
    private final GivenTables tables;
    /// Null where there are no checkpoints.
    private final Checkpointer checkpointer;

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

    /// What each worker has of its own.
    ///
    /// @param latencies null if they are not measured
    private record Part(Counters counters, Latencies latencies, States states, PhysicalPlan plan) {}

    private JobRuntime(JobOptions options, List<LogicalStep.Output> outputs) {
        this.options = options;
        life = new JobLife(options.name());
        Counters ofFirst = new Counters();
        DeadLetterQueue deadLetters = new DeadLetterQueue(options.deadLetters(), ofFirst);
        inputs = new JobInputs(options, life, deadLetters);
        tables = new GivenTables(!options.inTest(), life::fail);
        WorkerGroup group = new WorkerGroup(options.workers(), life, inputs, scope);
        List<Worker> workers = new ArrayList<>();
        try {
            Exchanges exchanges = new Exchanges(options.workers(), options.partialPanes());
            BatchTimes times = new BatchTimes(options.mostBatches(), options.workers());
            for (int number = 0; number < options.workers(); number++) {
                workers.add(worker(
                        number, outputs, group, exchanges, times, deadLetters, number == 0 ? ofFirst : new Counters()));
            }
            exchanges.connect();
            tables.load();
            if (options.checkpoints() == null) {
                inputs.requireUnlogged("a job with checkpoints, beside which its log is (JobConfig.withCheckpoints)");
                checkpointer = null;
            } else {
                checkpointer = checkpointer(workers, exchanges, times);
            }
            turns = options.thread() instanceof WorkerThread.Caller
                    ? new CallerTurns(options, life, workers)
                    : new LoopTurns(options, life, workers);
            VectorSupport.log();
            inputs.openSources(turns);
            turns.start();
        } catch (Throwable e) {
            throw abandoned(e);
        }
        inputs.startSources();
    }

    /// Plans a worker.
    private Worker worker(
            int number,
            List<LogicalStep.Output> outputs,
            WorkerGroup group,
            Exchanges exchanges,
            BatchTimes times,
            DeadLetterQueue deadLetters,
            Counters counters) {
        // Where one thread runs all workers none can wait for another.
        boolean handles = number == 0 || options.thread() instanceof WorkerThread.Caller;
        Consumer<DeadLetter> letters = handles ? deadLetters::handle : elsewhere(deadLetters);
        Latencies latencies = options.latencies() ? new Latencies(options.clock()) : null;
        StageTimes stages = options.stageTimes() ? new StageTimes() : null;
        OrderKernel order = new KernelCompiler(options.kernels()).order().kernel();
        Segment first = new Segment(true, options.batchRows(), stages, times);
        States states = new States(parts.isEmpty() ? null : parts.getFirst().states(), options.checkpoints() != null);
        OperatorContext context = new OperatorContext(
                options.pool(),
                scope,
                options.batchRows(),
                options.batchDataBytes(),
                letters,
                counters,
                first.site(),
                times,
                states,
                latencies,
                stages,
                order);
        WorkerExchanges ends = exchanges.next(context, first);
        PhysicalPlan plan = new Planner(context, options.kernels(), ends, tables).plan(outputs);
        WorkerInputs own = new WorkerInputs(number, options, first.turn(), letters);
        for (PhysicalPlan.Chain chain : plan.chains()) {
            own.add(chain, counters, latencies == null ? null : latencies.processed, order);
        }
        own.forEach((root, input) -> states.add("input " + root.name(), input));
        inputs.add(own);
        parts.add(new Part(counters, latencies, states, plan));
        return new Worker(
                number, life, group, own, number == 0 ? deadLetters : null, ends, first, states, options.clock());
    }

    /// Opens the folder of checkpoints, and brings back what the newest one has if that is wanted.
    private Checkpointer checkpointer(List<Worker> workers, Exchanges exchanges, BatchTimes times) {
        List<States> states = parts.stream().map(Part::states).toList();
        states.getFirst().requireAllCovered();
        MemoryAccount account = options.pool().account("checkpoints");
        scope.own(() -> options.pool().retire(account));
        CheckpointFolder folder = scope.own(new CheckpointFolder(options.checkpoints(), account, options.inTest()));
        CheckpointCounters counters = new CheckpointCounters();
        LogThread logs = new LogThread(
                options.name(), Disk.local(), options.checkpoints().folder(), account, counters, life::fail);
        inputs.log(logs, scope);
        scope.own(logs);
        folder.log(states.getFirst(), inputs.logs());
        switch (options.beginning()) {
            case ANEW -> folder.requireEmpty();
            case FROM_CHECKPOINT -> {
                if (folder.newestEpoch() > 0 || !folder.hasLog()) {
                    inputs.restore(folder.restore(states));
                }
            }
            case EITHER -> {
                if (folder.newestEpoch() > 0) {
                    inputs.restore(folder.restore(states));
                }
            }
        }
        inputs.recoverLogs(folder.finished());
        Standstill standstill = workers.size() == 1 ? null : new Standstill(workers.size());
        Checkpointer made = scope.own(new Checkpointer(
                options, folder, life, states, standstill, exchanges, times, inputs, account, counters));
        workers.forEach(worker -> worker.checkpointed(made, standstill, folder.finished()));
        logs.start(options.inTest());
        return made;
    }

    /// Makes a checkpoint, and waits for it.
    ///
    /// @return its number
    public long checkpoint() {
        if (checkpointer == null) {
            throw MullionException.misuse("the job has no folder for checkpoints: job=" + life.name());
        }
        requireOutside("checkpoint");
        CompletableFuture<Long> made = checkpointer.request();
        IdleStrategy idle = turns.waiting();
        while (!made.isDone()) {
            idle.idle();
        }
        try {
            return made.join();
        } catch (CompletionException e) {
            MullionException cause = (MullionException) e.getCause();
            throw new MullionException(cause.reason(), cause.getMessage(), cause);
        }
    }

    /// Null where there are none.
    public CheckpointCounters checkpoints() {
        return checkpointer == null ? null : checkpointer.counters();
    }

    /// Brings dead letters to the worker that handles them.
    private Consumer<DeadLetter> elsewhere(DeadLetterQueue deadLetters) {
        IdleStrategy idle = IdleStrategies.of(options.idle());
        return letter -> deadLetters.enqueue(
                letter,
                idle,
                () -> life.failure() != null
                        || life.stopRequested()
                        || life.state().ended());
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

    /// Loads a table anew, on the calling thread.
    public void load(JoinStep.Given table) {
        tables.load(table, table.name());
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

    /// Of all workers together.
    public Counters counters() {
        return Counters.sum(workerCounters());
    }

    /// Of each worker.
    public List<Counters> workerCounters() {
        return parts.stream().map(Part::counters).toList();
    }

    public List<InputCounters> inputs() {
        return inputs.counters();
    }

    /// From the commit of a row until the worker that took it was done with it.
    public Latency processed() {
        return latency(latencies -> latencies.processed);
    }

    /// From the end of a window until it was emitted.
    public Latency emitted() {
        return latency(latencies -> latencies.emitted);
    }

    private Latency latency(Function<Latencies, LatencyRecorder> of) {
        return options.latencies()
                ? LatencyRecorder.latency(
                        parts.stream().map(Part::latencies).map(of).toList())
                : Latency.NONE;
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
        return parts.getFirst().plan().explanation().toString();
    }

    /// The steps with the time each has taken.
    public String explainAnalyze() {
        if (!options.stageTimes()) {
            throw MullionException.misuse(
                    "the stages of the job are not timed: job=" + life.name() + "; see JobConfig.withStageTimes");
        }
        if (parts.size() == 1) {
            return parts.getFirst().plan().explanation().analyzed();
        }
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < parts.size(); number++) {
            text.append("worker ").append(number).append('\n');
            text.append(parts.get(number).plan().explanation().analyzed());
        }
        return text.toString();
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
