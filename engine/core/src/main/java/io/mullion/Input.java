package io.mullion;

import io.mullion.ingest.RecordEncoder;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.MullionException;

/// A place where the program's own threads feed rows into a pipeline: a stream on this side, producers ([Job#producer])
/// on the other.
///
/// @param <T> the record type, or [Void] where rows are written column by column only
public final class Input<T> {
    private final Pipeline pipeline;
    private final RecordEncoder<T> encoder;
    private LogicalStep.FromInput root;
    private boolean streamed;

    Input(Pipeline pipeline, LogicalStep.FromInput root, RecordEncoder<T> encoder) {
        this.pipeline = pipeline;
        this.root = root;
        this.encoder = encoder;
    }

    /// The rows that producers offer.
    public DataStream stream() {
        streamed = true;
        return new DataStream(pipeline, root);
    }

    /// The same input with a log: what producers offer is on the disk soon after the worker has taken it, beside the
    /// checkpoints of the job, and is taken again from there when the job goes on after it has died.
    /// [io.mullion.io.Producer#durablePosition] says how far that is. Where the disk is slower than the producers,
    /// these meet a full lane.
    ///
    /// *Failure*: a job with such an input makes checkpoints, or does not start. An input that drops the oldest rows
    /// under overload is refused, and so is one whose [#stream] has been asked for.
    ///
    /// @return this
    public Input<T> logged() {
        if (streamed) {
            throw MullionException.misuse("an input is logged before its stream is asked for: input=" + name());
        }
        root = root.withLog();
        return this;
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
