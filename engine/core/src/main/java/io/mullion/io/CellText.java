package io.mullion.io;

import io.mullion.expr.DataType;

/// A value as text: what sinks that write for people and programs agree on. Timestamps are ISO-8601 instants in UTC.
public final class CellText {
    private CellText() {}

    /// @param ifNull what stands for a null
    public static String of(BatchView batch, int column, int row, String ifNull) {
        if (batch.isNull(column, row)) {
            return ifNull;
        }
        return switch (batch.schema().field(column).type()) {
            case DataType.Bool _ -> String.valueOf(batch.bool(column, row));
            case DataType.Int64 _ -> String.valueOf(batch.int64(column, row));
            case DataType.Float64 _ -> String.valueOf(batch.float64(column, row));
            case DataType.Utf8 _ -> batch.utf8(column, row);
            case DataType.Timestamp timestamp ->
                timestamp.unit().toInstant(batch.int64(column, row)).toString();
        };
    }
}
