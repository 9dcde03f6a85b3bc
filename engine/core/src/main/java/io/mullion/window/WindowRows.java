package io.mullion.window;

/// The accumulator rows of a window, page by page, as results are made of them.
///
/// *Shape*: page p holds rows `p << PAGE_SHIFT` and on, as [io.mullion.codegen.StateAddresses] has them. A page is good
/// until the next one is asked for. *Thread*: the worker.
interface WindowRows {
    int pageCount();

    /// Address of a page, or 0 if no group of it has rows.
    long page(int page);

    /// Rows of a page.
    int rowsIn(int page);

    /// Address of int32 group ids by row number, or 0 if row numbers are group ids.
    long groups();
}
