package io.mullion.state;

import io.mullion.batch.Bitmap;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordEncoder;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.Failure;

/// States that are records, reduced by a function of the user's: the column with them. It also writes the first
/// component of a result, and has the others for [ComponentStates].
final class RecordStates extends ObjectStates {
    private final RecordReduction<?> reduction;
    private final MemoryAccount account;
    private final ColumnValues[] values;
    /// A row, as a record is read from it; null until there is one.
    private StateCells row;

    private ColumnAddresses in;
    /// A result; null until there is one.
    private StateCells made;

    RecordStates(
            VariableAggregate aggregate,
            RecordReduction<?> reduction,
            Schema rows,
            StateArena arena,
            MemoryAccount account) {
        super(aggregate, rows, arena, account);
        this.reduction = reduction;
        this.account = account;
        values = reduction.rows().fields().stream()
                .map(field -> new ColumnValues(rows.indexOf(field.name()), field, false, account))
                .toArray(ColumnValues[]::new);
    }

    RecordReduction<?> reduction() {
        return reduction;
    }

    @Override
    void use(ColumnAddresses in) {
        super.use(in);
        this.in = in;
        for (ColumnValues column : values) {
            column.use(in);
        }
        if (row == null) {
            row = new StateCells(reduction.rows(), account);
        }
    }

    /// Every row counts.
    @Override
    boolean takesNull(int row) {
        return true;
    }

    @Override
    void take(long cell, int number) {
        in.currentRow = number;
        for (int column = 0; column < values.length; column++) {
            if (values[column].isNull(number)) {
                row.setNull(column);
            } else {
                values[column].find(number);
                row.take(column, values[column].address(), values[column].length());
            }
        }
        accumulate(cell, row);
    }

    @Override
    Failure result(long cell) {
        if (made == null) {
            made = new StateCells(reduction.made(), account);
        }
        encode(reduction.encoder(), resultOf(cell));
        return made.takeRefusal() == null ? null : Failure.OUT_OF_RANGE;
    }

    @SuppressWarnings("unchecked") // the records are those of the reduction
    private <T> void encode(RecordEncoder<T> encoder, Object record) {
        encoder.encode((T) record, made);
    }

    @Override
    int resultBytes() {
        return bytesOf(result.name());
    }

    @Override
    void write(ColumnAddresses out, int column, int row, int end) {
        writeComponent(result.name(), out, column, row, end);
    }

    int bytesOf(String component) {
        int column = reduction.made().indexOf(component);
        return reduction.made().field(column).type().fixedWidth() || made.isNull(column) ? 0 : made.bytesLength(column);
    }

    void writeComponent(String component, ColumnAddresses out, int column, int row, int end) {
        int from = reduction.made().indexOf(component);
        if (made.isNull(from)) {
            writeNull(out, column, row);
            return;
        }
        if (reduction.made().field(from).nullable()) {
            Bitmap.put(out.address(column, ColumnAddresses.VALIDITY), row, true);
        }
        made.writeValue(from, out.address(column, ColumnAddresses.DATA), row, end);
    }

    @Override
    void close() {
        super.close();
        for (ColumnValues column : values) {
            column.close();
        }
        if (row != null) {
            row.close();
            row = null;
        }
        if (made != null) {
            made.close();
            made = null;
        }
    }
}
