package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;

/// The values that came first, in order: `collectList`.
final class ListStates extends StateColumn {
    private final long limit;
    private final int elementBytes;
    private long found;

    ListStates(VariableAggregate aggregate, Schema rows, StateArena arena, MemoryAccount account) {
        super(aggregate, rows, false, arena, account);
        limit = aggregate.limit();
        elementBytes = ((DataType.ListOf) aggregate.result().type()).elementBytes();
    }

    @Override
    void take(long cell, int row) {
        if (RawMemory.getLong(cell + COUNT) < limit) {
            input.find(row);
            append(cell, input.address(), input.length(), elementBytes == 0);
        }
    }

    @Override
    void combine(long cell, StateColumn other, long from) {
        long count = RawMemory.getLong(cell + COUNT);
        long more = Math.min(RawMemory.getLong(from + COUNT), limit - count);
        if (more <= 0) {
            return;
        }
        long used = RawMemory.getLong(cell + USED);
        long bytes = bytes(from, more);
        RawMemory.copy(RawMemory.getLong(from + VALUES), ensureRoom(cell, used + bytes) + used, bytes);
        RawMemory.putLong(cell + USED, used + bytes);
        RawMemory.putLong(cell + COUNT, count + more);
    }

    @Override
    Failure result(long cell) {
        found = cell;
        return RawMemory.getLong(cell + USED) > Integer.MAX_VALUE ? Failure.VALUE_TOO_LARGE : null;
    }

    @Override
    int resultBytes() {
        return (int) RawMemory.getLong(found + USED);
    }

    @Override
    void write(ColumnAddresses out, int column, int row, int end) {
        writeBytes(found, out.address(column, ColumnAddresses.DATA) + end);
    }

    /// Bytes of the first values.
    private long bytes(long from, long count) {
        if (count == RawMemory.getLong(from + COUNT)) {
            return RawMemory.getLong(from + USED);
        }
        if (elementBytes > 0) {
            return count * elementBytes;
        }
        long values = RawMemory.getLong(from + VALUES);
        long bytes = 0;
        for (long i = 0; i < count; i++) {
            bytes += Integer.BYTES + RawMemory.getInt(values + bytes);
        }
        return bytes;
    }
}
