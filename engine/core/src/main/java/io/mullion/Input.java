package io.mullion;

import io.mullion.ingest.RecordEncoder;
import io.mullion.plan.LogicalStep;

/// A place where the program's own threads feed rows into a pipeline: a stream on this side, producers ([Job#producer])
/// on the other.
///
/// @param <T> the record type, or [Void] where rows are written column by column only
public final class Input<T> {
    private final Pipeline pipeline;
    private final LogicalStep.FromInput root;
    private final RecordEncoder<T> encoder;

    Input(Pipeline pipeline, LogicalStep.FromInput root, RecordEncoder<T> encoder) {
        this.pipeline = pipeline;
        this.root = root;
        this.encoder = encoder;
    }

    /// The rows that producers offer.
    public DataStream stream() {
        return new DataStream(pipeline, root);
    }

    public String name() {
        return root.name();
    }

    LogicalStep.FromInput root() {
        return root;
    }

    RecordEncoder<T> encoder() {
        return encoder;
    }
}
