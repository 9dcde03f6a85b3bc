package io.mullion.batch;

import io.mullion.routine.RawMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Copies parts of columns out of memory that is not the engine's: bytes, bits that start anywhere in a byte, offsets
/// that count from somewhere else.
///
/// What is written lies behind rows that another thread may be reading: no bit of theirs changes, and no offset.
/// *Thread*: one.
final class ColumnCopy {
    private static final MemorySegment EVERYTHING = RawMemory.EVERYTHING;

    private final int batchRows;
    /// A stretch of bits, with room to be read as words from any of them.
    private final long[] words;

    private final MemorySegment staged;

    /// @param batchRows the most rows that are copied at once
    ColumnCopy(int batchRows) {
        this.batchRows = batchRows;
        words = new long[(batchRows + 7) / 64 + 3];
        staged = MemorySegment.ofArray(words);
    }

    static long bitmapBytes(int rows) {
        return (rows + 7L) >> 3;
    }

    /// @param from any address
    /// @param to an address in the engine's memory
    void bytes(long from, long to, long bytes) {
        RawMemory.checkLive(to, bytes);
        MemorySegment.copy(EVERYTHING, from, EVERYTHING, to, bytes);
    }

    /// Copies bits; those before `to` keep their values, some behind the last one may change.
    void bits(long source, int from, long target, int to, int rows) {
        stage(source, from, rows);
        int shift = from & 7;
        int done = 0;
        while (done < rows && (to + done & 7) != 0) {
            Bitmap.put(target, to + done, (word(shift + done) & 1) != 0);
            done++;
        }
        long address = target + (to + done >> 3);
        for (; done < rows; done += 64) {
            RawMemory.putLong(address, word(shift + done));
            address += 8;
        }
    }

    /// The first bit from number `from` on that is not set, or `end`.
    int firstZero(long bitmap, int from, int end) {
        for (int start = from; start < end; start += batchRows) {
            int rows = Math.min(batchRows, end - start);
            stage(bitmap, start, rows);
            for (int done = 0; done < rows; done += 64) {
                long zeros = ~word((start & 7) + done);
                if (zeros != 0) {
                    int row = start + done + Long.numberOfTrailingZeros(zeros);
                    if (row < start + rows) {
                        return row;
                    }
                }
            }
        }
        return end;
    }

    /// Copies the ends of variable-size values, and makes them count from where the values before them end.
    ///
    /// @param from address of the first value's start, behind which the ends are
    /// @param to address of the end of the values before
    /// @param sourceBytes what no offset may exceed
    /// @param room what no end may exceed
    /// @return how many values there is room for, or -1 if offsets go back or leave the data
    int offsets(long from, long to, int values, long sourceBytes, int room) {
        int first = EVERYTHING.get(ValueLayout.JAVA_INT_UNALIGNED, from);
        bytes(from + 4, to + 4, 4L * values);
        // Negative as soon as an offset is, or is less than the one before.
        int backwards = first;
        int last = first;
        for (int i = 1; i <= values; i++) {
            int end = RawMemory.getInt(to + 4L * i);
            backwards |= end | end - last;
            last = end;
        }
        if (backwards < 0 || last > sourceBytes) {
            return -1;
        }
        int shift = RawMemory.getInt(to) - first;
        int fit = (long) last + shift <= room ? values : fitting(to, values, (long) room - shift);
        for (int i = 1; i <= fit; i++) {
            long address = to + 4L * i;
            RawMemory.putInt(address, RawMemory.getInt(address) + shift);
        }
        return fit;
    }

    /// How many of the ends, which rise, are not above `limit`.
    private static int fitting(long to, int values, long limit) {
        int low = 0;
        int high = values;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (RawMemory.getInt(to + 4L * middle) <= limit) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /// The bits [from, from + rows) lie in the words from bit `from & 7` on.
    private void stage(long bitmap, int from, int rows) {
        long bytes = (from + rows + 7L >> 3) - (from >> 3);
        MemorySegment.copy(EVERYTHING, bitmap + (from >> 3), staged, 0, bytes);
    }

    /// 64 bits from number `bit` on.
    private long word(int bit) {
        int index = bit >> 6;
        int shift = bit & 63;
        return shift == 0 ? words[index] : words[index] >>> shift | words[index + 1] << -shift;
    }
}
