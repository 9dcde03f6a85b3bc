package io.mullion.sketches;

import io.mullion.expr.AggregateInputs;
import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.ObjectAggregate;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.datasketches.common.ArrayOfItemsSerDe;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.FrequentItemsSketch;

/// The values that occur most often, or how often they do.
record FrequentSketch(int count, boolean counts) implements ObjectAggregate.Saving<FrequentItemsSketch<Object>> {
    /// Values that a sketch counts for each one that is asked for.
    private static final int SPARE = 8;

    private static final int LEAST_ROOM = 4096;

    private static final Comparator<FrequentItemsSketch.Row<Object>> ORDER = Comparator.comparing(
                    (FrequentItemsSketch.Row<Object> row) -> -row.getEstimate())
            .thenComparing(row -> row.getItem(), FrequentSketch::compare);

    @Override
    public String name() {
        return (counts ? "topKCounts" : "topK") + count;
    }

    @Override
    public DataType resultType(List<DataType> inputs) {
        DataType type = inputs.getFirst();
        if (!type.integer() && !type.equals(DataType.UTF8)) {
            throw new ExpressionException("topK needs an integer or utf8, not " + type);
        }
        return DataType.listOf(counts || type.integer() ? DataType.INT64 : DataType.UTF8);
    }

    @Override
    public FrequentItemsSketch<Object> create() {
        int room = Math.max(LEAST_ROOM, Integer.highestOneBit(count * SPARE - 1) * 2);
        return new FrequentItemsSketch<>(room);
    }

    @Override
    public void accumulate(FrequentItemsSketch<Object> state, AggregateInputs inputs) {
        state.update(inputs.type(0).integer() ? (Object) inputs.int64(0) : inputs.utf8(0));
    }

    @Override
    public void combine(FrequentItemsSketch<Object> into, FrequentItemsSketch<Object> from) {
        into.merge(from);
    }

    @Override
    public Object result(FrequentItemsSketch<Object> state) {
        Stream<FrequentItemsSketch.Row<Object>> most = Arrays.stream(
                        state.getFrequentItems(0, ErrorType.NO_FALSE_NEGATIVES))
                .sorted(ORDER)
                .limit(count);
        return most.map(row -> counts ? (Object) row.getEstimate() : row.getItem())
                .toList();
    }

    @Override
    public byte[] write(FrequentItemsSketch<Object> state) {
        return state.toByteArray(new Items());
    }

    @Override
    public FrequentItemsSketch<Object> read(byte[] bytes) {
        return FrequentItemsSketch.getInstance(MemorySegment.ofArray(bytes), new Items());
    }

    private static int compare(Object a, Object b) {
        return a instanceof Long x && b instanceof Long y ? x.compareTo(y) : ((String) a).compareTo((String) b);
    }

    /// Numbers and texts as bytes: the length of each, a byte for its kind, then a number of 8 bytes or UTF-8.
    private static final class Items extends ArrayOfItemsSerDe<Object> {
        private static final byte NUMBER = 0;
        private static final byte TEXT = 1;
        private static final int HEADER_BYTES = Integer.BYTES + 1;

        @Override
        public byte[] serializeToByteArray(Object item) {
            byte[] value = item instanceof Long number
                    ? ByteBuffer.allocate(Long.BYTES).putLong(number).array()
                    : ((String) item).getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(HEADER_BYTES + value.length)
                    .putInt(value.length)
                    .put(item instanceof Long ? NUMBER : TEXT)
                    .put(value)
                    .array();
        }

        @Override
        public byte[] serializeToByteArray(Object[] items) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (Object item : items) {
                all.writeBytes(serializeToByteArray(item));
            }
            return all.toByteArray();
        }

        @Override
        public Object[] deserializeFromMemorySegment(MemorySegment segment, long from, int count) {
            Object[] items = new Object[count];
            long at = from;
            for (int i = 0; i < count; i++) {
                int bytes = sizeOf(segment, at);
                ByteBuffer item = segment.asSlice(at + Integer.BYTES, bytes - Integer.BYTES)
                        .asByteBuffer();
                items[i] = item.get() == NUMBER
                        ? (Object) item.getLong()
                        : StandardCharsets.UTF_8.decode(item).toString();
                at += bytes;
            }
            return items;
        }

        @Override
        public int sizeOf(Object item) {
            return serializeToByteArray(item).length;
        }

        @Override
        public int sizeOf(MemorySegment segment, long from, int count) {
            int bytes = 0;
            for (int i = 0; i < count; i++) {
                bytes += sizeOf(segment, from + bytes);
            }
            return bytes;
        }

        private static int sizeOf(MemorySegment segment, long at) {
            return HEADER_BYTES
                    + segment.asSlice(at, Integer.BYTES).asByteBuffer().getInt();
        }

        @Override
        public String toString(Object item) {
            return item.toString();
        }

        @Override
        public Class<Object> getClassOfT() {
            return Object.class;
        }
    }
}
