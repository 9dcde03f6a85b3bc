package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import java.util.Arrays;

/// Rows of one schema that are kept for a while, each as a record in a slot of its own, so that finding one costs a
/// line or two of the cache however many columns it has.
///
/// *Shape*: a record begins with [#TIME] (int64), [#GROUP], [#NEXT], [#PREVIOUS] and [#FLAGS] (int32), which belong to
/// who keeps the rows; then follow the cells, as [RowCells] has them. Records lie in pages of [#PAGE_ROWS], which are
/// taken when needed and given back when empty. Each page knows a time before which none of its rows lies, and so does
/// each block of pages: what has expired is found by looking at those.
/// *Ownership*: owns its memory. *Thread*: the worker.
public final class RowStore implements AutoCloseable {
    public static final int TIME = 0;
    public static final int GROUP = 8;
    public static final int NEXT = 12;
    public static final int PREVIOUS = 16;
    public static final int FLAGS = 20;
    private static final int HEADER_BYTES = 24;

    private static final int PAGE_SHIFT = 8;
    /// Slots of a page; [#expired] never gives more than asked for, but looks at whole pages.
    public static final int PAGE_ROWS = 1 << PAGE_SHIFT;

    private static final int WORDS = PAGE_ROWS / Long.SIZE;
    private static final int BLOCK_SHIFT = 6;

    private final RowCells cells;
    private final int recordBytes;
    private final MemoryAccount account;
    private final StateArena arena;

    /// Addresses of the pages, 0 where there is none.
    private long[] pages = new long[4];
    /// A bit for each slot that is taken.
    private long[] taken = new long[4 * WORDS];

    private int[] counts = new int[4];
    /// No row of the page, or of the block, is before.
    private long[] least = new long[4];

    private long[] blockLeast = new long[1];
    private int pageCount;
    /// Pages that may have room, and numbers without a page.
    private int[] roomy = new int[4];

    private int roomyCount;
    private int[] unused = new int[4];
    private int unusedCount;
    private int current = -1;
    /// An empty page, lest one come and go.
    private long spare;

    private int rowCount;

    public RowStore(Schema schema, MemoryAccount account) {
        this.account = account;
        cells = new RowCells(schema, HEADER_BYTES);
        recordBytes = cells.recordBytes();
        arena = new StateArena(account);
    }

    /// Rows there are.
    public int rowCount() {
        return rowCount;
    }

    /// The record in a slot, good until it is removed.
    public long at(int slot) {
        return pages[slot >>> PAGE_SHIFT] + (long) recordBytes * (slot & PAGE_ROWS - 1);
    }

    /// Loads a record, from end to end.
    long touch(int slot) {
        long record = at(slot);
        return RawMemory.getLong(record) + RawMemory.getLong(record + recordBytes - Long.BYTES);
    }

    /// Takes a slot. The cells follow with [#write] before anything else is asked of the record.
    public int add(long time, int group) {
        int page = roomyPage();
        int slot = freeSlot(page);
        taken[page * WORDS + (slot >>> 6)] |= 1L << slot;
        counts[page]++;
        rowCount++;
        least[page] = Math.min(least[page], time);
        int block = page >>> BLOCK_SHIFT;
        blockLeast[block] = Math.min(blockLeast[block], time);
        int at = page << PAGE_SHIFT | slot;
        long record = at(at);
        RawMemory.putLong(record + TIME, time);
        RawMemory.putInt(record + GROUP, group);
        RawMemory.putInt(record + NEXT, -1);
        RawMemory.putInt(record + PREVIOUS, -1);
        RawMemory.putInt(record + FLAGS, 0);
        return at;
    }

    /// Copies rows of a batch into records that were added.
    ///
    /// @param rows address of int32 row numbers
    /// @param records address of int64 addresses of as many records
    public void write(ColumnAddresses in, long rows, long records, int count) {
        cells.write(in, rows, records, count, arena);
    }

    /// Frees a slot.
    public void remove(int slot) {
        int page = slot >>> PAGE_SHIFT;
        if (cells.anyVariableSize()) {
            cells.release(at(slot), arena);
        }
        taken[page * WORDS + (slot >>> 6 & WORDS - 1)] &= ~(1L << slot);
        if (counts[page]-- == PAGE_ROWS && page != current) {
            push(page);
        }
        rowCount--;
        if (counts[page] == 0 && page != current) {
            giveBack(page);
        }
        if (rowCount == 0) {
            arena.release();
        }
    }

    /// Lists slots of rows with a time before `before`; if that is the greatest int64, of all rows. Those that were
    /// listed are to be removed before the next call.
    ///
    /// @param slots has room for [#PAGE_ROWS] at least
    /// @return how many were listed, 0 if there are no more
    public int expired(long before, int[] slots) {
        int count = 0;
        int blocks = Math.ceilDiv(pageCount, 1 << BLOCK_SHIFT);
        for (int block = 0; block < blocks; block++) {
            if (due(blockLeast[block], before)) {
                int end = Math.min(pageCount, block + 1 << BLOCK_SHIFT);
                for (int page = block << BLOCK_SHIFT; page < end; page++) {
                    if (counts[page] > 0 && due(least[page], before)) {
                        if (count + PAGE_ROWS > slots.length) {
                            return count;
                        }
                        count = expiredOf(page, before, slots, count);
                    }
                }
                blockLeast[block] = leastOf(block, end);
            }
        }
        return count;
    }

    private static boolean due(long time, long before) {
        return time < before || before == Long.MAX_VALUE;
    }

    private long leastOf(int block, int end) {
        long found = Long.MAX_VALUE;
        for (int page = block << BLOCK_SHIFT; page < end; page++) {
            if (counts[page] > 0) {
                found = Math.min(found, least[page]);
            }
        }
        return found;
    }

    private int expiredOf(int page, long before, int[] slots, int from) {
        int count = from;
        long left = Long.MAX_VALUE;
        for (int word = 0; word < WORDS; word++) {
            for (long bits = taken[page * WORDS + word]; bits != 0; bits &= bits - 1) {
                int slot = page << PAGE_SHIFT | word << 6 | Long.numberOfTrailingZeros(bits);
                long time = RawMemory.getLong(at(slot) + TIME);
                if (due(time, before)) {
                    slots[count++] = slot;
                } else {
                    left = Math.min(left, time);
                }
            }
        }
        least[page] = left;
        return count;
    }

    /// Reads the cells of records.
    public RowCells cells() {
        return cells;
    }

    private int roomyPage() {
        while (current < 0 || counts[current] == PAGE_ROWS) {
            current = roomyCount > 0 ? roomy[--roomyCount] : newPage();
            if (pages[current] == 0) {
                // It became empty while it waited.
                current = -1;
            }
        }
        return current;
    }

    private int freeSlot(int page) {
        for (int word = 0; ; word++) {
            long free = ~taken[page * WORDS + word];
            if (free != 0) {
                return word << 6 | Long.numberOfTrailingZeros(free);
            }
        }
    }

    private int newPage() {
        long address = spare != 0 ? spare : account.take(pageBytes());
        spare = 0;
        int page = unusedCount > 0 ? unused[--unusedCount] : newNumber();
        pages[page] = address;
        least[page] = Long.MAX_VALUE;
        return page;
    }

    private int newNumber() {
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, pageCount * 2);
            taken = Arrays.copyOf(taken, pageCount * 2 * WORDS);
            counts = Arrays.copyOf(counts, pageCount * 2);
            least = Arrays.copyOf(least, pageCount * 2);
        }
        int block = pageCount >>> BLOCK_SHIFT;
        if (block == blockLeast.length) {
            blockLeast = Arrays.copyOf(blockLeast, block * 2);
        }
        if ((pageCount & (1 << BLOCK_SHIFT) - 1) == 0) {
            blockLeast[block] = Long.MAX_VALUE;
        }
        return pageCount++;
    }

    private void push(int page) {
        if (roomyCount == roomy.length) {
            roomy = Arrays.copyOf(roomy, roomyCount * 2);
        }
        roomy[roomyCount++] = page;
    }

    private void giveBack(int page) {
        if (spare == 0) {
            spare = pages[page];
        } else {
            account.give(pages[page], pageBytes());
        }
        pages[page] = 0;
        if (unusedCount == unused.length) {
            unused = Arrays.copyOf(unused, unusedCount * 2);
        }
        unused[unusedCount++] = page;
    }

    private long pageBytes() {
        return (long) recordBytes << PAGE_SHIFT;
    }

    @Override
    public void close() {
        for (int page = 0; page < pageCount; page++) {
            if (pages[page] != 0) {
                account.give(pages[page], pageBytes());
                pages[page] = 0;
            }
        }
        if (spare != 0) {
            account.give(spare, pageBytes());
            spare = 0;
        }
        pageCount = 0;
        arena.release();
    }
}
