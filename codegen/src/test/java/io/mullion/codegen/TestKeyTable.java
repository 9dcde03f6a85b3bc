package io.mullion.codegen;

import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.util.ArrayList;
import java.util.List;

/// The least table that a [KeyKernel] can work with: a fixed number of slots in the memory of a test.
final class TestKeyTable {
    final List<Long> hashes = new ArrayList<>();
    private final Keys keys;
    private final int slotCount;
    private final KeyAddresses addresses = new KeyAddresses();

    /// @param slotCount a power of two, more than there will be groups
    TestKeyTable(TestMemory memory, Keys keys, int slotCount) {
        this.keys = keys;
        this.slotCount = slotCount;
        addresses.useSlots(memory.allocate((long) keys.layout().slotBytes() * slotCount, 8), slotCount);
        addresses.keys = memory.allocate((long) keys.layout().keyBytes() * slotCount, 8);
    }

    /// Looks the active rows up and enters what is new.
    void lookUp(ColumnAddresses in, KeyRows.Active active, long selection, long groupIds) {
        KeyKernel kernel = keys.find().kernel();
        int position = active.from();
        while (true) {
            position = kernel.find(in, selection, position, active.to(), addresses, groupIds);
            if (position >= active.to()) {
                return;
            }
            enter(in, active.row(position));
        }
    }

    /// Leaves the row to be found by the kernel's next call.
    private void enter(ColumnAddresses in, int row) {
        KeyLayout layout = keys.layout();
        int group = hashes.size();
        long key = addresses.keys + (long) layout.keyBytes() * group;
        long hash = keys.find().kernel().store(in, row, key);
        hashes.add(hash);
        if (layout.inSlot() && layout.nullable()) {
            long validity = in.address(layout.indices().getFirst(), ColumnAddresses.VALIDITY);
            if (!KernelOps.bit(validity, row)) {
                addresses.nullGroup = group + 1;
                return;
            }
        }
        long slot = hash >>> addresses.hashShift;
        while (RawMemory.getInt(slotAt(slot) + layout.idOffset()) != 0) {
            slot = slot + 1 & slotCount - 1;
        }
        if (layout.inSlot()) {
            RawMemory.putLong(slotAt(slot), RawMemory.getLong(key));
        }
        RawMemory.putInt(slotAt(slot) + layout.idOffset(), group + 1);
        RawMemory.putInt(slotAt(slot) + layout.idOffset() + 4, (int) (hash >>> 32));
    }

    private long slotAt(long slot) {
        return addresses.slots + keys.layout().slotBytes() * slot;
    }
}
