package io.mullion.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.TypeSample;
import io.mullion.batch.Batch;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Tables come back as they were written, and Arrow's own reader finds the same in their files.
@Tag("checked")
class TableFileTest {
    /// Those at which a bitmap, or its last word, has no room to spare.
    private static final Set<Integer> SIZES = Set.of(0, 1, 7, 8, 9, 63, 64, 65, 1000);

    @RegisterExtension
    final Checkpoints checkpoints = new Checkpoints();

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void rowsOfEveryTypeComeBack(TypeSample sample) {
        Schema schema = Schema.of(
                Field.of("value", sample.type()),
                Field.nullable("maybe", sample.type()),
                Field.nullable("never", sample.type()));
        try (CheckpointStore store = checkpoints.open(folder, 1, Disk.local());
                CheckpointWriter writer = store.begin(1)) {
            for (int size : SIZES) {
                write(writer, "" + size, schema, List.of(rows(sample, size)));
            }
            StoredCheckpoint checkpoint = writer.finish();
            for (int size : SIZES) {
                StoredTable table = checkpoint.table("owner", "" + size).orElseThrow();
                assertEquals(size, table.rows());
                assertEquals(rows(sample, size), Checkpoints.rows(store, table), "rows=" + size);
                try (TableReader reader = store.read(table)) {
                    assertEquals(schema, reader.schema());
                }
            }
        }
    }

    @Test
    void batchesOfSeveralSizesComeBackInOrder() {
        TypeSample texts = sample(DataType.UTF8);
        Schema schema = Schema.of(
                Field.of("value", DataType.UTF8),
                Field.nullable("maybe", DataType.UTF8),
                Field.nullable("never", DataType.UTF8));
        List<List<List<Object>>> parts = IntStream.of(3, 500, 0, 1, 64)
                .mapToObj(rows -> rows(texts, rows))
                .toList();
        try (CheckpointStore store = checkpoints.open(folder, 1, Disk.local());
                CheckpointWriter writer = store.begin(1)) {
            write(writer, "texts", schema, parts);
            StoredTable table = writer.finish().table("owner", "texts").orElseThrow();
            assertEquals(parts.stream().flatMap(List::stream).toList(), Checkpoints.rows(store, table));
        }
    }

    @Test
    void tablesAreWrittenSideBySide() {
        try (CheckpointStore store = checkpoints.open(folder, 1, Disk.local());
                CheckpointWriter writer = store.begin(1);
                Batch batch = checkpoints.batches.unowned(Checkpoints.TOTALS, Checkpoints.totals(1, 10))) {
            TableWriter one = writer.table("owner", "one", Checkpoints.TOTALS);
            TableWriter other = writer.table("owner", "other", Checkpoints.TOTALS);
            one.append(batch, 3);
            other.append(batch, 10);
            one.append(batch, 2);
            other.end();
            one.end();
            StoredCheckpoint checkpoint = writer.finish();
            List<List<Object>> rows = new ArrayList<>(Checkpoints.totals(1, 3));
            rows.addAll(Checkpoints.totals(1, 2));
            assertEquals(
                    rows,
                    Checkpoints.rows(store, checkpoint.table("owner", "one").orElseThrow()));
            assertEquals(
                    Checkpoints.totals(1, 10),
                    Checkpoints.rows(store, checkpoint.table("owner", "other").orElseThrow()));
        }
    }

    /// More than the buffer before the file holds.
    @Test
    void largeColumnsComeBack() {
        Schema schema = Schema.of(Field.of("a", DataType.INT64), Field.of("b", DataType.INT32));
        int rows = 300_001;
        try (CheckpointStore store = checkpoints.open(folder, 1, Disk.local());
                CheckpointWriter writer = store.begin(1);
                Batch batch = checkpoints.batches.unowned(schema, rows)) {
            for (int row = 0; row < rows; row++) {
                RawMemory.putLong(data(batch, 0) + 8L * row, row * 7L);
                RawMemory.putInt(data(batch, 1) + 4L * row, -row);
            }
            TableWriter table = writer.table("owner", "large", schema);
            table.append(batch, rows);
            table.end();
            try (TableReader reader = store.read(writer.finish().tables().getFirst())) {
                Batch read = reader.next();
                assertEquals(rows, read.readable().rowLimit);
                for (int row = 0; row < rows; row++) {
                    assertEquals(row * 7L, read.int64(0, row));
                    assertEquals(-row, read.int64(1, row));
                }
                assertNull(reader.next());
            }
        }
    }

    @Test
    void arrowsReaderFindsTheSame() throws IOException {
        List<Field> fields = new ArrayList<>();
        for (TypeSample sample : TypeSample.all()) {
            fields.add(Field.of("value " + fields.size(), sample.type()));
            fields.add(Field.nullable("maybe " + fields.size(), sample.type()));
        }
        Schema schema = new Schema(fields);
        List<List<Object>> rows = IntStream.range(0, 65)
                .mapToObj(row -> TypeSample.all().stream()
                        .flatMap(sample ->
                                Arrays.asList(sample.value(row), row % 3 == 0 ? null : sample.value(row + 1)).stream())
                        .collect(Collectors.toCollection(ArrayList<Object>::new)))
                .<List<Object>>map(row -> row)
                .toList();
        StoredTable table;
        try (CheckpointStore store = checkpoints.open(folder, 1, Disk.local());
                CheckpointWriter writer = store.begin(7)) {
            table = write(writer, "all", schema, List.of(rows, rows.subList(0, 9)));
            writer.finish();
        }
        List<List<Object>> all = new ArrayList<>(rows);
        all.addAll(rows.subList(0, 9));
        try (BufferAllocator allocator = new RootAllocator();
                FileChannel file = FileChannel.open(folder.resolve(table.file()));
                ArrowFileReader reader = new ArrowFileReader(file, allocator)) {
            assertEquals(
                    Map.of("mullion.owner", "owner", "mullion.table", "all", "mullion.epoch", "7"),
                    reader.getVectorSchemaRoot().getSchema().getCustomMetadata());
            int row = 0;
            while (reader.loadNextBatch()) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                for (int i = 0; i < root.getRowCount(); i++) {
                    for (int column = 0; column < fields.size(); column++) {
                        assertEquals(
                                text(
                                        all.get(row).get(column),
                                        fields.get(column).type()),
                                text(
                                        root.getVector(column).getObject(i),
                                        fields.get(column).type()),
                                "row " + row + " of " + fields.get(column));
                    }
                    row++;
                }
            }
            assertEquals(all.size(), row);
        }
    }

    @Test
    void aTableWithoutRowsHasItsColumns() throws IOException {
        try (CheckpointStore store = checkpoints.open(folder, 1, Disk.local());
                CheckpointWriter writer = store.begin(1)) {
            StoredTable table =
                    writer.table("owner", "none", Checkpoints.TOTALS).end();
            writer.finish();
            try (TableReader reader = store.read(table)) {
                assertEquals(Checkpoints.TOTALS, reader.schema());
                assertNull(reader.next());
            }
            try (BufferAllocator allocator = new RootAllocator();
                    FileChannel file = FileChannel.open(folder.resolve(table.file()));
                    ArrowFileReader reader = new ArrowFileReader(file, allocator)) {
                assertEquals(
                        "[key, count]",
                        reader.getVectorSchemaRoot().getSchema().getFields().stream()
                                .map(org.apache.arrow.vector.types.pojo.Field::getName)
                                .toList()
                                .toString());
            }
        }
    }

    @Test
    void aBatchOfOtherColumnsAndListsAreRefused() {
        Schema lists = Schema.of(Field.of("values", DataType.listOf(DataType.INT64)));
        Schema others = Schema.of(Field.of("count", DataType.INT64));
        try (CheckpointStore store = checkpoints.open(folder, 1, Disk.local())) {
            try (CheckpointWriter writer = store.begin(1)) {
                MullionException refused =
                        assertThrows(MullionException.class, () -> writer.table("owner", "lists", lists));
                assertEquals("a file has no columns of lists: column=values list(int64)", refused.getMessage());
                MullionException over = assertThrows(MullionException.class, writer::finish);
                assertEquals("the checkpoint has failed: epoch=1", over.getMessage());
            }
            try (CheckpointWriter writer = store.begin(2);
                    Batch batch = checkpoints.batches.unowned(others, 1)) {
                TableWriter table = writer.table("owner", "totals", Checkpoints.TOTALS);
                MullionException refused = assertThrows(MullionException.class, () -> table.append(batch, 1));
                assertTrue(refused.getMessage().startsWith("the batch has other columns"), refused::getMessage);
            }
        }
    }

    private StoredTable write(CheckpointWriter writer, String name, Schema schema, List<List<List<Object>>> parts) {
        TableWriter table = writer.table("owner", name, schema);
        for (List<List<Object>> part : parts) {
            try (Batch batch = checkpoints.batches.unowned(schema, part)) {
                table.append(batch, part.size());
            }
        }
        return table.end();
    }

    private static List<List<Object>> rows(TypeSample sample, int rows) {
        return IntStream.range(0, rows)
                .mapToObj(row -> Arrays.asList(sample.value(row), row % 5 < 2 ? null : sample.value(row + 1), null))
                .toList();
    }

    private static TypeSample sample(DataType type) {
        return TypeSample.all().stream()
                .filter(sample -> sample.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static long data(Batch batch, int column) {
        return batch.writable().address(column, ColumnAddresses.DATA);
    }

    /// The two have different classes for the same value.
    private static String text(Object value, DataType type) {
        return switch (value) {
            case null -> "null";
            case byte[] bytes -> Arrays.toString(bytes);
            case java.nio.ByteBuffer bytes -> Arrays.toString(bytes.array());
            case BigDecimal decimal -> decimal.toPlainString();
            case java.time.LocalDate date -> Long.toString(date.toEpochDay());
            case java.time.LocalDateTime time -> {
                throw new IllegalStateException("a time without its zone: " + time + ", " + type);
            }
            default -> value.toString();
        };
    }
}
