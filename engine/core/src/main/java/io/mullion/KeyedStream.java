package io.mullion;

import io.mullion.plan.LogicalStep;
import io.mullion.spec.Window;

/// A stream grouped by a key.
public final class KeyedStream {
    private final Pipeline pipeline;
    private final LogicalStep step;
    private final String key;

    KeyedStream(Pipeline pipeline, LogicalStep step, String key) {
        this.pipeline = pipeline;
        this.step = step;
        this.key = key;
    }

    /// The rows of each key by window.
    public WindowedStream window(Window window) {
        return new WindowedStream(pipeline, step, key, window);
    }
}
