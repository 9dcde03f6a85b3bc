package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.StateTable;
import io.mullion.codegen.AccumulatorLayout;
import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.routine.RawMemory;
import java.util.ArrayList;
import java.util.List;

/// The accumulators of one group as columns of a table of state.
///
/// *Shape*: an int64 `lane.N` for each lane of the accumulator row, then a binary `state.NAME` for each aggregate whose
/// state may have any size, as [StateColumn] saves it.
public final class SavedAccumulators {
    private final List<Field> fields = new ArrayList<>();
    private final int lanes;
    private final int states;

    public SavedAccumulators(AccumulatorLayout layout, List<VariableAggregate> variable) {
        lanes = layout.laneCount();
        states = variable.size();
        for (int lane = 0; lane < lanes; lane++) {
            fields.add(Field.of("lane." + lane, DataType.INT64));
        }
        for (VariableAggregate aggregate : variable) {
            fields.add(Field.of("state." + aggregate.result().name(), DataType.BINARY));
        }
    }

    /// Behind some others.
    public List<Field> behind(Field... others) {
        List<Field> all = new ArrayList<>(List.of(others));
        all.addAll(fields);
        return all;
    }

    /// Begins a row of the table, and sets its cells from `column` on.
    ///
    /// @param row address of the accumulator row
    /// @param from states of any size, or null if there are none
    /// @param slot of those
    public void write(StateTable table, int column, long row, VariableStates from, int slot) {
        int most = 0;
        for (int i = 0; i < states; i++) {
            most = Math.max(most, from.savedBytes(i, slot));
        }
        table.row(most);
        for (int lane = 0; lane < lanes; lane++) {
            RawMemory.putLong(table.word(column + lane), RawMemory.getLong(row + 8L * lane));
        }
        for (int i = 0; i < states; i++) {
            from.save(i, slot, table.bytes(column + lanes + i, from.savedBytes(i, slot)));
        }
    }

    /// Takes the cells of a row from `column` on.
    ///
    /// @param row address of the accumulator row
    /// @param into states of any size, or null if there are none
    /// @param slot of those, which is empty
    public void read(Batch batch, int column, int at, long row, VariableStates into, int slot) {
        for (int lane = 0; lane < lanes; lane++) {
            RawMemory.putLong(row + 8L * lane, batch.int64(column + lane, at));
        }
        for (int i = 0; i < states; i++) {
            int cell = column + lanes + i;
            into.load(i, slot, batch.utf8Address(cell, at), batch.utf8Length(cell, at));
        }
    }
}
