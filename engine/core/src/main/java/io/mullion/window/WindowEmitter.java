package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.BatchRows;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RowText;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Turn;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Progress;
import io.mullion.codegen.ResultKernel;
import io.mullion.codegen.StateAddresses;
import io.mullion.io.CellText;
import io.mullion.io.DeadLetter;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.state.GroupTable;
import io.mullion.state.VariableStates;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Turns the accumulator rows of a window into result batches and hands them on.
///
/// *Order*: groups in order of their ids. *Failure*: a result that cannot be stated (a sum out of int64) becomes a dead
/// letter; the others go on.
/// *Thread*: the worker. *Ownership*: its batch belongs to the job.
final class WindowEmitter {
    /// Start, end and revision of a row that has a window of its own.
    static final long BOUNDS_BYTES = 24;

    /// The revision of results before the end of their window.
    static final int EARLY = -1;

    private final String name;
    private final RunningKernel<ResultKernel> result;
    private final Progress progress;
    private final GroupTable groups;
    /// Before the key columns lie the bounds of the window, two columns or none.
    private final int firstKey;

    private final int keyCount;
    /// Number of the column that says which result of its window a row is, or -1.
    private final int revisionColumn;

    private final Consumer<DeadLetter> deadLetters;
    private final Operator next;
    private final Batch batch;
    private final ColumnAddresses aggregates;
    private final OffHeapArray groupIds;
    /// Writes the results of states of any size; null if there are none.
    private final VariableResults variable;

    private final Turn turn;

    private WindowRows rows;
    /// The next one to emit.
    private int page;

    /// Address of start, end and revision by row number, or 0 where all rows have the same.
    private long bounds;

    /// Rows of the batch that have the bounds of the window, where all have the same.
    private int boundedRows;

    private long start;
    private long end;
    private int revision;

    /// @param states of the rows that are emitted; not asked where there are none
    WindowEmitter(
            Aggregation aggregation,
            GroupTable groups,
            RowStates states,
            OperatorContext context,
            MemoryAccount account,
            Operator next) {
        this.name = aggregation.name();
        this.result = new RunningKernel<>(
                "results of " + name, aggregation.accumulation().result(), context, account);
        this.progress = result.progress();
        this.groups = groups;
        this.firstKey = aggregation.boundColumns();
        this.keyCount = aggregation.keys() == null
                ? 0
                : aggregation.keys().layout().columns().size();
        this.revisionColumn = aggregation.revisionColumn();
        this.deadLetters = context.deadLetters();
        this.turn = context.turn();
        this.next = next;
        batch = context.batch(aggregation.schema(), account);
        groupIds = context.scope().own(new OffHeapArray(account, 4L * context.batchRows()));
        aggregates = columnsFrom(batch.writable(), firstKey + keyCount);
        int firstVariable =
                firstKey + keyCount + aggregation.accumulation().results().size();
        VariableStates scratch = aggregation.states(account);
        variable = scratch == null
                ? null
                : context.scope()
                        .own(new VariableResults(scratch, states, firstVariable, context.batchRows(), account));
    }

    /// Rows have another form from now on.
    void use(Accumulation accumulation) {
        result.use(accumulation.result());
    }

    /// The states of any size that belong to the rows of a window.
    interface RowStates {
        /// Adds those of a row to slot 0, which is empty.
        void collect(int row, VariableStates into);
    }

    /// Emits all groups that have rows in the window [start, end).
    void emit(WindowRows rows, long start, long end, int revision) {
        begin(rows, start, end, revision);
        while (page < rows.pageCount()) {
            emitPage();
        }
        finish();
    }

    /// The same, but it is [#resume] that does it, as turns allow. The rows stay as they are until it is done.
    void begin(WindowRows rows, long start, long end, int revision) {
        this.start = start;
        this.end = end;
        this.revision = revision;
        begin(rows, 0);
    }

    /// @return whether all has been emitted; else the turn is spent
    boolean resume() {
        while (page < rows.pageCount()) {
            if (turn.spent()) {
                return false;
            }
            emitPage();
        }
        finish();
        return true;
    }

    /// Emits rows each of which has a window of its own.
    ///
    /// @param bounds address of start and end of its window and the number of the result, three int64, by row number
    void emitEach(WindowRows rows, long bounds) {
        begin(rows, bounds);
        while (page < rows.pageCount()) {
            emitPage();
        }
        finish();
    }

    /// Of the rows that are emitted, at most.
    long groups() {
        return (long) page << StateAddresses.PAGE_SHIFT;
    }

    private void begin(WindowRows rows, long bounds) {
        this.rows = rows;
        this.bounds = bounds;
        page = 0;
        boundedRows = 0;
        progress.start();
        batch.clear();
    }

    private void emitPage() {
        long address = rows.page(page);
        if (address != 0) {
            int count = rows.rowsIn(page);
            emitPage(address, count, page << StateAddresses.PAGE_SHIFT);
            turn.spend(count);
        }
        page++;
    }

    private void finish() {
        handOn();
        next.flush();
    }

    private void emitPage(long page, int rowCount, int firstRow) {
        int row = 0;
        while (row < rowCount) {
            result(page, row, rowCount, firstRow);
            row = progress.next;
            switch (progress.status) {
                case DONE -> row = rowCount;
                case OUTPUT_FULL -> handOn();
                case ROW_FAILED -> {
                    reportFailure(firstRow + row);
                    row++;
                }
            }
        }
    }

    private void result(long page, int fromRow, int toRow, int firstRow) {
        try {
            result.kernel().result(page, fromRow, toRow, firstRow, groupIds.address(), aggregates, progress);
        } catch (Exception | AssertionError e) {
            throw result.failed(e);
        }
    }

    /// Completes the rows that the kernel wrote and hands them on: at once, or, where their keys do not fit into the
    /// batch's data area together, in pieces.
    private void handOn() {
        int count = progress.outRows;
        if (firstKey > 0 || revisionColumn >= 0) {
            writeBounds(count);
        }
        if (variable != null) {
            variable.use(groupIds.address(), count);
        }
        toGroups(count);
        int done = 0;
        while (done < count) {
            int piece =
                    groups.writeKeys(groupIds.address() + 4L * done, count - done, batch.writable(), firstKey, done);
            if (variable != null) {
                piece = variable.write(batch.writable(), done, piece);
                if (piece == 0) {
                    report(variable.failure(), done);
                    done++;
                    continue;
                }
            }
            next.process(batch.readableRows(done + piece), 0, done, done + piece);
            done += piece;
        }
        batch.clear();
        progress.outRows = 0;
    }

    private void writeBounds(int count) {
        ColumnAddresses columns = batch.writable();
        // Where all rows have the same, it stays for the next batch.
        int first = bounds != 0 ? 0 : boundedRows;
        boundedRows = Math.max(first, count);
        for (int row = first; row < count; row++) {
            if (bounds != 0) {
                useBounds(RawMemory.getInt(groupIds.address() + 4L * row));
            }
            if (firstKey > 0) {
                RawMemory.putLong(columns.address(0, ColumnAddresses.DATA) + 8L * row, start);
                RawMemory.putLong(columns.address(1, ColumnAddresses.DATA) + 8L * row, end);
            }
            if (revisionColumn >= 0) {
                RawMemory.putInt(columns.address(revisionColumn, ColumnAddresses.DATA) + 4L * row, revision);
            }
        }
    }

    private void useBounds(int row) {
        long of = bounds + BOUNDS_BYTES * row;
        start = RawMemory.getLong(of);
        end = RawMemory.getLong(of + 8);
        revision = (int) RawMemory.getLong(of + 16);
    }

    /// Turns the row numbers that the kernel wrote into group ids.
    private void toGroups(int count) {
        long of = rows.groups();
        if (of != 0) {
            for (long at = groupIds.address(), last = at + 4L * count; at < last; at += 4) {
                RawMemory.putInt(at, RawMemory.getInt(of + 4L * RawMemory.getInt(at)));
            }
        }
    }

    private void reportFailure(int row) {
        handOn();
        if (bounds != 0) {
            useBounds(row);
        }
        RawMemory.putInt(groupIds.address(), row);
        toGroups(1);
        groups.writeKeys(groupIds.address(), 1, batch.writable(), firstKey, 0);
        if (firstKey > 0) {
            RawMemory.putLong(batch.writable().address(0, ColumnAddresses.DATA), start);
            RawMemory.putLong(batch.writable().address(1, ColumnAddresses.DATA), end);
        }
        report(progress.failure, 0);
        batch.clear();
    }

    /// The result of a row of the batch, which has its window and its key, becomes a dead letter.
    private void report(Failure failure, int row) {
        deadLetters.accept(new DeadLetter(name, failure.text(), windowText(row) + keyText(row)));
    }

    /// The window in words: of time as ISO-8601.
    private String windowText(int row) {
        if (firstKey == 0) {
            return "";
        }
        BatchRows shown = new BatchRows(batch.schema()).show(batch, row, row + 1);
        return "window [" + CellText.of(shown, 0, 0, "null") + ", " + CellText.of(shown, 1, 0, "null") + ") of ";
    }

    private String keyText(int row) {
        if (keyCount == 0) {
            return "all rows";
        }
        return IntStream.range(firstKey, firstKey + keyCount)
                .mapToObj(column -> RowText.of(batch, column, row))
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
