package io.mullion.routine;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/// [TextSearch] with vectors. Only vector kernels call it.
///
/// Each load is written out. As a method it would be a call once the JIT has compiled it by itself, in methods that it
/// thinks seldom come to a vector since texts were short until then; and the vector that a call returns is an object.
public final class VectorTextSearch {
    private static final VectorSpecies<Byte> SPECIES =
            VectorSupport.bits() >= 256 ? ByteVector.SPECIES_256 : ByteVector.SPECIES_128;
    /// What a load is cast to: without a known class the JIT would guess (VectorCalls in io.mullion.codegen).
    private static final Class<?> CLASS = SPECIES.vectorType();

    private VectorTextSearch() {}

    /// As [TextSearch#places].
    public static long places(long text, int length, long readableEnd, byte what) {
        if (text + Long.SIZE > readableEnd) {
            return TextSearch.places(text, length, readableEnd, what);
        }
        RawMemory.checkLive(text, Long.SIZE);
        long places = 0;
        for (int i = 0; i < Long.SIZE; i += SPECIES.length()) {
            ByteVector bytes = (ByteVector) CLASS.cast(
                    ByteVector.fromMemorySegment(SPECIES, RawMemory.EVERYTHING, text + i, ByteOrder.nativeOrder()));
            places |= bytes.eq(what).toLong() << i;
        }
        return length < Long.SIZE ? places & ~(-1L << length) : places;
    }

    /// As [TextSearch#indexOf(long, int, int, byte)].
    private static int indexOf(long text, int start, int length, byte what) {
        int i = start;
        while (i <= length - SPECIES.length()) {
            RawMemory.checkLive(text + i, SPECIES.length());
            ByteVector bytes = (ByteVector) CLASS.cast(
                    ByteVector.fromMemorySegment(SPECIES, RawMemory.EVERYTHING, text + i, ByteOrder.nativeOrder()));
            int found = bytes.eq(what).firstTrue();
            if (found < SPECIES.length()) {
                return i + found;
            }
            i += SPECIES.length();
        }
        return TextSearch.indexOf(text, i, length, what);
    }

    /// As [TextSearch#indexOf(long, int, int, long, int)]. Reads nothing but the two texts.
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
            if (i < end && TextSearch.same(text + i + 1, what + 1, gap - 1)) {
                return i;
            }
            i++;
        }
        return length;
    }

    /// As [TextSearch#indexOf(long, int, int, byte\[\])]. Reads nothing but the two texts.
    public static int indexOf(long text, int start, int length, byte[] what) {
        int gap = what.length - 1;
        if (gap < 1) {
            return gap < 0 ? start : indexOf(text, start, length, what[0]);
        }
        int end = length - gap;
        int i = start;
        while (i < end) {
            i = pair(text, i, end, what[0], gap, what[gap]);
            if (i < end && TextSearch.same(text + i + 1, what, 1, gap - 1)) {
                return i;
            }
            i++;
        }
        return length;
    }

    /// As [TextSearch#pair].
    private static int pair(long text, int start, int end, byte first, int gap, byte last) {
        int lanes = SPECIES.length();
        if (end - start < lanes) {
            return TextSearch.pair(text, start, end, first, gap, last);
        }
        int i = start;
        while (i < end) {
            // The last vector ends with the text: it may hold places that were looked at, where nothing was.
            i = Math.min(i, end - lanes);
            RawMemory.checkLive(text + i, lanes);
            RawMemory.checkLive(text + i + gap, lanes);
            ByteVector begins = (ByteVector) CLASS.cast(
                    ByteVector.fromMemorySegment(SPECIES, RawMemory.EVERYTHING, text + i, ByteOrder.nativeOrder()));
            ByteVector ends = (ByteVector) CLASS.cast(ByteVector.fromMemorySegment(
                    SPECIES, RawMemory.EVERYTHING, text + i + gap, ByteOrder.nativeOrder()));
            long found = begins.eq(first).and(ends.eq(last)).toLong();
            if (found != 0) {
                return i + Long.numberOfTrailingZeros(found);
            }
            i += lanes;
        }
        return end;
    }
}
