package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.ObjectAggregate;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.Failure;
import java.util.List;

/// What the aggregates of a grouping keep whose states take any room, beside accumulator rows and numbered as those: of
/// a pane, of sessions, or of results that are being put together.
///
/// Such states are neither retracted nor carried on from window to window: each result combines those of its panes, in
/// their order. What a slot has not met is empty. *Ownership*: owns its memory until [#release], after which it is
/// empty and may be used again. *Thread*: the worker.
public final class VariableStates implements AutoCloseable {
    private final StateColumn[] columns;
    private final StateArena arena;

    private VariableStates(List<VariableAggregate> aggregates, Schema rows, MemoryAccount account) {
        arena = new StateArena(account);
        columns = new StateColumn[aggregates.size()];
        RecordStates records = null;
        for (int i = 0; i < columns.length; i++) {
            VariableAggregate aggregate = aggregates.get(i);
            if (records != null && aggregate.user() == records.reduction()) {
                columns[i] = new ComponentStates(aggregate, records, rows, arena, account);
            } else {
                columns[i] = StateColumn.of(aggregate, rows, arena, account);
                records = columns[i] instanceof RecordStates reduced ? reduced : records;
            }
        }
    }

    /// Without states; null if there are no such aggregates.
    ///
    /// @param rows the columns that are aggregated
    public static VariableStates of(List<VariableAggregate> aggregates, Schema rows, MemoryAccount account) {
        return aggregates.isEmpty() ? null : new VariableStates(aggregates, rows, account);
    }

    /// Folds the active rows of `in` in [`from`, `to`) into the states of their slots.
    ///
    /// @param slots address of int32 slots by row number, or 0 where there is one slot
    /// @param slotCount all slots are below
    public void fold(ColumnAddresses in, long active, int from, int to, long slots, int slotCount) {
        for (StateColumn column : columns) {
            column.ensure(slotCount);
            column.fold(in, active, from, to, slots);
        }
    }

    /// Adds what a slot of other states of these aggregates has: as if its rows came now.
    public void combine(int slot, VariableStates others, int from) {
        for (int i = 0; i < columns.length; i++) {
            if (from < others.columns[i].slotCount()) {
                columns[i].ensure(slot + 1);
                columns[i].combine(columns[i].cell(slot), others.columns[i], others.columns[i].cell(from));
            }
        }
    }

    /// Empties a slot.
    public void clear(int slot) {
        for (StateColumn column : columns) {
            if (slot < column.slotCount()) {
                column.clear(column.cell(slot));
            }
        }
    }

    /// Why states of these aggregates cannot be saved, or null.
    public static String obstacleToSaving(List<VariableAggregate> aggregates) {
        for (VariableAggregate aggregate : aggregates) {
            if (aggregate.user() instanceof ObjectAggregate<?> user && !(user instanceof ObjectAggregate.Saving<?>)) {
                return "aggregate " + user.name() + " does not tell how its states are saved (ObjectAggregate.Saving)";
            }
        }
        return null;
    }

    /// Bytes of the saved state of a slot; 0 where nothing was met.
    int savedBytes(int aggregate, int slot) {
        StateColumn column = columns[aggregate];
        return slot < column.slotCount() ? column.savedBytes(column.cell(slot)) : 0;
    }

    /// Writes the state of a slot, as long as [#savedBytes] says.
    void save(int aggregate, int slot, long to) {
        StateColumn column = columns[aggregate];
        if (slot < column.slotCount()) {
            column.save(column.cell(slot), to);
        }
    }

    /// Takes a state that was saved into an empty slot.
    void load(int aggregate, int slot, long from, int bytes) {
        if (bytes > 0) {
            StateColumn column = columns[aggregate];
            // One more to load from.
            column.ensure(slot + 2);
            column.load(column.cell(slot), from, bytes);
        }
    }

    /// Makes results of a slot, one for each aggregate, for [#write].
    ///
    /// @return why there are none, or null
    public Failure results(int slot) {
        for (StateColumn column : columns) {
            column.ensure(slot + 1);
            Failure failure = column.result(column.cell(slot));
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }

    /// The result columns.
    public int columnCount() {
        return columns.length;
    }

    /// Bytes that the result of an aggregate takes in the data area of its column; 0 where that has none.
    public int resultBytes(int aggregate) {
        return columns[aggregate].resultBytes();
    }

    /// Writes a result to a row of its column, its bytes to `data + end` where the column has a data area.
    public void write(int aggregate, ColumnAddresses out, int column, int row, int end) {
        columns[aggregate].write(out, column, row, end);
    }

    /// Gives all memory back.
    public void release() {
        for (StateColumn column : columns) {
            column.release();
        }
        arena.release();
    }

    @Override
    public void close() {
        release();
        for (StateColumn column : columns) {
            column.close();
        }
    }
}
