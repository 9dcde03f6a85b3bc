package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.RowCopy;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.routine.RawMemory;
import io.mullion.state.RowCells;
import java.util.List;

/// Writes rows of a batch, each beside the record that it has met or beside nulls, into another batch, column by
/// column.
///
/// *Ownership*: borrows all. *Thread*: the worker.
final class TableOutput {
    private final JoinColumn[] columns;
    private final RowCells right;
    private final Batch batch;

    /// @param columns of the output; those that both sides have come from the left one
    /// @param right the cells of the records
    TableOutput(List<JoinColumn> columns, RowCells right, Batch batch) {
        this.columns = columns.toArray(JoinColumn[]::new);
        this.right = right;
        this.batch = batch;
    }

    /// The rows that were written last.
    Batch batch() {
        return batch;
    }

    /// Writes the rows at positions [from, to) of a selection.
    ///
    /// @param records address of int64 addresses of their records, 0 where there is none
    /// @return how many were written: fewer if the text of more does not fit, but at least one
    int write(Batch source, long selection, int from, int to, long records) {
        batch.clear();
        ColumnAddresses out = batch.writable();
        int count = Math.min(to - from, batch.capacity());
        for (int column = 0; column < columns.length; column++) {
            if (!ofRight(column)) {
                count = RowCopy.fitting(source, columns[column].left(), selection, from, count, batch, column, 0);
            } else if (right.variableSize(columns[column].right())) {
                count = right.readOffsets(columns[column].right(), records, count, out, column);
            }
        }
        for (int column = 0; column < columns.length; column++) {
            if (ofRight(column)) {
                writeRight(column, records, count, out);
            } else {
                RowCopy.append(source, columns[column].left(), selection, from, count, batch, column, 0);
            }
        }
        batch.readableRows(count);
        return count;
    }

    private boolean ofRight(int column) {
        return columns[column].from() == JoinColumn.From.RIGHT;
    }

    private void writeRight(int column, long records, int count, ColumnAddresses out) {
        if (batch.schema().field(column).nullable()) {
            RawMemory.fill(out.address(column, ColumnAddresses.VALIDITY), count + 7 >> 3, (byte) 0);
        }
        int from = columns[column].right();
        if (right.variableSize(from)) {
            right.readBytes(from, records, count, out, column);
        } else {
            right.read(from, records, count, out, column);
        }
    }
}
