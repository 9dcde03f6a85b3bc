package io.mullion.state;

import io.mullion.batch.Bitmap;
import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.RawMemory;
import io.mullion.codegen.Utf8;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;

/// Group ids for text.
///
/// *Shape*: a slot is 8 bytes: the upper half of the key's hash as int32, then its group id + 1 as int32 (0: the slot
/// is free). By group id, 16 bytes: the address of the key's bytes, their number as int32, the same part of the hash.
/// The bytes lie one after another in chunks that never move.
public final class Utf8KeyTable implements GroupTable {
    private static final int INITIAL_GROUPS = 1 << 6;
    private static final int SLOT_BYTES = 8;
    private static final int KEY_BYTES = 16;

    private final int column;
    private final boolean nullable;
    private final OffHeapArray keys;
    private final TextChunks texts;
    private Slots slots;
    private int groupCount;
    private int nullGroup = -1;

    Utf8KeyTable(int column, boolean nullable, MemoryAccount account) {
        this.column = column;
        this.nullable = nullable;
        keys = new OffHeapArray(account, (long) KEY_BYTES * INITIAL_GROUPS);
        texts = new TextChunks(account);
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
        long offsets = in.address(column, ColumnAddresses.OFFSETS);
        long validity = nullable ? in.address(column, ColumnAddresses.VALIDITY) : 0;
        for (int position = from; position < to; position++) {
            int row = Selection.row(active, position);
            int start = RawMemory.getInt(offsets + 4L * row);
            int length = RawMemory.getInt(offsets + 4L * row + 4) - start;
            int group = validity != 0 && !Bitmap.get(validity, row) ? nullGroup() : group(data + start, length);
            RawMemory.putInt(groupIds + 4L * row, group);
        }
    }

    @Override
    public int groupCount() {
        return groupCount;
    }

    @Override
    public int writeKeys(long groupIds, int count, ColumnAddresses out, int outColumn, int outRow) {
        long data = out.address(outColumn, ColumnAddresses.DATA);
        long room = out.limit(outColumn, ColumnAddresses.DATA);
        long offsets = out.address(outColumn, ColumnAddresses.OFFSETS);
        int end = 0;
        RawMemory.putInt(offsets + 4L * outRow, 0);
        for (int i = 0; i < count; i++) {
            int group = RawMemory.getInt(groupIds + 4L * i);
            long key = keys.address() + (long) KEY_BYTES * group;
            int length = RawMemory.getInt(key + 8);
            if (end + (long) length > room) {
                return i;
            }
            // The null group has no address.
            if (length > 0) {
                RawMemory.copy(RawMemory.getLong(key), data + end, length);
            }
            end += length;
            RawMemory.putInt(offsets + 4L * (outRow + i) + 4, end);
            if (nullable) {
                long validity = out.address(outColumn, ColumnAddresses.VALIDITY);
                Bitmap.put(validity, outRow + i, group != nullGroup);
            }
        }
        return count;
    }

    private int group(long text, int length) {
        long hash = KeyHash.of(text, length);
        int tag = (int) (hash >>> 32);
        long mask = slots.count - 1L;
        long slot = hash >>> slots.hashShift();
        while (true) {
            long address = slots.address + slot * SLOT_BYTES;
            int group = RawMemory.getInt(address + 4);
            if (group == 0) {
                return insert(address, tag, text, length);
            }
            if (RawMemory.getInt(address) == tag && isKey(group - 1, text, length)) {
                return group - 1;
            }
            slot = slot + 1 & mask;
        }
    }

    private boolean isKey(int group, long text, int length) {
        long key = keys.address() + (long) KEY_BYTES * group;
        return Utf8.equal(RawMemory.getLong(key), RawMemory.getInt(key + 8), text, length);
    }

    private int insert(long slot, int tag, long text, int length) {
        int group = newGroup(texts.keep(text, length), length, tag);
        RawMemory.putInt(slot, tag);
        RawMemory.putInt(slot + 4, group + 1);
        if (slots.crowded(groupCount)) {
            grow();
        }
        return group;
    }

    private int nullGroup() {
        if (nullGroup < 0) {
            nullGroup = newGroup(0, 0, 0);
        }
        return nullGroup;
    }

    private int newGroup(long text, int length, int tag) {
        GroupTable.requireRoom(groupCount);
        keys.ensure((long) KEY_BYTES * (groupCount + 1));
        long key = keys.address() + (long) KEY_BYTES * groupCount;
        RawMemory.putLong(key, text);
        RawMemory.putInt(key + 8, length);
        RawMemory.putInt(key + 12, tag);
        return groupCount++;
    }

    /// The slot comes from the top bits of the hash, and the tag is the top 32: enough to place a key anew, because
    /// there are no more than 2^29 slots.
    private void grow() {
        Slots larger = slots.doubled();
        for (int group = 0; group < groupCount; group++) {
            if (group != nullGroup) {
                int tag = RawMemory.getInt(keys.address() + (long) KEY_BYTES * group + 12);
                long slot = larger.freeSlot((long) tag << 32, 4);
                RawMemory.putInt(slot, tag);
                RawMemory.putInt(slot + 4, group + 1);
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
            texts.close();
        }
    }
}
