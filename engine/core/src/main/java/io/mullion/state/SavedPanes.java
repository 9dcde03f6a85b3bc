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
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/// The panes of one grid in checkpoints. A pane that has not changed since an earlier checkpoint is not written again:
/// that one's table is referred to.
///
/// *Shape*: table `PANES`, in the order of panes: int64 `pane`, int32 `group` as [SavedGroups] has it, then
/// [SavedAccumulators]. Table `PANES.live`: each pane that there is, with the number of the checkpoint that has its
/// rows, and how many there are.
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
        RestoredPanes restored = new RestoredPanes(panes, groups.groupCount(), saved, live);
        for (StateReader.Table table : in.tables(name)) {
            restored.add(table, accumulators.cells(table, PANE, GROUP));
        }
        restored.read(accumulators.lanesOnly());
    }

    /// A pane that there was.
    ///
    /// @param epoch of the checkpoint that has its rows
    /// @param groups it has so many
    record Live(long epoch, long groups) {}
}
