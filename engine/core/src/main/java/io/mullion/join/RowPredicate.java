package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RowText;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.Progress;
import io.mullion.io.DeadLetter;
import io.mullion.memory.MemoryAccount;

/// A predicate of a join; a row for which it cannot be computed is a dead letter. *Thread*: the worker.
final class RowPredicate {
    private final String name;
    private final OperatorContext context;
    private final RunningKernel<FilterKernel> kernel;

    /// @param name of what it is the predicate of
    RowPredicate(String name, Compiled<FilterKernel> compiled, OperatorContext context, MemoryAccount account) {
        this.name = name;
        this.context = context;
        kernel = new RunningKernel<>("predicate of " + name, compiled, context, account);
    }

    /// Writes the numbers of the rows that pass to `out`, of the first `count` of a selection, or, if that is 0, of the
    /// batch.
    ///
    /// @return how many passed
    int select(Batch batch, long selection, int count, long out) {
        int passed = 0;
        Progress progress = kernel.progress().start();
        for (int position = 0; position < count; ) {
            try {
                passed += kernel.on(batch)
                        .filter(batch.readable(), selection, position, count, out + 4L * passed, progress);
            } catch (Exception | AssertionError | StackOverflowError e) {
                throw kernel.failed(e, batch);
            }
            position = progress.next;
            if (progress.status == Progress.Status.ROW_FAILED) {
                String row = RowText.of(batch, Selection.row(selection, position));
                context.deadLetters().accept(new DeadLetter(name, progress.failure.text(), row));
                position++;
            }
        }
        return passed;
    }
}
