package io.mullion.routine;

import java.util.function.IntUnaryOperator;

/// Lower and upper case of texts, code point by code point as `Character.toLowerCase(int)` and `toUpperCase(int)` have
/// it: without a locale, and never one character for several. ASCII is mapped eight bytes at a time.
public final class TextCase {
    /// What tells an ASCII letter's two cases apart: a high bit, shifted by two.
    private static final int CASE_BIT = 0x20;

    /// The other cases of what has at most two bytes, which a text that is not English has most of.
    private static final char[] LOWER = table(Character::toLowerCase);

    private static final char[] UPPER = table(Character::toUpperCase);

    private TextCase() {}

    /// The text in lower case; a text of ASCII that is so already is not copied.
    ///
    /// *Failure*: [Failure#TEXT_TOO_LARGE]; needs up to twice the text's bytes while it works.
    public static long lower(long text, int length, Scratch scratch) {
        return map(text, length, false, scratch);
    }

    /// The text in upper case; as [#lower].
    public static long upper(long text, int length, Scratch scratch) {
        return map(text, length, true, scratch);
    }

    private static long map(long text, int length, boolean upper, Scratch scratch) {
        byte first = (byte) (upper ? 'a' : 'A');
        int kept = keptBytes(text, length, first);
        if (kept == length) {
            scratch.second = length;
            return text;
        }
        int ascii = kept + CodePoints.asciiBytes(text, kept, length);
        // ASCII stays ASCII; anything else has at least two bytes, and its other case at most four.
        long room = ascii + 2L * (length - ascii);
        long at = scratch.take(room);
        if (at == 0) {
            return 0;
        }
        mapAscii(text, at, ascii, first);
        long end = ascii == length ? at + length : mapMixed(text + ascii, length - ascii, at + ascii, upper, first);
        long written = end - at;
        scratch.giveBack(room - written);
        if (written > Integer.MAX_VALUE) {
            return scratch.fail(Failure.TEXT_TOO_LARGE);
        }
        scratch.second = written;
        return at;
    }

    /// How many bytes at the front, rounded to words, are ASCII and no letters of the case that begins with `first`.
    private static int keptBytes(long text, int length, byte first) {
        int i = 0;
        while (i <= length - 8) {
            if (changes(text + i, first)) {
                return i;
            }
            i += 8;
        }
        if (length >= 8) {
            // The last eight, some of which were looked at already.
            return changes(text + length - 8, first) ? i : length;
        }
        while (i < length) {
            byte value = RawMemory.getByte(text + i);
            if (value < 0 || isLetter(value, first)) {
                return i;
            }
            i++;
        }
        return length;
    }

    private static boolean changes(long text, byte first) {
        long word = EightBytes.load(text);
        return !EightBytes.ascii(word) || EightBytes.letters(word, first) != 0;
    }

    private static void mapAscii(long from, long to, int length, byte first) {
        int i = 0;
        while (i <= length - 8) {
            mapWord(from + i, to + i, first);
            i += 8;
        }
        if (length >= 8) {
            // The last eight, some of which were mapped already, to the same.
            mapWord(from + length - 8, to + length - 8, first);
            return;
        }
        while (i < length) {
            RawMemory.putByte(to + i, mapByte(RawMemory.getByte(from + i), first));
            i++;
        }
    }

    /// @return the address behind what was written
    private static long mapMixed(long from, int length, long to, boolean upper, byte first) {
        long out = to;
        int i = 0;
        while (i < length) {
            byte value = RawMemory.getByte(from + i);
            if (value >= 0) {
                if (i <= length - 8 && EightBytes.ascii(RawMemory.getLong(from + i))) {
                    mapWord(from + i, out, first);
                    i += 8;
                    out += 8;
                } else {
                    RawMemory.putByte(out, mapByte(value, first));
                    i++;
                    out++;
                }
                continue;
            }
            int size = CodePoints.size(value);
            if (size == 1 || size > length - i) {
                // No valid text has this.
                RawMemory.putByte(out, value);
                i++;
                out++;
                continue;
            }
            int point = CodePoints.get(from + i, size);
            out += CodePoints.put(out, upper ? upperPoint(point) : lowerPoint(point));
            i += size;
        }
        return out;
    }

    private static int lowerPoint(int point) {
        return point < LOWER.length ? LOWER[point] : Character.toLowerCase(point);
    }

    private static int upperPoint(int point) {
        return point < UPPER.length ? UPPER[point] : Character.toUpperCase(point);
    }

    private static char[] table(IntUnaryOperator mapping) {
        char[] table = new char[0x800];
        for (int point = 0; point < table.length; point++) {
            table[point] = (char) mapping.applyAsInt(point);
        }
        return table;
    }

    private static void mapWord(long from, long to, byte first) {
        long word = RawMemory.getLong(from);
        RawMemory.putLong(to, word ^ EightBytes.letters(word, first) >>> 2);
    }

    private static byte mapByte(byte value, byte first) {
        return (byte) (isLetter(value, first) ? value ^ CASE_BIT : value);
    }

    private static boolean isLetter(byte value, byte first) {
        return value >= first && value < first + 26;
    }
}
