package io.mullion.ingest;

import io.mullion.routine.RawMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Texts of a few words of memory, copied and looked at in one go: for them a call of the library's copy takes longer
/// than the bytes.
///
/// *Thread*: any. *Failure*: by return value.
final class ShortText {
    /// What is written at most behind the end of a text; there is always room for it behind the data of a batch.
    private static final int WORDS_BYTES = 16;
    private static final int MOST_BYTES = 64;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final boolean BIG_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder())
            .withInvokeExactBehavior();

    private ShortText() {}

    /// Whether there are so many bytes.
    static boolean within(byte[] bytes, int from, int length) {
        return (from | length) >= 0 && length <= bytes.length - from;
    }

    /// Copies bytes that are [#within] the array. Up to 16 bytes at the target may change even if they are fewer.
    ///
    /// @return whether they were copied: not if they are many, or not ASCII
    static boolean copyAscii(byte[] bytes, int from, long to, int length) {
        return length <= WORDS_BYTES && from <= bytes.length - WORDS_BYTES
                ? copyTwoWords(bytes, from, to)
                : length <= MOST_BYTES && copyWords(bytes, from, to, length);
    }

    /// Without a branch by the length, which the CPU could not foresee. Bytes behind the text that are not ASCII send
    /// it the long way, too.
    private static boolean copyTwoWords(byte[] bytes, int from, long to) {
        long first = (long) WORD.get(bytes, from);
        long second = (long) WORD.get(bytes, from + 8);
        RawMemory.putLong(to, first);
        RawMemory.putLong(to + 8, second);
        return ((first | second) & HIGH_BITS) == 0;
    }

    private static boolean copyWords(byte[] bytes, int from, long to, int length) {
        long bits = 0;
        int i = 0;
        for (; i <= length - 8; i += 8) {
            long word = (long) WORD.get(bytes, from + i);
            RawMemory.putLong(to + i, word);
            bits |= word;
        }
        for (; i < length; i++) {
            RawMemory.putByte(to + i, bytes[from + i]);
            bits |= bytes[from + i];
        }
        return (bits & HIGH_BITS) == 0;
    }

    /// Copies the characters of a text, eight in a store. Up to 8 bytes behind them may change.
    ///
    /// @return whether they were copied: not if they are not ASCII
    static boolean copyAscii(String text, long to, int length) {
        int bits = 0;
        int i = 0;
        for (; i <= length - 8; i += 8) {
            long word = 0;
            for (int j = 7; j >= 0; j--) {
                char c = text.charAt(i + j);
                word = word << 8 | c;
                bits |= c;
            }
            putChars(to + i, word);
        }
        long word = 0;
        for (int j = length - 1; j >= i; j--) {
            char c = text.charAt(j);
            word = word << 8 | c;
            bits |= c;
        }
        putChars(to + i, word);
        return bits < 0x80;
    }

    /// The first character is the lowest byte.
    private static void putChars(long to, long word) {
        RawMemory.putLong(to, BIG_ENDIAN ? Long.reverseBytes(word) : word);
    }
}
