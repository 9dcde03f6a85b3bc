package io.mullion.batch;

import io.mullion.codegen.Compiled;
import io.mullion.codegen.FlatMapKernel;
import io.mullion.codegen.ProjectKernel;
import io.mullion.expr.Schema;

/// Computes new columns into a batch of its own and hands that on, as often as it fills. Serves `select` (one row out
/// for one in) and `flatMap`.
public final class ProjectOperator extends StatelessOperator {
    private final RunningKernel<FlatMapKernel> project;
    private final Batch output;

    private ProjectOperator(
            String name,
            FlatMapKernel kernel,
            Compiled<?> compiled,
            Schema schema,
            OperatorContext context,
            Operator next) {
        super(name, context, next);
        this.project = new RunningKernel<>(name, kernel, compiled, context, account);
        this.output = context.batch(schema, account);
    }

    /// Any number of rows for each.
    public static ProjectOperator flatMap(
            String name, Compiled<FlatMapKernel> kernel, Schema schema, OperatorContext context, Operator next) {
        return new ProjectOperator(name, kernel.kernel(), kernel, schema, context, next);
    }

    /// One row for each.
    public static ProjectOperator select(
            String name, Compiled<ProjectKernel> kernel, Schema schema, OperatorContext context, Operator next) {
        return new ProjectOperator(name, kernel.kernel()::project, kernel, schema, context, next);
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        project.progress().start();
        for (int position = from; position < to; position = afterFailure(project.progress(), batch, active)) {
            output.clear();
            int written = project(batch, active, position, to);
            if (written > 0) {
                next.process(output.readableRows(written), 0, 0, written);
            }
        }
    }

    private int project(Batch batch, long active, int from, int to) {
        try {
            return project.on(batch).flatMap(batch.readable(), active, from, to, output.writable(), project.progress());
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw project.failed(e, batch);
        }
    }
}
