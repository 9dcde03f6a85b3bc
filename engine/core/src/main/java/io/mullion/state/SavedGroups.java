package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.KeyKernel;
import io.mullion.codegen.KeyLayout;
import io.mullion.codegen.Keys;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import java.util.ArrayList;
import java.util.List;

/// The keys of groups in a checkpoint: what else is saved names groups by their ids of then.
///
/// *Shape*: table `groups`: the id, int32 `group`, then the key columns, each as `key.NAME`. Nothing is written where
/// there is no key. *Ownership*: what was read is held until [#close]. *Thread*: the worker, or that which starts the
/// job.
public final class SavedGroups implements AutoCloseable {
    private static final String TABLE = "groups";
    private static final String GROUP = "group";
    private static final int ROWS = 1 << 14;
    private static final int NONE = 0;
    private static final int ELSEWHERE = -1;

    /// Null where there is one group.
    private final Keys keys;
    /// By the id of then: the id of now + 1; 0 for none, -1 for one whose key another worker has.
    private final OffHeapArray now;

    private int saved;
    private int count;

    private SavedGroups(Keys keys, MemoryAccount account) {
        this.keys = keys;
        now = new OffHeapArray(account);
    }

    /// @param keys null where there is one group
    /// @param dataBytes room for the longest text of a key at least
    public static void write(StateWriter out, GroupTable groups, Keys keys, int dataBytes) {
        if (keys == null) {
            return;
        }
        StateTable table = out.table(TABLE, schema(keys.layout()));
        int limit = groups.groupCount();
        int group = 0;
        while (group < limit) {
            Batch batch = table.begin(Math.min(ROWS, limit - group), dataBytes);
            long ids = batch.writable().address(0, ColumnAddresses.DATA);
            int count = 0;
            int next = group;
            for (; next < limit && count < batch.capacity(); next++) {
                if (groups.has(next)) {
                    RawMemory.putInt(ids + 4L * count++, next);
                }
            }
            int written = count == 0 ? 0 : groups.writeKeys(ids, count, batch.writable(), 1, 0);
            table.filled(written);
            group = written < count ? RawMemory.getInt(ids + 4L * written) : next;
        }
    }

    /// Enters the keys that were saved into a table, those that the worker owns.
    ///
    /// @param keys null where there is one group
    /// @throws MullionException if they are no keys of this table
    public static SavedGroups read(StateReader in, GroupTable groups, Keys keys, MemoryAccount account) {
        SavedGroups read = new SavedGroups(keys, account);
        if (keys != null) {
            Schema expected = schema(keys.layout());
            for (StateReader.Table table : in.tables(TABLE)) {
                if (!table.schema().equals(expected)) {
                    throw MullionException.invalid("the keys of the checkpoint are others: saved=" + table.schema()
                            + ", expected=" + expected);
                }
                table.forEach(batch -> read.enter(in, batch, groups, account));
            }
        }
        return read;
    }

    /// The id of now of a group that was saved; -1 if another worker has its key.
    ///
    /// @throws MullionException if its key was not saved
    public int group(int saved) {
        if (keys == null) {
            return 0;
        }
        int entry = saved < this.saved ? RawMemory.getInt(now.address() + 4L * saved) : NONE;
        if (entry == NONE) {
            throw MullionException.invalid("the checkpoint has no key of a group: group=" + saved);
        }
        return entry == ELSEWHERE ? -1 : entry - 1;
    }

    /// How many there were.
    public int count() {
        return count;
    }

    private void enter(StateReader in, Batch batch, GroupTable groups, MemoryAccount account) {
        int rows = batch.readable().rowLimit;
        ColumnAddresses columns = placed(batch);
        KeyKernel kernel = keys.find().kernel();
        try (OffHeapArray ids = new OffHeapArray(account, 4L * Math.max(rows, 1));
                OffHeapArray owned = new OffHeapArray(account, 4L * Math.max(rows, 1));
                OffHeapArray key = new OffHeapArray(account, keys.layout().keyBytes())) {
            int count = 0;
            for (int row = 0; row < rows; row++) {
                if (in.owns(kernel.store(columns, row, key.address()))) {
                    RawMemory.putInt(owned.address() + 4L * count++, row);
                } else {
                    keep((int) batch.int64(0, row), ELSEWHERE);
                }
            }
            groups.lookUp(columns, owned.address(), 0, count, ids.address());
            for (int i = 0; i < count; i++) {
                int row = RawMemory.getInt(owned.address() + 4L * i);
                keep((int) batch.int64(0, row), RawMemory.getInt(ids.address() + 4L * row) + 1);
            }
        }
    }

    private void keep(int saved, int entry) {
        for (; this.saved <= saved; this.saved++) {
            now.ensure(4L * (this.saved + 1));
            RawMemory.putInt(now.address() + 4L * this.saved, NONE);
        }
        RawMemory.putInt(now.address() + 4L * saved, entry);
        count++;
    }

    /// The key columns where the table's kernel looks for them: under their numbers in its input.
    private ColumnAddresses placed(Batch batch) {
        List<Integer> indices = keys.layout().indices();
        int columns = indices.stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
        ColumnAddresses placed = new ColumnAddresses(columns);
        for (int i = 0; i < indices.size(); i++) {
            for (int buffer : new int[] {ColumnAddresses.VALIDITY, ColumnAddresses.OFFSETS, ColumnAddresses.DATA}) {
                placed.set(
                        indices.get(i),
                        buffer,
                        batch.readable().address(i + 1, buffer),
                        batch.readable().limit(i + 1, buffer));
            }
        }
        placed.rowLimit = batch.readable().rowLimit;
        return placed;
    }

    private static Schema schema(KeyLayout layout) {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of(GROUP, DataType.INT32));
        for (Field key : layout.columns()) {
            fields.add(new Field("key." + key.name(), key.type(), key.nullable()));
        }
        return new Schema(fields);
    }

    @Override
    public void close() {
        now.close();
    }
}
