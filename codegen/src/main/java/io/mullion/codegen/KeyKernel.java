package io.mullion.codegen;

/// Finds the groups that rows belong to by their keys, in a table that its caller fills.
///
/// A key that is not in the table ends a call: the caller enters it and calls again. So the loop holds no call to
/// whoever owns the table, which would cost it its registers.
public interface KeyKernel {
    /// Writes the group ids of the active rows, in order, up to the first one whose key is not in the table.
    ///
    /// *Shape*: `active`, `from` and `to` as in [FilterKernel], the numbers of selected rows ascending; int32 group ids
    /// are written *by row number* to `groupIds`. *Ownership*: borrows all, writes only `groupIds`. *Thread*: that of
    /// the table.
    ///
    /// @return the position of the first row with a new key, or `to`
    int find(ColumnAddresses in, long active, int from, int to, KeyAddresses table, long groupIds);

    /// Writes by position the addresses, as int64, of the slots where the searches for the active rows' keys begin, in
    /// a table of several segments.
    ///
    /// In a table that lies in no cache a look-up is a miss, and a key that is not in its first slot a mispredicted
    /// branch, behind which the next look-up waits. Who has the addresses of some hundred slots loads them before the
    /// rows are looked up, in a loop that does nothing else: the fewer instructions there are between two misses, the
    /// more of them the processor waits for at once.
    void home(ColumnAddresses in, long active, int from, int to, KeyAddresses table, long homes);

    /// Writes the key of one row to `key`, as [KeyLayout] has it. Addresses of text are those of the input: the caller
    /// keeps the bytes and enters where.
    ///
    /// @return the hash of the key, as a [HashKernel] gives it
    long store(ColumnAddresses in, int row, long key);
}
