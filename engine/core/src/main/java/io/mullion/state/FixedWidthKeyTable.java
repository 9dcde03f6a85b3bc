package io.mullion.state;

import io.mullion.batch.Bitmap;
import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.RawMemory;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;

/// Group ids for keys that fit into 64 bits.
///
/// *Shape*: a slot is 16 bytes: the key's bits, then its group id + 1 as int32 (0: the slot is free). Beside the slots,
/// one int64 by group id holds the key again, so that results find it. Float keys are stored as bits with one NaN and
/// without the sign of zero.
public final class FixedWidthKeyTable implements GroupTable {
    enum Kind {
        INTEGER,
        FLOAT,
        BOOL
    }

    private static final int INITIAL_GROUPS = 1 << 6;
    private static final int SLOT_BYTES = 16;

    private final int column;
    private final Kind kind;
    private final boolean nullable;
    private final OffHeapArray keys;
    private Slots slots;
    private int groupCount;
    private int nullGroup = -1;

    FixedWidthKeyTable(int column, Kind kind, boolean nullable, MemoryAccount account) {
        this.column = column;
        this.kind = kind;
        this.nullable = nullable;
        keys = new OffHeapArray(account, 8L * INITIAL_GROUPS);
        try {
            slots = new Slots(account, SLOT_BYTES);
        } catch (RuntimeException e) {
            keys.close();
            throw e;
        }
    }

    @Override
    public void lookUp(ColumnAddresses in, long active, int from, int to, long groupIds) {
        long data = in.address(column, ColumnAddresses.DATA);
        long validity = nullable ? in.address(column, ColumnAddresses.VALIDITY) : 0;
        boolean integers = kind == Kind.INTEGER && validity == 0;
        int position = from;
        while (position < to) {
            if (integers) {
                position = lookUpKnown(data, active, position, to, groupIds);
                if (position == to) {
                    return;
                }
            }
            int row = Selection.row(active, position);
            int group = validity != 0 && !Bitmap.get(validity, row) ? nullGroup() : group(bits(data, row));
            RawMemory.putInt(groupIds + 4L * row, group);
            position++;
        }
    }

    /// Looks up integers until one is new. There is no call in the loop, so that what it needs of the table stays in
    /// registers.
    ///
    /// @return the position of the first new key, or `to`
    private int lookUpKnown(long data, long active, int from, int to, long groupIds) {
        long slots = this.slots.address;
        long mask = this.slots.count - 1L;
        int shift = this.slots.hashShift();
        for (int position = from; position < to; position++) {
            int row = Selection.row(active, position);
            long key = RawMemory.getLong(data + 8L * row);
            long slot = KeyHash.of(key) >>> shift;
            int group = RawMemory.getInt(slots + slot * SLOT_BYTES + 8);
            while (group != 0 && RawMemory.getLong(slots + slot * SLOT_BYTES) != key) {
                slot = slot + 1 & mask;
                group = RawMemory.getInt(slots + slot * SLOT_BYTES + 8);
            }
            if (group == 0) {
                return position;
            }
            RawMemory.putInt(groupIds + 4L * row, group - 1);
        }
        return to;
    }

    @Override
    public int groupCount() {
        return groupCount;
    }

    @Override
    public int writeKeys(long groupIds, int count, ColumnAddresses out, int outColumn, int outRow) {
        long data = out.address(outColumn, ColumnAddresses.DATA);
        long validity = out.address(outColumn, ColumnAddresses.VALIDITY);
        for (int i = 0; i < count; i++) {
            int group = RawMemory.getInt(groupIds + 4L * i);
            long key = RawMemory.getLong(keys.address() + 8L * group);
            if (kind == Kind.BOOL) {
                Bitmap.put(data, outRow + i, key != 0);
            } else {
                RawMemory.putLong(data + 8L * (outRow + i), key);
            }
            if (nullable) {
                Bitmap.put(validity, outRow + i, group != nullGroup);
            }
        }
        return count;
    }

    private long bits(long data, int row) {
        return switch (kind) {
            case INTEGER -> RawMemory.getLong(data + 8L * row);
            // doubleToLongBits knows one NaN; adding zero turns -0.0 into 0.0.
            case FLOAT -> Double.doubleToLongBits(RawMemory.getDouble(data + 8L * row) + 0.0);
            case BOOL -> Bitmap.get(data, row) ? 1 : 0;
        };
    }

    private int group(long key) {
        long mask = slots.count - 1L;
        long slot = KeyHash.of(key) >>> slots.hashShift();
        while (true) {
            long address = slots.address + slot * SLOT_BYTES;
            int group = RawMemory.getInt(address + 8);
            if (group == 0) {
                return insert(address, key);
            }
            if (RawMemory.getLong(address) == key) {
                return group - 1;
            }
            slot = slot + 1 & mask;
        }
    }

    private int insert(long slot, long key) {
        int group = newGroup(key);
        RawMemory.putLong(slot, key);
        RawMemory.putInt(slot + 8, group + 1);
        if (slots.crowded(groupCount)) {
            grow();
        }
        return group;
    }

    private int nullGroup() {
        if (nullGroup < 0) {
            nullGroup = newGroup(0);
        }
        return nullGroup;
    }

    private int newGroup(long key) {
        GroupTable.requireRoom(groupCount);
        keys.ensure(8L * (groupCount + 1));
        RawMemory.putLong(keys.address() + 8L * groupCount, key);
        return groupCount++;
    }

    private void grow() {
        Slots larger = slots.doubled();
        for (int group = 0; group < groupCount; group++) {
            if (group != nullGroup) {
                long key = RawMemory.getLong(keys.address() + 8L * group);
                long slot = larger.freeSlot(KeyHash.of(key), 8);
                RawMemory.putLong(slot, key);
                RawMemory.putInt(slot + 8, group + 1);
            }
        }
        slots.close();
        slots = larger;
    }

    @Override
    public void close() {
        if (slots != null) {
            slots.close();
            slots = null;
            keys.close();
        }
    }
}
