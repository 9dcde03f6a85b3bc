package io.mullion.conformance;

import com.fasterxml.jackson.databind.JsonNode;

/// One thing that is done to a job. What comes out then has come out `at` this item or batch of the case.
sealed interface Step {
    int at();

    /// A row is offered.
    record Feed(int at, JsonNode row) implements Step {}

    /// A watermark is stated: no more rows with a time below `time`.
    record State(int at, long time) implements Step {}

    /// The interval of a batch ends by the engine's clock.
    record EndBatch(int at) implements Step {}

    /// The job makes a checkpoint and dies, and another one goes on from there.
    record Restore(int at) implements Step {}

    /// The input ends.
    record End(int at) implements Step {}
}
