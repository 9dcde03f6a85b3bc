package io.mullion.conformance;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Rows of int64 and utf8 as Arrow vectors, and back.
final class ArrowTable {
    private ArrowTable() {}

    static VectorSchemaRoot of(Schema schema, List<List<Object>> rows, BufferAllocator allocator) {
        List<FieldVector> vectors = new ArrayList<>();
        for (int column = 0; column < schema.size(); column++) {
            Field field = schema.field(column);
            FieldVector vector = field.type().equals(DataType.INT64)
                    ? new BigIntVector(field.name(), allocator)
                    : new VarCharVector(field.name(), allocator);
            vector.allocateNew();
            for (int row = 0; row < rows.size(); row++) {
                set(vector, row, rows.get(row).get(column));
            }
            vector.setValueCount(rows.size());
            vectors.add(vector);
        }
        return new VectorSchemaRoot(vectors);
    }

    private static void set(FieldVector vector, int row, Object cell) {
        switch (vector) {
            case BigIntVector numbers when cell instanceof Long number -> numbers.setSafe(row, number);
            case VarCharVector texts
            when cell instanceof String text -> texts.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
            default -> vector.setNull(row);
        }
    }

    static List<List<Object>> rows(VectorSchemaRoot root) {
        List<List<Object>> rows = new ArrayList<>();
        for (int row = 0; row < root.getRowCount(); row++) {
            Object[] cells = new Object[root.getFieldVectors().size()];
            for (int column = 0; column < cells.length; column++) {
                Object cell = root.getVector(column).getObject(row);
                cells[column] = cell == null || cell instanceof Long ? cell : cell.toString();
            }
            rows.add(Arrays.asList(cells));
        }
        return rows;
    }
}
