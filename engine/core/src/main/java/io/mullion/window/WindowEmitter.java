package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RowText;
import io.mullion.batch.RunningKernel;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Progress;
import io.mullion.codegen.ResultKernel;
import io.mullion.codegen.StateAddresses;
import io.mullion.io.DeadLetter;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.GroupTable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Turns the accumulator rows of a window into result batches and hands them on.
///
/// *Order*: groups in order of their ids. *Failure*: a result that cannot be stated (a sum out of int64) becomes a dead
/// letter; the others go on.
/// *Thread*: the worker. *Ownership*: its batch belongs to the job.
final class WindowEmitter {
    /// Before the key columns lie the bounds of the window.
    private static final int FIRST_KEY = 2;

    private final String name;
    private final RunningKernel<ResultKernel> result;
    private final Progress progress;
    private final GroupTable groups;
    private final int keyCount;
    private final Consumer<DeadLetter> deadLetters;
    private final Operator next;
    private final Batch batch;
    private final ColumnAddresses aggregates;
    private final OffHeapArray groupIds;
    private long start;
    private long end;

    WindowEmitter(
            WindowOperator.Spec spec,
            GroupTable groups,
            OperatorContext context,
            MemoryAccount account,
            Operator next) {
        this.name = spec.name();
        this.result =
                new RunningKernel<>("results of " + name, spec.accumulation().result(), context, account);
        this.progress = result.progress();
        this.groups = groups;
        this.keyCount = spec.keys() == null ? 0 : spec.keys().layout().columns().size();
        this.deadLetters = context.deadLetters();
        this.next = next;
        batch = context.batch(spec.schema(), account);
        groupIds = context.scope().own(new OffHeapArray(account, 4L * context.batchRows()));
        aggregates = columnsFrom(batch.writable(), FIRST_KEY + keyCount);
    }

    /// Emits all groups that have rows in the window [start, end).
    void emit(AccumulatorPages rows, long start, long end) {
        this.start = start;
        this.end = end;
        progress.start();
        batch.clear();
        long[] pages = rows.pages();
        for (int page = 0; page < pages.length; page++) {
            if (pages[page] != 0) {
                emitPage(pages[page], rows.rowsIn(page), page << StateAddresses.PAGE_SHIFT);
            }
        }
        handOn();
        next.flush();
    }

    private void emitPage(long page, int rows, int firstGroup) {
        int row = 0;
        while (row < rows) {
            result(page, row, rows, firstGroup);
            row = progress.next;
            switch (progress.status) {
                case DONE -> row = rows;
                case OUTPUT_FULL -> handOn();
                case ROW_FAILED -> {
                    reportFailure(firstGroup + row);
                    row++;
                }
            }
        }
    }

    private void result(long page, int fromRow, int toRow, int firstGroup) {
        try {
            result.kernel().result(page, fromRow, toRow, firstGroup, groupIds.address(), aggregates, progress);
        } catch (Exception | AssertionError e) {
            throw result.failed(e);
        }
    }

    /// Completes the rows that the kernel wrote and hands them on: at once, or, where their keys do not fit into the
    /// batch's data area together, in pieces.
    private void handOn() {
        int count = progress.outRows;
        ColumnAddresses columns = batch.writable();
        for (int row = 0; row < count; row++) {
            RawMemory.putLong(columns.address(0, ColumnAddresses.DATA) + 8L * row, start);
            RawMemory.putLong(columns.address(1, ColumnAddresses.DATA) + 8L * row, end);
        }
        int done = 0;
        while (done < count) {
            int piece = groups.writeKeys(groupIds.address() + 4L * done, count - done, columns, FIRST_KEY, done);
            next.process(batch.readableRows(done + piece), 0, done, done + piece);
            done += piece;
        }
        batch.clear();
        progress.outRows = 0;
    }

    private void reportFailure(int group) {
        handOn();
        RawMemory.putInt(groupIds.address(), group);
        groups.writeKeys(groupIds.address(), 1, batch.writable(), FIRST_KEY, 0);
        deadLetters.accept(
                new DeadLetter(name, progress.failure.text(), "window [" + start + ", " + end + ") of " + keyText()));
        batch.clear();
    }

    /// The key in the first row of the batch, in words.
    private String keyText() {
        if (keyCount == 0) {
            return "all rows";
        }
        return IntStream.range(FIRST_KEY, FIRST_KEY + keyCount)
                .mapToObj(column -> RowText.of(batch, column, 0))
                .collect(Collectors.joining(", "));
    }

    private static ColumnAddresses columnsFrom(ColumnAddresses all, int first) {
        ColumnAddresses columns = new ColumnAddresses(all.columnCount() - first);
        int from = ColumnAddresses.slot(first, 0);
        System.arraycopy(all.addresses, from, columns.addresses, 0, columns.addresses.length);
        System.arraycopy(all.limits, from, columns.limits, 0, columns.limits.length);
        columns.rowLimit = all.rowLimit;
        return columns;
    }
}
