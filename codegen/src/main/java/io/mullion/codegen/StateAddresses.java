package io.mullion.codegen;

/// Accumulator rows by dense group id, in pages that are taken when first touched.
///
/// *Shape*: the row of group `g` begins at `pages[g >>> PAGE_SHIFT] + (g & PAGE_MASK) * rowBytes`. A page that nobody
/// touched is 0.
/// *Thread*: one, the worker. *Ownership*: the subclass owns the pages; kernels borrow them.
public abstract class StateAddresses {
    public static final int PAGE_SHIFT = 8;
    public static final int ROWS_PER_PAGE = 1 << PAGE_SHIFT;
    public static final int PAGE_MASK = ROWS_PER_PAGE - 1;

    /// Addresses of the pages. Long enough for every group id of the current call; not replaced while a kernel runs.
    protected long[] pages = {};

    protected StateAddresses() {}

    public final long[] pages() {
        return pages;
    }

    /// Takes the page, fills all its rows with the identity, enters it in [#pages] and returns its address. The cold
    /// path of a kernel.
    public abstract long takePage(int page);
}
