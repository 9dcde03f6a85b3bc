package io.mullion.sketches;

import io.mullion.expr.AggregateInputs;
import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.ObjectAggregate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.FrequentItemsSketch;

/// The values that occur most often, or how often they do.
record FrequentSketch(int count, boolean counts) implements ObjectAggregate<FrequentItemsSketch<Object>> {
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

    private static int compare(Object a, Object b) {
        return a instanceof Long x && b instanceof Long y ? x.compareTo(y) : ((String) a).compareTo((String) b);
    }
}
