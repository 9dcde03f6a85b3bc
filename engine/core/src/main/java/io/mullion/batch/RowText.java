package io.mullion.batch;

import io.mullion.expr.DataType;
import io.mullion.io.CellText;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import java.util.HexFormat;
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
        return switch (batch.schema().field(column).type()) {
            case DataType.Timestamp timestamp ->
                batch.int64(column, row) + timestamp.unit().suffix();
            case DataType.Utf8 _, DataType.Binary _, DataType.ListOf _ -> cut(batch, column, row);
            case DataType.Bool _,
                    DataType.Int8 _,
                    DataType.Int16 _,
                    DataType.Int32 _,
                    DataType.Int64 _,
                    DataType.Float32 _,
                    DataType.Float64 _,
                    DataType.Decimal _,
                    DataType.Date32 _ ->
                CellText.of(new BatchRows(batch.schema()).show(batch, row, row + 1), column, 0, "null");
        };
    }

    private static String cut(Batch batch, int column, int row) {
        int length = batch.utf8Length(column, row);
        long address = batch.utf8Address(column, row);
        int shown = Math.min(length, MAX_VALUE_BYTES);
        String text = batch.schema().field(column).type() instanceof DataType.Utf8
                ? Utf8.decode(address, shown)
                : hex(address, shown);
        return length <= MAX_VALUE_BYTES ? text : text + "... (" + length + " bytes)";
    }

    private static String hex(long address, int length) {
        byte[] bytes = new byte[length];
        RawMemory.copy(address, bytes, 0, length);
        return HexFormat.of().formatHex(bytes);
    }
}
