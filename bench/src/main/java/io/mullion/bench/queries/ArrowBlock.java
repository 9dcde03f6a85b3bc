package io.mullion.bench.queries;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import io.mullion.routine.RawMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Rows of a block in an Arrow batch, some at a time.
///
/// *Thread*: one.
final class ArrowBlock implements AutoCloseable {
    /// More than the words of a batch have.
    private static final int TEXT_BYTES = 16 * Feed.MOST;

    private final QueryRows rows;
    private final BufferAllocator allocator = new RootAllocator();
    private final VectorSchemaRoot batch;

    ArrowBlock(QueryRows rows) {
        this.rows = rows;
        batch = new VectorSchemaRoot(vectors(rows, allocator));
    }

    /// The batch with rows of the block, their times moved on by `shift`. *Ownership*: good until the next call.
    ///
    /// @param count at most [Feed#MOST]
    VectorSchemaRoot filled(int from, int count, long shift) {
        fill(from, count, shift);
        return batch;
    }

    private static List<FieldVector> vectors(QueryRows rows, BufferAllocator allocator) {
        FieldVector time = new TimeStampMilliTZVector("time", allocator, "UTC");
        List<FieldVector> vectors = switch (rows) {
            case AdRows _ -> List.of(new BigIntVector("ad", allocator), new IntVector("type", allocator), time);
            case SlidingRows _, SessionRows _ ->
                List.of(new BigIntVector("key", allocator), new BigIntVector("value", allocator), time);
            case PriceRows _ ->
                List.of(new Float8Vector("price", allocator), new IntVector("quantity", allocator), time);
            case WordRows _ -> List.of(new VarCharVector("word", allocator), time);
        };
        for (FieldVector vector : vectors) {
            if (vector instanceof BaseFixedWidthVector fixed) {
                fixed.allocateNew(Feed.MOST);
            } else {
                ((VarCharVector) vector).allocateNew(TEXT_BYTES, Feed.MOST);
            }
            for (int row = 0; row < Feed.MOST; row++) {
                BitVectorHelper.setBit(vector.getValidityBuffer(), row);
            }
        }
        return vectors;
    }

    private void fill(int from, int count, long shift) {
        switch (rows) {
            case AdRows ads -> {
                copy(ads.ads, from, batch.getVector(0), count);
                copy(ads.types, from, batch.getVector(1), count);
            }
            case SlidingRows sliding -> {
                copy(sliding.keys, from, batch.getVector(0), count);
                copy(sliding.values, from, batch.getVector(1), count);
            }
            case SessionRows sessions -> {
                copy(sessions.keys, from, batch.getVector(0), count);
                copy(sessions.values, from, batch.getVector(1), count);
            }
            case PriceRows prices -> {
                copy(prices.prices, from, batch.getVector(0), count);
                copy(prices.quantities, from, batch.getVector(1), count);
            }
            case WordRows words -> copy(words, from, (VarCharVector) batch.getVector(0), count);
        }
        FieldVector last = batch.getVector(batch.getFieldVectors().size() - 1);
        MemorySegment times = data(last, 8L * count);
        for (int row = 0; row < count; row++) {
            times.set(ValueLayout.JAVA_LONG_UNALIGNED, 8L * row, rows.times[from + row] + shift);
        }
        batch.getFieldVectors().forEach(vector -> vector.setValueCount(count));
        batch.setRowCount(count);
    }

    private static void copy(long[] values, int from, FieldVector to, int count) {
        MemorySegment.copy(values, from, data(to, 8L * count), ValueLayout.JAVA_LONG_UNALIGNED, 0, count);
    }

    private static void copy(int[] values, int from, FieldVector to, int count) {
        MemorySegment.copy(values, from, data(to, 4L * count), ValueLayout.JAVA_INT_UNALIGNED, 0, count);
    }

    private static void copy(double[] values, int from, FieldVector to, int count) {
        MemorySegment.copy(values, from, data(to, 8L * count), ValueLayout.JAVA_DOUBLE_UNALIGNED, 0, count);
    }

    private static void copy(WordRows words, int from, VarCharVector to, int count) {
        int start = words.offsets[from];
        int bytes = words.offsets[from + count] - start;
        MemorySegment.copy(words.bytes, start, data(to, bytes), ValueLayout.JAVA_BYTE, 0, bytes);
        MemorySegment offsets = RawMemory.EVERYTHING.asSlice(to.getOffsetBufferAddress(), 4L * (count + 1));
        for (int row = 0; row <= count; row++) {
            offsets.set(ValueLayout.JAVA_INT_UNALIGNED, 4L * row, words.offsets[from + row] - start);
        }
        // Else Arrow writes the offsets of those that it takes for not set.
        to.setLastSet(count - 1);
    }

    private static MemorySegment data(FieldVector vector, long bytes) {
        return RawMemory.EVERYTHING.asSlice(vector.getDataBufferAddress(), bytes);
    }

    @Override
    public void close() {
        batch.close();
        allocator.close();
    }
}
