package io.mullion.sketches;

import io.mullion.expr.AggregateInputs;
import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.ObjectAggregate;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.kll.KllLongsSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/// A quantile.
///
/// @param share from 0 to 1
record QuantileSketch(double share) implements ObjectAggregate.Saving<QuantileSketch.State> {
    private static final int LONGS = 0;
    private static final int DOUBLES = 1;

    /// One of them, once there is a value.
    static final class State {
        private KllLongsSketch longs;
        private KllDoublesSketch doubles;

        private KllLongsSketch longs() {
            if (longs == null) {
                longs = KllLongsSketch.newHeapInstance();
            }
            return longs;
        }

        private KllDoublesSketch doubles() {
            if (doubles == null) {
                doubles = KllDoublesSketch.newHeapInstance();
            }
            return doubles;
        }
    }

    @Override
    public String name() {
        return "approxQuantile" + share;
    }

    @Override
    public DataType resultType(List<DataType> inputs) {
        DataType type = inputs.getFirst();
        if (type.integer()) {
            return DataType.INT64;
        }
        if (type.floating()) {
            return DataType.FLOAT64;
        }
        throw new ExpressionException("a quantile needs an integer or a floating-point number, not " + type);
    }

    @Override
    public State create() {
        return new State();
    }

    @Override
    public void accumulate(State state, AggregateInputs inputs) {
        if (inputs.type(0).floating()) {
            // A sketch skips NaN.
            state.doubles().update(inputs.float64(0));
        } else {
            state.longs().update(inputs.int64(0));
        }
    }

    @Override
    public void combine(State into, State from) {
        if (from.longs != null) {
            into.longs().merge(from.longs);
        }
        if (from.doubles != null) {
            into.doubles().merge(from.doubles);
        }
    }

    @Override
    public Object result(State state) {
        if (state.longs != null) {
            return state.longs.getQuantile(share, QuantileSearchCriteria.INCLUSIVE);
        }
        return state.doubles == null || state.doubles.isEmpty()
                ? null
                : (Object) state.doubles.getQuantile(share, QuantileSearchCriteria.INCLUSIVE);
    }

    /// The kind of values, and their sketch; nothing where there was no value.
    @Override
    public byte[] write(State state) {
        if (state.longs == null && state.doubles == null) {
            return new byte[0];
        }
        byte[] sketch = state.longs != null ? state.longs.toByteArray() : state.doubles.toByteArray();
        byte[] bytes = new byte[sketch.length + 1];
        bytes[0] = (byte) (state.longs != null ? LONGS : DOUBLES);
        System.arraycopy(sketch, 0, bytes, 1, sketch.length);
        return bytes;
    }

    @Override
    public State read(byte[] bytes) {
        State state = new State();
        if (bytes.length > 0) {
            MemorySegment sketch = MemorySegment.ofArray(Arrays.copyOfRange(bytes, 1, bytes.length));
            if (bytes[0] == LONGS) {
                state.longs = KllLongsSketch.heapify(sketch);
            } else {
                state.doubles = KllDoublesSketch.heapify(sketch);
            }
        }
        return state;
    }
}
