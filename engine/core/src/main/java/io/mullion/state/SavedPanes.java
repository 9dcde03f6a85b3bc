package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.codegen.AccumulatorLayout;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The panes of one grid in checkpoints. A pane that has not changed since an earlier checkpoint is not written again:
/// that one's table is referred to.
///
/// *Shape*: table `PANES`: int64 `pane`, int32 `group` as [SavedGroups] has it, then an int64 for each lane of the
/// accumulator row. Table `PANES.live`: each pane that there is, with the number of the checkpoint that has its rows.
/// *Thread*: the worker, or that which starts the job.
public final class SavedPanes {
    private static final Schema LIVE = Schema.of(Field.of("pane", DataType.INT64), Field.of("epoch", DataType.INT64));
    private static final int KEY_COLUMNS = 2;
    private static final int ROWS = 1 << 14;

    private final String name;
    private final AccumulatorLayout layout;
    private final Schema schema;

    /// @param name of the table
    public SavedPanes(String name, AccumulatorLayout layout) {
        this.name = name;
        this.layout = layout;
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of("pane", DataType.INT64));
        fields.add(Field.of("group", DataType.INT32));
        for (int lane = 0; lane < layout.laneCount(); lane++) {
            fields.add(Field.of("lane." + lane, DataType.INT64));
        }
        schema = new Schema(fields);
    }

    public void write(StateWriter out, PaneDeque panes) {
        StateTable live = out.table(name + ".live", LIVE);
        StateTable rows = out.table(name, schema);
        TreeSet<Long> earlier = new TreeSet<>();
        for (int i = 0; i < panes.count(); i++) {
            Pane pane = panes.at(i);
            if (pane.savedIn == 0 || pane.savedIn > out.lastComplete()) {
                write(pane, rows);
                pane.savedIn = out.epoch();
            } else {
                earlier.add(pane.savedIn);
            }
            live.set(0, pane.index).set(1, pane.savedIn).next();
        }
        earlier.forEach(epoch -> out.reference(name, epoch));
    }

    private void write(Pane pane, StateTable table) {
        int slots = pane.slotCount();
        Batch batch = null;
        int count = 0;
        for (int slot = 0; slot < slots; slot++) {
            long row = pane.rows.row(slot);
            if (row == 0 || RawMemory.getLong(row) == 0) {
                continue;
            }
            if (batch == null || count == batch.capacity()) {
                batch = table.begin(Math.min(ROWS, slots - slot), 0);
                count = 0;
            }
            ColumnAddresses to = batch.writable();
            RawMemory.putLong(to.address(0, ColumnAddresses.DATA) + 8L * count, pane.index);
            RawMemory.putInt(to.address(1, ColumnAddresses.DATA) + 4L * count, pane.groupOf(slot));
            for (int lane = 0; lane < layout.laneCount(); lane++) {
                RawMemory.putLong(
                        to.address(KEY_COLUMNS + lane, ColumnAddresses.DATA) + 8L * count,
                        RawMemory.getLong(row + 8L * lane));
            }
            table.filled(++count);
        }
    }

    /// @param panes has none yet
    /// @throws MullionException if rows of accumulators are others now
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
            if (!table.schema().equals(schema)) {
                throw MullionException.invalid("the accumulators of the checkpoint are others: saved=" + table.schema()
                        + ", expected=" + schema);
            }
            table.forEach(batch -> {
                for (int row = 0; row < batch.readable().rowLimit; row++) {
                    if (epochs.getOrDefault(batch.int64(0, row), 0L) == table.epoch()) {
                        read(batch, row, panes, groups, saved);
                    }
                }
            });
        }
    }

    private void read(Batch batch, int row, PaneDeque panes, GroupTable groups, SavedGroups saved) {
        int group = saved.group((int) batch.int64(1, row));
        long to = panes.obtain(batch.int64(0, row), groups.groupCount()).restore(group, groups.groupCount());
        for (int lane = 0; lane < layout.laneCount(); lane++) {
            RawMemory.putLong(to + 8L * lane, batch.int64(KEY_COLUMNS + lane, row));
        }
    }
}
