package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.util.ArrayList;
import java.util.List;

/// The least table that a [KeyKernel] can work with: a fixed number of slots in the memory of a test.
final class TestKeyTable {
    final List<Long> hashes = new ArrayList<>();
    private final Keys keys;
    /// Of a segment.
    private final int slotCount;

    private final long keyPages;
    private final KeyAddresses addresses = new KeyAddresses();

    /// @param segmentCount a power of two
    /// @param slotCount of each segment: a power of two, more than there will be groups
    TestKeyTable(TestMemory memory, Keys keys, int segmentCount, int slotCount) {
        this.keys = keys;
        this.slotCount = slotCount;
        KeyLayout layout = keys.layout();
        long segments = memory.allocate((long) Long.BYTES * segmentCount, 8);
        for (int segment = 0; segment < segmentCount; segment++) {
            RawMemory.putLong(segments + 8L * segment, memory.allocate((long) layout.slotBytes() * slotCount, 8));
        }
        addresses.useSegments(segments, segmentCount, slotCount);
        int pageCount = Math.ceilDiv(segmentCount * slotCount, KeyLayout.KEYS_PER_PAGE);
        keyPages = memory.allocate((long) Long.BYTES * pageCount, 8);
        for (int page = 0; page < pageCount; page++) {
            long keysOfPage = memory.allocate((long) layout.keyBytes() * KeyLayout.KEYS_PER_PAGE, 8);
            RawMemory.putLong(keyPages + 8L * page, keysOfPage);
        }
        addresses.keyPages = keyPages;
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

    /// Compares where the searches for the active rows begin.
    void checkHomes(TestMemory memory, ColumnAddresses in, KeyRows.Active active, long selection) {
        KeyKernel kernel = keys.find().kernel();
        long key = memory.allocate(keys.layout().keyBytes(), 8);
        long homes = memory.allocate(8L * active.to() + 8, 8);
        kernel.home(in, selection, active.from(), active.to(), addresses, homes);
        active.positions()
                .forEach(position -> assertEquals(
                        firstSlot(kernel.store(in, active.row(position), key)),
                        RawMemory.getLong(homes + 8L * position)));
    }

    private long firstSlot(long hash) {
        return slotAt(slots(hash), hash >>> addresses.hashShift);
    }

    private long slots(long hash) {
        return RawMemory.getLong(addresses.segments + 8 * (Hashing.segment(hash) & addresses.segmentMask));
    }

    /// Leaves the row to be found by the kernel's next call.
    private void enter(ColumnAddresses in, int row) {
        KeyLayout layout = keys.layout();
        int group = hashes.size();
        long page = RawMemory.getLong(keyPages + 8L * (group >>> KeyLayout.KEY_PAGE_SHIFT));
        long key = page + (long) layout.keyBytes() * (group & KeyLayout.KEYS_PER_PAGE - 1);
        long hash = keys.find().kernel().store(in, row, key);
        hashes.add(hash);
        if (layout.inSlot() && layout.nullable()) {
            long validity = in.address(layout.indices().getFirst(), ColumnAddresses.VALIDITY);
            if (!KernelOps.bit(validity, row)) {
                addresses.nullGroup = group + 1;
                return;
            }
        }
        long slots = slots(hash);
        long slot = hash >>> addresses.hashShift;
        while (RawMemory.getInt(slotAt(slots, slot) + layout.idOffset()) != 0) {
            slot = slot + 1 & slotCount - 1;
        }
        if (layout.inSlot()) {
            RawMemory.putLong(slotAt(slots, slot), RawMemory.getLong(key));
        }
        RawMemory.putInt(slotAt(slots, slot) + layout.idOffset(), group + 1);
        RawMemory.putInt(slotAt(slots, slot) + layout.idOffset() + 4, (int) (hash >>> 32));
    }

    private long slotAt(long slots, long slot) {
        return slots + keys.layout().slotBytes() * slot;
    }
}
