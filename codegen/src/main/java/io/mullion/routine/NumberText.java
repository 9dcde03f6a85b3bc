package io.mullion.routine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Integers and bools as text, and numbers with a fixed number of fraction digits; floats are in [FloatParse] and
/// [FloatFormat].
///
/// Parsing takes the whole text, exactly: no spaces, no digits but ASCII's. Text that is written lies in the scratch
/// memory until the next row. Allocates nothing.
public final class NumberText {
    /// The two halves of `Infinity` as words in memory order.
    public static final int INFI = word("Infi");

    public static final int NITY = word("nity");

    /// What [#formatFixedFloat64] writes at most behind the point.
    public static final int MAX_DECIMALS = 38;

    /// Sign, 309 digits, point and decimals.
    private static final int FIXED_BYTES = 352;

    private static final int INT64_BYTES = 20;

    private NumberText() {}

    /// `[+-] digits`. *Failure*: [Failure#OUT_OF_RANGE], [Failure#MALFORMED].
    public static long parseInt64(long address, int length, Scratch scratch) {
        if (length == 0) {
            return scratch.fail(Failure.MALFORMED);
        }
        byte first = RawMemory.getByte(address);
        int i = first == '-' || first == '+' ? 1 : 0;
        if (i == length) {
            return scratch.fail(Failure.MALFORMED);
        }
        // Negative, for the least int64 has no positive counterpart.
        long negative = 0;
        boolean fits = true;
        for (; i < length; i++) {
            int digit = RawMemory.getByte(address + i) - '0';
            if (digit < 0 || digit > 9) {
                return scratch.fail(Failure.MALFORMED);
            }
            fits &= negative > Long.MIN_VALUE / 10 || negative == Long.MIN_VALUE / 10 && digit <= 8;
            negative = 10 * negative - digit;
        }
        if (!fits || first != '-' && negative == Long.MIN_VALUE) {
            return scratch.fail(Failure.OUT_OF_RANGE);
        }
        return first == '-' ? negative : -negative;
    }

    /// As [#parseInt64].
    public static int parseInt32(long address, int length, Scratch scratch) {
        return NumberCasts.int64ToInt32(parseInt64(address, length, scratch), scratch);
    }

    /// As [#parseInt64].
    public static int parseInt16(long address, int length, Scratch scratch) {
        return NumberCasts.int64ToInt16(parseInt64(address, length, scratch), scratch);
    }

    /// As [#parseInt64].
    public static int parseInt8(long address, int length, Scratch scratch) {
        return NumberCasts.int64ToInt8(parseInt64(address, length, scratch), scratch);
    }

    /// `true` or `false` in any mixture of upper and lower case. *Failure*: [Failure#MALFORMED].
    public static boolean parseBool(long address, int length, Scratch scratch) {
        if (length == 4 && isLetters(address, 0x74727565)) {
            return true;
        }
        boolean no = length == 5 && isLetters(address, 0x66616c73) && (RawMemory.getByte(address + 4) | 0x20) == 'e';
        if (!no) {
            scratch.fail(Failure.MALFORMED);
        }
        return false;
    }

    /// Whether four bytes are these lower-case letters, or their upper-case ones.
    private static boolean isLetters(long address, int letters) {
        int found = 0;
        for (int i = 0; i < 4; i++) {
            found = found << 8 | (RawMemory.getByte(address + i) | 0x20) & 0xff;
        }
        return found == letters;
    }

    /// `true` or `false`. *Failure*: no room in `scratch`.
    public static long formatBool(boolean value, Scratch scratch) {
        int length = value ? 4 : 5;
        long at = scratch.take(length);
        if (at == 0) {
            return 0;
        }
        long letters = value ? 0x65757274L : 0x65736c6166L;
        for (int i = 0; i < length; i++) {
            RawMemory.putByte(at + i, (byte) (letters >>> (8 * i)));
        }
        scratch.second = length;
        return at;
    }

    /// As `Long.toString`. *Failure*: no room in `scratch`.
    public static long formatInt64(long value, Scratch scratch) {
        long at = scratch.take(INT64_BYTES);
        if (at == 0) {
            return 0;
        }
        // The least int64 stays as it is, and is right as an unsigned number.
        long magnitude = Math.abs(value);
        int sign = value < 0 ? 1 : 0;
        int length = sign + PowersOfTen.digits(magnitude);
        if (value < 0) {
            RawMemory.putByte(at, (byte) '-');
        }
        putDigits(at + sign, magnitude, length - sign);
        scratch.giveBack(INT64_BYTES - length);
        scratch.second = length;
        return at;
    }

    /// A float64 with exactly `decimals` digits behind the point, or no point if there are none.
    ///
    /// What is rounded, half away from zero, is the number as `Double.toString` shows it, and not the binary number
    /// that stands behind it: 1.005 becomes 1.01 with two decimals, and 2.5 becomes 3 with none. No digit groups, no
    /// exponent; a number that becomes zero has no sign. NaN and infinities are written as `NaN`, `Infinity` and
    /// `-Infinity`.
    /// *Failure*: [Failure#INVALID_ARGUMENT] for decimals outside of 0 to [#MAX_DECIMALS]; no room in `scratch`.
    public static long formatFixedFloat64(double value, int decimals, Scratch scratch) {
        if (decimals < 0 || decimals > MAX_DECIMALS) {
            return scratch.fail(Failure.INVALID_ARGUMENT);
        }
        if (!Double.isFinite(value)) {
            return FloatFormat.notFinite(value, scratch);
        }
        long digits = FloatFormat.shortest(value, scratch);
        return roundFixed(value < 0, digits, decimals, scratch);
    }

    /// As [#formatFixedFloat64], from the number as `Float.toString` shows it.
    public static long formatFixedFloat32(float value, int decimals, Scratch scratch) {
        if (decimals < 0 || decimals > MAX_DECIMALS) {
            return scratch.fail(Failure.INVALID_ARGUMENT);
        }
        if (!Float.isFinite(value)) {
            return FloatFormat.notFinite(value, scratch);
        }
        long digits = FloatFormat.shortest(value, scratch);
        return roundFixed(value < 0, digits, decimals, scratch);
    }

    /// Rounds `shortest * 10^scratch.second`, and writes it.
    private static long roundFixed(boolean negative, long shortest, int decimals, Scratch scratch) {
        long digits = shortest;
        int zeros = (int) scratch.second + decimals;
        if (zeros < 0) {
            // 18 digits at most: less than half of 10^19.
            if (zeros < -18) {
                digits = 0;
            } else {
                long unit = PowersOfTen.INT64[-zeros];
                long rest = digits % unit;
                digits = digits / unit + (rest >= unit - rest ? 1 : 0);
            }
            zeros = 0;
        }
        return putFixed(negative, digits, zeros, decimals, scratch);
    }

    /// An integer with exactly `decimals` zeros behind the point, or no point if there are none. *Failure*:
    /// [Failure#INVALID_ARGUMENT] for decimals outside of 0 to [#MAX_DECIMALS]; no room in `scratch`.
    public static long formatFixedInt64(long value, int decimals, Scratch scratch) {
        if (decimals < 0 || decimals > MAX_DECIMALS) {
            return scratch.fail(Failure.INVALID_ARGUMENT);
        }
        return putFixed(value < 0, Math.abs(value), decimals, decimals, scratch);
    }

    /// Writes `digits` followed by `zeros`, of which the last `decimals` stand behind a point.
    private static long putFixed(boolean negative, long digits, int zeros, int decimals, Scratch scratch) {
        long at = scratch.take(FIXED_BYTES);
        if (at == 0) {
            return 0;
        }
        int trailing = digits == 0 ? 0 : zeros;
        int sign = negative && digits != 0 ? 1 : 0;
        int count = Math.max(PowersOfTen.digits(digits) + trailing, decimals + 1);
        int whole = count - decimals;
        if (sign == 1) {
            RawMemory.putByte(at, (byte) '-');
        }
        long left = digits;
        for (int i = count - 1; i >= 0; i--) {
            long digit = 0;
            if (count - i > trailing) {
                digit = Long.remainderUnsigned(left, 10);
                left = Long.divideUnsigned(left, 10);
            }
            RawMemory.putByte(at + sign + i + (i >= whole ? 1 : 0), (byte) ('0' + digit));
        }
        int length = sign + count;
        if (decimals > 0) {
            RawMemory.putByte(at + sign + whole, (byte) '.');
            length++;
        }
        scratch.giveBack(FIXED_BYTES - length);
        scratch.second = length;
        return at;
    }

    /// Writes the last `count` digits of an unsigned integer, leading zeros included.
    public static void putDigits(long at, long unsigned, int count) {
        long left = unsigned;
        int i = count - 1;
        if (left < 0 && i >= 0) {
            RawMemory.putByte(at + i, (byte) ('0' + Long.remainderUnsigned(left, 10)));
            left = Long.divideUnsigned(left, 10);
            i--;
        }
        for (; i > 0; i -= 2) {
            int pair = (int) (left % 100);
            left /= 100;
            RawMemory.putByte(at + i, (byte) ('0' + pair % 10));
            RawMemory.putByte(at + i - 1, (byte) ('0' + pair / 10));
        }
        if (i == 0) {
            RawMemory.putByte(at, (byte) ('0' + left % 10));
        }
    }

    private static int word(String fourLetters) {
        return ByteBuffer.wrap(fourLetters.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.nativeOrder())
                .getInt();
    }
}
