package io.mullion;

import io.mullion.plan.LogicalStep;

/// What a function with keyed state has made of micro-batches, and a look at the state itself.
public final class StatefulBatchedStream extends BatchedStream {
    private final LogicalStep.Keyed<?, ?, ?> keyed;

    StatefulBatchedStream(Pipeline pipeline, LogicalStep.Keyed<?, ?, ?> keyed) {
        super(pipeline, keyed);
        this.keyed = keyed;
    }

    /// In each batch all keys that have a state when it ends, with the components of that.
    ///
    /// *Order*: within a batch the order of keys is not defined.
    public BatchedStream stateSnapshots() {
        return with(LogicalStep.Snapshots.of(keyed, interval()));
    }
}
