package io.mullion.routine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Looks for a text in a text. Bytes are enough: in valid UTF-8 no character begins inside of another.
///
/// A text of several bytes is looked for by its first and its last byte, eight places at a time; what is between them
/// is compared where both are.
public final class TextSearch {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private TextSearch() {}

    /// Offset of the first occurrence at or after `start`, or `length` if there is none. An empty text is at `start`.
    public static int indexOf(long text, int start, int length, long what, int whatLength) {
        if (whatLength < 2) {
            return whatLength == 0 ? start : indexOf(text, start, length, RawMemory.getByte(what));
        }
        byte first = RawMemory.getByte(what);
        int gap = whatLength - 1;
        byte last = RawMemory.getByte(what + gap);
        int end = length - gap;
        int i = start;
        while (i < end) {
            i = pair(text, i, end, first, gap, last);
            if (i < end && same(text + i + 1, what + 1, gap - 1)) {
                return i;
            }
            i++;
        }
        return length;
    }

    /// As above, for bytes that a kernel keeps on the heap.
    public static int indexOf(long text, int start, int length, byte[] what) {
        int gap = what.length - 1;
        if (gap < 1) {
            return gap < 0 ? start : indexOf(text, start, length, what[0]);
        }
        int end = length - gap;
        int i = start;
        while (i < end) {
            i = pair(text, i, end, what[0], gap, what[gap]);
            if (i < end && same(text + i + 1, what, 1, gap - 1)) {
                return i;
            }
            i++;
        }
        return length;
    }

    /// As above, for one byte.
    public static int indexOf(long text, int start, int length, byte what) {
        long pattern = (what & 0xffL) * EightBytes.ONES;
        int i = start;
        while (i <= length - 8) {
            long difference = EightBytes.load(text + i) ^ pattern;
            if (EightBytes.anyZero(difference)) {
                return i + EightBytes.first(EightBytes.zeros(difference));
            }
            i += 8;
        }
        if (i < length && length >= 8) {
            // The last eight bytes, without those before `i`.
            int last = length - 8;
            long found = EightBytes.drop(EightBytes.zeros(EightBytes.load(text + last) ^ pattern), i - last);
            return Math.min(i + EightBytes.first(found), length);
        }
        while (i < length && RawMemory.getByte(text + i) != what) {
            i++;
        }
        return i;
    }

    /// Which of the first 64 bytes of a text are this one: bit `i` is byte `i`, and bits behind the text are 0.
    ///
    /// @param length of the text, which may be more than 64
    /// @param readableEnd the address that no load may cross; behind the text there may be other bytes
    public static long places(long text, int length, long readableEnd, byte what) {
        long pattern = (what & 0xffL) * EightBytes.ONES;
        int end = Math.min(length, Long.SIZE);
        long places = 0;
        int i = 0;
        while (i < end && text + i + 8 <= readableEnd) {
            places |= EightBytes.places(EightBytes.zeros(EightBytes.load(text + i) ^ pattern)) << i;
            i += 8;
        }
        while (i < end) {
            places |= (RawMemory.getByte(text + i) == what ? 1L : 0L) << i;
            i++;
        }
        return end < Long.SIZE ? places & ~(-1L << end) : places;
    }

    /// Offset of the last occurrence before `end`, or -1 if there is none.
    public static int lastIndexOf(long text, int end, byte what) {
        long pattern = (what & 0xffL) * EightBytes.ONES;
        int i = end;
        while (i >= 8) {
            i -= 8;
            long difference = EightBytes.load(text + i) ^ pattern;
            if (EightBytes.anyZero(difference)) {
                return i + EightBytes.last(EightBytes.zeros(difference));
            }
        }
        i--;
        while (i >= 0 && RawMemory.getByte(text + i) != what) {
            i--;
        }
        return i;
    }

    /// The first place in [`start`, `end`) where `first` is, and `last` is `gap` bytes behind it; or `end`. Reads no
    /// byte before the text, and none at `end + gap` or behind.
    public static int pair(long text, int start, int end, byte first, int gap, byte last) {
        long firsts = (first & 0xffL) * EightBytes.ONES;
        long lasts = (last & 0xffL) * EightBytes.ONES;
        int i = start;
        while (i <= end - 8) {
            long difference = (EightBytes.load(text + i) ^ firsts) | (EightBytes.load(text + i + gap) ^ lasts);
            if (EightBytes.anyZero(difference)) {
                return i + EightBytes.first(EightBytes.zeros(difference));
            }
            i += 8;
        }
        if (i < end && end >= 8) {
            // The last eight places, without those before `i`.
            int at = end - 8;
            long difference = (EightBytes.load(text + at) ^ firsts) | (EightBytes.load(text + at + gap) ^ lasts);
            return Math.min(i + EightBytes.first(EightBytes.drop(EightBytes.zeros(difference), i - at)), end);
        }
        if (i < end && end + gap >= 8) {
            // Fewer than eight places: the bytes `gap` behind the first eight end with the last eight of the text.
            long behind = EightBytes.drop(EightBytes.load(text + end + gap - 8), 8 - end);
            long difference = (EightBytes.load(text) ^ firsts) | (behind ^ lasts);
            return Math.min(i + EightBytes.first(EightBytes.drop(EightBytes.zeros(difference), i)), end);
        }
        while (i < end && (RawMemory.getByte(text + i) != first || RawMemory.getByte(text + i + gap) != last)) {
            i++;
        }
        return i;
    }

    /// Whether `length` bytes are the same.
    public static boolean same(long a, long b, int length) {
        if (length >= 8) {
            for (int i = 8; i < length; i += 8) {
                if (RawMemory.getLong(a + i - 8) != RawMemory.getLong(b + i - 8)) {
                    return false;
                }
            }
            // The last eight, which may have been compared in part.
            return RawMemory.getLong(a + length - 8) == RawMemory.getLong(b + length - 8);
        }
        if (length >= 4) {
            return RawMemory.getInt(a) == RawMemory.getInt(b)
                    && RawMemory.getInt(a + length - 4) == RawMemory.getInt(b + length - 4);
        }
        int i = 0;
        while (i < length && RawMemory.getByte(a + i) == RawMemory.getByte(b + i)) {
            i++;
        }
        return i >= length;
    }

    /// As above, with the `length` bytes of an array that begin at `from`.
    public static boolean same(long a, byte[] b, int from, int length) {
        int i = 0;
        while (i <= length - 8) {
            if (RawMemory.getLong(a + i) != (long) LONGS.get(b, from + i)) {
                return false;
            }
            i += 8;
        }
        while (i < length && RawMemory.getByte(a + i) == b[from + i]) {
            i++;
        }
        return i >= length;
    }
}
