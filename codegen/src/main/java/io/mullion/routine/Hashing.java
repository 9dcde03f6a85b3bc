package io.mullion.routine;

/// Hashes of values: one function for key tables, partitioning and the expression `hash(a, b, ...)`.
///
/// The hash of a row is the hash of its first value, combined with that of each further one: `combine(combine(a, b),
/// c)`. Hashes are made for their top bits, where a table takes its slot: `hash >>> 64 - bits`. Who takes low bits or a
/// remainder asks [#finish] first. Equal values have equal hashes: NaN is one value and -0.0 is 0.0; a float32 has the
/// hash of the float64 it is equal to, an integer of any width, a day and a point in time that of their int64.
///
/// Hashes depend on the byte order of the machine: they are for memory, not for files. Whoever knows the function can
/// choose keys that collide. Allocates nothing. *Thread*: any.
public final class Hashing {
    /// The hash of null.
    public static final long NULL = 0x6A09E667F3BCC909L;

    /// 2^64 over the golden ratio, odd: consecutive keys fall far apart (Knuth, The Art of Computer Programming, 6.4).
    public static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /// A turn by this many bits makes `combine` depend on the order of what it combines.
    public static final int TURN = 23;

    /// Brings the top bits of a product, which depend on all of a word, to where they are multiplied again.
    public static final int FOLD = 29;

    /// 2^64 over the square root of 3, odd: not a multiple of the other factor that is near.
    public static final long FINISH = 0x93CD3A2C8198E269L;

    /// 2^32 over the square root of 3, odd: half a word times this has its best bits in the middle.
    private static final long SEGMENT = 0x93CD3A2DL;

    private Hashing() {}

    /// Of integers of all widths, days, points in time.
    public static long int64(long value) {
        return (value ^ value >>> 32) * GOLDEN;
    }

    public static long bool(boolean value) {
        return int64(value ? 1 : 0);
    }

    /// Of float32, too, which is a float64 without loss.
    public static long float64(double value) {
        return int64(canonicalBits(value));
    }

    /// Of the 128-bit unscaled integer. Numbers that are equal at different scales have different hashes.
    public static long decimal(long high, long low) {
        return combine(int64(low), int64(high));
    }

    /// Of utf8 and binary. Folds eight bytes at a time; the last step reads the last eight bytes again where they
    /// overlap.
    public static long text(long address, int length) {
        long hash = length * GOLDEN;
        if (length >= 8) {
            long last = address + length - 8;
            for (long at = address; at < last; at += 8) {
                hash = mix(hash, RawMemory.getLong(at));
            }
            return mix(hash, RawMemory.getLong(last));
        }
        return mix(hash, shortWord(address, length));
    }

    /// The hash of a row of several values, from that of the values before and the hash of the next one. Depends on
    /// their order.
    public static long combine(long hash, long next) {
        return mix(Long.rotateLeft(hash, TURN), next);
    }

    /// The hash with every bit as good as the top ones, for who takes low bits or a remainder: `finish(hash) & mask`.
    /// It is the value of the expression `hash(...)`. Different hashes stay different.
    public static long finish(long hash) {
        long product = (hash ^ hash >>> 32) * FINISH;
        return product ^ product >>> 32;
    }

    /// Which segment of a table, in the low bits of the result. Depends on nothing but the upper half of the hash, and
    /// on all of it; keys of one segment still differ in the top bits.
    public static long segment(long hash) {
        return (hash >>> 32) * SEGMENT >>> 32;
    }

    /// One of `count` parts, from 0. Of the finished hash, so that the keys of one part, whose table takes the top bits
    /// of the hash itself, still differ there.
    public static int part(long hash, int count) {
        return (int) ((finish(hash) >>> 32) * count >>> 32);
    }

    /// The bits of a double such that equal values have equal bits: one NaN, no -0.0.
    public static long canonicalBits(double value) {
        return Double.doubleToLongBits(value + 0.0);
    }

    /// The bytes of a text shorter than eight as one word; different texts of one length give different words.
    private static long shortWord(long address, int length) {
        if (length >= 4) {
            long low = RawMemory.getInt(address) & 0xFFFF_FFFFL;
            return low | (long) RawMemory.getInt(address + length - 4) << 32;
        }
        if (length == 0) {
            return 0;
        }
        long first = RawMemory.getByte(address) & 0xFF;
        long middle = RawMemory.getByte(address + (length >> 1)) & 0xFF;
        long last = RawMemory.getByte(address + length - 1) & 0xFF;
        return first | middle << 8 | last << 16;
    }

    private static long mix(long hash, long word) {
        long product = (hash ^ word) * GOLDEN;
        return product ^ product >>> FOLD;
    }
}
