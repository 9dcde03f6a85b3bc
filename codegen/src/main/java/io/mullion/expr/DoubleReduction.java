package io.mullion.expr;

import java.util.List;
import java.util.function.DoubleBinaryOperator;

/// Floating-point numbers reduced by a function. The state is the number of values and what became of them.
///
/// @param inverse takes a value out again, or null
record DoubleReduction(DoubleBinaryOperator function, DoubleBinaryOperator inverse) implements StateAggregate {
    private static final int COUNT = 0;
    private static final int VALUE = 1;

    @Override
    public String name() {
        return "reduceDouble";
    }

    @Override
    public DataType resultType(List<DataType> inputs) {
        DataType type = inputs.getFirst();
        if (!type.floating()) {
            throw new ExpressionException("reduceDouble needs float64 or float32, not " + type);
        }
        return DataType.FLOAT64;
    }

    @Override
    public int stateWords() {
        return 2;
    }

    @Override
    public void accumulate(AggregateState state, AggregateInputs inputs) {
        add(state, 1, inputs.float64(0));
    }

    @Override
    public void combine(AggregateState into, AggregateState from) {
        if (from.int64(COUNT) > 0) {
            add(into, from.int64(COUNT), from.float64(VALUE));
        }
    }

    private void add(AggregateState state, long count, double value) {
        long before = state.int64(COUNT);
        state.setInt64(COUNT, before + count);
        state.setFloat64(VALUE, before == 0 ? value : function.applyAsDouble(state.float64(VALUE), value));
    }

    @Override
    public boolean retractable() {
        return inverse != null;
    }

    @Override
    public void retract(AggregateState from, AggregateState what) {
        long count = what.int64(COUNT);
        if (count == 0) {
            return;
        }
        long left = from.int64(COUNT) - count;
        if (left == 0) {
            from.clear();
        } else {
            from.setInt64(COUNT, left);
            from.setFloat64(VALUE, inverse.applyAsDouble(from.float64(VALUE), what.float64(VALUE)));
        }
    }

    @Override
    public void result(AggregateState state, AggregateResult result) {
        if (state.int64(COUNT) > 0) {
            result.float64(state.float64(VALUE));
        }
    }
}
