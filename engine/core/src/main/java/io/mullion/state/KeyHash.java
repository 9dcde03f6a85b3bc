package io.mullion.state;

import io.mullion.codegen.KeyLayout;
import io.mullion.expr.DataType;
import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TextKey;

/// The hash of a key that is kept, the same as its kernel gave when it was stored: to find the key's slot again when
/// its group is freed.
final class KeyHash {
    private final KeyLayout layout;
    private final boolean hasNulls;

    KeyHash(KeyLayout layout) {
        this.layout = layout;
        hasNulls = layout.hasNulls();
    }

    /// @param key address of the key, as [KeyLayout] has it
    long of(long key) {
        int nulls = hasNulls ? RawMemory.getInt(key + layout.nullsOffset()) : 0;
        long hash = 0;
        for (int column = 0; column < layout.columns().size(); column++) {
            long next = (nulls >> column & 1) != 0 ? Hashing.NULL : ofValue(key, column);
            hash = column == 0 ? next : Hashing.combine(hash, next);
        }
        return hash;
    }

    private long ofValue(long key, int column) {
        long word = RawMemory.getLong(key + layout.offset(column));
        if (layout.text(column)) {
            long second = RawMemory.getLong(key + layout.offset(column) + Long.BYTES);
            return TextKey.hash(word, second, RawMemory.getInt(key + layout.lengthOffset(column)));
        }
        if (layout.columns().get(column).type() instanceof DataType.Decimal) {
            return Hashing.decimal(RawMemory.getLong(key + layout.offset(column) + Long.BYTES), word);
        }
        return Hashing.int64(word);
    }
}
