package io.mullion.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchView;
import io.mullion.io.RowView;
import io.mullion.spec.MullionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a sink sees of a batch, by itself and as Arrow vectors.
class BatchViewTest {
    private static final Schema SCHEMA = Schema.of(
            Field.of("time", DataType.timestamp(TimeUnit.MICROS)),
            Field.nullable("n", DataType.INT64),
            Field.of("x", DataType.FLOAT64),
            Field.nullable("flag", DataType.BOOL),
            Field.of("plain", DataType.BOOL),
            Field.nullable("text", DataType.UTF8),
            Field.of("word", DataType.UTF8));

    private static final int ROWS = 21;

    private final Batches batches = new Batches();
    private final List<List<Object>> rows = rows();
    private final Batch batch = batches.of(SCHEMA, rows);
    private final BatchRows view = new BatchRows(SCHEMA);

    @AfterEach
    void close() {
        view.hide();
        batches.close();
    }

    @Test
    void moreRowsThanKernelsCanNumberAreRefused() {
        Schema schema = Schema.of(Field.of("n", DataType.INT64));
        MullionException refused =
                assertThrows(MullionException.class, () -> batches.empty(schema, ColumnAddresses.MOST_ROWS + 1, 1));
        assertEquals("more rows than a batch may hold: rows=268435457, limit=268435456", refused.getMessage());
        assertEquals(MullionException.Reason.OUT_OF_MEMORY, refused.reason());
    }

    @Test
    void aRowInWordsHasItsColumns() {
        Schema schema = Schema.of(
                Field.of("time", DataType.timestamp(TimeUnit.SECONDS)),
                Field.nullable("n", DataType.INT64),
                Field.of("word", DataType.UTF8));
        List<String> texts = new ArrayList<>();
        try (Batches made = new Batches()) {
            BatchRows shown = new BatchRows(schema);
            shown.show(made.of(schema, List.of(Arrays.asList(60L, null, "a"), Arrays.asList(61L, 7L, ""))), 0, 2)
                    .forEachRow(row -> texts.add(row.toString()));
            shown.hide();
        }
        assertEquals(
                List.of("{time=1970-01-01T00:01:00Z, n=null, word=a}", "{time=1970-01-01T00:01:01Z, n=7, word=}"),
                texts);
    }

    @ParameterizedTest(name = "rows {0} to {1}")
    @CsvSource({"0, 21", "0, 0", "0, 8", "1, 2", "3, 20", "8, 21", "20, 21"})
    void arrowVectorsShowTheSameRows(int from, int to) {
        view.show(batch, from, to);
        assertEquals(rows.subList(from, to), values(view));
        VectorSchemaRoot root = view.arrow();
        assertEquals(to - from, root.getRowCount());
        assertEquals(rows.subList(from, to), values(root));
        for (FieldVector vector : root.getFieldVectors()) {
            assertEquals(vector.getNullCount(), nulls(vector));
        }
    }

    @ParameterizedTest(name = "rows {0} to {1}")
    @CsvSource({"0, 21", "0, 0", "3, 20", "20, 21"})
    void aCopyOutlivesTheView(int from, int to) {
        try (BufferAllocator own = new RootAllocator()) {
            view.show(batch, from, to);
            try (VectorSchemaRoot copy = view.toArrow(own)) {
                view.hide();
                assertEquals(rows.subList(from, to), values(copy));
                assertTrue(to == from || own.getAllocatedMemory() > 0);
            }
        }
    }

    @Test
    void typesAndNullabilityAreArrows() {
        view.show(batch, 0, ROWS);
        org.apache.arrow.vector.types.pojo.Schema arrow = view.arrow().getSchema();
        assertEquals(
                List.of(
                        new ArrowType.Timestamp(org.apache.arrow.vector.types.TimeUnit.MICROSECOND, "UTC"),
                        new ArrowType.Int(64, true),
                        new ArrowType.FloatingPoint(org.apache.arrow.vector.types.FloatingPointPrecision.DOUBLE),
                        ArrowType.Bool.INSTANCE,
                        ArrowType.Bool.INSTANCE,
                        ArrowType.Utf8.INSTANCE,
                        ArrowType.Utf8.INSTANCE),
                arrow.getFields().stream()
                        .map(org.apache.arrow.vector.types.pojo.Field::getType)
                        .toList());
        assertEquals(
                SCHEMA.fields().stream().map(Field::nullable).toList(),
                arrow.getFields().stream()
                        .map(org.apache.arrow.vector.types.pojo.Field::isNullable)
                        .toList());
    }

    @Test
    void vectorsKeepNoMemory() {
        long before = batches.pool.bytesOut();
        // Arrow makes bitmaps for columns without nulls, and shifts those of a slice that begins amid a byte.
        for (int from = 0; from < 3; from++) {
            view.show(batch, from, ROWS);
            view.arrow();
            view.arrow();
            view.hide();
            assertEquals(before, batches.pool.bytesOut());
        }
    }

    @Test
    void aViewEndsWithItsCallback() {
        view.show(batch, 0, ROWS);
        List<RowView> kept = new ArrayList<>();
        view.forEachRow(kept::add);
        view.hide();
        assertEquals(0, view.rowCount());
        assertMisuse(() -> view.int64(0, 0), "after its callback");
        assertMisuse(() -> view.isNull(1, 0), "after its callback");
        assertMisuse(() -> view.utf8(6, 0), "after its callback");
        assertMisuse(() -> view.bytesAddress(6, 0), "after its callback");
        assertMisuse(view::arrow, "after its callback");
        assertMisuse(() -> kept.getFirst().int64(0), "after its callback");
    }

    @Test
    void oneFlyweightServesAllRows() {
        view.show(batch, 5, ROWS);
        Set<RowView> objects = new HashSet<>();
        List<Object> times = new ArrayList<>();
        view.forEachRow(row -> {
            objects.add(row);
            times.add(row.int64("time"));
            assertSame(SCHEMA, row.schema());
        });
        assertEquals(1, objects.size());
        assertEquals(rows.subList(5, ROWS).stream().map(List::getFirst).toList(), times);
    }

    @Test
    void mistakesNameTheColumn() {
        view.show(batch, 0, ROWS);
        assertMisuse(() -> view.int64(5, 0), "column text is utf8, read as an integer");
        assertMisuse(() -> view.float64(1, 0), "column n is int64, read as float64");
        assertMisuse(() -> view.bool(0, 0), "column time is timestamp(us, UTC), read as bool");
        assertMisuse(() -> view.utf8(2, 0), "column x is float64, read as utf8");
        assertMisuse(() -> view.int64(0, ROWS), "row=21, rowCount=21");
        assertMisuse(() -> view.int64(0, -1), "row=-1");
        view.forEachRow(row -> assertThrows(ExpressionException.class, () -> row.int64("nowhere")));
    }

    private static void assertMisuse(Executable use, String part) {
        MullionException misuse = assertThrows(MullionException.class, use);
        assertEquals(MullionException.Reason.MISUSE, misuse.reason());
        assertTrue(misuse.getMessage().contains(part), misuse::getMessage);
    }

    private static int nulls(FieldVector vector) {
        int nulls = 0;
        for (int row = 0; row < vector.getValueCount(); row++) {
            nulls += vector.isNull(row) ? 1 : 0;
        }
        return nulls;
    }

    private static List<List<Object>> values(VectorSchemaRoot root) {
        List<List<Object>> values = new ArrayList<>();
        for (int row = 0; row < root.getRowCount(); row++) {
            List<Object> cells = new ArrayList<>();
            for (FieldVector vector : root.getFieldVectors()) {
                Object cell = vector.getObject(row);
                cells.add(cell instanceof Text text ? text.toString() : cell);
            }
            values.add(cells);
        }
        return values;
    }

    private static List<List<Object>> values(BatchView view) {
        List<List<Object>> values = new ArrayList<>();
        for (int row = 0; row < view.rowCount(); row++) {
            assertFalse(view.isNull(0, row));
            assertEquals(view.utf8(6, row).length(), view.bytesLength(6, row));
            values.add(Arrays.asList(
                    view.int64(0, row),
                    view.isNull(1, row) ? null : (Object) view.int64(1, row),
                    view.float64(2, row),
                    view.isNull(3, row) ? null : (Object) view.bool(3, row),
                    view.bool(4, row),
                    view.isNull(5, row) ? null : view.utf8(5, row),
                    view.utf8(6, row)));
        }
        return values;
    }

    private static List<List<Object>> rows() {
        List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(Arrays.asList(
                    i * 1_000_000L - 5,
                    i % 3 == 0 ? null : (Object) (long) i,
                    i / 4.0,
                    i % 5 == 2 ? null : (Object) (i % 2 == 0),
                    i % 3 == 1,
                    i % 4 == 1 ? null : "tëxt".repeat(i % 3),
                    "w" + i));
        }
        return rows;
    }
}
