package io.mullion.runtime;

import io.mullion.ingest.LaneProducer;
import io.mullion.ingest.RecordEncoder;
import io.mullion.ingest.SharedQueue;
import io.mullion.io.ReplayableSource;
import io.mullion.io.Source;
import io.mullion.memory.Scope;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.agrona.concurrent.IdleStrategy;

/// The inputs of a job, with the producers and sources that feed them: each gets a lane to one of the workers, which
/// take turns.
///
/// *Thread*: any.
final class JobInputs {
    private final JobOptions options;
    private final JobLife life;
    private final DeadLetterQueue deadLetters;
    private final List<WorkerInputs> workers = new ArrayList<>();
    /// How many lanes each input has had.
    private final Map<LogicalStep.Root, AtomicInteger> dealt = new IdentityHashMap<>();

    /// Of those that are logged.
    private final Map<LogicalStep.Root, LoggedInput> logs = new IdentityHashMap<>();

    private final List<SourceRunner> sources = new ArrayList<>();
    /// By source: where a checkpoint has it; null where none does.
    private Map<String, String> restored;

    private final List<Thread> sourceThreads = new ArrayList<>();
    private final Entrances entrances;

    JobInputs(JobOptions options, JobLife life, DeadLetterQueue deadLetters) {
        this.options = options;
        this.life = life;
        this.deadLetters = deadLetters;
        entrances = new Entrances(options);
    }

    /// The part of a further worker.
    void add(WorkerInputs worker) {
        workers.add(worker);
        for (LogicalStep.Root root : worker.roots()) {
            dealt.computeIfAbsent(root, _ -> new AtomicInteger(dealt.size()));
        }
    }

    /// @param wanted what a logged input takes, and the job does not have
    /// @throws MullionException if an input is to be logged
    void requireUnlogged(String wanted) {
        for (LogicalStep.Root root : workers.getFirst().roots()) {
            if (root instanceof LogicalStep.FromInput input && input.logged()) {
                throw MullionException.invalid("a logged input takes " + wanted + ": input=" + input.name());
            }
        }
    }

    /// Has the inputs logged that are to be.
    void log(LogThread thread, Scope scope) {
        List<LogicalStep.Root> roots = workers.getFirst().roots();
        for (int number = 0; number < roots.size(); number++) {
            if (roots.get(number) instanceof LogicalStep.FromInput input && input.logged()) {
                LoggedInput log = new LoggedInput(number, input, thread, workers.size());
                logs.put(input, log);
                for (int worker = 0; worker < workers.size(); worker++) {
                    InputLog own = scope.own(new InputLog(log, worker, thread, options));
                    workers.get(worker).of(input).logged(own);
                }
            }
        }
    }

    /// Has what logs have behind the checkpoint taken again.
    ///
    /// @param over whether the job had come to its end: nothing is taken
    void recoverLogs(boolean over) {
        logs.forEach((input, log) -> {
            log.recover();
            workers.forEach(worker -> worker.of(input).recoverLog(over));
        });
    }

    /// Of the inputs that are logged.
    Collection<LoggedInput> logs() {
        return logs.values();
    }

    /// Opens the sources. *Thread*: that which starts the job.
    void openSources(Turns turns) throws Exception {
        for (LogicalStep.Root root : workers.getFirst().roots()) {
            if (root instanceof LogicalStep.FromSource from) {
                openSource(from, next(from).of(from), turns);
            }
        }
    }

    /// Where the sources stand, by name: of those that can be read again. *Thread*: the worker, between turns.
    Map<String, String> positions() {
        Map<String, String> positions = new LinkedHashMap<>();
        for (SourceRunner source : sources) {
            String position = source.position();
            if (position != null) {
                positions.put(source.key(), position);
            }
        }
        return positions;
    }

    /// The checkpoint of which all inputs were a part is whole.
    void saved() {
        workers.forEach(WorkerInputs::saved);
    }

    /// Sources that can be read again go on from where they were. Before [#openSources].
    void restore(Map<String, String> positions) {
        restored = positions;
    }

    void startSources() {
        for (SourceRunner source : sources) {
            sourceThreads.add(Thread.ofPlatform()
                    .name("mullion-" + options.name() + "-source")
                    .daemon()
                    .start(source));
        }
    }

    <T> LaneProducer<T> producer(LogicalStep.FromInput input, RecordEncoder<T> encoder, Turns turns) {
        return entrance(
                input, worker -> newProducer(worker.of(input), input.name(), input, encoder, input.overload(), turns));
    }

    <T> SharedQueue<T> sharedProducer(LogicalStep.FromInput input, RecordEncoder<T> encoder, Turns turns) {
        return entrance(
                input,
                worker -> entrances.shared(
                        worker.of(input), input, encoder, turns.waitingOfMany(), worker.deadLetters()));
    }

    private <E> E entrance(LogicalStep.FromInput input, Function<WorkerInputs, E> maker) {
        if (!dealt.containsKey(input)) {
            throw MullionException.misuse(
                    "the job does not read this input: job=" + options.name() + ", input=" + input.name());
        }
        return life.whileRunning(() -> maker.apply(next(input)));
    }

    /// Whose turn it is to get a lane.
    private WorkerInputs next(LogicalStep.Root root) {
        LoggedInput log = logs.get(root);
        return workers.get(
                log == null ? Math.floorMod(dealt.get(root).getAndIncrement(), workers.size()) : log.nextWorker());
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

    /// Of all workers together.
    List<InputCounters> counters() {
        List<List<InputCounters>> each =
                workers.stream().map(WorkerInputs::counters).toList();
        return IntStream.range(0, each.getFirst().size())
                .mapToObj(input ->
                        InputCounters.sum(each.stream().map(of -> of.get(input)).toList()))
                .toList();
    }

    /// Leaves all lanes, read or not: of workers that are gone.
    void close() {
        try (Scope leaving = new Scope()) {
            workers.forEach(worker -> leaving.own(worker::close));
        }
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
            seek(source);
        } catch (Exception e) {
            throw new MullionException(
                    MullionException.Reason.SOURCE, "cannot open " + source.name() + ": " + e.getMessage(), e);
        }
        try {
            LaneProducer<?> producer = newProducer(input, from.name(), from, null, Overload.BLOCK, turns);
            sources.add(new SourceRunner(sources.size(), source, input, producer, life));
            life.partStarted();
        } catch (RuntimeException e) {
            closeUnused(source, e);
            throw e;
        }
    }

    private void seek(Source source) throws Exception {
        if (options.checkpoints() == null || !(source instanceof ReplayableSource replayable)) {
            return;
        }
        String position = restored == null ? null : restored.get(SourceRunner.key(sources.size(), source));
        if (position != null) {
            replayable.seek(position);
        }
        // From here on it has to know.
        replayable.position(0);
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
