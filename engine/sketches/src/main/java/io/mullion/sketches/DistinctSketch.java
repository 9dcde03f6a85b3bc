package io.mullion.sketches;

import io.mullion.expr.AggregateInputs;
import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.ObjectAggregate;
import java.util.List;
import org.apache.datasketches.hll.HllUnion;

/// Counts different values.
///
/// @param logOfCounters of which a sketch has as many as a power of two
record DistinctSketch(int logOfCounters) implements ObjectAggregate.Saving<HllUnion> {
    /// For an empty text, which a sketch does not take.
    private static final byte[] EMPTY = {0, 'e', 'm', 'p', 't', 'y', 0};

    @Override
    public String name() {
        return "approxCountDistinct";
    }

    @Override
    public DataType resultType(List<DataType> inputs) {
        return switch (inputs.getFirst()) {
            case DataType.Bool _, DataType.Decimal _, DataType.ListOf _ ->
                throw new ExpressionException(name() + " does not take " + inputs.getFirst());
            default -> DataType.INT64;
        };
    }

    @Override
    public HllUnion create() {
        return new HllUnion(logOfCounters);
    }

    @Override
    public void accumulate(HllUnion state, AggregateInputs inputs) {
        switch (inputs.type(0)) {
            case DataType.Float32 _, DataType.Float64 _ -> state.update(inputs.float64(0));
            case DataType.Utf8 _, DataType.Binary _ -> {
                byte[] bytes = inputs.bytes(0);
                state.update(bytes.length == 0 ? EMPTY : bytes);
            }
            default -> state.update(inputs.int64(0));
        }
    }

    @Override
    public void combine(HllUnion into, HllUnion from) {
        into.update(from.getResult());
    }

    @Override
    public Object result(HllUnion state) {
        return Math.round(state.getEstimate());
    }

    @Override
    public byte[] write(HllUnion state) {
        return state.toCompactByteArray();
    }

    @Override
    public HllUnion read(byte[] bytes) {
        return HllUnion.heapify(bytes);
    }
}
