package io.mullion.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.MemoryPool;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;

/// Makes batches of Java values for tests of what reads batches, and asserts at the end that all memory came back.
public final class Batches implements AutoCloseable {
    public final MemoryPool pool = new MemoryPool(64 << 20);
    public final MemoryAccount account = pool.account("test");
    /// What a test opens on the account.
    public final Scope scope = new Scope();

    private final BatchAllocator allocator = scope.own(new BatchAllocator(account));

    /// A batch without rows.
    public Batch empty(Schema schema, int capacity, int dataBytes) {
        Batch batch = scope.own(allocator.batch(schema, capacity, dataBytes));
        batch.clear();
        return batch;
    }

    /// A batch without rows that the caller closes.
    public Batch unowned(Schema schema, int capacity) {
        Batch batch = allocator.batch(schema, capacity, 1 << 16);
        batch.clear();
        return batch;
    }

    /// A batch with these rows, all of them readable.
    public Batch of(Schema schema, List<List<Object>> rows) {
        return fill(empty(schema, Math.max(1, rows.size()), 1 << 16), rows);
    }

    /// The same, but the caller closes it.
    public Batch unowned(Schema schema, List<List<Object>> rows) {
        return fill(unowned(schema, rows.size()), rows);
    }

    private static Batch fill(Batch batch, List<List<Object>> rows) {
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < batch.schema().size(); column++) {
                write(batch, column, row, rows.get(row).get(column));
            }
        }
        return batch.readableRows(rows.size());
    }

    /// A batch of one int64 or timestamp column.
    public Batch ofLongs(Schema schema, long... values) {
        Batch batch = empty(schema, Math.max(1, values.length), 8);
        for (int row = 0; row < values.length; row++) {
            write(batch, 0, row, values[row]);
        }
        return batch.readableRows(values.length);
    }

    private static void write(Batch batch, int column, int row, Object value) {
        ColumnAddresses columns = batch.writable();
        long data = columns.address(column, ColumnAddresses.DATA);
        if (batch.schema().field(column).nullable()) {
            putBit(columns.address(column, ColumnAddresses.VALIDITY), row, value != null);
        }
        switch (batch.schema().field(column).type()) {
            case DataType.Bool _ -> putBit(data, row, value != null && (Boolean) value);
            case DataType.Int8 _ -> RawMemory.putByte(data + row, (byte) whole(value));
            case DataType.Int16 _ -> RawMemory.putShort(data + 2L * row, (short) whole(value));
            case DataType.Int32 _ -> RawMemory.putInt(data + 4L * row, (int) whole(value));
            case DataType.Date32 _ ->
                RawMemory.putInt(data + 4L * row, value == null ? -1 : (int) ((LocalDate) value).toEpochDay());
            case DataType.Int64 _, DataType.Timestamp _ -> RawMemory.putLong(data + 8L * row, whole(value));
            case DataType.Float32 _ -> RawMemory.putFloat(data + 4L * row, value == null ? -1 : (Float) value);
            case DataType.Float64 _ -> RawMemory.putDouble(data + 8L * row, value == null ? -1 : (Double) value);
            case DataType.Decimal _ -> {
                BigInteger unscaled = value == null ? BigInteger.ONE : ((BigDecimal) value).unscaledValue();
                RawMemory.putLong(data + 16L * row, unscaled.longValue());
                RawMemory.putLong(data + 16L * row + 8, unscaled.shiftRight(64).longValue());
            }
            case DataType.Utf8 _ -> append(columns, column, row, value == null ? "" : (String) value);
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ ->
                append(columns, column, row, value == null ? new byte[0] : ((ByteBuffer) value).array());
        }
    }

    private static long whole(Object value) {
        return value == null ? -1 : (Long) value;
    }

    private static void append(ColumnAddresses columns, int column, int row, String text) {
        append(columns, column, row, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void append(ColumnAddresses columns, int column, int row, byte[] bytes) {
        long offset = columns.address(column, ColumnAddresses.OFFSETS) + 4L * row;
        int start = RawMemory.getInt(offset);
        RawMemory.copy(bytes, 0, columns.address(column, ColumnAddresses.DATA) + start, bytes.length);
        RawMemory.putInt(offset + 4, start + bytes.length);
    }

    private static void putBit(long bitmap, int row, boolean value) {
        byte old = RawMemory.getByte(bitmap + (row >> 3));
        int bit = 1 << (row & 7);
        RawMemory.putByte(bitmap + (row >> 3), (byte) (value ? old | bit : old & ~bit));
    }

    @Override
    public void close() {
        scope.close();
        assertEquals(0, pool.bytesOut());
        pool.close();
    }
}
