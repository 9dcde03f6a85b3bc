package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.LaneMeanings;
import io.mullion.codegen.NarrowSums;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/// The accumulators of one group as columns of a table of state.
///
/// *Shape*: an int64 for each different meaning of a lane of the accumulator row, named as [LaneMeanings] has it, then
/// a binary for each aggregate whose state may have any size, as [StateColumn] saves it. So another grouping of the
/// same rows takes over what it knows by name: aggregates that are new begin with nothing, those that are gone are left
/// out. *Thread*: the worker, or that which starts the job.
public final class SavedAccumulators {
    private final Supplier<LaneMeanings> source;
    /// Null until something is written or read.
    private LaneMeanings meanings;

    private final List<Field> fields = new ArrayList<>();
    /// The lane of each int64 column.
    private int[] lanes;
    /// Results that have nothing of what was read.
    private final Set<String> added = new TreeSet<>();
    /// What was kept and is of no use any more.
    private final Set<String> dropped = new TreeSet<>();

    /// @param meanings of the lanes of the rows, and of states of any size
    public SavedAccumulators(Supplier<LaneMeanings> meanings) {
        source = meanings;
    }

    /// Behind some others.
    public List<Field> behind(Field... others) {
        List<Field> all = new ArrayList<>(List.of(others));
        all.addAll(fields());
        return all;
    }

    private List<Field> fields() {
        if (meanings == null) {
            meanings = source.get();
            Set<String> different = new LinkedHashSet<>(meanings.lanes());
            different.remove("");
            lanes = different.stream().mapToInt(meanings.lanes()::indexOf).toArray();
            different.forEach(lane -> fields.add(Field.of(lane, DataType.INT64)));
            meanings.states().forEach(state -> fields.add(Field.of(state, DataType.BINARY)));
        }
        return fields;
    }

    /// Begins a row of the table, and sets its cells from `column` on.
    ///
    /// @param row address of the accumulator row
    /// @param from states of any size, or null if there are none
    /// @param slot of those
    public void write(StateTable table, int column, long row, VariableStates from, int slot) {
        int states = fields().size() - lanes.length;
        int most = 0;
        for (int i = 0; i < states; i++) {
            most = Math.max(most, from.savedBytes(i, slot));
        }
        table.row(most);
        for (int i = 0; i < lanes.length; i++) {
            RawMemory.putLong(table.word(column + i), RawMemory.getLong(row + 8L * lanes[i]));
        }
        for (int i = 0; i < states; i++) {
            from.save(i, slot, table.bytes(column + lanes.length + i, from.savedBytes(i, slot)));
        }
    }

    /// Whether no aggregate has a state of any size, so that rows may be written by columns.
    public boolean lanesOnly() {
        fields();
        return meanings.states().isEmpty();
    }

    /// Sets the cells of rows from `column` on, where there are only lanes.
    ///
    /// @param rows addresses of accumulator rows, `count` of them: those of rows 0, 1, ... of the batch
    /// @param narrow what the rows mean if they are narrow: their wide form is saved. Null if they are not
    public void writeLanes(Batch batch, int column, long[] rows, int count, NarrowSums narrow) {
        for (int i = 0; i < lanes.length; i++) {
            long data = batch.writable().address(column + i, ColumnAddresses.DATA);
            if (narrow != null) {
                for (int row = 0; row < count; row++) {
                    RawMemory.putLong(data + 8L * row, narrow.wideLane(rows[row], lanes[i]));
                }
                continue;
            }
            long lane = 8L * lanes[i];
            for (int row = 0; row < count; row++) {
                RawMemory.putLong(data + 8L * row, RawMemory.getLong(rows[row] + lane));
            }
        }
    }

    /// Where the accumulators of a table are that was written for this grouping, or for another one of the same rows.
    ///
    /// @param others the columns before those of the accumulators
    /// @throws MullionException if the table does not begin with them
    public Cells cells(StateReader.Table table, Field... others) {
        Schema saved = table.schema();
        List<Field> first = saved.fields().subList(0, Math.min(others.length, saved.size()));
        if (!first.equals(List.of(others))) {
            throw MullionException.invalid(
                    "the columns of the state are others: saved=" + first + ", expected=" + List.of(others));
        }
        return new Cells(saved, others.length);
    }

    /// Says which results are new, and what is gone. When all tables have been read.
    ///
    /// @param whole what has all of its rows in spite of that, as "windows that ..."
    public void tell(StateReader in, String whole) {
        if (!added.isEmpty()) {
            in.notice("new, and without the rows before: " + String.join(", ", added) + "; " + whole
                    + " have all of theirs");
        }
        if (!dropped.isEmpty()) {
            in.notice("given up, for nothing asks for it: " + String.join(", ", dropped));
        }
    }

    /// The columns of one table.
    public final class Cells {
        /// By lane: the column, or -1 where there is none.
        private final int[] laneColumns;
        /// By state of any size: the column, or -1 where there is none.
        private final int[] stateColumns;

        private Cells(Schema saved, int from) {
            Set<String> kept = new LinkedHashSet<>();
            saved.fields().subList(from, saved.size()).forEach(field -> kept.add(field.name()));
            Set<String> used = new LinkedHashSet<>();
            fields();
            laneColumns = meanings.lanes().stream()
                    .mapToInt(lane -> column(saved, kept, used, lane))
                    .toArray();
            stateColumns = meanings.states().stream()
                    .mapToInt(state -> column(saved, kept, used, state))
                    .toArray();
            for (LaneMeanings.Needed needed : meanings.results()) {
                if (!kept.contains(needed.lane())) {
                    added.add(needed.result());
                }
            }
            kept.removeAll(used);
            dropped.addAll(kept);
        }

        private static int column(Schema saved, Set<String> kept, Set<String> used, String meaning) {
            String from = LaneMeanings.source(meaning, kept);
            if (from == null) {
                return -1;
            }
            used.add(from);
            return saved.indexOf(from);
        }

        /// Takes the cells of a row.
        ///
        /// @param row address of the accumulator row, which is that of no rows
        /// @param into states of any size, or null if there are none
        /// @param slot of those, which is empty
        public void read(Batch batch, int at, long row, VariableStates into, int slot) {
            for (int lane = 0; lane < laneColumns.length; lane++) {
                if (laneColumns[lane] >= 0) {
                    RawMemory.putLong(row + 8L * lane, batch.int64(laneColumns[lane], at));
                }
            }
            readStates(batch, at, into, slot);
        }

        /// Takes the states of any size of a row.
        void readStates(Batch batch, int at, VariableStates into, int slot) {
            for (int i = 0; i < stateColumns.length; i++) {
                int cell = stateColumns[i];
                if (cell >= 0) {
                    into.load(i, slot, batch.utf8Address(cell, at), batch.utf8Length(cell, at));
                }
            }
        }

        /// Takes the lanes of some rows of a batch.
        ///
        /// @param rows by row of the batch: the address of the accumulator row, which is that of no rows; 0 for none
        /// @param narrow what the rows mean if they are narrow. Null if they are not
        void readLanes(Batch batch, long[] rows, int from, int to, NarrowSums narrow) {
            for (int lane = 0; lane < laneColumns.length; lane++) {
                int target = target(lane, narrow);
                if (target >= 0) {
                    long data = batch.readable().address(laneColumns[lane], ColumnAddresses.DATA);
                    if (shift(lane, narrow) == 0) {
                        set(data, rows, 8L * target, from, to);
                    } else {
                        add(data, shift(lane, narrow), rows, 8L * target, from, to);
                    }
                }
            }
        }

        /// Takes the lanes of some rows of a batch whose accumulator rows lie side by side.
        ///
        /// @param address of the first accumulator row; all are those of no rows
        /// @param narrow what the rows mean if they are narrow. Null if they are not
        void readLanes(Batch batch, int from, int to, long address, int rowBytes, NarrowSums narrow) {
            for (int lane = 0; lane < laneColumns.length; lane++) {
                int target = target(lane, narrow);
                if (target >= 0) {
                    long data = batch.readable().address(laneColumns[lane], ColumnAddresses.DATA) + 8L * from;
                    if (shift(lane, narrow) == 0) {
                        set(data, address + 8L * target, rowBytes, to - from);
                    } else {
                        add(data, shift(lane, narrow), address + 8L * target, rowBytes, to - from);
                    }
                }
            }
        }

        /// The lane of a row that a saved lane is a part of; -1 if there is none.
        private int target(int lane, NarrowSums narrow) {
            return laneColumns[lane] < 0 ? -1 : narrow == null ? lane : narrow.narrowLane(lane);
        }

        /// How far it is shifted there. The low half of a sum is there before the high one: its lane comes first.
        private static int shift(int lane, NarrowSums narrow) {
            return narrow == null ? 0 : narrow.shift(lane);
        }

        private static void set(long data, long[] rows, long offset, int from, int to) {
            for (int row = from; row < to; row++) {
                if (rows[row] != 0) {
                    RawMemory.putLong(rows[row] + offset, RawMemory.getLong(data + 8L * row));
                }
            }
        }

        private static void add(long data, int shift, long[] rows, long offset, int from, int to) {
            for (int row = from; row < to; row++) {
                if (rows[row] != 0) {
                    long at = rows[row] + offset;
                    RawMemory.putLong(at, RawMemory.getLong(at) + (RawMemory.getLong(data + 8L * row) << shift));
                }
            }
        }

        private static void set(long data, long first, int rowBytes, int count) {
            long at = first;
            for (int row = 0; row < count; row++) {
                RawMemory.putLong(at, RawMemory.getLong(data + 8L * row));
                at += rowBytes;
            }
        }

        private static void add(long data, int shift, long first, int rowBytes, int count) {
            long at = first;
            for (int row = 0; row < count; row++) {
                RawMemory.putLong(at, RawMemory.getLong(at) + (RawMemory.getLong(data + 8L * row) << shift));
                at += rowBytes;
            }
        }
    }
}
