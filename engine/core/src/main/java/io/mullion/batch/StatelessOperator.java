package io.mullion.batch;

import io.mullion.codegen.Progress;
import io.mullion.io.DeadLetter;
import io.mullion.memory.MemoryAccount;
import java.util.function.Consumer;

/// What operators without state have in common: time passes through them, and rows that cannot be computed become dead
/// letters.
abstract class StatelessOperator implements PassingOperator {
    protected final Operator next;
    protected final MemoryAccount account;
    private final String name;
    private final Consumer<DeadLetter> deadLetters;

    StatelessOperator(String name, OperatorContext context, Operator next) {
        this.name = name;
        this.deadLetters = context.deadLetters();
        this.account = context.account(name);
        this.next = next;
    }

    /// If the kernel stopped at a bad row, reports it and returns the position after it; else returns where the kernel
    /// stopped.
    protected final int afterFailure(Progress progress, Batch batch, long active) {
        if (progress.status != Progress.Status.ROW_FAILED) {
            return progress.next;
        }
        int row = Selection.row(active, progress.next);
        deadLetters.accept(new DeadLetter(name, progress.failure.text(), RowText.of(batch, row)));
        progress.resumeOffset = 0;
        return progress.next + 1;
    }

    @Override
    public Operator next() {
        return next;
    }
}
