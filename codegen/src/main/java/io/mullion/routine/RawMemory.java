package io.mullion.routine;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/// Memory off the heap by address: the one door through which the engine and its kernels read and write it.
///
/// All accesses go through one segment of the global scope that spans the address space, so that what is left of the
/// segment's own checks is a comparison with zero. With `-Dmullion.checked=true` every access is looked up among the
/// blocks that are alive ([#track]); unchecked, the test of that constant is removed by the JIT. *Units*: bytes.
/// *Thread*: any; plain accesses unless the name says otherwise.
public final class RawMemory {
    /// Whether accesses are checked.
    public static final boolean CHECKED = Checked.ACCESS;

    /// The whole address space; offset = address.
    @SuppressWarnings("restricted")
    public static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final VarHandle LONG = JAVA_LONG.varHandle();
    /// Keeps an aligned address as it is. The JIT then knows it to be one, with room behind it, and drops two checks
    /// for one instruction: they would be paid for every row that is committed.
    private static final long ALIGNED = 0x0fff_ffff_ffff_fff8L;
    private static final ConcurrentSkipListMap<Long, Long> LIVE = new ConcurrentSkipListMap<>();

    private RawMemory() {}

    public static byte getByte(long address) {
        if (CHECKED) {
            check(address, 1);
        }
        return EVERYTHING.get(JAVA_BYTE, address);
    }

    public static void putByte(long address, byte value) {
        if (CHECKED) {
            check(address, 1);
        }
        EVERYTHING.set(JAVA_BYTE, address, value);
    }

    public static short getShort(long address) {
        if (CHECKED) {
            check(address, 2);
        }
        return EVERYTHING.get(JAVA_SHORT_UNALIGNED, address);
    }

    public static void putShort(long address, short value) {
        if (CHECKED) {
            check(address, 2);
        }
        EVERYTHING.set(JAVA_SHORT_UNALIGNED, address, value);
    }

    public static float getFloat(long address) {
        if (CHECKED) {
            check(address, 4);
        }
        return EVERYTHING.get(JAVA_FLOAT_UNALIGNED, address);
    }

    public static void putFloat(long address, float value) {
        if (CHECKED) {
            check(address, 4);
        }
        EVERYTHING.set(JAVA_FLOAT_UNALIGNED, address, value);
    }

    public static int getInt(long address) {
        if (CHECKED) {
            check(address, 4);
        }
        return EVERYTHING.get(JAVA_INT_UNALIGNED, address);
    }

    public static void putInt(long address, int value) {
        if (CHECKED) {
            check(address, 4);
        }
        EVERYTHING.set(JAVA_INT_UNALIGNED, address, value);
    }

    public static long getLong(long address) {
        if (CHECKED) {
            check(address, 8);
        }
        return EVERYTHING.get(JAVA_LONG_UNALIGNED, address);
    }

    public static void putLong(long address, long value) {
        if (CHECKED) {
            check(address, 8);
        }
        EVERYTHING.set(JAVA_LONG_UNALIGNED, address, value);
    }

    public static double getDouble(long address) {
        if (CHECKED) {
            check(address, 8);
        }
        return EVERYTHING.get(JAVA_DOUBLE_UNALIGNED, address);
    }

    public static void putDouble(long address, double value) {
        if (CHECKED) {
            check(address, 8);
        }
        EVERYTHING.set(JAVA_DOUBLE_UNALIGNED, address, value);
    }

    /// Acquire load of an aligned long: what was written before the matching release store is seen after it.
    public static long getLongAcquire(long address) {
        if (CHECKED) {
            check(address, 8);
        }
        return (long) LONG.getAcquire(EVERYTHING, address);
    }

    /// Release store of an aligned long: everything written before it is seen by who reads it with acquire.
    public static void putLongRelease(long address, long value) {
        if (CHECKED) {
            check(address, 8);
        }
        LONG.setRelease(EVERYTHING, address & ALIGNED, value);
    }

    /// Copies `bytes` bytes; the ranges may overlap.
    public static void copy(long from, long to, long bytes) {
        if (CHECKED) {
            check(from, bytes);
            check(to, bytes);
        }
        MemorySegment.copy(EVERYTHING, from, EVERYTHING, to, bytes);
    }

    /// Copies out of a byte array.
    public static void copy(byte[] from, int fromIndex, long to, int bytes) {
        if (CHECKED) {
            check(to, bytes);
        }
        MemorySegment.copy(from, fromIndex, EVERYTHING, JAVA_BYTE, to, bytes);
    }

    /// Copies into a byte array.
    public static void copy(long from, byte[] to, int toIndex, int bytes) {
        if (CHECKED) {
            check(from, bytes);
        }
        MemorySegment.copy(EVERYTHING, JAVA_BYTE, from, to, toIndex, bytes);
    }

    /// Sets `bytes` bytes. By copies that double, because a slice to fill would be an object wherever the JIT has not
    /// come.
    public static void fill(long address, long bytes, byte value) {
        if (CHECKED) {
            check(address, bytes);
        }
        if (bytes > 0) {
            EVERYTHING.set(JAVA_BYTE, address, value);
        }
        for (long done = 1; done < bytes; done *= 2) {
            MemorySegment.copy(EVERYTHING, address, EVERYTHING, address + done, Math.min(done, bytes - done));
        }
    }

    /// Enters a block among those that may be accessed. Does nothing in an unchecked run.
    public static void track(long address, long bytes) {
        if (CHECKED) {
            LIVE.put(address, bytes);
        }
    }

    /// Takes a block out again. Does nothing in an unchecked run.
    public static void untrack(long address) {
        if (CHECKED) {
            LIVE.remove(address);
        }
    }

    /// For accesses of kernels that do not go through here: vectors.
    public static void checkLive(long address, long bytes) {
        if (CHECKED) {
            check(address, bytes);
        }
    }

    private static void check(long address, long bytes) {
        Map.Entry<Long, Long> block = LIVE.floorEntry(address);
        if (block == null || bytes < 0 || address + bytes > block.getKey() + block.getValue()) {
            throw new IndexOutOfBoundsException(
                    "access outside of live memory: address=0x" + Long.toHexString(address) + ", bytes=" + bytes);
        }
    }
}
