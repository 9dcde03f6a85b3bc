package io.mullion;

import io.mullion.plan.LogicalStep;
import java.time.Duration;

/// What a function with keyed state has made of a stream, and a look at the state itself.
public final class StatefulStream extends DataStream {
    private final Pipeline pipeline;
    private final LogicalStep.Keyed<?, ?, ?> keyed;

    StatefulStream(Pipeline pipeline, LogicalStep.Keyed<?, ?, ?> keyed) {
        super(pipeline, keyed);
        this.pipeline = pipeline;
        this.keyed = keyed;
    }

    /// All keys that have a state, with the components of that, whenever the time of the stream passes a multiple of
    /// `every`, and at the end of input. They have no time.
    ///
    /// *Order*: behind the rows that were made up to then. Within a snapshot the order of keys is not defined.
    public DataStream stateSnapshots(Duration every) {
        return new DataStream(pipeline, LogicalStep.Snapshots.of(keyed, every));
    }
}
