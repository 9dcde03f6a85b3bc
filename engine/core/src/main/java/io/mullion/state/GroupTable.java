package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;

/// Gives each distinct key a dense group id: 0, 1, 2, ... in order of first appearance. A null key is a key of its own.
///
/// Open addressing with linear probing and few collisions, because what a probe costs is a mispredicted one.
/// *Ownership*: owns its memory.
/// *Thread*: the worker.
public sealed interface GroupTable extends AutoCloseable permits NoKeyTable, FixedWidthKeyTable, Utf8KeyTable {
    /// The most groups a table may have.
    int MAX_GROUPS = 1 << 28;

    /// Finds or makes the group of each active row.
    ///
    /// *Shape*: `active`, `from` and `to` as in [io.mullion.codegen.FilterKernel]; int32 group ids are written *by row
    /// number* to `groupIds`.
    void lookUp(ColumnAddresses in, long active, int from, int to, long groupIds);

    /// Group ids given out: all ids are below.
    int groupCount();

    /// Writes the keys of `count` groups to rows `outRow`, `outRow + 1`, ... of a column. Text begins at the start of
    /// the column's data area.
    ///
    /// @param groupIds address of int32 group ids
    /// @return how many were written: fewer than `count` if the data area of a text column is full, but at least one
    int writeKeys(long groupIds, int count, ColumnAddresses out, int column, int outRow);

    @Override
    void close();

    /// The table for the keys in a column of the given type.
    static GroupTable of(Field key, int column, MemoryAccount account) {
        return switch (key.type()) {
            case DataType.Utf8 _ -> new Utf8KeyTable(column, key.nullable(), account);
            case DataType.Int64 _, DataType.Timestamp _ ->
                new FixedWidthKeyTable(column, FixedWidthKeyTable.Kind.INTEGER, key.nullable(), account);
            case DataType.Float64 _ ->
                new FixedWidthKeyTable(column, FixedWidthKeyTable.Kind.FLOAT, key.nullable(), account);
            case DataType.Bool _ ->
                new FixedWidthKeyTable(column, FixedWidthKeyTable.Kind.BOOL, key.nullable(), account);
        };
    }

    /// @throws MullionException if no further group may be made
    static void requireRoom(int groupCount) {
        if (groupCount >= MAX_GROUPS) {
            throw new MullionException(
                    MullionException.Reason.OUT_OF_MEMORY, "more groups than a worker may hold: limit=" + MAX_GROUPS);
        }
    }
}
