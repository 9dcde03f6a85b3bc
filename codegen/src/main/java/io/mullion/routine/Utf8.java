package io.mullion.routine;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// UTF-8 bytes off the heap. *Failure*: by return value, never by exception. Allocates nothing, but for [#decode].
public final class Utf8 {
    /// [#encode]: the text has more bytes than there is room.
    public static final int NO_ROOM = -1;

    /// [#encode]: the text holds half of a surrogate pair.
    public static final int MALFORMED = -2;

    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final boolean BIG_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    private Utf8() {}

    /// Looks for what RFC 3629 forbids: stray and missing continuation bytes, overlong forms, surrogates, code points
    /// above U+10FFFF.
    ///
    /// @return the index of the first byte of the first malformed sequence, or -1
    public static int validate(long address, int length) {
        int i = 0;
        while (i < length) {
            if (i + 8 <= length && (RawMemory.getLong(address + i) & HIGH_BITS) == 0) {
                i += 8;
                continue;
            }
            int size = sequenceLength(address + i, length - i);
            if (size == 0) {
                return i;
            }
            i += size;
        }
        return -1;
    }

    /// The bytes as a text. *Failure*: MALFORMED if they are none.
    public static long checked(long address, int length, Scratch scratch) {
        scratch.second = length;
        return validate(address, length) < 0 ? address : scratch.fail(Failure.MALFORMED);
    }

    /// Copies a text. Words are short: a call of the library costs more than the bytes.
    public static void copy(long from, long to, int length) {
        if (length > 64) {
            RawMemory.copy(from, to, length);
        } else if (length >= 8) {
            for (int i = 0; i < length - 8; i += 8) {
                RawMemory.putLong(to + i, RawMemory.getLong(from + i));
            }
            RawMemory.putLong(to + length - 8, RawMemory.getLong(from + length - 8));
        } else if (length >= 4) {
            int last = RawMemory.getInt(from + length - 4);
            RawMemory.putInt(to, RawMemory.getInt(from));
            RawMemory.putInt(to + length - 4, last);
        } else {
            for (int i = 0; i < length; i++) {
                RawMemory.putByte(to + i, RawMemory.getByte(from + i));
            }
        }
    }

    /// Copies a text, and what is behind it where that saves asking how long it is: the bytes behind its copy, of which
    /// there may be some, are to be written later or never looked at.
    ///
    /// @param readableEnd the address that no load may cross
    /// @param writableEnd the address that no store may cross
    public static void copy(long from, long to, int length, long readableEnd, long writableEnd) {
        if (length > 16 || from + 16 > readableEnd || to + 16 > writableEnd) {
            copy(from, to, length);
            return;
        }
        long first = RawMemory.getLong(from);
        RawMemory.putLong(to + 8, RawMemory.getLong(from + 8));
        RawMemory.putLong(to, first);
    }

    /// Writes the text as UTF-8.
    ///
    /// @return the bytes written; [#NO_ROOM] if they are more than `capacity`; [#MALFORMED] if the text holds half of a
    /// surrogate pair
    public static int encode(CharSequence text, long address, int capacity) {
        int chars = text.length();
        int at = 0;
        for (int i = 0; i < chars; i++) {
            int c = text.charAt(i);
            if (c < 0x80) {
                if (at >= capacity) {
                    return NO_ROOM;
                }
                RawMemory.putByte(address + at, (byte) c);
                at++;
                continue;
            }
            if (Character.isSurrogate((char) c)) {
                if (!Character.isHighSurrogate((char) c)
                        || i + 1 == chars
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return MALFORMED;
                }
                i++;
                c = Character.toCodePoint((char) c, text.charAt(i));
            }
            int size = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (size > capacity - at) {
                return NO_ROOM;
            }
            putMultiByte(address + at, c, size);
            at += size;
        }
        return at;
    }

    /// A String of the bytes; malformed sequences become U+FFFD.
    public static String decode(long address, int length) {
        byte[] bytes = new byte[length];
        RawMemory.copy(address, bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Order by unsigned bytes, which is the order of code points: negative, 0 or positive.
    public static int compare(long a, int aLength, long b, int bLength) {
        int common = Math.min(aLength, bLength);
        int i = 0;
        while (i + 8 <= common) {
            long x = RawMemory.getLong(a + i);
            long y = RawMemory.getLong(b + i);
            if (x != y) {
                return firstDifference(x, y);
            }
            i += 8;
        }
        while (i < common) {
            int difference = (RawMemory.getByte(a + i) & 0xff) - (RawMemory.getByte(b + i) & 0xff);
            if (difference != 0) {
                return difference;
            }
            i++;
        }
        return aLength - bLength;
    }

    /// Whether two texts are the same bytes.
    public static boolean equal(long a, int aLength, long b, int bLength) {
        return aLength == bLength && TextSearch.same(a, b, aLength);
    }

    /// Compares in memory order: what is stored first decides.
    private static int firstDifference(long x, long y) {
        return BIG_ENDIAN
                ? Long.compareUnsigned(x, y)
                : Long.compareUnsigned(Long.reverseBytes(x), Long.reverseBytes(y));
    }

    /// Bytes of the well-formed sequence at `address`, or 0. Table 3-7 of the Unicode standard.
    private static int sequenceLength(long address, int available) {
        int first = RawMemory.getByte(address) & 0xff;
        if (first < 0x80) {
            return 1;
        }
        if (first < 0xc2) {
            return 0;
        }
        if (first < 0xe0) {
            return available >= 2 && continuation(address + 1) ? 2 : 0;
        }
        if (available < 3) {
            return 0;
        }
        int second = RawMemory.getByte(address + 1) & 0xff;
        if (first < 0xf0) {
            int least = first == 0xe0 ? 0xa0 : 0x80;
            int greatest = first == 0xed ? 0x9f : 0xbf;
            return second >= least && second <= greatest && continuation(address + 2) ? 3 : 0;
        }
        if (first > 0xf4 || available < 4) {
            return 0;
        }
        int least = first == 0xf0 ? 0x90 : 0x80;
        int greatest = first == 0xf4 ? 0x8f : 0xbf;
        boolean wellFormed =
                second >= least && second <= greatest && continuation(address + 2) && continuation(address + 3);
        return wellFormed ? 4 : 0;
    }

    private static boolean continuation(long address) {
        return (RawMemory.getByte(address) & 0xc0) == 0x80;
    }

    public static void putMultiByte(long address, int codePoint, int size) {
        int c = codePoint;
        for (int i = size - 1; i > 0; i--) {
            RawMemory.putByte(address + i, (byte) (0x80 | (c & 0x3f)));
            c >>>= 6;
        }
        int lead = size == 2 ? 0xc0 : size == 3 ? 0xe0 : 0xf0;
        RawMemory.putByte(address, (byte) (lead | c));
    }
}
