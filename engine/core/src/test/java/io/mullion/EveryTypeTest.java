package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.io.Sink;
import io.mullion.spec.Overload;
import io.mullion.spec.Window;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Values of every type, to their edges, come out of a pipeline as they went in: with nulls and without, over several
/// batches, and in data areas so small that rows move on.
@Tag("checked")
class EveryTypeTest {
    private static final int ROWS = 200;

    /// A text of a hundred bytes and another fill the data area.
    private static final EngineConfig TIGHT = Engines.SMALL.withBatchDataBytes(128);

    @RegisterExtension
    final Engines engines = new Engines();

    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void rowsReachTheSinkAsTheyWereWritten(TypeSample sample) throws InterruptedException {
        Collected collected = new Collected();
        run(sample, Function.identity(), collected);
        assertRows(rows(sample), collected.rows);
    }

    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void aFilterPassesThem(TypeSample sample) throws InterruptedException {
        Collected collected = new Collected();
        run(sample, stream -> stream.filter(col("even")), collected);
        assertRows(
                rows(sample).stream()
                        .filter(row -> Boolean.TRUE.equals(row.get(2)))
                        .toList(),
                collected.rows);
    }

    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void aSelectCopiesThem(TypeSample sample) throws InterruptedException {
        Collected collected = new Collected();
        run(sample, stream -> stream.select(col("maybe").as("m"), col("even"), col("value")), collected);
        assertRows(
                rows(sample).stream()
                        .map(row -> Arrays.asList(row.get(1), row.get(2), row.get(0)))
                        .toList(),
                collected.rows);
    }

    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void aFilterAndASelectTogetherDo(TypeSample sample) throws InterruptedException {
        Collected collected = new Collected();
        run(sample, stream -> stream.filter(col("even")).select(col("maybe"), col("value")), collected);
        assertRows(
                rows(sample).stream()
                        .filter(row -> Boolean.TRUE.equals(row.get(2)))
                        .map(row -> Arrays.asList(row.get(1), row.get(0)))
                        .toList(),
                collected.rows);
    }

    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void theyAreKeysWithNullAsOneOfThem(TypeSample sample) throws InterruptedException {
        Collected collected = new Collected();
        run(
                sample,
                stream -> stream.keyBy("maybe")
                        .window(Window.tumbling(Duration.ofDays(1)))
                        .aggregate(count().as("n")),
                collected);
        Map<Object, Long> expected = new HashMap<>();
        rows(sample).forEach(row -> expected.merge(key(row.get(1)), 1L, Long::sum));
        Map<Object, Long> found = new HashMap<>();
        collected.rows.forEach(row -> found.merge(key(row.get(2)), (Long) row.get(3), Long::sum));
        assertEquals(expected, found);
        assertEquals(expected.size(), collected.rows.size());
    }

    /// As keys 0.0 and -0.0 are one.
    private static Object key(Object value) {
        return switch (value) {
            case null -> "null";
            case Float it -> it + 0.0f;
            case Double it -> it + 0.0;
            default -> value;
        };
    }

    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void csvWritesThemAsTextThatTellsNullFromEmpty(TypeSample sample) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        run(sample, Function.identity(), Sinks.csv(out));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("value,maybe,even", lines.getFirst());
        for (int i = 0; i < ROWS; i++) {
            String value = sample.texts().get(i % sample.texts().size());
            String maybe = i % 3 == 0
                    ? ""
                    : sample.texts().get((i + 1) % sample.texts().size());
            String even = i % 5 == 0 ? "" : String.valueOf(i % 2 == 0);
            assertEquals(value + "," + maybe + "," + even, lines.get(i + 1));
        }
        assertEquals(ROWS + 1, lines.size());
    }

    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void arrowVectorsShowThem(TypeSample sample) throws InterruptedException {
        List<List<Object>> shown = new ArrayList<>();
        List<List<Object>> copied = new ArrayList<>();
        List<Boolean> nullable = new ArrayList<>();
        try (BufferAllocator allocator = new RootAllocator()) {
            run(sample, Function.identity(), batch -> {
                VectorSchemaRoot root = batch.arrow();
                shown.addAll(values(root, batch.schema()));
                nullable.clear();
                root.getSchema().getFields().forEach(field -> nullable.add(field.isNullable()));
                try (VectorSchemaRoot copy = batch.toArrow(allocator)) {
                    assertEquals(root.getSchema(), copy.getSchema());
                    copied.addAll(values(copy, batch.schema()));
                }
            });
        }
        assertRows(rows(sample), shown);
        assertRows(rows(sample), copied);
        assertEquals(List.of(false, true, true), nullable);
    }

    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void aViewSaysWhatItDoesNotRead(TypeSample sample) throws InterruptedException {
        Set<String> refusals = new TreeSet<>();
        run(sample, Function.identity(), batch -> refusals.addAll(refusals(batch)));
        List<String> readable = switch (sample.type()) {
            case DataType.Bool _ -> List.of("bool");
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _ -> List.of("int64");
            case DataType.Float32 _, DataType.Float64 _ -> List.of("float64");
            case DataType.Decimal _ -> List.of("decimal", "decimalHigh");
            case DataType.Utf8 _ -> List.of("bytesAddress", "utf8");
            case DataType.ListOf _ -> List.of("list", "bytesAddress");
            case DataType.Binary _ -> List.of("binary", "bytesAddress");
            case DataType.Date32 _ -> List.of("date", "int64");
            case DataType.Timestamp _ -> List.of("instant", "int64");
        };
        Set<String> expected = new TreeSet<>(READS.stream().map(Read::name).toList());
        expected.removeAll(readable);
        assertEquals(expected, refusals);
    }

    private interface Reading {
        void read(BatchView batch);
    }

    private record Read(String name, Reading reading) {}

    private static final List<Read> READS = List.of(
            new Read("bool", batch -> batch.bool(0, 0)),
            new Read("int64", batch -> batch.int64(0, 0)),
            new Read("float64", batch -> batch.float64(0, 0)),
            new Read("decimal", batch -> batch.decimal(0, 0)),
            new Read("decimalHigh", batch -> batch.decimalHigh(0, 0)),
            new Read("utf8", batch -> batch.utf8(0, 0)),
            new Read("binary", batch -> batch.binary(0, 0)),
            new Read("bytesAddress", batch -> batch.bytesAddress(0, 0)),
            new Read("date", batch -> batch.date(0, 0)),
            new Read("instant", batch -> batch.instant(0, 0)));

    private static List<String> refusals(BatchView batch) {
        List<String> refused = new ArrayList<>();
        for (Read read : READS) {
            try {
                read.reading().read(batch);
            } catch (RuntimeException e) {
                if (e.getMessage().startsWith("column value is ")) {
                    refused.add(read.name());
                }
            }
        }
        return refused;
    }

    private static void assertRows(List<List<Object>> expected, List<List<Object>> found) {
        for (int row = 0; row < Math.min(expected.size(), found.size()); row++) {
            assertEquals(expected.get(row), found.get(row), "row " + row);
        }
        assertEquals(expected.size(), found.size());
    }

    private static List<List<Object>> rows(TypeSample sample) {
        List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(Arrays.asList(
                    sample.value(i),
                    i % 3 == 0 ? null : sample.value(i + 1),
                    i % 5 == 0 ? null : (Object) (i % 2 == 0)));
        }
        return rows;
    }

    private void run(TypeSample sample, Function<DataStream, DataStream> steps, Sink sink) throws InterruptedException {
        Schema schema = Schema.of(
                Field.of("value", sample.type()),
                Field.nullable("maybe", sample.type()),
                Field.nullable("even", DataType.BOOL));
        TestEngine engine = engines.test(TIGHT);
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = pipeline.input("rows", schema, Overload.BLOCK);
        steps.apply(input.stream()).to(sink);
        Job job = engine.run(pipeline);
        try (Producer<Void> producer = job.producer(input)) {
            for (List<Object> row : rows(sample)) {
                RowWriter writer = producer.row();
                for (int column = 0; column < row.size(); column++) {
                    TypeSample.write(writer, column, row.get(column));
                }
                assertEquals(Offer.ACCEPTED, writer.commit());
            }
        }
        job.drain();
        job.await();
    }

    private static List<List<Object>> values(VectorSchemaRoot root, Schema schema) {
        List<List<Object>> rows = new ArrayList<>();
        for (int row = 0; row < root.getRowCount(); row++) {
            List<Object> cells = new ArrayList<>();
            for (int column = 0; column < schema.size(); column++) {
                FieldVector vector = root.getVector(column);
                cells.add(
                        vector.isNull(row)
                                ? null
                                : value(
                                        vector.getObject(row),
                                        schema.field(column).type()));
            }
            rows.add(cells);
        }
        return rows;
    }

    private static Object value(Object arrow, DataType type) {
        return switch (arrow) {
            case Integer days when type instanceof DataType.Date32 -> LocalDate.ofEpochDay(days);
            case Byte it -> (long) it;
            case Short it -> (long) it;
            case Integer it -> (long) it;
            case Text it -> it.toString();
            case byte[] it -> ByteBuffer.wrap(it);
            default -> arrow;
        };
    }
}
