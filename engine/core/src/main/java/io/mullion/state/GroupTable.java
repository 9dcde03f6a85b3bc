package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Keys;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;

/// Gives each distinct key a dense group id: 0, 1, 2, ... in order of first appearance; ids that were freed are given
/// again, the least first. A key is the values of some columns; a null is a value like any other.
///
/// Open addressing with linear probing and few collisions, because what a probe costs is a mispredicted one.
/// *Ownership*: owns its memory.
/// *Thread*: the worker.
public sealed interface GroupTable extends AutoCloseable permits NoKeyTable, KeyTable {
    /// The most groups a table may have.
    int MAX_GROUPS = 1 << 28;

    /// Finds or makes the group of each active row.
    ///
    /// *Shape*: `active`, `from` and `to` as in [io.mullion.codegen.KeyKernel]; int32 group ids are written *by row
    /// number* to `groupIds`.
    void lookUp(ColumnAddresses in, long active, int from, int to, long groupIds);

    /// The same for rows of another schema, whose key columns are of the same types and may hold nulls where those of
    /// this table may.
    void lookUp(Keys by, ColumnAddresses in, long active, int from, int to, long groupIds);

    /// Finds the group of each active row of another schema, and makes none: where there is none, -1 is written.
    void find(Keys by, ColumnAddresses in, long active, int from, int to, long groupIds);

    /// All group ids that are in use are below. Falls when the last ones are freed.
    int groupCount();

    /// Groups there are.
    int liveGroups();

    /// Whether a group has this id.
    boolean has(int group);

    /// How many groups the last call of [#lookUp] made.
    int newGroupCount();

    /// Address of their int32 ids, good until the next call.
    long newGroups();

    /// Forgets a group's key, so that its id can be given to another. Whoever keeps something by group id has let go of
    /// it before.
    void free(int group);

    /// Writes the keys of `count` groups to rows `outRow`, `outRow + 1`, ... of the key columns, which lie side by
    /// side. Text begins at the start of its column's data area.
    ///
    /// @param groupIds address of int32 group ids
    /// @param firstColumn number of the first key column in `out`
    /// @return how many were written: fewer than `count` if the data area of a text column is full, but at least one
    int writeKeys(long groupIds, int count, ColumnAddresses out, int firstColumn, int outRow);

    @Override
    void close();

    /// The table for a compiled key, or the one group of a null.
    static GroupTable of(Keys keys, MemoryAccount account) {
        return keys == null ? new NoKeyTable() : new KeyTable(keys, account);
    }

    /// @throws MullionException if no further group may be made
    static void requireRoom(int groupCount) {
        if (groupCount >= MAX_GROUPS) {
            throw new MullionException(
                    MullionException.Reason.OUT_OF_MEMORY, "more groups than a worker may hold: limit=" + MAX_GROUPS);
        }
    }
}
