package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Rows that are kept as records, in a checkpoint.
///
/// *Shape*: a table of int32 `group` as [SavedGroups] has it, for rows of a [RowStore] int64 `time` and int32 `flags`,
/// then each column of the rows under `row.NAME` with its own type, so that anybody may read it. There are no files
/// with lists: a column of lists has the bytes of its elements, and its type in its name. Rows of a group follow each
/// other in the order in which they came. *Ownership*: borrows the rows, owns the room for their way. *Thread*: the
/// worker, or that which starts the job.
public final class SavedRecords implements AutoCloseable {
    private static final int TIME = 1;
    private static final int FLAGS = 2;
    private static final int MOST_ROWS = 1 << 12;
    /// Of the values of variable size of a batch, but for those of its last row.
    private static final int MOST_BYTES = 1 << 20;

    private final RowCells cells;
    private final Schema schema;
    /// Number of the first column of the rows.
    private final int firstCell;

    /// Of the rows that are on their way: group (int32), address of the record (int64), and, from a batch, number
    /// (int32).
    private final OffHeapArray groups;

    private final OffHeapArray records;
    private final OffHeapArray numbers;
    private int count;
    /// Rows that were read.
    private long taken;
    /// Of the values of each column that is of variable size.
    private final long[] bytes;

    private SavedRecords(RowCells cells, MemoryAccount account, Field... before) {
        this.cells = cells;
        firstCell = before.length;
        List<Field> fields = new ArrayList<>(List.of(before));
        for (Field field : cells.schema().fields()) {
            boolean list = field.type() instanceof DataType.ListOf;
            fields.add(new Field(
                    "row." + field.name() + (list ? ": " + field.type() : ""),
                    list ? DataType.BINARY : field.type(),
                    field.nullable()));
        }
        schema = new Schema(fields);
        bytes = new long[cells.schema().size()];
        groups = new OffHeapArray(account);
        records = new OffHeapArray(account);
        numbers = new OffHeapArray(account);
    }

    private static SavedRecords of(RowStore rows, MemoryAccount account) {
        return new SavedRecords(
                rows.cells(),
                account,
                Field.of("group", DataType.INT32),
                Field.of("time", DataType.INT64),
                Field.of("flags", DataType.INT32));
    }

    private static SavedRecords of(GroupRows rows, MemoryAccount account) {
        return new SavedRecords(rows.cells(), account, Field.of("group", DataType.INT32));
    }

    /// Writes the rows of one side of the chains.
    ///
    /// @param rows of that side
    /// @param groupCount all groups are below
    public static void write(
            StateWriter out,
            String name,
            RowStore rows,
            RowChains chains,
            int side,
            int groupCount,
            MemoryAccount account) {
        try (SavedRecords saved = of(rows, account)) {
            StateTable table = out.table(name, saved.schema);
            for (int group = 0; group < groupCount; group++) {
                int first = chains.oldest(side, group);
                for (int slot = first; slot >= 0; ) {
                    long record = rows.at(slot);
                    saved.add(table, group, record);
                    int behind = RawMemory.getInt(record + RowStore.NEXT);
                    slot = behind == first ? -1 : behind;
                }
            }
            saved.write(table);
        }
    }

    /// Writes the row of each group.
    public static void write(StateWriter out, String name, GroupRows rows, GroupTable of, MemoryAccount account) {
        try (SavedRecords saved = of(rows, account)) {
            StateTable table = out.table(name, saved.schema);
            for (int group = 0; group < of.groupCount(); group++) {
                if (of.has(group)) {
                    saved.add(table, group, rows.at(group));
                }
            }
            saved.write(table);
        }
    }

    /// Puts the rows of those groups that this worker has behind those that are there.
    ///
    /// @param chains have room for the groups
    public static void read(
            StateReader in,
            String name,
            RowStore rows,
            RowChains chains,
            int side,
            SavedGroups of,
            MemoryAccount account) {
        try (SavedRecords saved = of(rows, account)) {
            saved.read(in, name, batch -> {
                saved.take(batch, of);
                for (int i = 0; i < saved.count; i++) {
                    int row = saved.number(i);
                    int slot = rows.add(batch.int64(TIME, row), saved.group(i));
                    RawMemory.putInt(rows.at(slot) + RowStore.FLAGS, (int) batch.int64(FLAGS, row));
                    chains.link(side, saved.group(i), slot);
                    saved.record(i, rows.at(slot));
                }
                rows.write(saved.placed(batch), saved.numbers.address(), saved.records.address(), saved.count);
            });
        }
    }

    /// Puts the rows of those groups that this worker has in their places.
    ///
    /// @param rows have room for the groups
    /// @return how many there were
    public static long read(StateReader in, String name, GroupRows rows, SavedGroups of, MemoryAccount account) {
        try (SavedRecords saved = of(rows, account)) {
            saved.read(in, name, batch -> {
                saved.take(batch, of);
                for (int i = 0; i < saved.count; i++) {
                    saved.record(i, rows.at(saved.group(i)));
                }
                rows.write(saved.placed(batch), saved.numbers.address(), saved.records.address(), saved.count);
            });
            return saved.taken;
        }
    }

    private void add(StateTable table, int group, long record) {
        if (count == MOST_ROWS || mostBytes() > MOST_BYTES) {
            write(table);
        }
        groups.ensure(4L * (count + 1));
        RawMemory.putInt(groups.address() + 4L * count, group);
        records.ensure(8L * (count + 1));
        RawMemory.putLong(records.address() + 8L * count, record);
        count++;
        for (int column = 0; cells.anyVariableSize() && column < bytes.length; column++) {
            bytes[column] += cells.variableSize(column) ? cells.bytesLength(record, column) : 0;
        }
    }

    private long mostBytes() {
        long most = 0;
        for (long each : bytes) {
            most = Math.max(most, each);
        }
        return most;
    }

    /// Writes the rows that were added since.
    private void write(StateTable table) {
        if (count == 0) {
            return;
        }
        Batch batch = table.begin(count, Math.toIntExact(mostBytes()));
        ColumnAddresses out = batch.writable();
        RawMemory.copy(groups.address(), out.address(0, ColumnAddresses.DATA), 4L * count);
        if (firstCell > FLAGS) {
            for (int i = 0; i < count; i++) {
                long record = RawMemory.getLong(records.address() + 8L * i);
                RawMemory.putLong(
                        out.address(TIME, ColumnAddresses.DATA) + 8L * i, RawMemory.getLong(record + RowStore.TIME));
                RawMemory.putInt(
                        out.address(FLAGS, ColumnAddresses.DATA) + 4L * i, RawMemory.getInt(record + RowStore.FLAGS));
            }
        }
        for (int column = 0; column < bytes.length; column++) {
            write(column, out);
        }
        table.filled(count);
        count = 0;
        Arrays.fill(bytes, 0);
    }

    private void write(int column, ColumnAddresses out) {
        int to = firstCell + column;
        if (schema.field(to).nullable()) {
            RawMemory.fill(out.address(to, ColumnAddresses.VALIDITY), count + 7 >> 3, (byte) 0);
        }
        if (cells.variableSize(column)) {
            int fitting = cells.readOffsets(column, records.address(), count, out, to);
            if (fitting < count) {
                throw new IllegalStateException("no room for what was counted: column=" + schema.field(to));
            }
            cells.readBytes(column, records.address(), count, out, to);
        } else {
            cells.read(column, records.address(), count, out, to);
        }
    }

    private void read(StateReader in, String name, Consumer<Batch> rows) {
        for (StateReader.Table table : in.tables(name)) {
            table.require(schema);
            table.forEach(rows);
        }
    }

    /// Notes numbers and groups of the rows of a batch whose groups this worker has.
    private void take(Batch batch, SavedGroups of) {
        int most = batch.readable().rowLimit;
        groups.ensure(4L * most);
        records.ensure(8L * most);
        numbers.ensure(4L * most);
        count = 0;
        for (int row = 0; row < most; row++) {
            int group = of.group((int) batch.int64(0, row));
            if (group >= 0) {
                RawMemory.putInt(groups.address() + 4L * count, group);
                RawMemory.putInt(numbers.address() + 4L * count, row);
                count++;
            }
        }
        taken += count;
    }

    private int group(int index) {
        return RawMemory.getInt(groups.address() + 4L * index);
    }

    private int number(int index) {
        return RawMemory.getInt(numbers.address() + 4L * index);
    }

    private void record(int index, long record) {
        RawMemory.putLong(records.address() + 8L * index, record);
    }

    /// The columns of the rows under their own numbers.
    private ColumnAddresses placed(Batch batch) {
        ColumnAddresses placed = new ColumnAddresses(bytes.length);
        for (int column = 0; column < bytes.length; column++) {
            int from = firstCell + column;
            for (int buffer : new int[] {ColumnAddresses.VALIDITY, ColumnAddresses.OFFSETS, ColumnAddresses.DATA}) {
                placed.set(
                        column,
                        buffer,
                        batch.readable().address(from, buffer),
                        batch.readable().limit(from, buffer));
            }
        }
        placed.rowLimit = batch.readable().rowLimit;
        return placed;
    }

    @Override
    public void close() {
        groups.close();
        records.close();
        numbers.close();
    }
}
