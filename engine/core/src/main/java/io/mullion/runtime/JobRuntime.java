package io.mullion.runtime;

import io.mullion.batch.Counters;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Timetable;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.OrderKernel;
import io.mullion.ingest.LaneProducer;
import io.mullion.ingest.OverloadCounters;
import io.mullion.ingest.RecordEncoder;
import io.mullion.ingest.SharedQueue;
import io.mullion.io.Source;
import io.mullion.memory.Scope;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.PhysicalPlan;
import io.mullion.plan.Planner;
import io.mullion.routine.VectorSupport;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running job: its worker's duty cycle and its life cycle.
///
/// One thread, the worker, runs [#doWork]; all else may be called from any thread and reaches the worker through flags
/// and queues. *Ownership*: the operators and what they hold belong to the job's scope and are closed by the worker
/// when the job ends, before [#await] returns; a lane's memory follows when its producer has closed it.
public final class JobRuntime implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(JobRuntime.class);
    /// Parks are this long at most: the bound on when a worker that had nothing to do sees a new row.
    private static final long MAX_PARK_NANOS = 50_000;
    /// After which a close that still waits says for what.
    private static final long PATIENCE_SECONDS = 10;

    private final JobOptions options;
    private final Scope scope = new Scope();
    private final Counters counters = new Counters();
    private final Timetable timetable = new Timetable();
    private final OverloadCounters overloadCounters = new OverloadCounters();
    private final Entrances entrances;
    private final DeadLetterQueue deadLetters;
    private final PhysicalPlan plan;
    private final Map<LogicalStep.Root, JobInput> inputs = new IdentityHashMap<>();
    private final List<JobInput> polled = new ArrayList<>();
    private final List<SourceRunner> sources = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicInteger runningParts;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object control = new Object();
    private AgentRunner runner;
    private volatile Thread worker;
    private volatile JobState state = JobState.RUNNING;
    private volatile boolean stopRequested;
    private boolean hasInputs;
    private boolean working;
    private boolean closed;

    /// Plans and starts a job. Sources are opened and sinks told their columns on the caller's thread; what fails there
    /// is thrown here, and nothing stays behind.
    public static JobRuntime start(JobOptions options, List<LogicalStep.Output> outputs) {
        JobRuntime job = new JobRuntime(options, outputs);
        job.start();
        return job;
    }

    private JobRuntime(JobOptions options, List<LogicalStep.Output> outputs) {
        this.options = options;
        entrances = new Entrances(options, overloadCounters);
        deadLetters = new DeadLetterQueue(options.deadLetters(), counters);
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
                    order);
            plan = new Planner(context, options.kernels()).plan(outputs);
            VectorSupport.log();
            for (PhysicalPlan.Chain chain : plan.chains()) {
                addInput(chain, order);
            }
        } catch (Throwable e) {
            throw abandoned(e);
        }
        // The worker and every source.
        runningParts = new AtomicInteger(1 + sources.size());
    }

    /// A producer for an input of the pipeline.
    ///
    /// @param encoder null where rows are written column by column
    public <T> LaneProducer<T> producer(LogicalStep.FromInput input, RecordEncoder<T> encoder) {
        return entrance(input, target -> newProducer(target, input.name(), input, encoder, input.overload()));
    }

    /// An entry to an input of the pipeline for records of any thread.
    public <T> SharedQueue<T> sharedProducer(LogicalStep.FromInput input, RecordEncoder<T> encoder) {
        IdleStrategy idle = options.ownThread()
                ? new OutsideIdle(this, new SleepingIdleStrategy(MAX_PARK_NANOS))
                : new DutyCycleIdle(this);
        return entrance(input, target -> entrances.shared(target, input, encoder, idle, deadLetters::handle));
    }

    private <E> E entrance(LogicalStep.FromInput input, Function<JobInput, E> maker) {
        JobInput target = inputs.get(input);
        if (target == null) {
            throw MullionException.misuse(
                    "the job does not read this input: job=" + options.name() + ", input=" + input.name());
        }
        synchronized (control) {
            if (state != JobState.RUNNING) {
                throw MullionException.misuse("no further producers: job=" + options.name() + " is " + state);
            }
            return maker.apply(target);
        }
    }

    /// Ends the input: sources are stopped, producers are refused at their next row; what was accepted is processed,
    /// then windows fire. The job is finished when every producer has closed or met the refusal. Does not wait.
    public void drain() {
        synchronized (control) {
            if (state == JobState.RUNNING) {
                state = JobState.DRAINING;
            }
        }
        sources.forEach(SourceRunner::stop);
    }

    /// Ends the job without working off what is left. Does not wait.
    public void stop() {
        stopRequested = true;
        sources.forEach(SourceRunner::stop);
    }

    /// Ends the job with an error; the first counts. *Thread*: any.
    void fail(Throwable cause) {
        synchronized (control) {
            if (!state.ended()) {
                failure.compareAndSet(null, cause);
                return;
            }
        }
        LOG.warn("job {} had ended as {} when this happened", options.name(), state, cause);
    }

    /// Refuses to wait for the worker on the worker's thread.
    void requireNotWorker(String what) {
        if (Thread.currentThread() == worker) {
            throw MullionException.misuse(
                    what + " waits for the job, and was met on the thread of its worker: " + options.name());
        }
    }

    /// Refuses to wait for the end of the job on one of its own threads.
    public void requireOutside(String call) {
        requireNotWorker(call);
        if (sources.stream().anyMatch(SourceRunner::runsHere)) {
            throw MullionException.misuse(
                    call + " waits for the job, and was met on the thread of its source: " + options.name());
        }
    }

    /// Waits until the job has ended and everything it held is given back.
    ///
    /// @return whether it has; `false` if the time was up first
    /// @throws MullionException if the job failed
    public boolean await(Duration timeout) throws InterruptedException {
        if (options.ownThread()) {
            requireOutside("await");
            if (!ended.await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS)) {
                return false;
            }
        } else {
            runToEnd();
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw cause instanceof MullionException known
                    ? new MullionException(known.reason(), known.getMessage(), known)
                    : new MullionException(
                            MullionException.Reason.USER_CODE, "job failed: " + options.name() + ": " + cause, cause);
        }
        return true;
    }

    public String name() {
        return options.name();
    }

    public JobState state() {
        return state;
    }

    public Counters counters() {
        return counters;
    }

    public OverloadCounters overloadCounters() {
        return overloadCounters;
    }

    public String explain() {
        return plan.explanation().toString();
    }

    @Override
    public String roleName() {
        return "mullion-" + options.name();
    }

    /// One duty cycle: takes what is committed in every lane, moves time on, handles what other threads asked for.
    @Override
    public int doWork() {
        if (state.ended()) {
            throw new AgentTerminationException("job ended: " + options.name());
        }
        try {
            return cycle();
        } catch (Throwable e) {
            fail(e);
            end(JobState.FAILED);
            return 1;
        }
    }

    /// For a job without a thread of its own: duty cycles until there is nothing to do. *Thread*: the caller's, always
    /// the same.
    public void runUntilIdle() {
        if (working) {
            throw MullionException.misuse("the engine was called from within a sink: " + options.name());
        }
        working = true;
        try {
            while (!state.ended() && doWork() > 0) {}
        } finally {
            working = false;
        }
    }

    @Override
    public void onClose() {
        // Reached without an end only if the thread was made to stop from outside.
        if (!state.ended()) {
            fail(new MullionException(
                    MullionException.Reason.STOPPED, "the worker was interrupted: " + options.name()));
            end(JobState.FAILED);
        }
    }

    @Override
    public void onStart() {
        worker = Thread.currentThread();
    }

    /// Whether the job has ended and all its threads are done with it.
    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /// Stops the job if it still runs, and waits until its threads are gone, however long a source takes to return.
    /// Idempotent.
    public void close() {
        requireOutside("close");
        stop();
        if (runner == null) {
            runUntilIdle();
            return;
        }
        boolean interrupted = false;
        while (!hasEnded()) {
            try {
                if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn(
                            "job {} was told to stop and waits for its sources to return: {}", options.name(), sources);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        runner.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void onAgentError(Throwable error) {
        if (!(error instanceof AgentTerminationException)) {
            fail(error);
        }
    }

    void sourceEnded() {
        partEnded();
    }

    private int cycle() {
        if (failure.get() != null) {
            end(JobState.FAILED);
            return 1;
        }
        if (stopRequested) {
            end(JobState.STOPPED);
            return 1;
        }
        boolean draining = state == JobState.DRAINING;
        if (draining) {
            polled.forEach(JobInput::refuseProducers);
        }
        long now = options.clock().nanoTime();
        // Before inputs see the time: what came before it belongs to the period that ends.
        int work = deadLetters.drain() + timetable.run(now);
        for (int i = 0; i < polled.size(); i++) {
            work += polled.get(i).poll(now);
        }
        // No input can come any more: only sources and they have ended, or a drain was asked for before this cycle
        // looked at the lanes.
        if (work == 0 && (draining || !hasInputs) && allDrained()) {
            finish();
            return 1;
        }
        return work;
    }

    private void finish() {
        for (JobInput input : polled) {
            input.end();
        }
        deadLetters.drain();
        end(JobState.FINISHED);
    }

    private boolean allDrained() {
        for (int i = 0; i < polled.size(); i++) {
            if (!polled.get(i).drained()) {
                return false;
            }
        }
        return true;
    }

    /// Gives everything back, then lets those who wait go on. *Thread*: the worker.
    private void end(JobState last) {
        if (closed) {
            return;
        }
        closed = true;
        try (scope) {
            polled.forEach(JobInput::close);
            sources.forEach(SourceRunner::stop);
        } catch (Throwable e) {
            fail(e);
        }
        synchronized (control) {
            try {
                // A producer made at the last moment may have left a lane that was not adopted.
                polled.forEach(JobInput::close);
            } catch (Throwable e) {
                fail(e);
            }
            state = failure.get() == null ? last : JobState.FAILED;
        }
        if (state == JobState.FAILED) {
            log(failure.get());
        }
        partEnded();
    }

    /// What the engine itself has put into words needs no stack trace; anything else does.
    private void log(Throwable cause) {
        if (cause instanceof MullionException) {
            LOG.error("job {} failed: {}", options.name(), cause.getMessage());
        } else {
            LOG.error("job {} failed", options.name(), cause);
        }
    }

    private void partEnded() {
        if (runningParts.decrementAndGet() == 0) {
            ended.countDown();
        }
    }

    private void addInput(PhysicalPlan.Chain chain, OrderKernel order) throws Exception {
        JobInput input = new JobInput(
                chain.root(), chain.head(), counters, options.laneIdleTimeout().toNanos(), order);
        inputs.put(chain.root(), input);
        polled.add(input);
        switch (chain.root()) {
            case LogicalStep.FromInput _ -> hasInputs = true;
            case LogicalStep.FromSource from -> addSource(input, from);
        }
    }

    private void addSource(JobInput input, LogicalStep.FromSource from) throws Exception {
        if (!options.ownThread()) {
            throw MullionException.invalid(
                    "a test engine runs inputs, not sources; feed an input in its place: source=" + from.name());
        }
        Source source = from.source();
        try {
            source.open();
        } catch (Exception e) {
            throw new MullionException(
                    MullionException.Reason.SOURCE, "cannot open " + source.name() + ": " + e.getMessage(), e);
        }
        try {
            LaneProducer<?> producer = newProducer(input, from.name(), from, null, Overload.BLOCK);
            sources.add(new SourceRunner(source, producer, this));
        } catch (RuntimeException e) {
            closeUnused(source, e);
            throw e;
        }
    }

    private static void closeUnused(Source source, RuntimeException failure) {
        try {
            source.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    private <T> LaneProducer<T> newProducer(
            JobInput input, String name, LogicalStep.Root root, RecordEncoder<T> encoder, Overload overload) {
        IdleStrategy idle = options.ownThread() ? new OutsideIdle(this, backoff()) : new DutyCycleIdle(this);
        return entrances.producer(
                input,
                root,
                name,
                encoder,
                overload,
                idle,
                letter -> deadLetters.enqueue(letter, idle, () -> state.ended()));
    }

    private void start() {
        for (SourceRunner source : sources) {
            Thread.ofPlatform().name(roleName() + "-source").daemon().start(source);
        }
        if (options.ownThread()) {
            runner = new AgentRunner(backoff(), this::onAgentError, null, this);
            AgentRunner.startOnThread(
                    runner, task -> Thread.ofPlatform().daemon().unstarted(task));
        }
    }

    private void runToEnd() {
        runUntilIdle();
        if (!state.ended()) {
            throw MullionException.misuse("the job cannot end: job=" + options.name() + " is " + state
                    + (state == JobState.DRAINING ? ", a producer is still open" : "; drain or stop it first"));
        }
    }

    private RuntimeException abandoned(Throwable cause) {
        MullionException failure = cause instanceof MullionException known
                ? known
                : new MullionException(
                        MullionException.Reason.INVALID_PIPELINE,
                        "job did not start: " + options.name() + ": " + cause,
                        cause);
        try (scope) {
            polled.forEach(JobInput::close);
            sources.forEach(SourceRunner::abandon);
        } catch (RuntimeException e) {
            fail(e);
        }
        Throwable whileClosing = this.failure.get();
        if (whileClosing != null) {
            failure.addSuppressed(whileClosing);
        }
        return failure;
    }

    private static IdleStrategy backoff() {
        return new BackoffIdleStrategy(20, 20, 1_000, MAX_PARK_NANOS);
    }
}
