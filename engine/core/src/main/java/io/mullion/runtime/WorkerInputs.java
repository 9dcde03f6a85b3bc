package io.mullion.runtime;

import io.mullion.batch.Counters;
import io.mullion.batch.LatencyRecorder;
import io.mullion.batch.Turn;
import io.mullion.codegen.OrderKernel;
import io.mullion.io.DeadLetter;
import io.mullion.memory.Scope;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.PhysicalPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// The part that one worker has of the inputs of its job. *Thread*: the worker.
final class WorkerInputs {
    private final int worker;
    private final JobOptions options;
    private final Turn turn;
    private final Consumer<DeadLetter> deadLetters;
    private final List<LogicalStep.Root> roots = new ArrayList<>();
    private final List<JobInput> inputs = new ArrayList<>();
    private boolean fed;
    /// Inputs that have ended.
    private int ended;

    /// @param deadLetters takes those that the worker comes upon
    WorkerInputs(int worker, JobOptions options, Turn turn, Consumer<DeadLetter> deadLetters) {
        this.worker = worker;
        this.options = options;
        this.turn = turn;
        this.deadLetters = deadLetters;
    }

    /// @param latencies null if they are not measured
    void add(PhysicalPlan.Chain chain, Counters counters, LatencyRecorder latencies, OrderKernel order) {
        roots.add(chain.root());
        inputs.add(new JobInput(
                chain.root(),
                chain.head(),
                counters,
                latencies,
                turn,
                options.batchRows(),
                options.laneIdleTimeout().toNanos(),
                new JobInput.Place(chain.presence(), worker == 0, options.workers() == 1),
                order));
        fed |= chain.root() instanceof LogicalStep.FromInput;
    }

    /// What the worker has of an input; null if the job does not read it.
    JobInput of(LogicalStep.Root root) {
        for (int i = 0; i < roots.size(); i++) {
            if (roots.get(i) == root) {
                return inputs.get(i);
            }
        }
        return null;
    }

    void forEach(BiConsumer<LogicalStep.Root, JobInput> action) {
        for (int i = 0; i < roots.size(); i++) {
            action.accept(roots.get(i), inputs.get(i));
        }
    }

    List<LogicalStep.Root> roots() {
        return roots;
    }

    /// The checkpoint that was written last is whole.
    void saved() {
        inputs.forEach(JobInput::saved);
    }

    Consumer<DeadLetter> deadLetters() {
        return deadLetters;
    }

    List<InputCounters> counters() {
        return inputs.stream().map(JobInput::counters).toList();
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
        for (int i = 0; i < inputs.size() && !turn.suspended(); i++) {
            work += inputs.get(i).poll(nowNanos);
        }
        return work;
    }

    /// Rows that were handed on belong together as far as they have come.
    void flush() {
        inputs.forEach(JobInput::flush);
    }

    void refuseProducers() {
        inputs.forEach(JobInput::refuseProducers);
    }

    boolean drained() {
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputs.get(i).drained()) {
                return false;
            }
        }
        return true;
    }

    /// What windows are open fire.
    ///
    /// @return whether they all have; else an operator is suspended
    boolean end() {
        while (ended < inputs.size() && !turn.suspended()) {
            inputs.get(ended).end();
            ended++;
        }
        if (turn.suspended()) {
            return false;
        }
        flush();
        return true;
    }

    /// Leaves all lanes, read or not: of all inputs, whatever fails on the way.
    void close() {
        try (Scope leaving = new Scope()) {
            inputs.forEach(input -> leaving.own(input::close));
        }
    }
}
