package io.mullion.batch;

import io.mullion.codegen.Compiled;
import io.mullion.codegen.FlatMapKernel;
import io.mullion.codegen.ProjectKernel;
import io.mullion.expr.Schema;

/// Computes new columns into a batch of its own and hands that on, as often as it fills. Serves `select` (one row out
/// for one in) and `flatMap`.
///
/// Who asks what time was before one of its rows is told what it was before the row that this was computed from. Where
/// that cannot be told from the number of a row, rows go by stretches before which time was the same.
public final class ProjectOperator extends StatelessOperator {
    private final RunningKernel<FlatMapKernel> project;
    private final Batch output;
    /// Whether there is a row out for each one in.
    private final boolean oneForOne;
    /// What is told to who asks; null if nobody does.
    private RowWatermarks before;
    /// The rows at hand: row i of the output is that of position `first` + i, where there is one for each.
    private long active;

    private int first;
    /// Else what time was before all of them.
    private long now;

    private ProjectOperator(
            String name,
            FlatMapKernel kernel,
            Compiled<?> compiled,
            boolean oneForOne,
            Schema schema,
            OperatorContext context,
            Operator next) {
        super(name, context, next);
        this.project = new RunningKernel<>(name, kernel, compiled, context, account);
        this.oneForOne = oneForOne;
        this.output = context.batch(schema, account);
    }

    /// Any number of rows for each.
    public static ProjectOperator flatMap(
            String name, Compiled<FlatMapKernel> kernel, Schema schema, OperatorContext context, Operator next) {
        return new ProjectOperator(name, kernel.kernel(), kernel, false, schema, context, next);
    }

    /// One row for each.
    public static ProjectOperator select(
            String name, Compiled<ProjectKernel> kernel, Schema schema, OperatorContext context, Operator next) {
        return new ProjectOperator(name, kernel.kernel()::project, kernel, true, schema, context, next);
    }

    /// One row for each of those that the kernel passes.
    public static ProjectOperator filter(
            String name, Compiled<ProjectKernel> kernel, Schema schema, OperatorContext context, Operator next) {
        return new ProjectOperator(name, kernel.kernel()::project, kernel, false, schema, context, next);
    }

    @Override
    public boolean asks(RowWatermarks before) {
        boolean asked = next.asks(this::before);
        this.before = asked ? before : null;
        return asked;
    }

    private long before(int row) {
        return oneForOne ? before.before(Selection.row(active, first + row)) : now;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        if (before == null || oneForOne) {
            handOn(batch, active, from, to);
        } else {
            stretches(batch, active, from, to);
        }
    }

    private void stretches(Batch batch, long active, int from, int to) {
        long following = before.before(Selection.row(active, from));
        int end = from;
        while (end < to) {
            int start = end;
            long same = following;
            while (following == same && ++end < to) {
                following = before.before(Selection.row(active, end));
            }
            now = same;
            handOn(batch, active, start, end);
        }
    }

    private void handOn(Batch batch, long active, int from, int to) {
        this.active = active;
        project.progress().start();
        for (int position = from; position < to; position = afterFailure(project.progress(), batch, active)) {
            first = position;
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
