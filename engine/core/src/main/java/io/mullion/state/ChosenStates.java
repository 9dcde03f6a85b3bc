package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.AggregateFunction;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;

/// The value of one row: the least or greatest text, or that of the row with the least or greatest of another column.
///
/// *Shape*: the number of a cell is 0 where no row was met, else whether the chosen one has a value ([#NO_VALUE] or
/// [#VALUE]); the fifth word is what it was chosen by.
final class ChosenStates extends StateColumn {
    private static final long NO_VALUE = 1;
    private static final long VALUE = 2;

    private final AggregateFunction function;
    /// What a row is chosen by; null where it is the value itself.
    private final ColumnValues by;

    private long found;

    ChosenStates(VariableAggregate aggregate, Schema rows, StateArena arena, MemoryAccount account) {
        super(aggregate, rows, false, arena, account);
        function = aggregate.function();
        by = aggregate.by() == null
                ? null
                : new ColumnValues(rows.indexOf(aggregate.by()), rows.field(aggregate.by()), false, account);
    }

    @Override
    void use(ColumnAddresses in) {
        super.use(in);
        if (by != null) {
            by.use(in);
        }
    }

    @Override
    boolean takesNull(int row) {
        return by != null;
    }

    @Override
    void take(long cell, int row) {
        if (by != null && by.isNull(row)) {
            return;
        }
        boolean valid = !input.isNull(row);
        if (valid) {
            input.find(row);
        }
        long order = by == null ? 0 : by.ordered(row);
        choose(cell, order, input.address(), input.length(), valid);
    }

    @Override
    void combine(long cell, StateColumn other, long from) {
        if (RawMemory.getLong(from + COUNT) != 0) {
            choose(
                    cell,
                    RawMemory.getLong(from + FIFTH),
                    RawMemory.getLong(from + VALUES),
                    (int) RawMemory.getLong(from + USED),
                    RawMemory.getLong(from + COUNT) == VALUE);
        }
    }

    @Override
    long chosenBy(long cell) {
        return RawMemory.getLong(cell + FIFTH);
    }

    @Override
    Failure result(long cell) {
        found = cell;
        return null;
    }

    @Override
    int resultBytes() {
        return result.type().fixedWidth() ? 0 : (int) RawMemory.getLong(found + USED);
    }

    @Override
    void write(ColumnAddresses out, int column, int row, int end) {
        if (RawMemory.getLong(found + COUNT) != VALUE) {
            writeNull(out, column, row);
            return;
        }
        writeValid(out, column, row);
        long data = out.address(column, ColumnAddresses.DATA);
        long used = RawMemory.getLong(found + USED);
        long values = RawMemory.getLong(found + VALUES);
        if (used > 0) {
            RawMemory.copy(values, result.type().fixedWidth() ? data + used * row : data + end, used);
        }
    }

    private void choose(long cell, long order, long address, int length, boolean valid) {
        if (RawMemory.getLong(cell + COUNT) == 0 || better(cell, order, address, length)) {
            RawMemory.putLong(cell + USED, 0);
            RawMemory.putLong(cell + COUNT, valid ? VALUE : NO_VALUE);
            RawMemory.putLong(cell + FIFTH, order);
            if (valid && length > 0) {
                RawMemory.copy(address, ensureRoom(cell, length), length);
                RawMemory.putLong(cell + USED, length);
            }
        }
    }

    /// Whether another row is to be chosen instead of that of the cell.
    private boolean better(long cell, long order, long address, int length) {
        return switch (function) {
            case MIN -> compare(cell, address, length) > 0;
            case MAX -> compare(cell, address, length) < 0;
            case MIN_BY, FIRST -> order < RawMemory.getLong(cell + FIFTH);
            case MAX_BY -> order > RawMemory.getLong(cell + FIFTH);
            default -> order >= RawMemory.getLong(cell + FIFTH);
        };
    }

    private int compare(long cell, long address, int length) {
        return Utf8.compare(RawMemory.getLong(cell + VALUES), (int) RawMemory.getLong(cell + USED), address, length);
    }

    @Override
    void close() {
        super.close();
        if (by != null) {
            by.close();
        }
    }
}
