package io.mullion.routine;

import java.nio.ByteOrder;

/// Eight bytes of a text in a long, the first one lowest on any CPU, and what texts ask of them all at once. Answers
/// are in the high bit of each byte, the others are 0.
public final class EightBytes {
    public static final long ONES = 0x0101010101010101L;
    public static final long HIGH_BITS = 0x8080808080808080L;

    private static final long LOW_BITS = ~HIGH_BITS;
    private static final boolean BIG_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    private EightBytes() {}

    public static long load(long address) {
        long word = RawMemory.getLong(address);
        return BIG_ENDIAN ? Long.reverseBytes(word) : word;
    }

    /// What remains of answers when the first `bytes` bytes, at most 7, are left out.
    public static long drop(long answers, int bytes) {
        return answers >>> (bytes << 3);
    }

    /// Index of the first byte whose answer is yes; 8 if there is none.
    public static int first(long answers) {
        return Long.numberOfTrailingZeros(answers) >>> 3;
    }

    /// Index of the last byte whose answer is yes; -1 if there is none.
    public static int last(long answers) {
        return 7 - (Long.numberOfLeadingZeros(answers) >>> 3);
    }

    /// The answers as eight bits, that of the first byte lowest. Each is multiplied to a place of its own in the
    /// highest byte, and none of the others gets there.
    public static long places(long answers) {
        return (answers >>> 7) * 0x0102_0408_1020_4080L >>> 56;
    }

    public static boolean ascii(long word) {
        return (word & HIGH_BITS) == 0;
    }

    public static long zeros(long word) {
        // No sum of seven bits and seven bits leaves its byte.
        return ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
    }

    /// Whether a byte is 0, with fewer instructions than [#zeros] has.
    public static boolean anyZero(long word) {
        return ((word - ONES) & ~word & HIGH_BITS) != 0;
    }

    /// Bytes that begin a code point: all but `10xxxxxx`.
    public static long starts(long word) {
        return (~word | word << 1) & HIGH_BITS;
    }

    /// ASCII bytes that are one of the 26 letters from `first`; all bytes of the word are ASCII.
    public static long letters(long word, byte first) {
        return (word + (0x80 - first) * ONES) & ~(word + (0x80 - 26 - first) * ONES) & HIGH_BITS;
    }
}
