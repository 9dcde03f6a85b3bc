package io.mullion.state;

import io.mullion.batch.Bitmap;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.Hashing;
import io.mullion.routine.RawMemory;

/// The values of an input column as bytes, as [DataType.ListOf] has its elements: a bool is a byte, a text its bytes.
///
/// *Ownership*: borrows the columns of the batch; owns room for one value. *Thread*: the worker.
final class ColumnValues implements AutoCloseable {
    private static final long ORDER = Long.MAX_VALUE;

    private final int column;
    private final Field field;
    private final int elementBytes;
    /// Whether equal floating-point numbers have to be equal bytes.
    private final boolean canonical;

    private final OffHeapArray room;
    private long data;
    private long validity;
    private long offsets;
    private long address;
    private int length;

    ColumnValues(int column, Field field, boolean canonical, MemoryAccount account) {
        this.column = column;
        this.field = field;
        this.canonical = canonical && field.type().floating();
        elementBytes = elementBytes(field.type());
        room = new OffHeapArray(account);
    }

    /// Bytes of a value of this type, or 0 where values differ in size.
    static int elementBytes(DataType type) {
        return type.fixedWidth() ? new DataType.ListOf(type).elementBytes() : 0;
    }

    /// The rows of these columns follow.
    void use(ColumnAddresses in) {
        data = in.address(column, ColumnAddresses.DATA);
        validity = field.nullable() ? in.address(column, ColumnAddresses.VALIDITY) : 0;
        offsets = elementBytes == 0 ? in.address(column, ColumnAddresses.OFFSETS) : 0;
    }

    boolean isNull(int row) {
        return validity != 0 && !Bitmap.get(validity, row);
    }

    /// Finds the value of a row, which is not null: [#address] and [#length] then.
    void find(int row) {
        if (elementBytes == 0) {
            int start = RawMemory.getInt(offsets + 4L * row);
            address = data + start;
            length = RawMemory.getInt(offsets + 4L * row + 4) - start;
            return;
        }
        length = elementBytes;
        if (field.type() instanceof DataType.Bool || canonical) {
            room.ensure(Long.BYTES);
            address = room.address();
            copy(row);
        } else {
            address = data + (long) elementBytes * row;
        }
    }

    long address() {
        return address;
    }

    int length() {
        return length;
    }

    /// The value of a row, of 8 bytes at most, as an int64 in the same order.
    long ordered(int row) {
        return switch (field.type()) {
            case DataType.Bool _ -> Bitmap.get(data, row) ? 1 : 0;
            case DataType.Int8 _ -> RawMemory.getByte(data + row);
            case DataType.Int16 _ -> RawMemory.getShort(data + 2L * row);
            case DataType.Int32 _, DataType.Date32 _ -> RawMemory.getInt(data + 4L * row);
            case DataType.Int64 _, DataType.Timestamp _ -> RawMemory.getLong(data + 8L * row);
            case DataType.Float32 _ -> ordered(RawMemory.getFloat(data + 4L * row));
            case DataType.Float64 _ -> ordered(RawMemory.getDouble(data + 8L * row));
            case DataType.Decimal _, DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ ->
                throw new IllegalStateException("more than 8 bytes: " + field);
        };
    }

    private static long ordered(double value) {
        long bits = Double.doubleToLongBits(value + 0.0);
        return bits ^ ((bits >> 63) & ORDER);
    }

    private void copy(int row) {
        switch (field.type()) {
            case DataType.Bool _ -> RawMemory.putByte(address, (byte) (Bitmap.get(data, row) ? 1 : 0));
            case DataType.Float32 _ -> {
                double value = Double.longBitsToDouble(Hashing.canonicalBits(RawMemory.getFloat(data + 4L * row)));
                RawMemory.putFloat(address, (float) value);
            }
            default -> RawMemory.putLong(address, Hashing.canonicalBits(RawMemory.getDouble(data + 8L * row)));
        }
    }

    @Override
    public void close() {
        room.close();
    }
}
