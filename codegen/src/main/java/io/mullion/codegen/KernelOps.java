package io.mullion.codegen;

import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;

/// What generated loops call when a few instructions do not do: failing rows, bounds of the checked variant, the order
/// of doubles.
final class KernelOps {
    private static final double JUST_BELOW_HALF = Math.nextDown(0.5);

    private KernelOps() {}

    /// The row at `next` is at fault. Cold.
    static int fail(Progress progress, Failure failure, int next, int outRows) {
        progress.status = Progress.Status.ROW_FAILED;
        progress.failure = failure;
        progress.next = next;
        progress.resumeOffset = 0;
        progress.outRows = outRows;
        return outRows;
    }

    /// The output is full, and `next` not in it.
    static int full(Progress progress, int next, int resumeOffset, int outRows) {
        progress.status = Progress.Status.OUTPUT_FULL;
        progress.failure = null;
        progress.next = next;
        progress.resumeOffset = resumeOffset;
        progress.outRows = outRows;
        return outRows;
    }

    /// Before the loops of a filter of many conditions.
    static void beginFilter(Progress progress) {
        progress.status = Progress.Status.DONE;
        progress.failure = null;
    }

    /// After them. Where one of them failed it left the row, of which the caller wants the position.
    static int finishFilter(Progress progress, long active, int from, int to, int selected) {
        if (progress.status == Progress.Status.DONE) {
            return done(progress, to, selected);
        }
        int position = progress.next;
        if (active != 0) {
            position = from;
            while (RawMemory.getInt(active + (long) Integer.BYTES * position) != progress.next) {
                position++;
            }
        }
        return fail(progress, progress.failure, position, selected);
    }

    static int done(Progress progress, int next, int outRows) {
        progress.status = Progress.Status.DONE;
        progress.failure = null;
        progress.next = next;
        progress.resumeOffset = 0;
        progress.outRows = outRows;
        return outRows;
    }

    /// Where a column of a projection stopped, before its end: a value did not fit, and if it was the first one it
    /// never will.
    static int stop(Progress progress, int from, int at) {
        boolean never = at == from;
        progress.status = never ? Progress.Status.ROW_FAILED : Progress.Status.OUTPUT_FULL;
        progress.failure = never ? Failure.VALUE_TOO_LARGE : null;
        return at;
    }

    /// Where a column of a projection stopped, before its end: at a row that cannot be computed.
    static int stop(Progress progress, Failure failure, int at) {
        progress.status = Progress.Status.ROW_FAILED;
        progress.failure = failure;
        return at;
    }

    /// The checked variant asks before it touches rows of a column.
    static void checkRows(ColumnAddresses columns, int row, int rows) {
        if (row < 0 || row > columns.rowLimit - rows) {
            throw new IndexOutOfBoundsException("access outside of a batch: row=" + row + ", rows=" + rows
                    + ", rowLimit=" + columns.rowLimit + ", columns=" + columns.columnCount());
        }
    }

    /// To the nearest whole number, halves away from zero. What is added is the greatest number below a half, since
    /// 0.5 would lift the number just below a half to one.
    static double round(double value) {
        return Math.copySign(Math.floor(Math.abs(value) + JUST_BELOW_HALF), value);
    }

    /// A long whose signed order is the order of doubles that SQL has: NaN above all, -0.0 equal to 0.0. Undone by
    /// [#fromOrdered].
    static long toOrdered(double value) {
        long bits = Double.doubleToLongBits(value + 0.0);
        return bits ^ ((bits >> 63) & Long.MAX_VALUE);
    }

    static double fromOrdered(long image) {
        return Double.longBitsToDouble(image ^ ((image >> 63) & Long.MAX_VALUE));
    }

    /// Bit `row` of a bitmap.
    static boolean bit(long bitmap, int row) {
        return (RawMemory.getByte(bitmap + (row >> 3)) >> (row & 7) & 1) != 0;
    }

    /// Sets or clears bit `row` of a bitmap that is filled in order: the bits below are kept, those above become 0.
    static void putBit(long bitmap, int row, boolean value) {
        long address = bitmap + (row >> 3);
        int kept = RawMemory.getByte(address) & ((1 << (row & 7)) - 1);
        RawMemory.putByte(address, (byte) (kept | (value ? 1 : 0) << (row & 7)));
    }

    /// The bits below `row` in its byte of a bitmap.
    static int bitsBelow(long bitmap, int row) {
        return (row & 7) == 0 ? 0 : RawMemory.getByte(bitmap + (row >> 3)) & ((1 << (row & 7)) - 1);
    }

    /// As [#putBit], told the bits below: reads nothing, so that no row waits for the store of the one before.
    ///
    /// @return the bits below the next row in its byte
    static int appendBit(long bitmap, int row, int below, boolean value) {
        int bits = below | (value ? 1 : 0) << (row & 7);
        RawMemory.putByte(bitmap + (row >> 3), (byte) bits);
        return (row & 7) == 7 ? 0 : bits;
    }

    /// Sets the bits of the rows [row, to) of a bitmap that is filled in order: the bits below are kept, those behind
    /// may become anything.
    static void putOnes(long bitmap, int row, int to) {
        if (row < to) {
            long address = bitmap + (row >> 3);
            RawMemory.putByte(address, (byte) (bitsBelow(bitmap, row) | 0xff << (row & 7)));
            RawMemory.fill(address + 1, (to - 1 >> 3) - (row >> 3), (byte) -1);
        }
    }

    /// Clears the bit of a row and leaves the others.
    static void clearBit(long bitmap, int row) {
        long address = bitmap + (row >> 3);
        RawMemory.putByte(address, (byte) (RawMemory.getByte(address) & ~(1 << (row & 7))));
    }

    /// As [#bit], for `lanes` rows at once, at most 8, anywhere in a byte: reads no byte beyond the last row's.
    static long bits(long bitmap, int row, int lanes) {
        int low = RawMemory.getByte(bitmap + (row >> 3)) & 0xff;
        int high = RawMemory.getByte(bitmap + ((row + lanes - 1) >> 3)) & 0xff;
        return (low | high << 8) >>> (row & 7) & ((1 << lanes) - 1);
    }

    /// As [#putBit], for `lanes` rows at once: 8, 4 or 2, and `row` is a multiple of that.
    static void putBits(long bitmap, int row, int lanes, long bits) {
        long address = bitmap + (row >> 3);
        if (lanes == 8) {
            RawMemory.putByte(address, (byte) bits);
            return;
        }
        int kept = RawMemory.getByte(address) & ((1 << (row & 7)) - 1);
        RawMemory.putByte(address, (byte) (kept | (int) bits << (row & 7)));
    }

    /// Where a projection has to stop for want of rows in its output.
    static int beginProjection(Progress progress, int from, int to, int rowLimit) {
        boolean fits = to - from <= rowLimit;
        progress.status = fits ? Progress.Status.DONE : Progress.Status.OUTPUT_FULL;
        progress.failure = null;
        return fits ? to : from + rowLimit;
    }

    static int finishProjection(Progress progress, int from, int end) {
        progress.next = end;
        progress.resumeOffset = 0;
        progress.outRows = end - from;
        return end - from;
    }

    /// A piece of a row does not fit: the output is full, or if it is empty the piece never fits.
    static int spill(Progress progress, int next, int resumeOffset, int outRows) {
        return outRows == 0
                ? fail(progress, Failure.VALUE_TOO_LARGE, next, 0)
                : full(progress, next, resumeOffset, outRows);
    }

    /// As [#spill], for a record that is not to be asked for again.
    static int hold(Progress progress, Object record, int next, int outRows) {
        if (outRows > 0) {
            progress.hold(record);
        }
        return spill(progress, next, 0, outRows);
    }

    /// Room of a data area, which int32 offsets bound, too.
    static int room(long limitBytes) {
        return (int) Math.min(limitBytes, Integer.MAX_VALUE);
    }
}
