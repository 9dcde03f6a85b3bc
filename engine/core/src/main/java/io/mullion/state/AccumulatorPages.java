package io.mullion.state;

import io.mullion.codegen.AccumulatorLayout;
import io.mullion.codegen.CombineKernel;
import io.mullion.codegen.NarrowSums;
import io.mullion.codegen.StateAddresses;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import java.util.Arrays;

/// One accumulator row for each group, in pages taken from the budget when first touched.
///
/// *Shape*: the first page may be shorter than the others ([#rowsIn]), because there may be thousands of panes with a
/// handful of groups each. *Ownership*: owns its pages; [#release] gives them back and leaves the object ready for use
/// again. *Thread*: the worker.
public final class AccumulatorPages extends StateAddresses {
    private static final int LEAST_ROWS = 4;

    private final MemoryAccount account;
    private AccumulatorLayout layout;
    private int rowBytes;
    /// Rows of the first page: a power of two.
    private int firstRows = LEAST_ROWS;

    public AccumulatorPages(AccumulatorLayout layout, MemoryAccount account) {
        this.layout = layout;
        this.account = account;
        this.rowBytes = layout.rowBytes();
    }

    /// Makes room for group ids below `groupCount`: the page table becomes long enough, and the first page, if there is
    /// one. Takes no other page.
    public void ensureGroups(int groupCount) {
        if (groupCount > firstRows && firstRows < ROWS_PER_PAGE) {
            lengthenFirst(groupCount);
        }
        int needed = (groupCount + PAGE_MASK) >>> PAGE_SHIFT;
        if (needed > pages.length) {
            pages = Arrays.copyOf(pages, Math.max(needed, pages.length * 2));
        }
    }

    private void lengthenFirst(int groupCount) {
        int rows = Math.min(ROWS_PER_PAGE, Integer.highestOneBit(groupCount - 1) << 1);
        if (pages.length > 0 && pages[0] != 0) {
            long longer = account.take((long) rows * rowBytes);
            long old = (long) firstRows * rowBytes;
            RawMemory.copy(pages[0], longer, old);
            layout.fillIdentity(longer + old, rows - firstRows);
            account.give(pages[0], old);
            pages[0] = longer;
        }
        firstRows = rows;
    }

    @Override
    public long takePage(int page) {
        long address = account.take(pageBytes(page));
        layout.fillIdentity(address, rowsIn(page));
        pages[page] = address;
        return address;
    }

    /// Pages there may be.
    public int pageCount() {
        return pages.length;
    }

    /// Address of a page, or 0 if it was never touched.
    public long page(int page) {
        return page < pages.length ? pages[page] : 0;
    }

    /// Rows of a page.
    public int rowsIn(int page) {
        return page == 0 ? firstRows : ROWS_PER_PAGE;
    }

    /// Group ids for which there is room, whether or not their pages were taken.
    public int capacity() {
        return pages.length <= 1 ? pages.length * firstRows : pages.length << PAGE_SHIFT;
    }

    /// Address of a group's row, or 0 if its page was never touched.
    public long row(int group) {
        int page = group >>> PAGE_SHIFT;
        if (page >= pages.length || pages[page] == 0 || (group & PAGE_MASK) >= rowsIn(page)) {
            return 0;
        }
        return pages[page] + (long) (group & PAGE_MASK) * rowBytes;
    }

    /// Address of a group's row, whose page is taken if need be. There must be room for the group.
    public long touch(int group) {
        int page = group >>> PAGE_SHIFT;
        long address = pages[page] != 0 ? pages[page] : takePage(page);
        return address + (long) (group & PAGE_MASK) * rowBytes;
    }

    /// Sets rows [0, count) to those of `source`, a row each to the place that is told. There must be room.
    ///
    /// @param places address of the int32 number that each row of `source` has here: all of [0, count), in any order
    void permute(AccumulatorPages source, long places, int count, CombineKernel kernel) {
        for (int page = 0; page << PAGE_SHIFT < count; page++) {
            if (pages[page] == 0) {
                pages[page] = account.take(pageBytes(page));
            }
            int rest = Math.max(0, rowsIn(page) - (count - (page << PAGE_SHIFT)));
            layout.fillIdentity(pages[page] + pageBytes(page) - (long) rest * rowBytes, rest);
        }
        for (int page = 0; page << PAGE_SHIFT < count; page++) {
            scatter(places, count, source, page, kernel);
        }
    }

    /// Has the rows of `other`, of the same layout, which has these.
    void exchange(AccumulatorPages other) {
        long[] ownPages = pages;
        pages = other.pages;
        other.pages = ownPages;
        int ownFirstRows = firstRows;
        firstRows = other.firstRows;
        other.firstRows = ownFirstRows;
    }

    /// Rewrites the rows from narrow to wide, or from wide to narrow. *Failure*: they stay as they are if there is no
    /// memory for all of them.
    void rewrite(AccumulatorLayout to, NarrowSums sums, boolean widens) {
        long[] rewritten = new long[pages.length];
        try {
            for (int page = 0; page < pages.length; page++) {
                if (pages[page] != 0) {
                    rewritten[page] = account.take((long) rowsIn(page) * to.rowBytes());
                }
            }
        } catch (RuntimeException e) {
            for (int page = 0; page < pages.length; page++) {
                if (rewritten[page] != 0) {
                    account.give(rewritten[page], (long) rowsIn(page) * to.rowBytes());
                }
            }
            throw e;
        }
        for (int page = 0; page < pages.length; page++) {
            if (pages[page] == 0) {
                continue;
            }
            if (widens) {
                sums.widen(pages[page], rewritten[page], rowsIn(page));
            } else {
                sums.narrow(pages[page], rewritten[page], rowsIn(page));
            }
            givePage(page);
        }
        pages = rewritten;
        layout = to;
        rowBytes = to.rowBytes();
    }

    /// Whether a group has rows.
    public boolean has(int group) {
        long row = row(group);
        return row != 0 && RawMemory.getLong(row) != 0;
    }

    /// Sets a group's row to the identity.
    public void reset(int group) {
        long row = row(group);
        if (row != 0) {
            layout.fillIdentity(row, 1);
        }
    }

    /// How many groups have rows.
    public int countGroups() {
        int count = 0;
        for (int page = 0; page < pages.length; page++) {
            if (pages[page] != 0) {
                long end = pages[page] + pageBytes(page);
                for (long row = pages[page]; row < end; row += rowBytes) {
                    count += RawMemory.getLong(row) != 0 ? 1 : 0;
                }
            }
        }
        return count;
    }

    /// Merges the rows of a page of `source` into these: with a combine kernel they are added, with a retract kernel
    /// taken out.
    void mergePage(AccumulatorPages source, int page, CombineKernel kernel) {
        long from = source.page(page);
        if (from != 0) {
            ensurePage(source, page);
            kernel.combine(pages[page] != 0 ? pages[page] : takePage(page), from, source.rowsIn(page));
        }
    }

    /// Makes room for a page of `source`: not for as many pages as it has room for, or two that are copied to and fro
    /// would lengthen each other without end.
    private void ensurePage(AccumulatorPages source, int page) {
        ensureGroups((page << PAGE_SHIFT) + source.rowsIn(page));
    }

    /// Merges the rows of a page of `source`, which are numbered otherwise, into these. There must be room for the
    /// groups.
    ///
    /// @param groupIds address of the int32 group ids by slot
    /// @param slotCount of all pages
    /// @param source rows by slot
    /// @param before takes what these rows had for the groups until now, by slot; null if nobody wants it
    void mergeScattered(
            long groupIds,
            int slotCount,
            AccumulatorPages source,
            int page,
            AccumulatorPages before,
            CombineKernel kernel) {
        if (before != null) {
            before.ensureGroups(slotCount);
        }
        int from = page << PAGE_SHIFT;
        int rows = Math.min(slotCount - from, ROWS_PER_PAGE);
        long groups = groupIds + 4L * from;
        if (source.page(page) != 0) {
            takePages(groups, rows);
            long kept = before == null ? 0 : before.pages[page] != 0 ? before.pages[page] : before.takePage(page);
            kernel.combineScattered(this, groups, source.pages[page], rows, kept, rowBytes);
        } else if (before != null) {
            before.gather(groupIds, from, from + rows, this);
        }
    }

    private void takePages(long groups, int count) {
        long[] pages = this.pages;
        for (int i = 0; i < count; i++) {
            int page = RawMemory.getInt(groups + 4L * i) >>> PAGE_SHIFT;
            if (pages[page] == 0) {
                takePage(page);
            }
        }
    }

    /// Sets these rows, which are numbered by slot, to those of their groups in `source`; to the identity where it has
    /// none. There must be room for the slots.
    private void gather(long groupIds, int fromSlot, int toSlot, AccumulatorPages source) {
        for (int slot = fromSlot; slot < toSlot; slot++) {
            long from = source.row(RawMemory.getInt(groupIds + 4L * slot));
            if (from != 0) {
                copyRow(from, touch(slot));
            } else {
                reset(slot);
            }
        }
    }

    /// Sets the rows of the groups of a page of slots to those of `source`, which is numbered by slot; to the identity
    /// where it has none. There must be room for the groups.
    ///
    /// @param groupIds address of the int32 group ids by slot
    /// @param slotCount of all pages
    void scatter(long groupIds, int slotCount, AccumulatorPages source, int page, CombineKernel kernel) {
        int from = page << PAGE_SHIFT;
        int rows = Math.min(slotCount - from, ROWS_PER_PAGE);
        int present = source.page(page) == 0 ? 0 : Math.min(rows, source.rowsIn(page));
        long groups = groupIds + 4L * from;
        if (present > 0) {
            takePages(groups, present);
            kernel.setScattered(this, groups, source.pages[page], present, rowBytes);
        }
        for (int row = present; row < rows; row++) {
            reset(RawMemory.getInt(groups + 4L * row));
        }
    }

    /// Sets the rows of a page to those of `source`. A page that only one of them has is as if the other had the
    /// identity there.
    void copyPage(AccumulatorPages source, int page) {
        long from = source.page(page);
        if (from != 0) {
            ensurePage(source, page);
            long target = pages[page] != 0 ? pages[page] : takePage(page);
            int rows = source.rowsIn(page);
            RawMemory.copy(from, target, (long) rows * rowBytes);
            layout.fillIdentity(target + (long) rows * rowBytes, rowsIn(page) - rows);
        } else if (page(page) != 0) {
            givePage(page);
        }
    }

    /// Rows have an even number of lanes.
    private void copyRow(long from, long to) {
        for (int offset = 0; offset < rowBytes; offset += 2 * Long.BYTES) {
            long even = RawMemory.getLong(from + offset);
            long odd = RawMemory.getLong(from + offset + Long.BYTES);
            RawMemory.putLong(to + offset, even);
            RawMemory.putLong(to + offset + Long.BYTES, odd);
        }
    }

    /// Gives back the pages in which there are only groups from `groupCount` on, whose rows are the identity.
    public void trim(int groupCount) {
        for (int page = groupCount + PAGE_MASK >>> PAGE_SHIFT; page < pages.length; page++) {
            if (pages[page] != 0) {
                givePage(page);
            }
        }
    }

    /// Sets all rows to the identity by giving the pages back.
    public void release() {
        for (int page = 0; page < pages.length; page++) {
            if (pages[page] != 0) {
                givePage(page);
            }
        }
        firstRows = LEAST_ROWS;
    }

    private void givePage(int page) {
        account.give(pages[page], pageBytes(page));
        pages[page] = 0;
    }

    private long pageBytes(int page) {
        return (long) rowsIn(page) * rowBytes;
    }
}
