package io.mullion;

import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.RowView;
import io.mullion.io.Sink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A sink that keeps all rows as lists of Java values. Read it when the job has ended, or on the thread of a test
/// engine.
public final class Collected implements Sink {
    public final List<List<Object>> rows = new ArrayList<>();
    /// How many rows were there at each flush.
    public final List<Integer> flushes = new ArrayList<>();

    public Schema schema;
    public int closes;

    @Override
    public void open(Schema schema) {
        this.schema = schema;
    }

    @Override
    public void accept(BatchView batch) {
        for (int row = 0; row < batch.rowCount(); row++) {
            Object[] cells = new Object[schema.size()];
            for (int column = 0; column < cells.length; column++) {
                cells[column] = cell(batch, column, row);
            }
            rows.add(Arrays.asList(cells));
        }
    }

    @Override
    public void flush() {
        flushes.add(rows.size());
    }

    @Override
    public void close() {
        closes++;
    }

    /// The values of one column.
    public List<Object> column(String name) {
        int column = schema.indexOf(name);
        return rows.stream().map(row -> row.get(column)).toList();
    }

    /// A Long for every integer and timestamp, a ByteBuffer for binary; elements of lists as [RowView#list] has them.
    public static Object cell(BatchView batch, int column, int row) {
        if (batch.isNull(column, row)) {
            return null;
        }
        return switch (batch.schema().field(column).type()) {
            case DataType.Bool _ -> batch.bool(column, row);
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _, DataType.Timestamp _ ->
                batch.int64(column, row);
            case DataType.Float32 _ -> (float) batch.float64(column, row);
            case DataType.Float64 _ -> batch.float64(column, row);
            case DataType.Decimal _ -> batch.decimal(column, row);
            case DataType.Utf8 _ -> batch.utf8(column, row);
            case DataType.Binary _ -> ByteBuffer.wrap(batch.binary(column, row));
            case DataType.Date32 _ -> batch.date(column, row);
            case DataType.ListOf _ -> batch.list(column, row);
        };
    }
}
