package io.mullion.batch;

import io.mullion.codegen.Utf8;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import java.util.StringJoiner;

/// A row in words, for dead letters. Allocates; not for good rows.
public final class RowText {
    /// The most that is shown of one value.
    public static final int MAX_VALUE_BYTES = 200;

    private RowText() {}

    public static String of(Batch batch, int row) {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        for (int column = 0; column < batch.schema().size(); column++) {
            text.add(of(batch, column, row));
        }
        return text.toString();
    }

    /// One cell with the name of its column.
    public static String of(Batch batch, int column, int row) {
        return batch.schema().field(column).name() + "=" + value(batch, column, row);
    }

    private static String value(Batch batch, int column, int row) {
        if (batch.isNull(column, row)) {
            return "null";
        }
        Field field = batch.schema().field(column);
        return switch (field.type()) {
            case DataType.Bool _ -> String.valueOf(batch.bool(column, row));
            case DataType.Int64 _ -> String.valueOf(batch.int64(column, row));
            case DataType.Float64 _ -> String.valueOf(batch.float64(column, row));
            case DataType.Timestamp timestamp ->
                batch.int64(column, row) + timestamp.unit().suffix();
            case DataType.Utf8 _ -> cut(batch, column, row);
        };
    }

    private static String cut(Batch batch, int column, int row) {
        int length = batch.utf8Length(column, row);
        String text = Utf8.decode(batch.utf8Address(column, row), Math.min(length, MAX_VALUE_BYTES));
        return length <= MAX_VALUE_BYTES ? text : text + "... (" + length + " bytes)";
    }
}
