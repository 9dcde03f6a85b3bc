package io.mullion.codegen;

import io.mullion.routine.Hashing;
import io.mullion.routine.TextKey;

/// Hashes the keys of rows.
@FunctionalInterface
public interface HashKernel {
    /// Writes the int64 hash of the key of each active row, as [Hashing] has it, and of texts [TextKey],
    /// not finished.
    ///
    /// *Shape*: `active`, `from` and `to` as in [FilterKernel]; the hash of the row at position `i` goes to `hashes + 8
    /// * i`, so that the hashes of selected rows lie side by side. `hashes` has room for `to` int64. A null has a hash,
    /// too. *Ownership*: borrows all, writes only `hashes`. *Thread*: stateless.
    void hash(ColumnAddresses in, long active, int from, int to, long hashes);
}
