package io.mullion.routine;

/// The shortest decimals that read back as a float: what `Double.toString` and `Float.toString` print.
///
/// *Source*: R. Giulietti, The Schubfach way to render doubles (2022); the layout of the text is that of the javadoc of
/// `Double.toString`. Allocates nothing.
public final class FloatFormat {
    /// No text is longer: `-2.2250738585072014E-308` has 24 bytes.
    private static final int MAX_BYTES = 32;

    private static final int FLOAT64_BITS = 53;
    private static final int FLOAT64_LEAST = -1074;

    /// `ceil(2^1074 / 10^324)`: below it a subnormal has a shorter decimal of one digit only, but two are printed.
    private static final int FLOAT64_TINY = 3;

    private static final int FLOAT32_BITS = 24;
    private static final int FLOAT32_LEAST = -149;
    private static final int FLOAT32_TINY = 8;

    private static final long LOW_63 = Long.MAX_VALUE;

    private FloatFormat() {}

    /// As `Double.toString`. *Failure*: no room in `scratch`.
    public static long formatFloat64(double value, Scratch scratch) {
        if (!Double.isFinite(value)) {
            return notFinite(value, scratch);
        }
        boolean negative = Double.doubleToRawLongBits(value) < 0;
        long decimal = shortest(value, scratch);
        return put(negative, decimal, (int) scratch.second, scratch);
    }

    /// As `Float.toString`. *Failure*: no room in `scratch`.
    public static long formatFloat32(float value, Scratch scratch) {
        if (!Float.isFinite(value)) {
            return notFinite(value, scratch);
        }
        boolean negative = Float.floatToRawIntBits(value) < 0;
        long decimal = shortest(value, scratch);
        return put(negative, decimal, (int) scratch.second, scratch);
    }

    /// `NaN`, `Infinity` or `-Infinity`.
    public static long notFinite(double value, Scratch scratch) {
        long at = scratch.take(MAX_BYTES);
        if (at == 0) {
            return 0;
        }
        int length = 0;
        if (Double.isNaN(value)) {
            RawMemory.putByte(at, (byte) 'N');
            RawMemory.putByte(at + 1, (byte) 'a');
            RawMemory.putByte(at + 2, (byte) 'N');
            length = 3;
        } else {
            if (value < 0) {
                RawMemory.putByte(at, (byte) '-');
                length = 1;
            }
            RawMemory.putInt(at + length, NumberText.INFI);
            RawMemory.putInt(at + length + 4, NumberText.NITY);
            length += 8;
        }
        scratch.giveBack(MAX_BYTES - length);
        scratch.second = length;
        return at;
    }

    /// The decimal `d * 10^scratch.second` that is printed for a finite float64, without its sign; 0 for zeros.
    public static long shortest(double value, Scratch scratch) {
        long bits = Double.doubleToRawLongBits(value);
        long fraction = bits & ((1L << (FLOAT64_BITS - 1)) - 1);
        int biased = (int) (bits >>> (FLOAT64_BITS - 1)) & 0x7ff;
        return shortest(fraction, biased, FLOAT64_BITS, FLOAT64_LEAST, FLOAT64_TINY, scratch);
    }

    /// As [#shortest(double, Scratch)], for a float32, which has fewer digits.
    public static long shortest(float value, Scratch scratch) {
        int bits = Float.floatToRawIntBits(value);
        int fraction = bits & ((1 << (FLOAT32_BITS - 1)) - 1);
        int biased = (bits >>> (FLOAT32_BITS - 1)) & 0xff;
        return shortest(fraction, biased, FLOAT32_BITS, FLOAT32_LEAST, FLOAT32_TINY, scratch);
    }

    private static long shortest(long fraction, int biased, int precision, int least, int tiny, Scratch scratch) {
        long hidden = 1L << (precision - 1);
        if (biased == 0) {
            if (fraction == 0) {
                scratch.second = 0;
                return 0;
            }
            // Ten times as much and one place further down: then the choice has two digits.
            return fraction < tiny
                    ? decimal(10 * fraction, least, -1, hidden, least, scratch)
                    : decimal(fraction, least, 0, hidden, least, scratch);
        }
        long significand = fraction | hidden;
        int exponent = biased - 1 + least;
        int places = -exponent;
        if (places > 0 && places < precision && (significand & ((1L << places) - 1)) == 0) {
            // An integer among whose neighbours there is no other.
            scratch.second = 0;
            return significand >>> places;
        }
        return decimal(significand, exponent, 0, hidden, least, scratch);
    }

    /// The decimal for `significand * 2^exponent * 10^extra`.
    ///
    /// Scaled by a power of ten the interval that rounds to the float becomes wide enough for at least one integer, and
    /// too narrow for more than one multiple of ten. All bounds are scaled by 4, so that the halves and quarters are
    /// integers, and rounded so that the last bit says whether they were exact.
    private static long decimal(
            long significand, int exponent, int extra, long hidden, int leastExponent, Scratch scratch) {
        int odd = (int) significand & 1;
        boolean regular = significand != hidden || exponent == leastExponent;
        long center = significand << 2;
        long left = regular ? center - 2 : center - 1;
        long right = center + 2;
        int scale = regular ? log10(exponent) : log10ThreeQuarters(exponent);
        int shift = exponent + PowersOfTen.log2(-scale) + 2;

        // 126 bits of 10^-scale, rounded up.
        long high = PowersOfTen.high(-scale);
        long g0 = ((PowersOfTen.low(-scale) >>> 2) | (high << 62)) & LOW_63;
        long g1 = high >>> 1;
        g0++;
        if (g0 < 0) {
            g0 = 0;
            g1++;
        }
        long value = scaled(g1, g0, center << shift);
        long lower = scaled(g1, g0, left << shift) + odd;
        long upper = scaled(g1, g0, right << shift) - odd;

        long below = value >> 2;
        if (below >= 100) {
            long shortBelow = below / 10 * 10;
            long shortAbove = shortBelow + 10;
            boolean belowFits = lower <= shortBelow << 2;
            boolean aboveFits = shortAbove << 2 <= upper;
            if (belowFits != aboveFits) {
                scratch.second = scale + extra;
                return belowFits ? shortBelow : shortAbove;
            }
        }
        long above = below + 1;
        boolean belowFits = lower <= below << 2;
        boolean aboveFits = above << 2 <= upper;
        scratch.second = scale + extra;
        if (belowFits != aboveFits) {
            return belowFits ? below : above;
        }
        long order = value - ((below + above) << 1);
        return order < 0 || order == 0 && (below & 1) == 0 ? below : above;
    }

    /// The upper bits of `g * factor`, with the last bit set if any bit below is.
    private static long scaled(long g1, long g0, long factor) {
        long carry = Math.multiplyHigh(g0, factor);
        long middle = ((g1 * factor) >>> 1) + carry;
        long upper = Math.multiplyHigh(g1, factor) + (middle >>> 63);
        return upper | (((middle & LOW_63) + LOW_63) >>> 63);
    }

    /// `floor(log10(2^exponent))`.
    private static int log10(int exponent) {
        return (int) ((exponent * 661_971_961_083L) >> 41);
    }

    /// `floor(log10(3/4 * 2^exponent))`.
    private static int log10ThreeQuarters(int exponent) {
        return (int) ((exponent * 661_971_961_083L - 274_743_187_321L) >> 41);
    }

    /// Writes `decimal * 10^exponent` as Java does.
    private static long put(boolean negative, long decimal, int exponent, Scratch scratch) {
        long at = scratch.take(MAX_BYTES);
        if (at == 0) {
            return 0;
        }
        long digits = decimal;
        int trailing = exponent;
        while (digits >= 10 && digits % 10 == 0) {
            digits /= 10;
            trailing++;
        }
        int count = PowersOfTen.digits(digits);
        // The value is 0.DIGITS * 10^magnitude.
        int magnitude = digits == 0 ? 1 : count + trailing;
        long to = at;
        if (negative) {
            RawMemory.putByte(to++, (byte) '-');
        }
        if (magnitude > 7 || magnitude <= -3) {
            to = putPoint(to, digits, count, 1);
            RawMemory.putByte(to++, (byte) 'E');
            int shown = magnitude - 1;
            if (shown < 0) {
                RawMemory.putByte(to++, (byte) '-');
                shown = -shown;
            }
            int width = PowersOfTen.digits(shown);
            NumberText.putDigits(to, shown, width);
            to += width;
        } else if (magnitude <= 0) {
            RawMemory.putByte(to++, (byte) '0');
            RawMemory.putByte(to++, (byte) '.');
            for (int i = magnitude; i < 0; i++) {
                RawMemory.putByte(to++, (byte) '0');
            }
            NumberText.putDigits(to, digits, count);
            to += count;
        } else {
            to = putPoint(to, digits, count, magnitude);
        }
        int length = (int) (to - at);
        scratch.giveBack(MAX_BYTES - length);
        scratch.second = length;
        return at;
    }

    /// Writes `whole` digits, a point, and the rest, one zero at least; zeros where `digits` has none.
    private static long putPoint(long at, long digits, int count, int whole) {
        if (count <= whole) {
            NumberText.putDigits(at, digits, count);
            for (int i = count; i < whole; i++) {
                RawMemory.putByte(at + i, (byte) '0');
            }
            RawMemory.putByte(at + whole, (byte) '.');
            RawMemory.putByte(at + whole + 1, (byte) '0');
            return at + whole + 2;
        }
        long split = PowersOfTen.INT64[count - whole];
        NumberText.putDigits(at, digits / split, whole);
        RawMemory.putByte(at + whole, (byte) '.');
        NumberText.putDigits(at + whole + 1, digits % split, count - whole);
        return at + count + 1;
    }
}
