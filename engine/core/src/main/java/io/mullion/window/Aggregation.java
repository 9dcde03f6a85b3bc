package io.mullion.window;

import io.mullion.codegen.Accumulation;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.Keys;
import io.mullion.expr.Schema;

/// What is aggregated by what, whatever the windows.
///
/// @param name for people
/// @param keys the compiled key, or null for one group
/// @param timeColumn number of the event-time column, or -1 for processing time
/// @param lateness how long after its end a window takes rows, in the unit of the stream
/// @param earlyEveryNanos distance of early results by the engine's clock, or 0 for none
/// @param predicate what the accumulate kernel asks of each row, to count late rows by; null if it takes all
/// @param schema of the results, as made by [WindowSchema]
/// @param boundColumns the columns of the results before the keys
public record Aggregation(
        String name,
        Keys keys,
        int timeColumn,
        long lateness,
        long earlyEveryNanos,
        Compiled<FilterKernel> predicate,
        Accumulation accumulation,
        Schema schema,
        int boundColumns) {
    /// The same under another name.
    Aggregation named(String name) {
        return new Aggregation(
                name, keys, timeColumn, lateness, earlyEveryNanos, predicate, accumulation, schema, boundColumns);
    }
}
