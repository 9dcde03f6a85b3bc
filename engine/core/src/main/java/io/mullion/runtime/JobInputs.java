package io.mullion.runtime;

import io.mullion.batch.Counters;
import io.mullion.batch.Latencies;
import io.mullion.batch.Turn;
import io.mullion.codegen.OrderKernel;
import io.mullion.ingest.LaneProducer;
import io.mullion.ingest.RecordEncoder;
import io.mullion.ingest.SharedQueue;
import io.mullion.io.Source;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.PhysicalPlan;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.IdleStrategy;

/// The inputs of a job, with the producers and sources that feed them.
///
/// *Thread*: the worker, but for producers and sources: any.
final class JobInputs {
    private record Rooted(LogicalStep.Root root, JobInput input) {}

    private final JobOptions options;
    private final JobLife life;
    private final DeadLetterQueue deadLetters;
    private final List<Rooted> inputs = new ArrayList<>();
    private final List<JobInput> polled = new ArrayList<>();
    private final List<SourceRunner> sources = new ArrayList<>();
    private final List<Thread> sourceThreads = new ArrayList<>();
    private final Entrances entrances;
    private final Turn turn;
    private boolean fed;
    /// Inputs that have ended.
    private int ended;

    JobInputs(JobOptions options, JobLife life, DeadLetterQueue deadLetters, Turn turn) {
        this.options = options;
        this.life = life;
        this.deadLetters = deadLetters;
        this.turn = turn;
        entrances = new Entrances(options);
    }

    void add(PhysicalPlan.Chain chain, Counters counters, Latencies latencies, OrderKernel order) {
        JobInput input = new JobInput(
                chain.root(),
                chain.head(),
                counters,
                latencies == null ? null : latencies.processed,
                turn,
                options.batchRows(),
                options.laneIdleTimeout().toNanos(),
                order);
        inputs.add(new Rooted(chain.root(), input));
        polled.add(input);
        fed |= chain.root() instanceof LogicalStep.FromInput;
    }

    /// Opens the sources. *Thread*: that which starts the job.
    void openSources(Turns turns) throws Exception {
        for (Rooted rooted : inputs) {
            if (rooted.root() instanceof LogicalStep.FromSource from) {
                openSource(from, rooted.input(), turns);
            }
        }
    }

    void startSources() {
        for (SourceRunner source : sources) {
            sourceThreads.add(Thread.ofPlatform()
                    .name("mullion-" + options.name() + "-source")
                    .daemon()
                    .start(source));
        }
    }

    /// *Thread*: any.
    <T> LaneProducer<T> producer(LogicalStep.FromInput input, RecordEncoder<T> encoder, Turns turns) {
        return entrance(input, target -> newProducer(target, input.name(), input, encoder, input.overload(), turns));
    }

    /// *Thread*: any.
    <T> SharedQueue<T> sharedProducer(LogicalStep.FromInput input, RecordEncoder<T> encoder, Turns turns) {
        return entrance(
                input, target -> entrances.shared(target, input, encoder, turns.waitingOfMany(), deadLetters::handle));
    }

    private <E> E entrance(LogicalStep.FromInput input, Function<JobInput, E> maker) {
        Rooted target = inputs.stream()
                .filter(rooted -> rooted.root() == input)
                .findFirst()
                .orElseThrow(() -> MullionException.misuse(
                        "the job does not read this input: job=" + options.name() + ", input=" + input.name()));
        return life.whileRunning(() -> maker.apply(target.input()));
    }

    void stopSources() {
        sources.forEach(SourceRunner::stop);
    }

    boolean sourceRunsHere() {
        return sources.stream().anyMatch(SourceRunner::runsHere);
    }

    /// Those that have returned: their threads end.
    void joinSources() throws InterruptedException {
        for (Thread thread : sourceThreads) {
            thread.join();
        }
    }

    List<InputCounters> counters() {
        return polled.stream().map(JobInput::counters).toList();
    }

    /// Whether producers may come.
    boolean fed() {
        return fed;
    }

    /// One round over all lanes.
    ///
    /// @return how much there was to do
    int poll(long nowNanos) {
        int work = 0;
        for (int i = 0; i < polled.size() && !turn.suspended(); i++) {
            work += polled.get(i).poll(nowNanos);
        }
        return work;
    }

    void refuseProducers() {
        polled.forEach(JobInput::refuseProducers);
    }

    boolean drained() {
        for (int i = 0; i < polled.size(); i++) {
            if (!polled.get(i).drained()) {
                return false;
            }
        }
        return true;
    }

    /// What windows are open fire.
    ///
    /// @return whether they all have; else an operator is suspended
    boolean end() {
        while (ended < polled.size() && !turn.suspended()) {
            polled.get(ended).end();
            ended++;
        }
        if (turn.suspended()) {
            return false;
        }
        polled.forEach(JobInput::flush);
        return true;
    }

    /// Leaves all lanes, read or not.
    void close() {
        polled.forEach(JobInput::close);
    }

    /// For a job that did not start.
    void abandon() {
        close();
        sources.forEach(SourceRunner::abandon);
    }

    @Override
    public String toString() {
        return sources.toString();
    }

    private void openSource(LogicalStep.FromSource from, JobInput input, Turns turns) throws Exception {
        if (options.inTest()) {
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
            LaneProducer<?> producer = newProducer(input, from.name(), from, null, Overload.BLOCK, turns);
            sources.add(new SourceRunner(source, producer, life));
            life.partStarted();
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
            JobInput input,
            String name,
            LogicalStep.Root root,
            RecordEncoder<T> encoder,
            Overload overload,
            Turns turns) {
        IdleStrategy idle = turns.waiting();
        return entrances.producer(
                input,
                root,
                name,
                encoder,
                overload,
                idle,
                letter -> deadLetters.enqueue(letter, idle, () -> life.state().ended()));
    }
}
