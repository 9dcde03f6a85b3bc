package io.mullion.state;

import io.mullion.codegen.RawMemory;

/// Hashes of keys, made for the top bits: a table takes its slot from there.
final class KeyHash {
    /// 2^64 over the golden ratio, odd: consecutive keys fall far apart (Knuth, The Art of Computer Programming, 6.4).
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private KeyHash() {}

    static long of(long key) {
        return (key ^ key >>> 32) * GOLDEN;
    }

    /// Folds eight bytes at a time; the last step reads the last eight bytes again where they overlap.
    static long of(long address, int length) {
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
        return product ^ product >>> 29;
    }
}
