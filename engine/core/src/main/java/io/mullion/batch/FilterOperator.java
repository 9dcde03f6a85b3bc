package io.mullion.batch;

import io.mullion.codegen.FilterKernel;

/// Hands on the rows for which a predicate is true, as a selection over the same batch.
public final class FilterOperator extends StatelessOperator {
    private final FilterKernel kernel;
    private final Selection passed;

    public FilterOperator(String name, FilterKernel kernel, OperatorContext context, Operator next) {
        super(name, context, next);
        this.kernel = kernel;
        this.passed = context.scope().own(new Selection(context.account(name), context.batchRows()));
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        long out = passed.address(to - from);
        int count = 0;
        progress.start();
        for (int position = from; position < to; position = afterFailure(batch, active)) {
            count += kernel.filter(batch.readable(), active, position, to, out + 4L * count, progress);
        }
        if (count > 0) {
            next.process(batch, out, 0, count);
        }
    }
}
