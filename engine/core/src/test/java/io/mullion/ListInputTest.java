package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.collectList;
import static io.mullion.expr.Expressions.explode;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Lists that come in as Arrow vectors.
@Tag("checked")
class ListInputTest {
    private static final Schema COLUMNS =
            Schema.of(Field.of("id", DataType.INT64), Field.nullable("list", DataType.listOf(DataType.INT64)));

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Collected results = new Collected();

    /// Row i has a list of i modulo 7 elements, of those with 5 none at all.
    private static VectorSchemaRoot rows(RootAllocator allocator, int count) {
        BigIntVector ids = new BigIntVector("id", allocator);
        ListVector lists = ListVector.empty("list", allocator);
        lists.addOrGetVector(FieldType.nullable(new ArrowType.Int(64, true)));
        BigIntVector elements = (BigIntVector) lists.getDataVector();
        int next = 0;
        for (int row = 0; row < count; row++) {
            ids.setSafe(row, row);
            if (row % 7 == 5) {
                lists.setNull(row);
                continue;
            }
            lists.startNewValue(row);
            for (int i = 0; i < row % 7; i++) {
                elements.setSafe(next++, 100L * row + i);
            }
            lists.endValue(row, row % 7);
        }
        elements.setValueCount(next);
        lists.setValueCount(count);
        ids.setValueCount(count);
        return new VectorSchemaRoot(List.of(ids, lists));
    }

    private static List<Object> list(long row) {
        return row % 7 == 5
                ? null
                : new ArrayList<>(LongStream.range(0, row % 7)
                        .mapToObj(i -> 100L * row + i)
                        .toList());
    }

    @Test
    void listsAreHandedOnAndTheirElementsBecomeRows() throws InterruptedException {
        int count = 500;
        Input<Void> input = pipeline.input("lists", COLUMNS, Overload.BLOCK);
        input.stream().to(results);
        Collected elements = new Collected();
        input.stream().flatMap(explode(col("list")).as("element")).to(elements);
        Engine engine = engines.start();
        Job job = engine.run(pipeline);
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot rows = rows(allocator, count);
                Producer<Void> feed = job.producer(input)) {
            assertEquals(count, feed.offer(rows, 0).accepted());
        }
        job.drain();
        job.await();
        List<List<Object>> expected = new ArrayList<>();
        List<Object> expectedElements = new ArrayList<>();
        for (long row = 0; row < count; row++) {
            expected.add(Arrays.asList(row, list(row)));
            if (list(row) != null) {
                expectedElements.addAll(list(row));
            }
        }
        assertEquals(expected, results.rows);
        assertEquals(expectedElements, elements.column("element"));
    }

    /// What the engine makes as lists, and hands over as Arrow vectors, comes in again as it was.
    @ParameterizedTest
    @MethodSource("io.mullion.TypeSample#all")
    void listsOfEveryTypeComeBack(TypeSample sample) throws InterruptedException {
        Schema columns = Schema.of(
                Field.of("time", DataType.timestamp(TimeUnit.SECONDS)), Field.nullable("value", sample.type()));
        Input<Void> input = pipeline.input("values", columns, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
        Collected before = new Collected();
        BatchedStream collected = input.stream()
                .batchInterval(Duration.ofSeconds(1))
                .reduce(collectList("value").as("all"));
        collected.to(before);
        collected.transform(collected.schema(), (batch, time) -> batch).to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Void> feed = job.producer(input)) {
            for (Object value : sample.values()) {
                RowWriter row = feed.row().setLong(0, 1);
                TypeSample.write(row, 1, value);
                row.commit();
            }
            engine.advanceTo(Duration.ofSeconds(3));
        }
        job.drain();
        job.await();
        assertTrue(before.rows.stream()
                .anyMatch(row -> row.getFirst() instanceof List<?> list
                        && list.size() == sample.values().size()));
        assertEquals(comparable(before), comparable(results));
    }

    private static List<Object> comparable(Collected collected) {
        return collected.rows.stream()
                .map(row -> row.getFirst() instanceof List<?> list
                        ? list.stream()
                                .map(it -> it instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : it)
                                .toList()
                        : row.getFirst())
                .toList();
    }

    @Test
    void whatIsNoListOfTheColumnIsRefused() throws InterruptedException {
        Input<Void> input = pipeline.input("lists", COLUMNS, Overload.BLOCK);
        input.stream().to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (RootAllocator allocator = new RootAllocator();
                Producer<Void> feed = job.producer(input)) {
            try (VectorSchemaRoot rows = rows(allocator, 8)) {
                ListVector lists = (ListVector) rows.getVector("list");
                ((BigIntVector) lists.getDataVector()).setNull(2);
                assertMessage("a null in the list of row 2", () -> feed.offer(rows, 0));
            }
            try (VectorSchemaRoot rows = rows(allocator, 8)) {
                rows.getVector("list").getOffsetBuffer().setInt(4L * 3, 1_000);
                assertMessage("a list that leaves the elements, in row 2", () -> feed.offer(rows, 0));
            }
            try (BigIntVector ids = new BigIntVector("id", allocator);
                    ListVector lists = ListVector.empty("list", allocator)) {
                lists.addOrGetVector(FieldType.nullable(new ArrowType.Int(32, true)));
                assertTrue(lists.getDataVector() instanceof IntVector);
                VectorSchemaRoot rows = new VectorSchemaRoot(List.of(ids, lists));
                assertMessage("a list of Int(32, true)", () -> feed.offer(rows, 0));
            }
        }
        job.drain();
        job.await();
        assertEquals(List.of(), results.rows);
    }

    /// Too large for a batch: a dead letter, and the rows behind it go on.
    @Test
    void aListThatFitsNoBatchIsADeadLetter() throws InterruptedException {
        Input<Void> input = pipeline.input("lists", COLUMNS, Overload.BLOCK);
        List<String> letters = new ArrayList<>();
        pipeline.deadLetters(letter -> letters.add(letter.reason()));
        input.stream().select(col("id")).to(results);
        TestEngine engine = engines.test(Engines.SMALL.withBatchDataBytes(40));
        Job job = engine.run(pipeline);
        int count = 14;
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot rows = rows(allocator, count);
                Producer<Void> feed = job.producer(input)) {
            assertEquals(2, feed.offer(rows, 0).deadLettered());
        }
        job.drain();
        job.await();
        assertEquals(2, letters.size(), letters::toString);
        assertEquals(
                LongStream.range(0, count).filter(row -> row % 7 != 6).boxed().toList(), results.column("id"));
    }

    private static void assertMessage(String part, Runnable call) {
        MullionException refusal = assertThrows(MullionException.class, call::run);
        assertTrue(refusal.getMessage().contains(part), refusal::getMessage);
    }
}
