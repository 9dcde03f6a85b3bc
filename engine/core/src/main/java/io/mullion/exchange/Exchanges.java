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
    /// Of the rows of each input, in the order in which all workers plan them.
    private final List<CommonTime> ofInputs = new ArrayList<>();

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

    /// Of all receivers of a stream, has those that are behind the others come to the same time. *Thread*: any worker,
    /// while all of them stand still.
    ///
    /// @return whether there are any, which takes their workers another turn
    public boolean settle() {
        boolean behind = false;
        for (CommonTime time : ofInputs) {
            behind |= time.settle();
        }
        for (Map<String, Exchange> exchanges : byStep.values()) {
            for (Exchange exchange : exchanges.values()) {
                behind |= exchange.time().settle();
            }
        }
        return behind;
    }

    /// Whether nothing is half done by any worker, or on its way between them. *Thread*: any worker, while all of them
    /// stand still.
    public boolean still() {
        return ofWorkers.stream().allMatch(WorkerExchanges::still);
    }

    /// The time of the rows of an input where they are received.
    CommonTime ofInput(int number) {
        while (ofInputs.size() <= number) {
            ofInputs.add(new CommonTime());
        }
        return ofInputs.get(number);
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
