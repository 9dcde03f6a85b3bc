package io.mullion.state;

import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.RawMemory;

/// The table of an aggregate without a key: one group.
public final class NoKeyTable implements GroupTable {
    @Override
    public void lookUp(ColumnAddresses in, long active, int from, int to, long groupIds) {
        for (int position = from; position < to; position++) {
            RawMemory.putInt(groupIds + 4L * Selection.row(active, position), 0);
        }
    }

    @Override
    public int groupCount() {
        return 1;
    }

    @Override
    public int writeKeys(long groupIds, int count, ColumnAddresses out, int column, int outRow) {
        return count;
    }

    @Override
    public void close() {}
}
