package io.mullion.batch;

import io.mullion.expr.DataType;
import io.mullion.expr.Schema;

/// How a cell of a column type lies in memory: what reading and writing one asks, without looking at the type itself
/// for every cell.
public enum CellKind {
    /// One bit.
    BIT(0),
    /// A signed integer of 1 byte.
    BYTE(1),
    /// A signed integer of 2 bytes.
    SHORT(2),
    /// A signed integer of 4 bytes; also the days of date32.
    INT(4),
    /// A signed integer of 8 bytes; also the units of a timestamp.
    LONG(8),
    /// An IEEE 754 number of 4 bytes.
    FLOAT(4),
    /// An IEEE 754 number of 8 bytes.
    DOUBLE(8),
    /// A signed integer of 16 bytes, the low half first.
    DECIMAL(16),
    /// Bytes that are UTF-8, found through two offsets.
    TEXT(0),
    /// Any bytes, found through two offsets.
    BINARY(0),
    /// The bytes of elements, found through two offsets.
    LIST(0);

    private final long bytes;

    CellKind(long bytes) {
        this.bytes = bytes;
    }

    /// How many a value has in a row, or 0 where that is not a number of bytes.
    long bytes() {
        return bytes;
    }

    public static CellKind of(DataType type) {
        return switch (type) {
            case DataType.Bool _ -> BIT;
            case DataType.Int8 _ -> BYTE;
            case DataType.Int16 _ -> SHORT;
            case DataType.Int32 _, DataType.Date32 _ -> INT;
            case DataType.Int64 _, DataType.Timestamp _ -> LONG;
            case DataType.Float32 _ -> FLOAT;
            case DataType.Float64 _ -> DOUBLE;
            case DataType.Decimal _ -> DECIMAL;
            case DataType.Utf8 _ -> TEXT;
            case DataType.Binary _ -> BINARY;
            case DataType.ListOf _ -> LIST;
        };
    }

    /// One for each column.
    public static CellKind[] of(Schema schema) {
        CellKind[] kinds = new CellKind[schema.size()];
        for (int column = 0; column < kinds.length; column++) {
            kinds[column] = of(schema.field(column).type());
        }
        return kinds;
    }

    /// Whether it is one signed number of at most 8 bytes.
    public boolean integer() {
        return this == LONG || this == INT || this == SHORT || this == BYTE;
    }

    /// Whether it is 8 bytes that are kept as they are.
    public boolean word() {
        return this == LONG || this == DOUBLE;
    }

    /// Whether values lie in a data area of their own, found through offsets.
    public boolean variableSize() {
        return this == TEXT || this == BINARY || this == LIST;
    }
}
