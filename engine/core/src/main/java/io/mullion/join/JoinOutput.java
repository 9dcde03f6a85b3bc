package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.state.RowCells;
import io.mullion.state.RowStore;
import io.mullion.window.WindowGrid;

/// Writes rows that have met, or that met none, into a batch: column by column, from the records of both sides.
///
/// *Ownership*: borrows stores and batch. *Thread*: the worker.
final class JoinOutput {
    private final JoinColumn[] columns;
    private final Schema schema;
    private final RowCells left;
    private final RowCells right;
    /// Null where there are no windows.
    private final WindowGrid grid;

    private final Batch batch;

    JoinOutput(JoinColumn[] columns, RowCells left, RowCells right, WindowGrid grid, Batch batch) {
        this.columns = columns;
        this.schema = batch.schema();
        this.left = left;
        this.right = right;
        this.grid = grid;
        this.batch = batch;
    }

    /// Rows it takes at once.
    int capacity() {
        return batch.capacity();
    }

    /// The rows that were written last.
    Batch batch() {
        return batch;
    }

    /// Writes rows.
    ///
    /// @param lefts address of int64 addresses of left records, 0 where there is none
    /// @param rights the same of right records
    /// @return how many were written: fewer than `count` if the text of more does not fit, but at least one
    int write(long lefts, long rights, int count) {
        batch.clear();
        ColumnAddresses out = batch.writable();
        int rows = fitting(lefts, rights, count, out);
        for (int column = 0; column < columns.length; column++) {
            if (schema.field(column).nullable()) {
                RawMemory.fill(out.address(column, ColumnAddresses.VALIDITY), rows + 7 >> 3, (byte) 0);
            }
            write(column, lefts, rights, rows, out);
        }
        batch.readableRows(rows);
        return rows;
    }

    private void write(int column, long lefts, long rights, int rows, ColumnAddresses out) {
        JoinColumn from = columns[column];
        switch (from.from()) {
            case LEFT -> {
                if (left.variableSize(from.left())) {
                    bytes(column, lefts, rights, rows, out);
                } else {
                    left.read(from.left(), lefts, rows, out, column);
                }
            }
            case RIGHT -> {
                if (right.variableSize(from.right())) {
                    bytes(column, lefts, rights, rows, out);
                } else {
                    right.read(from.right(), rights, rows, out, column);
                }
            }
            case EITHER -> {
                if (left.variableSize(from.left())) {
                    bytes(column, lefts, rights, rows, out);
                } else {
                    right.read(from.right(), rights, rows, out, column);
                    left.read(from.left(), lefts, rows, out, column);
                }
            }
            case WINDOW_START, WINDOW_END -> bounds(column, lefts, rights, rows, out);
        }
    }

    private void bytes(int column, long lefts, long rights, int rows, ColumnAddresses out) {
        long data = out.address(column, ColumnAddresses.DATA);
        long offsets = out.address(column, ColumnAddresses.OFFSETS);
        int end = 0;
        for (int i = 0; i < rows; i++) {
            int length = length(column, lefts, rights, i);
            if (length > 0) {
                RawMemory.copy(address(column, lefts, rights, i), data + end, length);
                end += length;
            }
            RawMemory.putInt(offsets + 4L * i + 4, end);
        }
        if (schema.field(column).nullable()) {
            JoinColumn from = columns[column];
            if (from.right() >= 0) {
                right.readValidity(from.right(), rights, rows, out, column);
            }
            if (from.left() >= 0) {
                left.readValidity(from.left(), lefts, rows, out, column);
            }
        }
    }

    private int length(int column, long lefts, long rights, int row) {
        JoinColumn from = columns[column];
        long record = from.left() >= 0 ? record(lefts, row) : 0;
        if (record != 0) {
            return left.bytesLength(record, from.left());
        }
        record = from.right() >= 0 ? record(rights, row) : 0;
        return record == 0 ? 0 : right.bytesLength(record, from.right());
    }

    private long address(int column, long lefts, long rights, int row) {
        JoinColumn from = columns[column];
        long record = from.left() >= 0 ? record(lefts, row) : 0;
        return record != 0
                ? left.bytesAddress(record, from.left())
                : right.bytesAddress(record(rights, row), from.right());
    }

    /// How many rows there is room for.
    private int fitting(long lefts, long rights, int count, ColumnAddresses out) {
        int rows = Math.min(count, capacity());
        for (int column = 0; column < columns.length; column++) {
            if (!schema.field(column).type().fixedWidth()) {
                long room = out.limit(column, ColumnAddresses.DATA);
                for (int i = 0; i < rows; i++) {
                    room -= length(column, lefts, rights, i);
                    if (room < 0) {
                        rows = i;
                    }
                }
            }
        }
        return rows;
    }

    private void bounds(int column, long lefts, long rights, int rows, ColumnAddresses out) {
        boolean start = columns[column].from() == JoinColumn.From.WINDOW_START;
        long data = out.address(column, ColumnAddresses.DATA);
        for (int i = 0; i < rows; i++) {
            long record = record(lefts, i) != 0 ? record(lefts, i) : record(rights, i);
            // Of the windows that the last pane of a window is in, that one is the first to end.
            long last = RawMemory.getLong(record + RowStore.TIME);
            RawMemory.putLong(
                    data + 8L * i, start ? grid.windowStart(grid.firstWindowOf(grid.paneOf(last))) : last + 1);
        }
    }

    private static long record(long records, int index) {
        return RawMemory.getLong(records + 8L * index);
    }
}
