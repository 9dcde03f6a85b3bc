package io.mullion.batch;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;

/// Shows a batch as Arrow vectors: separate vector objects over the batch's own buffers.
final class ArrowVectors {
    private static final int DECIMAL_BITS = 128;

    private ArrowVectors() {}

    /// The first `rows` rows, without copying values. *Ownership*: the root holds references to the batch's block;
    /// close it before the batch.
    static VectorSchemaRoot over(Batch batch, int rows) {
        List<FieldVector> vectors = new ArrayList<>();
        ColumnAddresses columns = batch.readableRows(rows).readable();
        try {
            for (int column = 0; column < batch.schema().size(); column++) {
                FieldVector vector = empty(batch, column);
                vectors.add(vector);
                load(vector, batch, columns, column, rows);
            }
        } catch (RuntimeException e) {
            vectors.forEach(FieldVector::close);
            throw e;
        }
        VectorSchemaRoot root = new VectorSchemaRoot(vectors);
        root.setRowCount(rows);
        return root;
    }

    static ArrowType arrowType(DataType type) {
        return switch (type) {
            case DataType.Bool _ -> ArrowType.Bool.INSTANCE;
            case DataType.Int8 _ -> new ArrowType.Int(8, true);
            case DataType.Int16 _ -> new ArrowType.Int(16, true);
            case DataType.Int32 _ -> new ArrowType.Int(32, true);
            case DataType.Int64 _ -> new ArrowType.Int(64, true);
            case DataType.Float32 _ -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case DataType.Float64 _ -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case DataType.Decimal decimal -> new ArrowType.Decimal(decimal.precision(), decimal.scale(), DECIMAL_BITS);
            case DataType.Utf8 _ -> ArrowType.Utf8.INSTANCE;
            case DataType.Binary _ -> ArrowType.Binary.INSTANCE;
            case DataType.ListOf _ -> ArrowType.List.INSTANCE;
            case DataType.Date32 _ -> new ArrowType.Date(DateUnit.DAY);
            case DataType.Timestamp timestamp -> new ArrowType.Timestamp(arrowUnit(timestamp), timestamp.zone());
        };
    }

    /// The columns of a file.
    static org.apache.arrow.vector.types.pojo.Schema arrowSchema(Schema schema, Map<String, String> metadata) {
        return new org.apache.arrow.vector.types.pojo.Schema(
                schema.fields().stream().map(ArrowVectors::arrowField).toList(), metadata);
    }

    /// The same the other way round.
    ///
    /// @throws IllegalArgumentException if the engine has no such type
    static Schema schema(org.apache.arrow.vector.types.pojo.Schema schema) {
        return new Schema(schema.getFields().stream()
                .map(field -> new Field(field.getName(), dataType(field), field.isNullable()))
                .toList());
    }

    private static DataType dataType(org.apache.arrow.vector.types.pojo.Field field) {
        DataType type = switch (field.getType()) {
            case ArrowType.Bool _ -> DataType.BOOL;
            case ArrowType.Int number -> integer(number.getBitWidth());
            case ArrowType.FloatingPoint number ->
                number.getPrecision() == FloatingPointPrecision.SINGLE ? DataType.FLOAT32 : DataType.FLOAT64;
            case ArrowType.Decimal decimal -> DataType.decimal(decimal.getPrecision(), decimal.getScale());
            case ArrowType.Utf8 _ -> DataType.UTF8;
            case ArrowType.Binary _ -> DataType.BINARY;
            case ArrowType.Date _ -> DataType.DATE32;
            case ArrowType.Timestamp time
            when time.getTimezone() != null -> DataType.timestamp(unit(time.getUnit()), time.getTimezone());
            default -> null;
        };
        // What the two have in common only in part, as half floats, is found by going back.
        if (type == null || field.getDictionary() != null || !arrowType(type).equals(field.getType())) {
            throw new IllegalArgumentException("no such type here: " + field);
        }
        return type;
    }

    private static DataType integer(int bits) {
        return switch (bits) {
            case 8 -> DataType.INT8;
            case 16 -> DataType.INT16;
            case 32 -> DataType.INT32;
            default -> DataType.INT64;
        };
    }

    private static io.mullion.expr.TimeUnit unit(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> io.mullion.expr.TimeUnit.SECONDS;
            case MILLISECOND -> io.mullion.expr.TimeUnit.MILLIS;
            case MICROSECOND -> io.mullion.expr.TimeUnit.MICROS;
            case NANOSECOND -> io.mullion.expr.TimeUnit.NANOS;
        };
    }

    private static TimeUnit arrowUnit(DataType.Timestamp timestamp) {
        return switch (timestamp.unit()) {
            case SECONDS -> TimeUnit.SECOND;
            case MILLIS -> TimeUnit.MILLISECOND;
            case MICROS -> TimeUnit.MICROSECOND;
            case NANOS -> TimeUnit.NANOSECOND;
        };
    }

    private static FieldVector empty(Batch batch, int column) {
        Field field = batch.schema().field(column);
        return arrowField(field).createVector(batch.allocator());
    }

    private static org.apache.arrow.vector.types.pojo.Field arrowField(Field field) {
        FieldType type = new FieldType(field.nullable(), arrowType(field.type()), null);
        List<org.apache.arrow.vector.types.pojo.Field> elements = field.type() instanceof DataType.ListOf list
                ? List.of(arrowField(Field.of(ListVector.DATA_VECTOR_NAME, list.element())))
                : null;
        return new org.apache.arrow.vector.types.pojo.Field(field.name(), type, elements);
    }

    /// Arrow makes a validity buffer of its own, from the batch's account, where there are no nulls.
    private static void load(FieldVector vector, Batch batch, ColumnAddresses columns, int column, int rows) {
        Field field = batch.schema().field(column);
        if (vector instanceof ListVector lists) {
            copyLists(lists, batch, column, 0, rows);
            return;
        }
        List<ArrowBuf> buffers = new ArrayList<>();
        if (field.nullable()) {
            buffers.add(buffer(batch, columns, column, ColumnAddresses.VALIDITY));
        } else {
            buffers.add(batch.allocator().getEmpty());
        }
        if (batch.variableSize(column)) {
            buffers.add(buffer(batch, columns, column, ColumnAddresses.OFFSETS));
        }
        buffers.add(buffer(batch, columns, column, ColumnAddresses.DATA));
        vector.loadFieldBuffers(new ArrowFieldNode(rows, nullCount(batch, column, rows)), buffers);
    }

    /// Copies the rows [from, to) of a column of lists. Arrow's own copying of lists does not know every type.
    static void copyLists(ListVector vector, Batch batch, int column, int from, int to) {
        ListElements elements =
                new ListElements((DataType.ListOf) batch.schema().field(column).type());
        FieldVector values = vector.getDataVector();
        int count = 0;
        for (int row = from; row < to; row++) {
            if (batch.isNull(column, row)) {
                vector.setNull(row - from);
                continue;
            }
            vector.startNewValue(row - from);
            int first = count;
            elements.of(batch.utf8Address(column, row), batch.utf8Length(column, row));
            while (elements.hasNext()) {
                elements.copyTo(values, count++);
            }
            vector.endValue(row - from, count - first);
        }
        vector.setValueCount(to - from);
    }

    private static ArrowBuf buffer(Batch batch, ColumnAddresses columns, int column, int buffer) {
        return batch.buffer(columns.address(column, buffer), columns.limit(column, buffer));
    }

    private static int nullCount(Batch batch, int column, int rows) {
        int nulls = 0;
        if (batch.schema().field(column).nullable()) {
            for (int row = 0; row < rows; row++) {
                nulls += batch.isNull(column, row) ? 1 : 0;
            }
        }
        return nulls;
    }
}
