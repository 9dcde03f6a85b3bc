package io.mullion.codegen;

import io.mullion.expr.AggregateInputs;
import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import java.util.List;

/// The inputs of a user's aggregate in the columns of a batch: a flyweight that goes from row to row. *Thread*: one.
public final class InputValues implements AggregateInputs {
    private final int[] columns;
    private final Field[] fields;
    private ColumnAddresses in;
    private int row;

    /// @param names the columns that are the inputs
    public InputValues(Schema schema, List<String> names) {
        columns = names.stream().mapToInt(schema::indexOf).toArray();
        fields = names.stream().map(schema::field).toArray(Field[]::new);
    }

    /// The rows of these columns follow.
    public void use(ColumnAddresses in) {
        this.in = in;
    }

    /// Goes to a row; whether all its inputs have values.
    public boolean at(int row) {
        this.row = row;
        in.currentRow = row;
        for (int input = 0; input < columns.length; input++) {
            if (fields[input].nullable() && !KernelOps.bit(in.address(columns[input], ColumnAddresses.VALIDITY), row)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public DataType type(int input) {
        return fields[input].type();
    }

    @Override
    public long int64(int input) {
        long data = data(input);
        return switch (fields[input].type()) {
            case DataType.Int8 _ -> RawMemory.getByte(data + row);
            case DataType.Int16 _ -> RawMemory.getShort(data + 2L * row);
            case DataType.Int32 _, DataType.Date32 _ -> RawMemory.getInt(data + 4L * row);
            case DataType.Int64 _, DataType.Timestamp _ -> RawMemory.getLong(data + 8L * row);
            default -> throw wrongType(input, "an integer, date32 or timestamp");
        };
    }

    @Override
    public double float64(int input) {
        return switch (fields[input].type()) {
            case DataType.Float32 _ -> RawMemory.getFloat(data(input) + 4L * row);
            case DataType.Float64 _ -> RawMemory.getDouble(data(input) + 8L * row);
            default -> throw wrongType(input, "float64 or float32");
        };
    }

    @Override
    public boolean bool(int input) {
        if (!(fields[input].type() instanceof DataType.Bool)) {
            throw wrongType(input, "bool");
        }
        return KernelOps.bit(data(input), row);
    }

    @Override
    public String utf8(int input) {
        if (!(fields[input].type() instanceof DataType.Utf8)) {
            throw wrongType(input, "utf8");
        }
        int start = start(input);
        return Utf8.decode(data(input) + start, end(input) - start);
    }

    @Override
    public byte[] bytes(int input) {
        if (fields[input].type().fixedWidth()) {
            throw wrongType(input, "utf8 or binary");
        }
        int start = start(input);
        byte[] bytes = new byte[end(input) - start];
        RawMemory.copy(data(input) + start, bytes, 0, bytes.length);
        return bytes;
    }

    private long data(int input) {
        return in.address(columns[input], ColumnAddresses.DATA);
    }

    private int start(int input) {
        return RawMemory.getInt(in.address(columns[input], ColumnAddresses.OFFSETS) + 4L * row);
    }

    private int end(int input) {
        return RawMemory.getInt(in.address(columns[input], ColumnAddresses.OFFSETS) + 4L * row + 4);
    }

    private ExpressionException wrongType(int input, String wanted) {
        return new ExpressionException(
                "input " + input + " is " + fields[input].type() + ", read as " + wanted + ": " + fields[input].name());
    }
}
