package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
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
/// *Shape*: table `PANES`: int64 `pane`, int32 `group` as [SavedGroups] has it, then [SavedAccumulators]. Table
/// `PANES.live`: each pane that there is, with the number of the checkpoint that has its rows.
/// *Thread*: the worker, or that which starts the job.
public final class SavedPanes {
    private static final Schema LIVE = Schema.of(Field.of("pane", DataType.INT64), Field.of("epoch", DataType.INT64));
    private static final int KEY_COLUMNS = 2;

    private final String name;
    private static final Field PANE = Field.of("pane", DataType.INT64);
    private static final Field GROUP = Field.of("group", DataType.INT32);

    private final SavedAccumulators accumulators;

    /// @param name of the table
    public SavedPanes(String name, SavedAccumulators accumulators) {
        this.name = name;
        this.accumulators = accumulators;
    }

    public void write(StateWriter out, PaneDeque panes) {
        StateTable live = out.table(name + ".live", LIVE);
        StateTable rows = out.table(name, new Schema(accumulators.behind(PANE, GROUP)));
        TreeSet<Long> earlier = new TreeSet<>();
        for (int i = 0; i < panes.count(); i++) {
            Pane pane = panes.at(i);
            if (pane.savedIn == 0 || pane.savedIn > out.lastComplete()) {
                write(pane, rows);
                pane.savedIn = out.epoch();
            } else {
                earlier.add(pane.savedIn);
            }
            live.row(0).set(0, pane.index).set(1, pane.savedIn).next();
        }
        earlier.forEach(epoch -> out.reference(name, epoch));
    }

    private void write(Pane pane, StateTable table) {
        int slots = pane.slotCount();
        for (int slot = 0; slot < slots; slot++) {
            long row = pane.rows.row(slot);
            if (row != 0 && RawMemory.getLong(row) != 0) {
                accumulators.write(table, KEY_COLUMNS, row, pane.states, slot);
                table.set(0, pane.index).set(1, pane.groupOf(slot)).next();
            }
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
                for (int row = 0; row < batch.readable().rowLimit; row++) {
                    if (epochs.getOrDefault(batch.int64(0, row), 0L) == table.epoch()) {
                        read(cells, batch, row, panes, groups, saved);
                    }
                }
            });
        }
    }

    private static void read(
            SavedAccumulators.Cells cells,
            Batch batch,
            int row,
            PaneDeque panes,
            GroupTable groups,
            SavedGroups saved) {
        int group = saved.group((int) batch.int64(1, row));
        if (group < 0) {
            return;
        }
        Pane pane = panes.obtain(batch.int64(0, row), groups.groupCount());
        int slot = pane.restore(group, groups.groupCount());
        cells.read(batch, row, pane.rows.touch(slot), pane.states, slot);
    }
}
