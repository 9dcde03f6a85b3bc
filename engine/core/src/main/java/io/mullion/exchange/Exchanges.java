package io.mullion.exchange;

import io.mullion.batch.OperatorContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// All exchanges of a job. *Thread*: that which plans the job, one worker after the other.
public final class Exchanges {
    private final int workers;
    private final boolean partialPanes;
    private final List<WorkerExchanges> ofWorkers = new ArrayList<>();
    private final Map<Object, Map<String, Exchange>> byStep = new IdentityHashMap<>();

    /// @param workers 1 where there are none
    /// @param partialPanes whether they may aggregate their own rows before they come together
    public Exchanges(int workers, boolean partialPanes) {
        this.workers = workers;
        this.partialPanes = partialPanes;
    }

    /// The ends of them that the next worker has.
    public WorkerExchanges next(OperatorContext context, Segment inputs) {
        WorkerExchanges ends = new WorkerExchanges(this, ofWorkers.size(), context, inputs);
        ofWorkers.add(ends);
        return ends;
    }

    /// All workers are planned: whoever receives gets to know of those that send.
    public void connect() {
        ofWorkers.forEach(WorkerExchanges::connect);
    }

    int workers() {
        return workers;
    }

    boolean partialPanes() {
        return partialPanes;
    }

    /// The same for all workers.
    ///
    /// @param step of the plan, told by identity
    /// @param role which exchange of that step
    Exchange at(Object step, String role) {
        return byStep.computeIfAbsent(step, _ -> new HashMap<>()).computeIfAbsent(role, _ -> new Exchange());
    }
}
