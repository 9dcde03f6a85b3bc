package io.mullion.state;

import io.mullion.codegen.AccumulatorLayout;
import io.mullion.codegen.CombineKernel;
import io.mullion.codegen.StateAddresses;
import io.mullion.memory.MemoryAccount;
import java.util.Arrays;

/// One accumulator row for each group, in pages taken from the budget when first touched.
///
/// *Ownership*: owns its pages; [#release] gives them back and leaves the object ready for use again. *Thread*: the
/// worker.
public final class AccumulatorPages extends StateAddresses {
    private final AccumulatorLayout layout;
    private final MemoryAccount account;
    private final long pageBytes;

    public AccumulatorPages(AccumulatorLayout layout, MemoryAccount account) {
        this.layout = layout;
        this.account = account;
        this.pageBytes = (long) ROWS_PER_PAGE * layout.rowBytes();
    }

    /// Makes the page table long enough for group ids below `groupCount`. Takes no page.
    public void ensureGroups(int groupCount) {
        int needed = (groupCount + PAGE_MASK) >>> PAGE_SHIFT;
        if (needed > pages.length) {
            pages = Arrays.copyOf(pages, Math.max(needed, pages.length * 2));
        }
    }

    @Override
    public long takePage(int page) {
        long address = account.take(pageBytes);
        layout.fillIdentity(address, ROWS_PER_PAGE);
        pages[page] = address;
        return address;
    }

    /// Merges all rows of `source` into these: with a combine kernel they are added, with a retract kernel taken out.
    public void merge(AccumulatorPages source, CombineKernel kernel) {
        ensureGroups(source.pages.length << PAGE_SHIFT);
        for (int page = 0; page < source.pages.length; page++) {
            if (source.pages[page] != 0) {
                long target = pages[page] != 0 ? pages[page] : takePage(page);
                kernel.combine(target, source.pages[page], ROWS_PER_PAGE);
            }
        }
    }

    /// Sets all rows to the identity by giving the pages back.
    public void release() {
        for (int page = 0; page < pages.length; page++) {
            if (pages[page] != 0) {
                account.give(pages[page], pageBytes);
                pages[page] = 0;
            }
        }
    }
}
