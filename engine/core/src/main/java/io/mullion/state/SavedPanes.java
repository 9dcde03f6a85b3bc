package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/// The panes of one grid in checkpoints. A pane that has not changed since an earlier checkpoint is not written again:
/// that one's table is referred to.
///
/// *Shape*: table `PANES`: int64 `pane`, int32 `group` as [SavedGroups] has it, then [SavedAccumulators]. Table
/// `PANES.live`: each pane that there is, with the number of the checkpoint that has its rows.
/// *Thread*: the worker, or that which starts the job.
public final class SavedPanes {
    private static final Schema LIVE = Schema.of(Field.of("pane", DataType.INT64), Field.of("epoch", DataType.INT64));
    private static final int KEY_COLUMNS = 2;
    private static final int ROWS = 1 << 12;

    private static final Field PANE = Field.of("pane", DataType.INT64);
    private static final Field GROUP = Field.of("group", DataType.INT32);

    private final String name;
    private final SavedAccumulators accumulators;

    /// @param name of the table
    public SavedPanes(String name, SavedAccumulators accumulators) {
        this.name = name;
        this.accumulators = accumulators;
    }

    public void write(StateWriter out, PaneDeque panes) {
        StateTable live = out.table(name + ".live", LIVE);
        StateTable rows = out.table(name, new Schema(accumulators.behind(PANE, GROUP)));
        Gathered gathered = accumulators.lanesOnly() ? new Gathered(rows) : null;
        TreeSet<Long> earlier = new TreeSet<>();
        for (int i = 0; i < panes.count(); i++) {
            Pane pane = panes.at(i);
            if (pane.savedIn == 0 || pane.savedIn > out.lastComplete()) {
                write(pane, rows, gathered);
                pane.savedIn = out.epoch();
            } else {
                earlier.add(pane.savedIn);
            }
            live.row(0).set(0, pane.index).set(1, pane.savedIn).next();
        }
        if (gathered != null) {
            gathered.end();
        }
        earlier.forEach(epoch -> out.reference(name, epoch));
    }

    private void write(Pane pane, StateTable table, Gathered gathered) {
        int slots = pane.slotCount();
        for (int slot = 0; slot < slots; slot++) {
            long row = pane.rows.row(slot);
            if (row == 0 || RawMemory.getLong(row) == 0) {
                continue;
            }
            if (gathered != null) {
                gathered.add(pane.index, pane.groupOf(slot), row);
            } else {
                accumulators.write(table, KEY_COLUMNS, row, pane.states, slot);
                table.set(0, pane.index).set(1, pane.groupOf(slot)).next();
            }
        }
    }

    /// Rows on their way into a table, column by column: a loop over one lane of many rows is some times as fast as one
    /// over the lanes of a row.
    private final class Gathered {
        private final StateTable table;
        private final long[] panes = new long[ROWS];
        private final int[] groups = new int[ROWS];
        private final long[] rows = new long[ROWS];
        private int count;

        Gathered(StateTable table) {
            this.table = table;
        }

        void add(long pane, int group, long row) {
            if (count == ROWS) {
                end();
            }
            panes[count] = pane;
            groups[count] = group;
            rows[count] = row;
            count++;
        }

        void end() {
            if (count == 0) {
                return;
            }
            Batch batch = table.begin(count, 0);
            long pane = batch.writable().address(0, ColumnAddresses.DATA);
            long group = batch.writable().address(1, ColumnAddresses.DATA);
            for (int i = 0; i < count; i++) {
                RawMemory.putLong(pane + 8L * i, panes[i]);
                RawMemory.putInt(group + 4L * i, groups[i]);
            }
            accumulators.writeLanes(batch, KEY_COLUMNS, rows, count);
            table.filled(count);
            count = 0;
        }
    }

    /// Says what of the accumulators is new or gone.
    ///
    /// @param whole as [SavedAccumulators#tell] has it
    public void tell(StateReader in, String whole) {
        accumulators.tell(in, whole);
    }

    /// Those groups that the worker has. *Order*: before any pane is sealed.
    ///
    /// @throws io.mullion.spec.MullionException if rows of accumulators are others now
    public void read(StateReader in, PaneDeque panes, GroupTable groups, SavedGroups saved) {
        Map<Long, Long> epochs = new HashMap<>();
        for (StateReader.Table table : in.tables(name + ".live")) {
            table.forEach(batch -> {
                for (int row = 0; row < batch.readable().rowLimit; row++) {
                    epochs.put(batch.int64(0, row), batch.int64(1, row));
                }
            });
        }
        for (StateReader.Table table : in.tables(name)) {
            SavedAccumulators.Cells cells = accumulators.cells(table, PANE, GROUP);
            table.forEach(batch -> {
                Restored restored = new Restored(batch, groups.groupCount());
                restored.place(panes, saved, pane -> epochs.getOrDefault(pane, 0L) == table.epoch());
                restored.fill(cells);
            });
        }
    }

    /// The rows of a batch on their way into panes.
    private static final class Restored {
        private final Batch batch;
        private final int groupCount;
        private final int count;
        /// By row; null for those that nobody wants.
        private final Pane[] panes;
        private final int[] slots;

        Restored(Batch batch, int groupCount) {
            this.batch = batch;
            this.groupCount = groupCount;
            count = batch.readable().rowLimit;
            panes = new Pane[count];
            slots = new int[count];
        }

        void place(PaneDeque into, SavedGroups saved, LongPredicate wanted) {
            long indices = batch.readable().address(0, ColumnAddresses.DATA);
            long groups = batch.readable().address(1, ColumnAddresses.DATA);
            long index = 0;
            boolean taken = false;
            Pane pane = null;
            for (int row = 0; row < count; row++) {
                long next = RawMemory.getLong(indices + 8L * row);
                // Those of a pane stand together.
                if (row == 0 || next != index) {
                    index = next;
                    taken = wanted.test(index);
                    pane = null;
                }
                int group = taken ? saved.group(RawMemory.getInt(groups + 4L * row)) : -1;
                if (group >= 0) {
                    pane = pane == null ? into.obtain(index, groupCount) : pane;
                    panes[row] = pane;
                    slots[row] = pane.restore(group, groupCount);
                }
            }
        }

        /// All have their slots, so rows stay where they are.
        void fill(SavedAccumulators.Cells cells) {
            long[] rows = new long[count];
            for (int row = 0; row < count; row++) {
                if (panes[row] != null) {
                    rows[row] = panes[row].rows.touch(slots[row]);
                    cells.readStates(batch, row, panes[row].states, slots[row]);
                }
            }
            cells.readLanes(batch, rows, count);
        }
    }
}
