package io.mullion;

import io.mullion.plan.LogicalStep;
import io.mullion.spec.Window;
import java.util.List;

/// A stream grouped by a key.
public final class KeyedStream {
    private final Pipeline pipeline;
    private final LogicalStep step;
    private final List<String> keys;

    KeyedStream(Pipeline pipeline, LogicalStep step, List<String> keys) {
        this.pipeline = pipeline;
        this.step = step;
        this.keys = keys;
    }

    /// The rows of each key by window.
    public WindowedStream window(Window window) {
        return new WindowedStream(pipeline, step, keys, window);
    }
}
