package io.mullion.expr;

import java.util.List;
import java.util.function.LongBinaryOperator;

/// Integers reduced by a function. The state is the number of values and what became of them.
///
/// @param inverse takes a value out again, or null
record LongReduction(LongBinaryOperator function, LongBinaryOperator inverse) implements StateAggregate {
    private static final int COUNT = 0;
    private static final int VALUE = 1;

    @Override
    public String name() {
        return "reduceLong";
    }

    @Override
    public DataType resultType(List<DataType> inputs) {
        DataType type = inputs.getFirst();
        if (!type.integer()) {
            throw new ExpressionException("reduceLong needs an integer, not " + type);
        }
        return DataType.INT64;
    }

    @Override
    public int stateWords() {
        return 2;
    }

    @Override
    public void accumulate(AggregateState state, AggregateInputs inputs) {
        add(state, 1, inputs.int64(0));
    }

    @Override
    public void combine(AggregateState into, AggregateState from) {
        if (from.int64(COUNT) > 0) {
            add(into, from.int64(COUNT), from.int64(VALUE));
        }
    }

    private void add(AggregateState state, long count, long value) {
        long before = state.int64(COUNT);
        state.setInt64(COUNT, before + count);
        state.setInt64(VALUE, before == 0 ? value : function.applyAsLong(state.int64(VALUE), value));
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
            from.setInt64(VALUE, inverse.applyAsLong(from.int64(VALUE), what.int64(VALUE)));
        }
    }

    @Override
    public void result(AggregateState state, AggregateResult result) {
        if (state.int64(COUNT) > 0) {
            result.int64(state.int64(VALUE));
        }
    }
}
