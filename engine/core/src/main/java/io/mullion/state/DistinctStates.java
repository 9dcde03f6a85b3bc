package io.mullion.state;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.AggregateFunction;
import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.Failure;
import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import io.mullion.spec.MullionException;

/// Different values in order of their first appearance: `collectSet`, `countDistinct`, `sumDistinct`.
///
/// *Shape*: few values are compared one by one; for more of them the fifth word of a cell is the address of a table
/// with open addressing, the sixth its slots, a power of two: int32 offsets of values plus 1, at most half of them
/// taken.
final class DistinctStates extends StateColumn {
    /// Values that are compared one by one.
    private static final int FEW = 8;

    private final AggregateFunction function;
    private final long limit;
    private final DataType type;
    private final int elementBytes;
    private long found;
    private long sum;

    DistinctStates(VariableAggregate aggregate, Schema rows, StateArena arena, MemoryAccount account) {
        super(aggregate, rows, true, arena, account);
        function = aggregate.function();
        limit = function.collects() ? aggregate.limit() : Long.MAX_VALUE;
        type = rows.field(aggregate.input()).type();
        elementBytes = ColumnValues.elementBytes(type);
    }

    @Override
    void take(long cell, int row) {
        input.find(row);
        add(cell, input.address(), input.length());
    }

    @Override
    void combine(long cell, StateColumn other, long from) {
        long at = RawMemory.getLong(from + VALUES);
        long end = at + RawMemory.getLong(from + USED);
        while (at < end) {
            int length = length(at);
            long value = at + header();
            add(cell, value, length);
            at = value + length;
        }
    }

    @Override
    void clear(long cell) {
        giveTable(cell);
        super.clear(cell);
    }

    @Override
    Failure result(long cell) {
        found = cell;
        return switch (function) {
            case COUNT_DISTINCT -> null;
            case SUM_DISTINCT -> sum();
            default -> RawMemory.getLong(cell + USED) > Integer.MAX_VALUE ? Failure.VALUE_TOO_LARGE : null;
        };
    }

    @Override
    int resultBytes() {
        return function.collects() ? (int) RawMemory.getLong(found + USED) : 0;
    }

    @Override
    void write(ColumnAddresses out, int column, int row, int end) {
        long data = out.address(column, ColumnAddresses.DATA);
        if (function.collects()) {
            writeBytes(found, data + end);
        } else if (function == AggregateFunction.COUNT_DISTINCT) {
            RawMemory.putLong(data + 8L * row, RawMemory.getLong(found + COUNT));
        } else if (RawMemory.getLong(found + COUNT) == 0) {
            writeNull(out, column, row);
        } else {
            RawMemory.putLong(data + 8L * row, sum);
            writeValid(out, column, row);
        }
    }

    private void add(long cell, long address, int length) {
        long count = RawMemory.getLong(cell + COUNT);
        if (count >= limit) {
            return;
        }
        if (count < FEW) {
            if (!among(cell, address, length)) {
                append(cell, address, length, elementBytes == 0);
            }
            return;
        }
        if (2 * (count + 1) > RawMemory.getLong(cell + SIXTH)) {
            enlarge(cell);
        }
        long slot = slot(cell, address, length);
        if (RawMemory.getInt(slot) == 0) {
            RawMemory.putInt(slot, (int) RawMemory.getLong(cell + USED) + 1);
            append(cell, address, length, elementBytes == 0);
        }
    }

    private boolean among(long cell, long address, int length) {
        long at = RawMemory.getLong(cell + VALUES);
        long end = at + RawMemory.getLong(cell + USED);
        while (at < end) {
            int its = length(at);
            at += header();
            if (Utf8.equal(at, its, address, length)) {
                return true;
            }
            at += its;
        }
        return false;
    }

    /// Address of the slot of the table with a value, or of the free one where it belongs.
    private long slot(long cell, long address, int length) {
        long table = RawMemory.getLong(cell + FIFTH);
        long mask = RawMemory.getLong(cell + SIXTH) - 1;
        long values = RawMemory.getLong(cell + VALUES);
        long index = Hashing.finish(Hashing.text(address, length)) & mask;
        while (true) {
            int entry = RawMemory.getInt(table + 4 * index);
            if (entry == 0) {
                return table + 4 * index;
            }
            long value = values + entry - 1;
            if (Utf8.equal(value + header(), length(value), address, length)) {
                return table + 4 * index;
            }
            index = index + 1 & mask;
        }
    }

    /// Makes a table of four slots a value.
    private void enlarge(long cell) {
        long used = RawMemory.getLong(cell + USED);
        if (used > Integer.MAX_VALUE / 2) {
            throw new MullionException(
                    MullionException.Reason.OUT_OF_MEMORY, "more than 1 GiB of different values: aggregate=" + result);
        }
        giveTable(cell);
        long slots = Long.highestOneBit(RawMemory.getLong(cell + COUNT)) * 4;
        long table = arena.take(4 * slots);
        RawMemory.fill(table, 4 * slots, (byte) 0);
        RawMemory.putLong(cell + FIFTH, table);
        RawMemory.putLong(cell + SIXTH, slots);
        long values = RawMemory.getLong(cell + VALUES);
        for (long at = 0; at < used; ) {
            int length = length(values + at);
            RawMemory.putInt(slot(cell, values + at + header(), length), (int) at + 1);
            at += header() + length;
        }
    }

    private void giveTable(long cell) {
        long table = RawMemory.getLong(cell + FIFTH);
        if (table != 0) {
            arena.give(table, 4 * RawMemory.getLong(cell + SIXTH));
            RawMemory.putLong(cell + FIFTH, 0);
            RawMemory.putLong(cell + SIXTH, 0);
        }
    }

    private Failure sum() {
        long values = RawMemory.getLong(found + VALUES);
        long end = values + RawMemory.getLong(found + USED);
        if (type.floating()) {
            double floats = 0;
            for (long at = values; at < end; at += elementBytes) {
                floats += elementBytes == Float.BYTES ? RawMemory.getFloat(at) : RawMemory.getDouble(at);
            }
            sum = Double.doubleToRawLongBits(floats);
            return null;
        }
        long low = 0;
        long high = 0;
        for (long at = values; at < end; at += elementBytes) {
            long value = integer(at);
            low += value & 0xFFFF_FFFFL;
            high += value >> 32;
        }
        high += low >> 32;
        sum = high << 32 | low & 0xFFFF_FFFFL;
        return high == (int) high ? null : Failure.SUM_OVERFLOW;
    }

    private long integer(long at) {
        return switch (elementBytes) {
            case 1 -> RawMemory.getByte(at);
            case 2 -> RawMemory.getShort(at);
            case 4 -> RawMemory.getInt(at);
            default -> RawMemory.getLong(at);
        };
    }

    /// Bytes before a value.
    private int header() {
        return elementBytes == 0 ? Integer.BYTES : 0;
    }

    private int length(long at) {
        return elementBytes == 0 ? RawMemory.getInt(at) : elementBytes;
    }
}
