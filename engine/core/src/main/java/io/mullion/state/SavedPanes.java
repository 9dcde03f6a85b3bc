package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.NarrowSums;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/// The panes of one grid in checkpoints. A pane that has not changed since an earlier checkpoint is not written again:
/// that one's table is referred to.
///
/// *Shape*: table `PANES`: int64 `pane`, int32 `group` as [SavedGroups] has it, then [SavedAccumulators]. Table
/// `PANES.live`: each pane that there is, with the number of the checkpoint that has its rows, and how many there are.
/// A group has one row in a pane at most, so those that are read get their places one after the other, without a
/// look-up.
/// *Thread*: the worker, or that which starts the job.
public final class SavedPanes {
    private static final Schema LIVE = Schema.of(
            Field.of("pane", DataType.INT64), Field.of("epoch", DataType.INT64), Field.of("groups", DataType.INT64));
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
        Gathered gathered =
                accumulators.lanesOnly() ? new Gathered(rows, panes.form().narrow()) : null;
        TreeSet<Long> earlier = new TreeSet<>();
        for (int i = 0; i < panes.count(); i++) {
            Pane pane = panes.at(i);
            if (pane.savedIn == 0 || pane.savedIn > out.lastComplete()) {
                pane.savedGroups = write(pane, rows, gathered);
                pane.savedIn = out.epoch();
            } else {
                earlier.add(pane.savedIn);
            }
            live.row(0)
                    .set(0, pane.index)
                    .set(1, pane.savedIn)
                    .set(2, pane.savedGroups)
                    .next();
        }
        if (gathered != null) {
            gathered.end();
        }
        earlier.forEach(epoch -> out.reference(name, epoch));
    }

    /// @return how many groups it has
    private int write(Pane pane, StateTable table, Gathered gathered) {
        int slots = pane.slotCount();
        int written = 0;
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
            written++;
        }
        return written;
    }

    /// Rows on their way into a table, column by column: a loop over one lane of many rows is some times as fast as one
    /// over the lanes of a row.
    private final class Gathered {
        private final StateTable table;
        /// Null if rows are not narrow.
        private final NarrowSums narrow;

        private final long[] panes = new long[ROWS];
        private final int[] groups = new int[ROWS];
        private final long[] rows = new long[ROWS];
        private int count;

        Gathered(StateTable table, NarrowSums narrow) {
            this.table = table;
            this.narrow = narrow;
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
            accumulators.writeLanes(batch, KEY_COLUMNS, rows, count, narrow);
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
        Map<Long, Live> live = new HashMap<>();
        for (StateReader.Table table : in.tables(name + ".live")) {
            table.require(LIVE);
            table.forEach(batch -> {
                for (int row = 0; row < batch.readable().rowLimit; row++) {
                    live.put(batch.int64(0, row), new Live(batch.int64(1, row), batch.int64(2, row)));
                }
            });
        }
        for (StateReader.Table table : in.tables(name)) {
            Restored restored = new Restored(
                    panes, groups.groupCount(), saved, live, table.epoch(), accumulators.cells(table, PANE, GROUP));
            table.forEach(restored::take);
        }
    }

    /// A pane that there was.
    ///
    /// @param epoch of the checkpoint that has its rows
    /// @param groups it has so many
    private record Live(long epoch, long groups) {}

    /// The rows of a table on their way into panes.
    private static final class Restored {
        private final PaneDeque panes;
        private final int groupCount;
        private final SavedGroups saved;
        private final Map<Long, Live> live;
        private final long epoch;
        private final SavedAccumulators.Cells cells;
        /// By row of a batch: the slot, or -1 for one that nobody wants.
        private int[] slots = {};
        /// By row of a batch: the address of its accumulator row, or 0.
        private long[] rows = {};

        Restored(
                PaneDeque panes,
                int groupCount,
                SavedGroups saved,
                Map<Long, Live> live,
                long epoch,
                SavedAccumulators.Cells cells) {
            this.panes = panes;
            this.groupCount = groupCount;
            this.saved = saved;
            this.live = live;
            this.epoch = epoch;
            this.cells = cells;
        }

        void take(Batch batch) {
            int count = batch.readable().rowLimit;
            if (slots.length < count) {
                slots = new int[count];
                rows = new long[count];
            }
            long indices = batch.readable().address(0, ColumnAddresses.DATA);
            // Those of a pane stand together.
            int from = 0;
            while (from < count) {
                long index = RawMemory.getLong(indices + 8L * from);
                int to = end(indices, index, from, count);
                Live pane = live.get(index);
                if (pane != null && pane.epoch() == epoch && findGroups(batch, from, to)) {
                    place(batch, panes.restored(index, groupCount, pane.groups(), saved.count()), from, to);
                } else {
                    Arrays.fill(rows, from, to, 0);
                }
                from = to;
            }
            cells.readLanes(batch, rows, count, panes.form().narrow());
        }

        /// Where the rows of a pane end, of which that at `from` is one: they stand together, so it is not looked at
        /// each.
        private static int end(long indices, long index, int from, int count) {
            int low = from + 1;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (RawMemory.getLong(indices + 8L * middle) == index) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        /// Writes the groups of some rows to [#slots].
        ///
        /// @return whether the worker has any of them
        private boolean findGroups(Batch batch, int from, int to) {
            long groups = batch.readable().address(1, ColumnAddresses.DATA);
            boolean any = false;
            for (int row = from; row < to; row++) {
                slots[row] = saved.group(RawMemory.getInt(groups + 4L * row));
                any |= slots[row] >= 0;
            }
            return any;
        }

        private void place(Batch batch, Pane pane, int from, int to) {
            pane.restore(slots, from, to, groupCount);
            for (int row = from; row < to; row++) {
                rows[row] = slots[row] < 0 ? 0 : pane.rows.touch(slots[row]);
            }
            for (int row = from; row < to && pane.states != null; row++) {
                if (slots[row] >= 0) {
                    cells.readStates(batch, row, pane.states, slots[row]);
                }
            }
        }
    }
}
