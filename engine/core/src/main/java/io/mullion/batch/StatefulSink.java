package io.mullion.batch;

import io.mullion.io.Sink;

/// A sink of the engine's with state that a checkpoint has to take with it.
public interface StatefulSink extends Sink {
    /// The state, behind [#open]. What it holds belongs to the job's scope. *Thread*: that which plans the job.
    Stateful state(OperatorContext context);
}
