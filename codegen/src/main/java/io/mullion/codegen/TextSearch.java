package io.mullion.codegen;

/// Looks for a separator in a text. Bytes are enough: in valid UTF-8 no character begins inside of another.
final class TextSearch {
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private TextSearch() {}

    /// Offset of the first occurrence at or after `start`, or `length` if there is none.
    static int indexOf(long text, int start, int length, byte[] separator) {
        byte first = separator[0];
        int last = length - separator.length;
        int i = start;
        while (i <= last) {
            i = indexOf(text, i, last + 1, first);
            if (i <= last && matches(text + i, separator)) {
                return i;
            }
            i++;
        }
        return length;
    }

    /// As above for a separator of one byte.
    static int indexOf(long text, int start, int length, byte separator) {
        long pattern = (separator & 0xffL) * ONES;
        int i = start;
        while (i + 8 <= length) {
            long difference = RawMemory.getLong(text + i) ^ pattern;
            // Bytes that are 0 make their high bit 1, and only bytes above the first such one may do so wrongly: the
            // byte loop decides.
            if (((difference - ONES) & ~difference & HIGH_BITS) != 0) {
                break;
            }
            i += 8;
        }
        while (i < length && RawMemory.getByte(text + i) != separator) {
            i++;
        }
        return i;
    }

    private static boolean matches(long text, byte[] separator) {
        for (int i = 1; i < separator.length; i++) {
            if (RawMemory.getByte(text + i) != separator[i]) {
                return false;
            }
        }
        return true;
    }
}
