package io.mullion.batch;

import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;

/// Hands on the rows for which a predicate is true, as a selection over the same batch.
public final class FilterOperator extends StatelessOperator {
    private final RunningKernel<FilterKernel> filter;
    private final Selection passed;

    public FilterOperator(String name, Compiled<FilterKernel> filter, OperatorContext context, Operator next) {
        super(name, context, next);
        this.filter = new RunningKernel<>(name, filter, context, account);
        this.passed = context.scope().own(new Selection(account, context.batchRows()));
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        long out = passed.address(to - from);
        int count = 0;
        filter.progress().start();
        for (int position = from; position < to; position = afterFailure(filter.progress(), batch, active)) {
            count += filter(batch, active, position, to, out + 4L * count);
        }
        if (count > 0) {
            next.process(batch, out, 0, count);
        }
    }

    /// Its rows are numbered as before.
    @Override
    public boolean asks(RowWatermarks before) {
        return next.asks(before);
    }

    private int filter(Batch batch, long active, int from, int to, long out) {
        try {
            return filter.on(batch).filter(batch.readable(), active, from, to, out, filter.progress());
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw filter.failed(e, batch);
        }
    }
}
