package io.mullion.state;

import io.mullion.batch.Bitmap;
import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.KeyAddresses;
import io.mullion.codegen.KeyKernel;
import io.mullion.codegen.KeyLayout;
import io.mullion.codegen.Keys;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;

/// Group ids for keys of any columns. A generated kernel looks keys up; what is new comes here and is entered.
///
/// *Shape*: slots and keys as [KeyLayout] has them; the bytes of texts lie one after another in chunks that never move.
public final class KeyTable implements GroupTable {
    private static final int INITIAL_GROUPS = 1 << 6;

    private final KeyKernel kernel;
    private final KeyLayout layout;
    private final KeyWriter writer;
    private final int keyBytes;
    private final OffHeapArray keys;
    private final TextChunks texts;
    private final KeyAddresses addresses = new KeyAddresses();
    private Slots slots;
    private int groupCount;

    KeyTable(Keys compiled, MemoryAccount account) {
        kernel = compiled.find().kernel();
        layout = compiled.layout();
        writer = new KeyWriter(layout);
        keyBytes = layout.keyBytes();
        texts = new TextChunks(account);
        keys = new OffHeapArray(account, (long) keyBytes * INITIAL_GROUPS);
        try {
            use(new Slots(account, layout.slotBytes(), layout.idOffset()));
        } catch (RuntimeException e) {
            keys.close();
            throw e;
        }
    }

    @Override
    public void lookUp(ColumnAddresses in, long active, int from, int to, long groupIds) {
        addresses.keys = keys.address();
        int position = kernel.find(in, active, from, to, addresses, groupIds);
        while (position < to) {
            int row = Selection.row(active, position);
            RawMemory.putInt(groupIds + 4L * row, enter(in, row));
            position = kernel.find(in, active, position + 1, to, addresses, groupIds);
        }
    }

    @Override
    public int groupCount() {
        return groupCount;
    }

    @Override
    public int writeKeys(long groupIds, int count, ColumnAddresses out, int firstColumn, int outRow) {
        return writer.write(keys.address(), groupIds, count, out, firstColumn, outRow, addresses.nullGroup - 1);
    }

    /// Gives the key of a row, which is new, a group.
    private int enter(ColumnAddresses in, int row) {
        GroupTable.requireRoom(groupCount);
        keys.ensure((long) keyBytes * (groupCount + 1));
        addresses.keys = keys.address();
        long key = keys.address() + (long) keyBytes * groupCount;
        long hash = kernel.store(in, row, key);
        keepTexts(key);
        int group = groupCount++;
        if (layout.inSlot() && isNull(in, row)) {
            addresses.nullGroup = group + 1;
            return group;
        }
        long slot = slots.free(hash);
        if (layout.inSlot()) {
            RawMemory.putLong(slot, RawMemory.getLong(key));
        }
        slots.enter(slot, hash, group);
        if (slots.crowded(groupCount)) {
            grow();
        }
        return group;
    }

    private void keepTexts(long key) {
        for (int column = 0; column < layout.columns().size(); column++) {
            if (layout.text(column)) {
                long text = key + layout.offset(column);
                int length = RawMemory.getInt(key + layout.lengthOffset(column));
                RawMemory.putLong(text, length == 0 ? 0 : texts.keep(RawMemory.getLong(text), length));
            }
        }
    }

    private boolean isNull(ColumnAddresses in, int row) {
        return layout.nullable() && !Bitmap.get(in.address(layout.indices().getFirst(), ColumnAddresses.VALIDITY), row);
    }

    private void grow() {
        Slots larger = slots.doubled();
        slots.close();
        use(larger);
    }

    private void use(Slots slots) {
        this.slots = slots;
        addresses.useSlots(slots.address, slots.count);
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
