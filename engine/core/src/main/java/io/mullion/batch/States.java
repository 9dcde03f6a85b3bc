package io.mullion.batch;

import io.mullion.spec.MullionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// All that is [Stateful] in the part of a job that one worker has, each under a name that another run of the same
/// pipeline gives it, too.
///
/// *Thread*: that which plans the job, then the worker.
public final class States {
    private final Map<String, Stateful> owners = new LinkedHashMap<>();
    private final List<SinkOperator> sinks = new ArrayList<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final boolean saved;
    /// What keeps state that is not covered.
    private final List<String> uncovered = new ArrayList<>();

    /// @param saved whether there will be checkpoints
    public States(boolean saved) {
        this.saved = saved;
    }

    /// Whether there will be checkpoints: what costs something and is for them alone need not be done otherwise.
    public boolean saved() {
        return saved;
    }

    /// @param name what of the pipeline it is: of several of one name the planner makes the same first each time
    public void add(String name, Stateful owner) {
        int use = uses.merge(name, 1, Integer::sum);
        owners.put(use == 1 ? name : name + " (" + use + ")", owner);
    }

    /// A sink that draws lines between checkpoints.
    public void add(SinkOperator sink) {
        sinks.add(sink);
    }

    /// The sinks that draw lines between checkpoints.
    public List<SinkOperator> sinks() {
        return sinks;
    }

    /// There is state here that no checkpoint has.
    public void addUncovered(String what) {
        uncovered.add(what);
    }

    /// @throws MullionException if a checkpoint would not be whole
    public void requireAllCovered() {
        if (!uncovered.isEmpty()) {
            throw MullionException.invalid("checkpoints do not cover yet: " + String.join("; ", uncovered));
        }
    }

    public void forEach(BiConsumer<String, Stateful> action) {
        owners.forEach(action);
    }
}
