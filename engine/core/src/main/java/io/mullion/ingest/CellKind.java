package io.mullion.ingest;

import io.mullion.expr.DataType;

/// How a cell of a column type is written: what a setter asks, without looking at the type itself for every cell.
enum CellKind {
    LONG,
    DOUBLE,
    BIT,
    TEXT;

    static CellKind of(DataType type) {
        return switch (type) {
            case DataType.Int64 _, DataType.Timestamp _ -> LONG;
            case DataType.Float64 _ -> DOUBLE;
            case DataType.Bool _ -> BIT;
            case DataType.Utf8 _ -> TEXT;
        };
    }
}
