package io.mullion.routine;

/// Counts, finds, reads and writes the code points of a text. Everything but a continuation byte (`10xxxxxx`) begins
/// one, so that a word of eight bytes is counted with a few instructions.
///
/// Texts are valid UTF-8. What is not gives a wrong number, and never an access outside of the text.
public final class CodePoints {
    /// The text has fewer code points than were asked for.
    public static final int TOO_FEW = -1;

    private CodePoints() {}

    public static int count(long text, int length) {
        int count = 0;
        int i = 0;
        while (i <= length - 8) {
            count += Long.bitCount(EightBytes.starts(EightBytes.load(text + i)));
            i += 8;
        }
        if (i == length) {
            return count;
        }
        if (length >= 8) {
            return count + Long.bitCount(lastStarts(text, i, length));
        }
        while (i < length) {
            count += isContinuation(RawMemory.getByte(text + i)) ? 0 : 1;
            i++;
        }
        return count;
    }

    /// Offset of the place that is `points` code points behind the one at `start`, in a text that ends at `length`; or
    /// [#TOO_FEW].
    ///
    /// @param points not negative
    public static int skip(long text, int start, int length, long points) {
        int i = start;
        long left = points;
        while (i <= length - 8) {
            long starts = EightBytes.starts(EightBytes.load(text + i));
            int count = Long.bitCount(starts);
            if (left < count) {
                return i + numbered(starts, (int) left);
            }
            left -= count;
            i += 8;
        }
        if (i < length && length >= 8) {
            long starts = lastStarts(text, i, length);
            int count = Long.bitCount(starts);
            if (left < count) {
                return i + numbered(starts, (int) left);
            }
            return left == count ? length : TOO_FEW;
        }
        while (i < length) {
            if (!isContinuation(RawMemory.getByte(text + i))) {
                if (left == 0) {
                    return i;
                }
                left--;
            }
            i++;
        }
        return left == 0 ? length : TOO_FEW;
    }

    /// Offset of the place that is `points` code points before `end`, but not before `start`; or [#TOO_FEW].
    public static int skipBack(long text, int start, int end, long points) {
        int i = end;
        long left = points;
        while (left > 0 && i > start) {
            i--;
            left -= isContinuation(RawMemory.getByte(text + i)) ? 0 : 1;
        }
        return left == 0 ? i : TOO_FEW;
    }

    /// How many of the bytes at `start` and behind it, up to `length`, are ASCII before the first one that is not.
    public static int asciiBytes(long text, int start, int length) {
        int i = start;
        while (i <= length - 8) {
            long word = EightBytes.load(text + i);
            if (!EightBytes.ascii(word)) {
                return i + EightBytes.first(word & EightBytes.HIGH_BITS) - start;
            }
            i += 8;
        }
        while (i < length && RawMemory.getByte(text + i) >= 0) {
            i++;
        }
        return i - start;
    }

    /// Bytes of the code point that begins with `first`; 1 for what begins none.
    public static int size(byte first) {
        int ones = Integer.numberOfLeadingZeros(~(first << 24));
        return ones < 2 || ones > 4 ? 1 : ones;
    }

    /// The code point of `size` bytes, at least 2.
    public static int get(long address, int size) {
        if (size == 2) {
            return (RawMemory.getByte(address) & 0x1f) << 6 | (RawMemory.getByte(address + 1) & 0x3f);
        }
        int point = RawMemory.getByte(address) & (0xff >> (size + 1));
        for (int i = 1; i < size; i++) {
            point = point << 6 | (RawMemory.getByte(address + i) & 0x3f);
        }
        return point;
    }

    /// @return the bytes written, at most 4
    public static int put(long address, int point) {
        if (point < 0x80) {
            RawMemory.putByte(address, (byte) point);
            return 1;
        }
        if (point < 0x800) {
            RawMemory.putByte(address, (byte) (0xc0 | point >> 6));
            RawMemory.putByte(address + 1, (byte) (0x80 | (point & 0x3f)));
            return 2;
        }
        int size = point < 0x10000 ? 3 : 4;
        Utf8.putMultiByte(address, point, size);
        return size;
    }

    /// Which bytes from `i` on, less than eight before the end of a text of at least eight, begin a code point.
    private static long lastStarts(long text, int i, int length) {
        int last = length - 8;
        return EightBytes.drop(EightBytes.starts(EightBytes.load(text + last)), i - last);
    }

    /// Index of the byte that begins the code point `number`, counted from 0, of those that begin in a word.
    private static int numbered(long starts, int number) {
        if (starts == EightBytes.HIGH_BITS) {
            return number;
        }
        long left = starts;
        for (int i = 0; i < number; i++) {
            left &= left - 1;
        }
        return EightBytes.first(left);
    }

    private static boolean isContinuation(byte value) {
        return value < (byte) 0xc0;
    }
}
