package io.mullion.batch;

import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.CellText;
import io.mullion.io.RowView;
import io.mullion.routine.RawMemory;
import io.mullion.routine.Utf8;
import io.mullion.spec.MullionException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;

/// Some consecutive rows of a batch, as a sink sees them. One object serves all calls of a sink: [#show] moves it,
/// [#hide] ends the view.
public final class BatchRows implements BatchView {
    private final Row row = new Row();
    private final List<VectorSchemaRoot> roots = new ArrayList<>();
    private final Schema schema;
    private final CellKind[] kinds;
    /// Where the values of each column of 8-byte integers begin, 0 for other columns and without rows: what most sinks
    /// ask of most rows is then one look at this.
    private final long[] int64s;

    private Batch batch;
    private int from;
    private int rowCount;

    public BatchRows(Schema schema) {
        this.schema = schema;
        this.kinds = CellKind.of(schema);
        this.int64s = new long[kinds.length];
    }

    /// Begins a view of the rows [from, to).
    public BatchRows show(Batch batch, int from, int to) {
        this.batch = batch;
        this.from = from;
        this.rowCount = to - from;
        for (int column = 0; column < kinds.length; column++) {
            if (kinds[column] == CellKind.LONG) {
                int64s[column] = batch.int64Address(column, from);
            }
        }
        return this;
    }

    /// Ends the view: what was taken of it as vectors is let go, further access is refused.
    public void hide() {
        for (int i = roots.size() - 1; i >= 0; i--) {
            roots.remove(i).close();
        }
        batch = null;
        rowCount = 0;
        Arrays.fill(int64s, 0);
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public int rowCount() {
        return rowCount;
    }

    @Override
    public boolean isNull(int column, int row) {
        return batch().isNull(column, at(row));
    }

    @Override
    public long int64(int column, int row) {
        long values = int64s[column];
        if (values != 0 && row >= 0 && row < rowCount) {
            return RawMemory.getLong(values + 8L * row);
        }
        return anyInt64(column, row);
    }

    private long anyInt64(int column, int row) {
        if (!kinds[column].integer()) {
            throw wrongType(column, "an integer, date32 or timestamp");
        }
        return batch().int64(column, at(row));
    }

    @Override
    public double float64(int column, int row) {
        if (kinds[column] != CellKind.DOUBLE && kinds[column] != CellKind.FLOAT) {
            throw wrongType(column, "float64 or float32");
        }
        return batch().float64(column, at(row));
    }

    @Override
    public boolean bool(int column, int row) {
        require(column, CellKind.BIT, "bool");
        return batch().bool(column, at(row));
    }

    @Override
    public String utf8(int column, int row) {
        require(column, CellKind.TEXT, "utf8");
        return Utf8.decode(batch().utf8Address(column, at(row)), batch.utf8Length(column, at(row)));
    }

    @Override
    public byte[] binary(int column, int row) {
        require(column, CellKind.BINARY, "binary");
        byte[] bytes = new byte[batch().utf8Length(column, at(row))];
        RawMemory.copy(batch.utf8Address(column, at(row)), bytes, 0, bytes.length);
        return bytes;
    }

    @Override
    public List<Object> list(int column, int row) {
        if (!(schema.field(column).type() instanceof DataType.ListOf type)) {
            throw wrongType(column, "a list");
        }
        int at = at(row);
        return new ListElements(type)
                .of(batch().utf8Address(column, at), batch.utf8Length(column, at))
                .toList();
    }

    @Override
    public BigDecimal decimal(int column, int row) {
        require(column, CellKind.DECIMAL, "decimal");
        DataType.Decimal type = (DataType.Decimal) schema.field(column).type();
        int at = at(row);
        return Int128.toBigDecimal(batch().decimalHigh(column, at), batch.decimalLow(column, at), type.scale());
    }

    @Override
    public LocalDate date(int column, int row) {
        if (!(schema.field(column).type() instanceof DataType.Date32)) {
            throw wrongType(column, "date32");
        }
        return LocalDate.ofEpochDay(batch().int64(column, at(row)));
    }

    @Override
    public Instant instant(int column, int row) {
        if (!(schema.field(column).type() instanceof DataType.Timestamp type)) {
            throw wrongType(column, "timestamp");
        }
        long value = batch().int64(column, at(row));
        try {
            return type.unit().toInstant(value);
        } catch (DateTimeException e) {
            throw new MullionException(
                    MullionException.Reason.MISUSE,
                    "timestamp is beyond what an Instant can be: column="
                            + schema.field(column).name() + ", value=" + value
                            + type.unit().suffix(),
                    e);
        }
    }

    @Override
    public long decimalHigh(int column, int row) {
        require(column, CellKind.DECIMAL, "decimal");
        return batch().decimalHigh(column, at(row));
    }

    @Override
    public long decimalLow(int column, int row) {
        require(column, CellKind.DECIMAL, "decimal");
        return batch().decimalLow(column, at(row));
    }

    @Override
    public long bytesAddress(int column, int row) {
        requireBytes(column);
        return batch().utf8Address(column, at(row));
    }

    @Override
    public int bytesLength(int column, int row) {
        requireBytes(column);
        return batch().utf8Length(column, at(row));
    }

    @Override
    public void forEachRow(Consumer<? super RowView> action) {
        for (int i = 0; i < rowCount; i++) {
            row.index = i;
            action.accept(row);
        }
    }

    @Override
    public VectorSchemaRoot arrow() {
        VectorSchemaRoot root = ArrowVectors.over(batch(), from + rowCount);
        roots.add(root);
        if (from == 0) {
            return root;
        }
        VectorSchemaRoot slice = root.slice(from, rowCount);
        roots.add(slice);
        return slice;
    }

    @Override
    public VectorSchemaRoot toArrow(BufferAllocator allocator) {
        VectorSchemaRoot rows = arrow();
        VectorSchemaRoot copy = VectorSchemaRoot.create(rows.getSchema(), allocator);
        try {
            for (int column = 0; column < schema.size(); column++) {
                copy(column, rows.getVector(column), copy.getVector(column));
            }
        } catch (RuntimeException e) {
            copy.close();
            throw e;
        }
        copy.setRowCount(rowCount);
        return copy;
    }

    private void copy(int column, FieldVector source, FieldVector target) {
        if (target instanceof ListVector lists) {
            ArrowVectors.copyLists(lists, batch(), column, from, from + rowCount);
            return;
        }
        target.setInitialCapacity(rowCount);
        target.allocateNew();
        for (int i = 0; i < rowCount; i++) {
            target.copyFromSafe(i, i, source);
        }
    }

    private Batch batch() {
        if (batch == null) {
            throw MullionException.misuse("a batch view was used after its callback returned; copy what must be kept");
        }
        return batch;
    }

    private int at(int row) {
        if (row < 0 || row >= rowCount) {
            throw MullionException.misuse("row out of range: row=" + row + ", rowCount=" + rowCount);
        }
        return from + row;
    }

    private void require(int column, CellKind kind, String wanted) {
        if (kinds[column] != kind) {
            throw wrongType(column, wanted);
        }
    }

    private void requireBytes(int column) {
        if (!kinds[column].variableSize()) {
            throw wrongType(column, "utf8, binary or a list");
        }
    }

    private MullionException wrongType(int column, String wanted) {
        return MullionException.misuse("column " + schema.field(column).name() + " is "
                + schema.field(column).type() + ", read as " + wanted);
    }

    private final class Row implements RowView {
        private int index;

        @Override
        public Schema schema() {
            return schema;
        }

        @Override
        public boolean isNull(int column) {
            return BatchRows.this.isNull(column, index);
        }

        @Override
        public long int64(int column) {
            return BatchRows.this.int64(column, index);
        }

        @Override
        public double float64(int column) {
            return BatchRows.this.float64(column, index);
        }

        @Override
        public boolean bool(int column) {
            return BatchRows.this.bool(column, index);
        }

        @Override
        public String utf8(int column) {
            return BatchRows.this.utf8(column, index);
        }

        @Override
        public byte[] binary(int column) {
            return BatchRows.this.binary(column, index);
        }

        @Override
        public List<Object> list(int column) {
            return BatchRows.this.list(column, index);
        }

        @Override
        public BigDecimal decimal(int column) {
            return BatchRows.this.decimal(column, index);
        }

        @Override
        public long decimalHigh(int column) {
            return BatchRows.this.decimalHigh(column, index);
        }

        @Override
        public long decimalLow(int column) {
            return BatchRows.this.decimalLow(column, index);
        }

        @Override
        public LocalDate date(int column) {
            return BatchRows.this.date(column, index);
        }

        @Override
        public Instant instant(int column) {
            return BatchRows.this.instant(column, index);
        }

        @Override
        public String toString() {
            StringJoiner text = new StringJoiner(", ", "{", "}");
            for (int column = 0; column < schema.size(); column++) {
                text.add(schema.field(column).name() + "=" + CellText.of(BatchRows.this, column, index, "null"));
            }
            return text.toString();
        }
    }
}
