package io.mullion.state;

import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;

/// The times of [DueTimes] in a checkpoint.
///
/// *Shape*: a table of int32 `group`, as [SavedGroups] has it, and int64 `time`, with a row for each group at which
/// something is due.
public final class SavedTimes {
    private static final Schema TIMES = Schema.of(Field.of("group", DataType.INT32), Field.of("time", DataType.INT64));

    private SavedTimes() {}

    /// @param limit all groups are below
    public static void write(StateWriter out, String name, DueTimes times, int limit) {
        StateTable table = out.table(name, TIMES);
        for (int group = 0; group < limit; group++) {
            long time = times.at(group);
            if (time != DueTimes.NONE) {
                table.row(0).set(0, group).set(1, time).next();
            }
        }
    }

    public static void read(StateReader in, String name, DueTimes times, SavedGroups groups) {
        for (StateReader.Table table : in.tables(name)) {
            table.require(TIMES);
            table.forEach(batch -> {
                for (int row = 0; row < batch.readable().rowLimit; row++) {
                    int group = groups.group((int) batch.int64(0, row));
                    if (group >= 0) {
                        times.put(group, batch.int64(1, row));
                    }
                }
            });
        }
    }
}
