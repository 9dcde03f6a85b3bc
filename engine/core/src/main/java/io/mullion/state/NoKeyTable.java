package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Keys;

/// The table of an aggregate without a key: one group, which needs no ids and has no key column.
public final class NoKeyTable implements GroupTable {
    @Override
    public void lookUp(ColumnAddresses in, long active, int from, int to, long groupIds) {
        // Kernels take a missing array of ids for group 0.
    }

    @Override
    public void lookUp(Keys by, ColumnAddresses in, long active, int from, int to, long groupIds) {
        throw new IllegalStateException("a table without keys is asked by no key");
    }

    @Override
    public void find(Keys by, ColumnAddresses in, long active, int from, int to, long groupIds) {
        throw new IllegalStateException("a table without keys is asked by no key");
    }

    @Override
    public int groupCount() {
        return 1;
    }

    @Override
    public int liveGroups() {
        return 1;
    }

    @Override
    public boolean has(int group) {
        return group == 0;
    }

    @Override
    public int newGroupCount() {
        return 0;
    }

    @Override
    public long newGroups() {
        return 0;
    }

    @Override
    public void free(int group) {
        // The group of all rows stays.
    }

    @Override
    public int writeKeys(long groupIds, int count, ColumnAddresses out, int firstColumn, int outRow) {
        return count;
    }

    @Override
    public void close() {}
}
