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

    /// Loads the slot where the search for each active row's key begins, of a table in several segments.
    ///
    /// In a table that lies in no cache a look-up is a miss, and a key that is not in its first slot a mispredicted
    /// branch, behind which the next look-up waits. Loads without a branch wait for each other only where the processor
    /// has no more room for them: who calls this for some hundred rows first finds them in a fraction of the time.
    ///
    /// @return a sum that means nothing, but that the loads are needed
    long touch(ColumnAddresses in, long active, int from, int to, KeyAddresses table);

    /// Writes the key of one row to `key`, as [KeyLayout] has it. Addresses of text are those of the input: the caller
    /// keeps the bytes and enters where.
    ///
    /// @return the hash of the key, as a [HashKernel] gives it
    long store(ColumnAddresses in, int row, long key);
}
