package io.mullion.batch;

import io.mullion.spec.MullionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// All that is [Stateful] in the part of a job that one worker has, each under a name that another run of the same
/// pipeline gives it, too, with however many workers.
///
/// *Thread*: that which plans the job, then the worker.
public final class States {
    /// Those of the worker that is planned first, which has all there is; null if these are it.
    private final States first;

    private final Map<String, Stateful> owners = new LinkedHashMap<>();
    private final Map<String, SinkOperator> sinks = new LinkedHashMap<>();
    private final boolean saved;
    /// By name: of each that was added under it, whether every worker has it.
    private final Map<String, List<Boolean>> added = new HashMap<>();
    /// Full names of those that every worker has.
    private final Set<String> shared = new HashSet<>();
    /// What keeps state that is not covered.
    private final List<String> uncovered = new ArrayList<>();
    /// Whether every worker has what is made now.
    private boolean everywhere = true;

    /// @param first those of the worker that was planned first; null if these are it
    /// @param saved whether there will be checkpoints
    public States(States first, boolean saved) {
        this.first = first;
        this.saved = saved;
    }

    /// Has operators made in a part of the plan.
    ///
    /// @param everywhere whether every worker has it; else the first one has
    public <T> T within(boolean everywhere, Supplier<T> made) {
        boolean outer = this.everywhere;
        this.everywhere = everywhere;
        try {
            return made.get();
        } finally {
            this.everywhere = outer;
        }
    }

    /// Whether there will be checkpoints: what costs something and is for them alone need not be done otherwise.
    public boolean saved() {
        return saved;
    }

    /// @param name what of the pipeline it is: of several of one name the planner makes the same first each time
    public void add(String name, Stateful owner) {
        List<Boolean> ofName = added.computeIfAbsent(name, _ -> new ArrayList<>());
        ofName.add(everywhere);
        int use = first == null ? ofName.size() : first.numberOf(name, ofName.size());
        String full = use == 1 ? name : name + " (" + use + ")";
        owners.put(full, owner);
        if (everywhere) {
            shared.add(full);
        }
    }

    /// Which one of a name, of all, is that which every worker has as its `number`th. Both count from 1.
    private int numberOf(String name, int number) {
        List<Boolean> ofName = added.get(name);
        int use = 0;
        for (int left = number; left > 0; use++) {
            left -= ofName.get(use) ? 1 : 0;
        }
        return use;
    }

    /// Whether every worker has a part of it; else the first one has all.
    public boolean everywhere(String name) {
        return shared.contains(name);
    }

    /// A sink that draws lines between checkpoints.
    ///
    /// @param name what of the pipeline it is: of several of one name the planner makes the same first each time
    public void addSink(String name, SinkOperator sink) {
        String full = name;
        for (int use = 2; sinks.putIfAbsent(full, sink) != null; use++) {
            full = name + " (" + use + ")";
        }
    }

    /// The sinks that draw lines between checkpoints, by the names that another run of the same pipeline gives them,
    /// too.
    public Map<String, SinkOperator> sinks() {
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
