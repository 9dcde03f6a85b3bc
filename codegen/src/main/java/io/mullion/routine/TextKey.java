package io.mullion.routine;

import java.nio.ByteOrder;

/// Texts as keys: two words and a length. Of a text of at most [#INLINE_BYTES] the words are its bytes, zeros behind
/// them; of a longer one the first is its address and the second 0.
///
/// So the keys that are most frequent are read once, hashed and compared without a branch that depends on the text, and
/// without a look at where it lies. *Thread*: any.
public final class TextKey {
    public static final int INLINE_BYTES = 2 * Long.BYTES;

    private static final boolean BIG_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    private TextKey() {}

    /// *Shape*: [#INLINE_BYTES] may be read at the address, whatever the length: columns have room behind them.
    public static long first(long address, int length) {
        return length > INLINE_BYTES ? address : masked(RawMemory.getLong(address), Math.min(length, Long.BYTES));
    }

    /// As [#first].
    public static long second(long address, int length) {
        int bytes = Math.max(0, Math.min(length, INLINE_BYTES) - Long.BYTES);
        return length > INLINE_BYTES ? 0 : masked(RawMemory.getLong(address + Long.BYTES), bytes);
    }

    /// The hash of a text by its words.
    public static long hash(long first, long second, int length) {
        return length > INLINE_BYTES
                ? Hashing.text(first, length)
                : Hashing.combine(Hashing.combine(length, first), second);
    }

    /// Whether texts of one length are the same.
    public static boolean same(long first, long second, long otherFirst, long otherSecond, int length) {
        return length > INLINE_BYTES
                ? TextSearch.same(first, otherFirst, length)
                : (first ^ otherFirst | second ^ otherSecond) == 0;
    }

    /// The first bytes of a word, from 0 to 8, zeros behind them. Two shifts, since one by 64 would be none.
    private static long masked(long word, int bytes) {
        int half = bytes * (Byte.SIZE / 2);
        return BIG_ENDIAN ? word & ~(-1L >>> half >>> half) : word & ~(-1L << half << half);
    }
}
