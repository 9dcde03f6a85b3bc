package io.mullion.state;

import io.mullion.batch.Bitmap;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.InputValues;
import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.AggregateInputs;
import io.mullion.expr.DataType;
import io.mullion.expr.ObjectAggregate;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// States of a user's aggregate that are objects.
///
/// *Shape*: the number of a cell is that of its object plus 1, or 0 where there is none.
sealed class ObjectStates extends StateColumn permits RecordStates {
    private final ObjectAggregate<Object> aggregate;
    private final InputValues inputs;
    private Object[] objects = new Object[16];
    private int objectCount;
    private int[] free = new int[16];
    private int freeCount;

    private Object found;
    private byte[] bytes;
    /// The object that was asked for its size.
    private byte[] saved;

    @SuppressWarnings("unchecked") // an object is only given to the aggregate that made it
    ObjectStates(VariableAggregate aggregate, Schema rows, StateArena arena, MemoryAccount account) {
        super(aggregate, rows, false, arena, account);
        this.aggregate = (ObjectAggregate<Object>) aggregate.user();
        inputs = new InputValues(
                rows, aggregate.by() == null ? List.of(aggregate.input()) : List.of(aggregate.input(), aggregate.by()));
    }

    @Override
    void use(ColumnAddresses in) {
        super.use(in);
        inputs.use(in);
    }

    @Override
    void take(long cell, int row) {
        if (inputs.at(row)) {
            accumulate(cell, inputs);
        }
    }

    final void accumulate(long cell, AggregateInputs row) {
        aggregate.accumulate(object(cell), row);
    }

    @Override
    void combine(long cell, StateColumn other, long from) {
        int number = (int) RawMemory.getLong(from + COUNT) - 1;
        if (number >= 0) {
            aggregate.combine(object(cell), ((ObjectStates) other).objects[number]);
        }
    }

    @Override
    int savedBytes(long cell) {
        int number = (int) RawMemory.getLong(cell + COUNT) - 1;
        saved = number < 0 ? null : saving().write(objects[number]);
        return saved == null ? 0 : 1 + saved.length;
    }

    /// Follows on [#savedBytes] of the same cell. A byte in front tells an object of no bytes from none.
    @Override
    void save(long cell, long to) {
        if (saved != null) {
            RawMemory.putByte(to, (byte) 1);
            RawMemory.copy(saved, 0, to + 1, saved.length);
        }
    }

    @Override
    void load(long cell, long from, int bytes) {
        byte[] read = new byte[bytes - 1];
        RawMemory.copy(from + 1, read, 0, read.length);
        object(cell);
        objects[(int) RawMemory.getLong(cell + COUNT) - 1] = saving().read(read);
    }

    @SuppressWarnings("unchecked") // checkpoints are refused where it does not save
    private ObjectAggregate.Saving<Object> saving() {
        return (ObjectAggregate.Saving<Object>) aggregate;
    }

    @Override
    Failure result(long cell) {
        found = resultOf(cell);
        bytes = found == null || result.type().fixedWidth() ? null : encoded(result.type(), found);
        return null;
    }

    final Object resultOf(long cell) {
        int number = (int) RawMemory.getLong(cell + COUNT) - 1;
        return aggregate.result(number < 0 ? aggregate.create() : objects[number]);
    }

    @Override
    int resultBytes() {
        return bytes == null ? 0 : bytes.length;
    }

    @Override
    void write(ColumnAddresses out, int column, int row, int end) {
        if (found == null) {
            writeNull(out, column, row);
            return;
        }
        writeValid(out, column, row);
        long data = out.address(column, ColumnAddresses.DATA);
        if (bytes != null) {
            RawMemory.copy(bytes, 0, data + end, bytes.length);
            return;
        }
        switch (found) {
            case Long value when result.type().equals(DataType.INT64) -> RawMemory.putLong(data + 8L * row, value);
            case Double value
            when result.type().equals(DataType.FLOAT64) -> RawMemory.putDouble(data + 8L * row, value);
            case Boolean value when result.type().equals(DataType.BOOL) -> Bitmap.put(data, row, value);
            default -> throw wrong(result.type(), found);
        }
    }

    @Override
    void clear(long cell) {
        int number = (int) RawMemory.getLong(cell + COUNT) - 1;
        if (number >= 0) {
            objects[number] = null;
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, freeCount * 2);
            }
            free[freeCount++] = number;
        }
        super.clear(cell);
    }

    @Override
    void release() {
        super.release();
        Arrays.fill(objects, 0, objectCount, null);
        objectCount = 0;
        freeCount = 0;
    }

    private Object object(long cell) {
        int number = (int) RawMemory.getLong(cell + COUNT) - 1;
        if (number >= 0) {
            return objects[number];
        }
        number = freeCount > 0 ? free[--freeCount] : objectCount++;
        if (number == objects.length) {
            objects = Arrays.copyOf(objects, number * 2);
        }
        objects[number] = aggregate.create();
        RawMemory.putLong(cell + COUNT, number + 1);
        return objects[number];
    }

    private byte[] encoded(DataType type, Object value) {
        return switch (value) {
            case String text when type.equals(DataType.UTF8) -> text.getBytes(StandardCharsets.UTF_8);
            case byte[] binary when type.equals(DataType.BINARY) -> binary;
            case List<?> list when type instanceof DataType.ListOf(DataType element) -> encodedList(element, list);
            default -> throw wrong(type, value);
        };
    }

    private byte[] encodedList(DataType type, List<?> list) {
        byte[][] elements = list.stream().map(it -> encodedElement(type, it)).toArray(byte[][]::new);
        boolean sized = !type.fixedWidth();
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(elements)
                        .mapToInt(it -> it.length + (sized ? Integer.BYTES : 0))
                        .sum())
                .order(ByteOrder.nativeOrder());
        for (byte[] element : elements) {
            if (sized) {
                all.putInt(element.length);
            }
            all.put(element);
        }
        return all.array();
    }

    private byte[] encodedElement(DataType type, Object value) {
        return switch (value) {
            case Long number when type.equals(DataType.INT64) -> word(number);
            case Double number when type.equals(DataType.FLOAT64) -> word(Double.doubleToRawLongBits(number));
            case Boolean truth when type.equals(DataType.BOOL) -> new byte[] {(byte) (truth ? 1 : 0)};
            case null -> throw wrong(type, null);
            default -> encoded(type, value);
        };
    }

    private static byte[] word(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(value)
                .array();
    }

    private MullionException wrong(DataType type, Object value) {
        return MullionException.misuse("a result of " + aggregate.name() + " is to be " + type + ", and is "
                + (value == null ? "null" : value.getClass().getName()));
    }
}
