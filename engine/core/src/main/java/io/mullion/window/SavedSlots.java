package io.mullion.window;

import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.state.SavedAccumulators;
import io.mullion.state.SavedGroups;
import io.mullion.window.SlotStore.State;

/// The slots of a [SlotStore], sessions or panes of rows, in a checkpoint.
///
/// *Shape*: table `slots`: int32 `group` as [SavedGroups] has it, int64 `start` and `end`, int32 `state`, `revision`
/// and `marked` as [SlotStore] has them, then [SavedAccumulators]. Those of a group follow each other in the order in
/// which they came.
final class SavedSlots {
    private static final String TABLE = "slots";
    private static final Field[] OTHERS = {
        Field.of("group", DataType.INT32),
        Field.of("start", DataType.INT64),
        Field.of("end", DataType.INT64),
        Field.of("state", DataType.INT32),
        Field.of("revision", DataType.INT32),
        Field.of("marked", DataType.INT32)
    };
    private static final State[] STATES = State.values();

    private final SavedAccumulators accumulators;
    private final SlotStore store;

    SavedSlots(SavedAccumulators accumulators, SlotStore store) {
        this.accumulators = accumulators;
        this.store = store;
    }

    void write(StateWriter out, int groupCount) {
        StateTable table = out.table(TABLE, new Schema(accumulators.behind(OTHERS)));
        SlotList chain = new SlotList();
        for (int group = 0; group < groupCount; group++) {
            chain.clear();
            for (int slot = store.head(group); slot >= 0; slot = store.chained(slot)) {
                chain.add(slot);
            }
            for (int i = chain.count() - 1; i >= 0; i--) {
                int slot = chain.at(i);
                accumulators.write(table, OTHERS.length, store.rows.touch(slot), store.states, slot);
                table.set(0, group)
                        .set(1, store.start(slot))
                        .set(2, store.end(slot))
                        .set(3, store.state(slot).ordinal())
                        .set(4, store.revision(slot))
                        .set(5, store.marked(slot) ? 1 : 0)
                        .next();
            }
        }
    }

    /// Those of the groups that the worker has, of which these have no slots yet. There is room for the chains of all.
    ///
    /// @return the greatest end of a slot, or the least int64
    long read(StateReader in, SavedGroups groups) {
        long[] last = {Long.MIN_VALUE};
        for (StateReader.Table table : in.tables(TABLE)) {
            SavedAccumulators.Cells cells = accumulators.cells(table, OTHERS);
            table.forEach(batch -> {
                for (int row = 0; row < batch.readable().rowLimit; row++) {
                    int group = groups.group((int) batch.int64(0, row));
                    if (group < 0) {
                        continue;
                    }
                    int slot = store.add(group, batch.int64(1, row), batch.int64(2, row));
                    store.setState(slot, STATES[(int) batch.int64(3, row)]);
                    store.setRevision(slot, (int) batch.int64(4, row));
                    store.setMarked(slot, batch.int64(5, row) != 0);
                    cells.read(batch, row, store.rows.touch(slot), store.states, slot);
                    last[0] = Math.max(last[0], store.end(slot));
                }
            });
        }
        return last[0];
    }

    /// Says what of the accumulators is new or gone.
    ///
    /// @param whole as [SavedAccumulators#tell] has it
    void tell(StateReader in, String whole) {
        accumulators.tell(in, whole);
    }
}
