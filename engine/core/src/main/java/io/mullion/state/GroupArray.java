package io.mullion.state;

import io.mullion.codegen.KeyLayout;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;

/// Some bytes for each group id, in pages, so that growing moves nothing but the table of the pages.
///
/// *Shape*: [KeyLayout#KEYS_PER_PAGE] elements a page; the addresses of the pages lie side by side at [#pages].
/// *Ownership*: owns its memory. *Thread*: one.
final class GroupArray implements AutoCloseable {
    private final MemoryAccount account;
    private final int elementBytes;
    private final byte fill;
    private final OffHeapArray table;
    private int pageCount;

    /// @param fill each byte of an element that was never written
    GroupArray(MemoryAccount account, int elementBytes, byte fill) {
        this.account = account;
        this.elementBytes = elementBytes;
        this.fill = fill;
        table = new OffHeapArray(account);
    }

    /// Address of the addresses of the pages, good until there are more elements.
    long pages() {
        return table.address();
    }

    /// Elements for which there is room.
    int capacity() {
        return pageCount << KeyLayout.KEY_PAGE_SHIFT;
    }

    /// Address of a group's element, which must be there.
    long at(int group) {
        return at(table.address(), elementBytes, group);
    }

    /// The same, for who has only the address of the table.
    static long at(long pages, int elementBytes, int group) {
        return RawMemory.getLong(pages + 8L * (group >>> KeyLayout.KEY_PAGE_SHIFT))
                + (long) elementBytes * (group & KeyLayout.KEYS_PER_PAGE - 1);
    }

    /// Makes room for group ids below `count`.
    void ensure(int count) {
        while (capacity() < count) {
            table.ensure(8L * (pageCount + 1));
            long page = account.take(pageBytes());
            RawMemory.fill(page, pageBytes(), fill);
            RawMemory.putLong(table.address() + 8L * pageCount, page);
            pageCount++;
        }
    }

    /// Gives back pages without group ids below `count`; one is kept, lest it come and go.
    void trim(int count) {
        while (pageCount > 1 && pageCount - 2 << KeyLayout.KEY_PAGE_SHIFT >= count) {
            pageCount--;
            account.give(RawMemory.getLong(table.address() + 8L * pageCount), pageBytes());
        }
    }

    private long pageBytes() {
        return (long) elementBytes << KeyLayout.KEY_PAGE_SHIFT;
    }

    @Override
    public void close() {
        while (pageCount > 0) {
            pageCount--;
            account.give(RawMemory.getLong(table.address() + 8L * pageCount), pageBytes());
        }
        table.close();
    }
}
