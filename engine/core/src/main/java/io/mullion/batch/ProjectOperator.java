package io.mullion.batch;

import io.mullion.codegen.FlatMapKernel;
import io.mullion.expr.Schema;

/// Computes new columns into a batch of its own and hands that on, as often as it fills. Serves `select` (one row out
/// for one in) and `flatMap`.
public final class ProjectOperator extends StatelessOperator {
    private final FlatMapKernel kernel;
    private final Batch output;

    /// @param kernel writes any number of rows for each; a projection, which writes one, is `ProjectKernel::project`
    public ProjectOperator(String name, FlatMapKernel kernel, Schema schema, OperatorContext context, Operator next) {
        super(name, context, next);
        this.kernel = kernel;
        this.output = context.batch(schema, context.account(name));
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        progress.start();
        for (int position = from; position < to; position = afterFailure(batch, active)) {
            output.clear();
            int written = kernel.flatMap(batch.readable(), active, position, to, output.writable(), progress);
            if (written > 0) {
                next.process(output.readableRows(written), 0, 0, written);
            }
        }
    }
}
