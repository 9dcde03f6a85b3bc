package io.mullion.exchange;

/// How what several workers send becomes one stream.
public sealed interface Merge {
    /// Rows are handed on as they come: those of each sender in their order, and there is no other.
    record AsTheyCome() implements Merge {}

    /// Rows are results of windows, and are handed on in order of the ends of these.
    ///
    /// @param column with the ends
    record ByWindowEnd(int column) implements Merge {}

    /// Rows are those of micro-batches, and each batch is handed on before the next one, and told once.
    ///
    /// @param interval between the ends of batches, in the unit of [io.mullion.batch.MicroBatches]
    record ByBatch(long interval) implements Merge {}

    Merge AS_THEY_COME = new AsTheyCome();
}
