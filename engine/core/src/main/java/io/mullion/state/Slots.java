package io.mullion.state;

import io.mullion.codegen.KeyAddresses;
import io.mullion.codegen.KeyLayout;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;
import java.util.Arrays;

/// The slots of an open-addressing table, in segments that split when they are crowded and join again when they are
/// nearly empty, one at a time: no step of growing or shrinking touches more than a segment.
///
/// *Shape*: segments of one size, a power of two of slots as [KeyLayout] says, with linear probing that wraps around at
/// the end of a segment. A directory, a power of two long, says which segment is whose; a segment of depth d stands for
/// all entries with the same low d bits.
/// *Ownership*: owns segments and directory. *Thread*: the worker. *Source*: R. Fagin et al., "Extendible Hashing", ACM
/// TODS 4(3), 1979.
final class Slots implements AutoCloseable {
    private static final int LEAST_BITS = 8;
    /// Few enough that a segment is split in less than a millisecond, and so many that the tables that lie in the cache
    /// have one, whose look-ups are faster.
    static final int SEGMENT_BITS = 16;

    private static final int MAX_DEPTH = 16;
    private static final int MAX_BITS = 28;
    /// As many slots as lie in the cache.
    private static final int CACHED_COUNT = 1 << 16;

    private static final int TAG_OFFSET = 4;

    /// Where a segment lies and how full it is.
    private static final class Segment {
        /// The least directory entry that is this segment's.
        private int number;

        private long address;
        private int depth;
        private int used;
        /// Where it moves while all segments get another size, or 0.
        private long resized;
    }

    private final MemoryAccount account;
    private final KeyAddresses addresses;
    private final int slotBytes;
    private final int idOffset;
    private final boolean inSlot;
    private final int segmentBits;
    private final OffHeapArray directory;
    private Segment[] segments = new Segment[1];
    /// Those that were joined with others, for splits to come: as keys come and go nothing is taken on the heap.
    private Segment[] spare = new Segment[1];

    private int spareCount;
    private int depth;
    private int slotBits = LEAST_BITS;

    /// @param segmentBits so many slots, as a power of two, a segment has before it is split
    /// @param addresses kept up to date
    Slots(MemoryAccount account, KeyLayout layout, int segmentBits, KeyAddresses addresses) {
        this.account = account;
        this.segmentBits = segmentBits;
        this.addresses = addresses;
        slotBytes = layout.slotBytes();
        idOffset = layout.idOffset();
        inSlot = layout.inSlot();
        directory = new OffHeapArray(account, Long.BYTES);
        try {
            segments[0] = segment(0, empty(slotBits));
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
        enterInDirectory(segments[0]);
    }

    /// Enters a key that is not in the table.
    ///
    /// @param word the key, if it is kept in its slot
    void enter(long hash, int group, long word) {
        Segment segment = segmentOf(hash);
        while (segment.used >= room()) {
            makeRoom(segment);
            segment = segmentOf(hash);
        }
        long slot = freeSlot(segment.address, slotBits, hash);
        if (inSlot) {
            RawMemory.putLong(slot, word);
        }
        RawMemory.putInt(slot + idOffset, group + 1);
        RawMemory.putInt(slot + idOffset + TAG_OFFSET, (int) (hash >>> 32));
        segment.used++;
    }

    /// Takes the key of a group out.
    void remove(long hash, int group) {
        Segment segment = segmentOf(hash);
        long slot = home(hash, slotBits);
        while (RawMemory.getInt(at(segment, slot) + idOffset) != group + 1) {
            slot = slot + 1 & mask();
        }
        vacate(segment, slot);
        if (depth == 0) {
            if (slotBits > LEAST_BITS && segment.used < slotCount() >> 5) {
                resize(slotBits - 1);
            }
        } else if (segment.used < room() >> 3) {
            join(segment);
        }
    }

    /// Frees a slot, and moves those behind it up that could not be found otherwise: probing ends at a free slot.
    private void vacate(Segment segment, long slot) {
        long hole = slot;
        for (long next = hole + 1 & mask(); taken(at(segment, next)); next = next + 1 & mask()) {
            long fromHome = next - home(hashAt(at(segment, next)), slotBits) & mask();
            if (fromHome >= (next - hole & mask())) {
                RawMemory.copy(at(segment, next), at(segment, hole), slotBytes);
                hole = next;
            }
        }
        RawMemory.putInt(at(segment, hole) + idOffset, 0);
        segment.used--;
    }

    private void makeRoom(Segment segment) {
        if (depth == 0 && slotBits < segmentBits || segment.depth == MAX_DEPTH) {
            // At the greatest depth only if tens of thousands of keys have the same half of a hash.
            if (slotBits == MAX_BITS) {
                throw new IllegalStateException("too many keys with the same hash: slots=" + slotCount());
            }
            resize(slotBits + 1);
        } else {
            split(segment);
        }
    }

    private void split(Segment segment) {
        long fresh = empty(slotBits);
        if (segment.depth == depth) {
            doubleDirectory();
        }
        Segment other = segment(segment.number | 1 << segment.depth, fresh);
        segment.depth++;
        other.depth = segment.depth;
        enterInDirectory(other);
        for (long slot = 0; slot < slotCount(); slot++) {
            long at = at(segment, slot);
            // What moves up into a slot that was vacated is looked at in its turn.
            while (taken(at) && segmentOf(hashAt(at)) == other) {
                copyTo(other, at);
                vacate(segment, slot);
            }
        }
    }

    private Segment segment(int number, long address) {
        Segment segment = spareCount > 0 ? spare[--spareCount] : new Segment();
        segment.number = number;
        segment.address = address;
        segment.used = 0;
        return segment;
    }

    /// Joins a segment with the one that it was split from or that was split from it, if both have room in one.
    private void join(Segment segment) {
        Segment twin = segments[segment.number ^ 1 << segment.depth - 1];
        if (twin.depth != segment.depth || twin.used + segment.used > room() >> 2) {
            return;
        }
        Segment kept = segment.number < twin.number ? segment : twin;
        Segment gone = kept == segment ? twin : segment;
        for (long slot = 0; slot < slotCount(); slot++) {
            if (taken(at(gone, slot))) {
                copyTo(kept, at(gone, slot));
            }
        }
        kept.depth--;
        enterInDirectory(kept);
        account.give(gone.address, (long) slotCount() * slotBytes);
        if (spareCount == spare.length) {
            spare = Arrays.copyOf(spare, spareCount * 2);
        }
        spare[spareCount++] = gone;
        while (depth > 0 && noneAsDeepAsTheDirectory()) {
            depth--;
            useDirectory();
        }
    }

    private boolean noneAsDeepAsTheDirectory() {
        int half = 1 << depth - 1;
        for (int i = 0; i < half; i++) {
            if (segments[i] != segments[i + half]) {
                return false;
            }
        }
        return true;
    }

    private void doubleDirectory() {
        int count = 1 << depth;
        directory.ensure((long) Long.BYTES * count * 2);
        if (segments.length < count * 2) {
            segments = Arrays.copyOf(segments, count * 2);
        }
        System.arraycopy(segments, 0, segments, count, count);
        RawMemory.copy(directory.address(), directory.address() + 8L * count, 8L * count);
        depth++;
        useDirectory();
    }

    private void enterInDirectory(Segment segment) {
        for (int i = segment.number; i < 1 << depth; i += 1 << segment.depth) {
            segments[i] = segment;
            RawMemory.putLong(directory.address() + 8L * i, segment.address);
        }
        useDirectory();
    }

    private void useDirectory() {
        addresses.useSegments(directory.address(), 1 << depth, slotCount());
    }

    /// Gives all segments another size.
    private void resize(int bits) {
        int count = 1 << depth;
        try {
            for (int i = 0; i < count; i++) {
                if (segments[i].number == i) {
                    segments[i].resized = empty(bits);
                }
            }
        } catch (RuntimeException e) {
            for (int i = 0; i < count; i++) {
                if (segments[i].resized != 0) {
                    account.give(segments[i].resized, (long) slotBytes << bits);
                    segments[i].resized = 0;
                }
            }
            throw e;
        }
        for (int i = 0; i < count; i++) {
            Segment segment = segments[i];
            if (segment.resized != 0) {
                for (long slot = 0; slot < slotCount(); slot++) {
                    long at = at(segment, slot);
                    if (taken(at)) {
                        RawMemory.copy(at, freeSlot(segment.resized, bits, hashAt(at)), slotBytes);
                    }
                }
                account.give(segment.address, (long) slotCount() * slotBytes);
                segment.address = segment.resized;
                segment.resized = 0;
            }
        }
        slotBits = bits;
        for (int i = 0; i < count; i++) {
            RawMemory.putLong(directory.address() + 8L * i, segments[i].address);
        }
        useDirectory();
    }

    private void copyTo(Segment segment, long slot) {
        RawMemory.copy(slot, freeSlot(segment.address, slotBits, hashAt(slot)), slotBytes);
        segment.used++;
    }

    /// The address of the slot where a key that is not in the segment belongs.
    private long freeSlot(long segment, int bits, long hash) {
        long slot = home(hash, bits);
        while (taken(segment + slot * slotBytes)) {
            slot = slot + 1 & (1L << bits) - 1;
        }
        return segment + slot * slotBytes;
    }

    private long empty(int bits) {
        long bytes = (long) slotBytes << bits;
        long address = account.take(bytes);
        RawMemory.fill(address, bytes, (byte) 0);
        return address;
    }

    /// Keys that a segment takes: a quarter of its slots while all lie in the cache, where a mispredicted collision
    /// costs more than a line; half after that.
    private int room() {
        return slotCount() / ((long) slotCount() << depth <= CACHED_COUNT ? 4 : 2);
    }

    private Segment segmentOf(long hash) {
        return segments[(int) Hashing.segment(hash) & (1 << depth) - 1];
    }

    private long at(Segment segment, long slot) {
        return segment.address + slot * slotBytes;
    }

    private boolean taken(long slot) {
        return RawMemory.getInt(slot + idOffset) != 0;
    }

    /// The upper half of the hash, which is all that is needed to place a key.
    private long hashAt(long slot) {
        return (long) RawMemory.getInt(slot + idOffset + TAG_OFFSET) << 32;
    }

    private static long home(long hash, int bits) {
        return hash >>> Long.SIZE - bits;
    }

    private int slotCount() {
        return 1 << slotBits;
    }

    private long mask() {
        return slotCount() - 1L;
    }

    @Override
    public void close() {
        for (int i = 0; i < 1 << depth; i++) {
            if (segments[i].number == i) {
                account.give(segments[i].address, (long) slotCount() * slotBytes);
            }
        }
        directory.close();
    }
}
