package io.mullion.window;

import io.mullion.batch.Stateful;
import io.mullion.batch.States;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.Keys;
import io.mullion.codegen.LaneMeanings;
import io.mullion.codegen.PartialRows;
import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.SavedAccumulators;
import io.mullion.state.VariableStates;
import java.time.DateTimeException;
import java.util.List;
import java.util.function.Supplier;

/// What is aggregated by what, whatever the windows.
///
/// @param name for people
/// @param terms what is aggregated by what keys and windows: by these words a checkpoint has it
/// @param meanings of the accumulators, by which a checkpoint has them
/// @param keys the compiled key, or null for one group
/// @param timeColumn number of the event-time column, or -1 for processing time
/// @param lateness how long after its end a window takes rows, in the unit of the stream
/// @param earlyEveryNanos distance of early results by the engine's clock, or 0 for none
/// @param predicate what the accumulate kernel asks of each row, to count late rows by; null if it takes all
/// @param variable the aggregates whose states take any room; their results follow those of the accumulation
/// @param rows the columns that are aggregated
/// @param schema of the results, as made by [WindowSchema]
/// @param boundColumns the columns of the results before the keys
/// @param partials number of the column with accumulator rows, where the rows are aggregates of others by the same
/// panes; -1 where they are not
public record Aggregation(
        String name,
        String terms,
        Supplier<LaneMeanings> meanings,
        Keys keys,
        int timeColumn,
        long lateness,
        long earlyEveryNanos,
        Compiled<FilterKernel> predicate,
        Accumulation accumulation,
        List<VariableAggregate> variable,
        Schema rows,
        Schema schema,
        int boundColumns,
        int partials) {
    /// States for somebody who keeps accumulator rows; null if all lies in those.
    VariableStates states(MemoryAccount account) {
        return VariableStates.of(variable, rows, account);
    }

    /// The accumulators of a group in a checkpoint.
    SavedAccumulators saved() {
        return new SavedAccumulators(meanings);
    }

    /// Has checkpoints take the state of an operator, or none be made.
    void addTo(States states, Stateful owner) {
        String obstacle = VariableStates.obstacleToSaving(variable);
        if (obstacle == null) {
            states.add(terms, owner);
        } else {
            states.addUncovered(this.name + ": " + obstacle);
        }
    }

    /// A time of the windows in words.
    String timeText(long time) {
        try {
            return boundsUnit().toInstant(time).toString();
        } catch (DateTimeException e) {
            return time + boundsUnit().suffix();
        }
    }

    /// Of the start and end of windows of time.
    TimeUnit boundsUnit() {
        return ((DataType.Timestamp) schema.field(1).type()).unit();
    }

    /// Number of the column that says which result of its window a row is, or -1.
    int revisionColumn() {
        int keyCount = keys == null ? 0 : keys.layout().columns().size();
        int others = boundColumns + keyCount + accumulation.results().size() + variable.size();
        return schema.size() > others ? others : -1;
    }

    /// The same with other words for it.
    Aggregation named(String name, String terms) {
        return new Aggregation(
                name,
                terms,
                meanings,
                keys,
                timeColumn,
                lateness,
                earlyEveryNanos,
                predicate,
                accumulation,
                variable,
                rows,
                schema,
                boundColumns,
                partials);
    }

    /// The same of rows that are aggregates already, as a [PartialOperator] makes them.
    ///
    /// @param partialKeys the same keys, over those rows; null for one group
    public Aggregation ofPartials(Keys partialKeys) {
        Schema partialRows = PartialOperator.schema(keys);
        int column = partialRows.size() - 1;
        return new Aggregation(
                name,
                terms,
                meanings,
                partialKeys,
                PartialOperator.TIME_COLUMN,
                lateness,
                earlyEveryNanos,
                null,
                PartialRows.of(accumulation, column),
                variable,
                partialRows,
                schema,
                boundColumns,
                column);
    }

    /// How many rows some of the rows stand for.
    long count(ColumnAddresses in, long active, int from, int to) {
        return partials < 0
                ? to - from
                : PartialRows.count(
                        in.address(partials, ColumnAddresses.DATA),
                        accumulation.layout().rowBytes(),
                        active,
                        from,
                        to);
    }
}
