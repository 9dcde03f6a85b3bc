package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.collectList;
import static io.mullion.expr.Expressions.collectSet;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.countDistinct;
import static io.mullion.expr.Expressions.explode;
import static io.mullion.expr.Expressions.first;
import static io.mullion.expr.Expressions.last;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.minBy;
import static io.mullion.expr.Expressions.sum;
import static io.mullion.expr.Expressions.sumDistinct;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Aggregates that keep values or text, of every type and through every kind of window; the oracle has them over random
/// streams.
class ListsAndTextsTest {
    record Reading(@EventTime(TimeUnit.SECONDS) long time, String sensor, Long value, String text) {}

    private static final Window TEN_SECONDS = Window.tumbling(Duration.ofSeconds(10));

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected collected = new Collected();
    private final Pipeline pipeline = Pipeline.create();

    static Stream<TypeSample> types() {
        return TypeSample.all().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeIsCollectedAndChosen(TypeSample sample) throws InterruptedException {
        Schema schema = Schema.of(
                Field.of("time", DataType.timestamp(TimeUnit.SECONDS)),
                new Field("v", sample.type(), true),
                Field.of("n", DataType.INT64));
        List<Object> values = new ArrayList<>();
        values.add(null);
        values.addAll(sample.values());
        values.addAll(sample.values());
        Input<Void> input = pipeline.input("rows", schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
        List<String> arrow = new ArrayList<>();
        DataStream results = input.stream()
                .window(TEN_SECONDS)
                .aggregate(
                        collectList("v").as("list"),
                        collectSet("v").as("set"),
                        countDistinct("v").as("distinct"),
                        first(col("v")).as("first"),
                        last(col("v")).as("last"),
                        minBy(col("v"), col("n")).filter(col("v").isNotNull()).as("least"));
        results.to(collected);
        results.to(Sinks.forEachBatch(batch -> {
            try (RootAllocator allocator = new RootAllocator();
                    VectorSchemaRoot copy = batch.toArrow(allocator)) {
                arrow.add(batch.arrow().getVector("list").getObject(0).toString());
                assertEquals(
                        arrow.getLast(), copy.getVector("list").getObject(0).toString());
            }
        }));
        try (TestEngine engine = engines.test()) {
            Job job = engine.run(pipeline);
            try (Producer<Void> producer = job.producer(input)) {
                for (int i = 0; i < values.size(); i++) {
                    RowWriter row = producer.row().setLong(0, 1 + i % 3).setLong(2, i);
                    if (values.get(i) != null) {
                        TypeSample.write(row, 1, values.get(i));
                    }
                    row.commit();
                }
            }
            job.drain();
            job.await();
        }
        List<Object> elements =
                sample.values().stream().map(it -> element(sample.type(), it)).toList();
        List<Object> row = collected.rows.getFirst();
        assertElements(twice(elements), row.get(2));
        assertElements(
                elements.stream().map(ListsAndTextsTest::canonical).distinct().toList(), canonical(row.get(3)));
        assertEquals((long) ((List<?>) row.get(3)).size(), row.get(4));
        assertEquals(null, row.get(5), "the first row, at second 1, has none");
        assertEquals(values.get(lastAt(values.size(), 3)), row.get(6));
        assertEquals(values.get(1), row.get(7));
        assertEquals(1, arrow.size());
        assertEquals(2 * elements.size(), arrow.getFirst().split(",").length);
    }

    @ParameterizedTest
    @MethodSource("types")
    void theElementsOfAListBecomeRows(TypeSample sample) throws InterruptedException {
        Schema schema = Schema.of(
                Field.of("time", DataType.timestamp(TimeUnit.SECONDS)),
                Field.of("key", DataType.INT64),
                new Field("v", sample.type(), true));
        Input<Void> input = pipeline.input("rows", schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
        DataStream lists = input.stream()
                .keyBy("key")
                .window(TEN_SECONDS)
                .aggregate(collectList("v").as("list"));
        lists.flatMap(col("key"), explode("list").as("v"), col("list").as("whole"))
                .to(collected);
        // Few rows fit into a batch, so a list goes out in parts.
        try (TestEngine engine = engines.test(Engines.SMALL.withBatchRows(3).withBatchDataBytes(1 << 14))) {
            Job job = engine.run(pipeline);
            try (Producer<Void> producer = job.producer(input)) {
                for (long key = 0; key < 5; key++) {
                    // Of key 0 there are no values.
                    producer.row().setLong(0, 1).setLong(1, key).commit();
                    for (int i = 0; i < key * sample.values().size(); i++) {
                        RowWriter row = producer.row().setLong(0, 1).setLong(1, key);
                        TypeSample.write(
                                row, 2, sample.values().get(i % sample.values().size()));
                        row.commit();
                    }
                }
            }
            job.drain();
            job.await();
        }
        List<List<Object>> expected = new ArrayList<>();
        for (long key = 0; key < 5; key++) {
            for (int i = 0; i < key * sample.values().size(); i++) {
                expected.add(
                        List.of(key, sample.values().get(i % sample.values().size())));
            }
        }
        assertEquals(
                expected, collected.rows.stream().map(row -> row.subList(0, 2)).toList());
        List<Object> elements =
                sample.values().stream().map(it -> element(sample.type(), it)).toList();
        assertElements(elements, collected.rows.getFirst().get(2));
        assertElements(twice(elements), collected.rows.get(elements.size()).get(2));
    }

    @Test
    void listsAreHandedOnAsTheyAre() throws InterruptedException {
        List<String> lines = new ArrayList<>();
        DataStream results = readings(
                        TEN_SECONDS,
                        "sensor",
                        sum("value").dividedBy(count()).as("mean"),
                        collectList("text").as("texts"),
                        collectList("value").as("values"))
                .select(col("texts"), col("mean"), col("sensor"), col("values"))
                .filter(col("mean").gt(0));
        results.to(collected);
        results.to(Sinks.forEachRow(row -> lines.add(row.list("texts") + " " + row.list(3))));
        run(
                reading(1, "a", 10, "x"),
                reading(2, "b", null, "y"),
                reading(3, "a", 20, ""),
                reading(4, "a", 30, null),
                reading(5, "b", 7, "zz"));
        assertEquals(
                List.of(
                        List.of(List.of("x", ""), 20L, "a", List.of(10L, 20L, 30L)),
                        List.of(List.of("y", "zz"), 3L, "b", List.of(7L))),
                collected.rows.stream().map(row -> row.subList(0, 4)).toList());
        assertEquals(List.of("[x, ] [10, 20, 30]", "[y, zz] [7]"), lines);
    }

    @Test
    void aLimitKeepsTheFirstValues() throws InterruptedException {
        readings(
                        Window.sliding(Duration.ofSeconds(4), Duration.ofSeconds(2)),
                        "sensor",
                        collectList(col("value"), 3).as("three"),
                        collectSet(col("value").remainder(2), 1).as("one"),
                        collectList(col("text"), 1).as("text"))
                .to(collected);
        run(
                reading(0, "a", 1, "p"),
                reading(1, "a", 2, "q"),
                reading(2, "a", 3, "r"),
                reading(3, "a", 4, "s"),
                reading(4, "a", 5, "t"));
        assertEquals(
                List.of(
                        List.of(-2L, 2L, "a", List.of(1L, 2L), List.of(1L), List.of("p")),
                        List.of(0L, 4L, "a", List.of(1L, 2L, 3L), List.of(1L), List.of("p")),
                        List.of(2L, 6L, "a", List.of(3L, 4L, 5L), List.of(1L), List.of("r")),
                        List.of(4L, 8L, "a", List.of(5L), List.of(1L), List.of("t"))),
                collected.rows);
    }

    @Test
    void windowsOfRowsAndSessionsAndTheGlobalOneCollectInOrder() throws InterruptedException {
        Input<Reading> input = pipeline.input("readings", Reading.class, Watermark.bounded(Duration.ZERO));
        Collected rows = new Collected();
        Collected sessions = new Collected();
        Collected global = new Collected();
        Collected changed = new Collected();
        WindowedStream[] windows = Stream.of(
                        Window.slidingRows(4, 2),
                        Window.session(Duration.ofSeconds(3)),
                        Window.global(Duration.ofSeconds(10)),
                        Window.global(Duration.ofSeconds(10)).ofChanges())
                .map(window -> input.stream().keyBy("sensor").window(window))
                .toArray(WindowedStream[]::new);
        Collected[] sinks = {rows, sessions, global, changed};
        for (int i = 0; i < windows.length; i++) {
            windows[i]
                    .aggregate(collectList("value").as("values"), max("text").as("text"))
                    .to(sinks[i]);
        }
        feed(
                input,
                reading(1, "a", 1, "b"),
                reading(2, "a", 2, "c"),
                reading(2, "b", 20, "z"),
                reading(3, "a", 3, "a"),
                reading(9, "a", 4, "a"),
                reading(10, "a", 5, null),
                reading(25, "a", 6, "d"));
        assertEquals(
                List.of(
                        List.of(0L, 4L, "a", List.of(1L, 2L, 3L, 4L), "c"),
                        List.of(2L, 6L, "a", List.of(3L, 4L, 5L, 6L), "d"),
                        List.of(4L, 6L, "a", List.of(5L, 6L), "d"),
                        List.of(0L, 1L, "b", List.of(20L), "z")),
                rows.rows);
        assertEquals(
                List.of(
                        List.of(2L, 5L, "b", List.of(20L), "z"),
                        List.of(1L, 6L, "a", List.of(1L, 2L, 3L), "c"),
                        List.of(9L, 13L, "a", List.of(4L, 5L), "a"),
                        List.of(25L, 28L, "a", List.of(6L), "d")),
                sessions.rows);
        assertEquals(
                List.of("a", List.of(1L, 2L, 3L, 4L, 5L, 6L), "d"),
                global.rows.get(global.rows.size() - 2).subList(0, 3));
        assertEquals(
                List.of("a", List.of(1L, 2L, 3L, 4L, 5L, 6L), "d"),
                changed.rows.getLast().subList(0, 3));
        assertEquals(List.of("b", List.of(20L), "z"), global.rows.getLast().subList(0, 3));
    }

    @Test
    void aListThatFitsNoBatchIsADeadLetterAndTheOthersGoOn() throws InterruptedException {
        List<String> letters = new ArrayList<>();
        pipeline.deadLetters(letter -> letters.add(letter.toString()));
        readings(TEN_SECONDS, "sensor", collectList("value").as("values")).to(collected);
        Reading[] rows = LongStream.range(0, 400)
                .mapToObj(i -> reading(1, i % 4 == 0 ? "few" + i : i % 4 == 1 ? "some" : "many", i, ""))
                .toArray(Reading[]::new);
        run(rows);
        assertEquals(1, letters.size(), letters::toString);
        assertTrue(letters.getFirst().contains("larger than the data area"), letters::toString);
        assertTrue(letters.getFirst().contains("sensor=many"), letters::toString);
        assertEquals(101, collected.rows.size());
        for (List<Object> row : collected.rows) {
            assertEquals(row.get(2).equals("some") ? 100 : 1, ((List<?>) row.get(3)).size());
        }
    }

    @Test
    void aSumOfDifferentValuesThatLeavesInt64IsADeadLetter() throws InterruptedException {
        List<String> letters = new ArrayList<>();
        pipeline.deadLetters(letter -> letters.add(letter.toString()));
        readings(TEN_SECONDS, "sensor", sumDistinct("value").as("sum")).to(collected);
        run(
                reading(1, "a", Long.MAX_VALUE, ""),
                reading(1, "a", Long.MAX_VALUE, ""),
                reading(1, "a", -1, ""),
                reading(1, "b", Long.MAX_VALUE, ""),
                reading(1, "b", 1, ""),
                reading(1, "c", null, ""));
        assertEquals(
                List.of(List.of(0L, 10L, "a", Long.MAX_VALUE - 1), Arrays.asList(0L, 10L, "c", null)), collected.rows);
        assertEquals(1, letters.size());
        assertTrue(letters.getFirst().contains("integer sum leaves int64"), letters::toString);
    }

    @Test
    void manyDifferentValuesAreCounted() throws InterruptedException {
        readings(
                        Window.sliding(Duration.ofSeconds(20), Duration.ofSeconds(10)),
                        "sensor",
                        countDistinct("value").as("values"),
                        countDistinct("text").as("texts"))
                .to(collected);
        run(LongStream.range(0, 30_000)
                .mapToObj(i -> reading(i / 1_000, "a", i * 0x9E3779B97F4A7C15L >> i % 3, "t" + i % 7_001))
                .toArray(Reading[]::new));
        long[] values = LongStream.range(0, 30_000)
                .map(i -> i * 0x9E3779B97F4A7C15L >> i % 3)
                .toArray();
        assertEquals(4, collected.rows.size());
        assertEquals(
                List.of(
                        -10L,
                        10L,
                        "a",
                        LongStream.of(values).limit(10_000).distinct().count(),
                        7_001L),
                collected.rows.getFirst());
        assertEquals(
                List.of(
                        10L,
                        30L,
                        "a",
                        LongStream.of(values).skip(10_000).distinct().count(),
                        7_001L),
                collected.rows.get(2));
    }

    @Test
    void lateRowsChangeWhatWasCollected() throws InterruptedException {
        Input<Reading> input = pipeline.input("readings", Reading.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .keyBy("sensor")
                .window(TEN_SECONDS)
                .allowedLateness(Duration.ofSeconds(100))
                .aggregate(collectList("value").as("values"), min("text").as("text"))
                .to(collected);
        feed(
                input,
                reading(1, "a", 1, "m"),
                reading(2, "b", 2, "n"),
                reading(30, "a", 3, "x"),
                reading(4, "a", 4, "c"));
        assertEquals(
                List.of(
                        List.of(0L, 10L, "a", List.of(1L), "m", 0L),
                        List.of(0L, 10L, "b", List.of(2L), "n", 0L),
                        List.of(0L, 10L, "a", List.of(1L, 4L), "c", 1L),
                        List.of(30L, 40L, "a", List.of(3L), "x", 0L)),
                collected.rows);
    }

    @Test
    void valuesCountAgainstTheBudget() {
        Input<Reading> input = pipeline.input("readings", Reading.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .window(Window.tumbling(Duration.ofDays(1)))
                .aggregate(collectList("value").as("values"))
                .to(collected);
        try (TestEngine engine = engines.test(Engines.SMALL.withMemoryLimitBytes(8 << 20))) {
            Job job = engine.run(pipeline);
            Producer<Reading> producer = job.producer(input);
            for (int i = 0; i < 2_000_000 && producer.offer(reading(1, "a", i, "")) == Offer.ACCEPTED; i++) {
                if (i % 100 == 0) {
                    engine.runUntilIdle();
                }
            }
            MullionException failure = assertThrows(MullionException.class, job::await);
            assertEquals(MullionException.Reason.OUT_OF_MEMORY, failure.reason());
        }
    }

    @Test
    void whatListsCannotDoIsSaidBeforeTheFirstRow() {
        Input<Reading> input = pipeline.input("readings", Reading.class, Watermark.bounded(Duration.ZERO));
        DataStream lists = input.stream()
                .window(TEN_SECONDS)
                .aggregate(collectList("value").as("values"));
        assertMessage("lists are not compared", () -> lists.filter(col("values").eq(col("values"))));
        assertMessage("a list is no key", () -> lists.keyBy("values"));
        assertMessage("makes no lists of lists", () -> lists.window(TEN_SECONDS).aggregate(collectSet("values")));
        assertMessage("lists have no order", () -> lists.window(TEN_SECONDS).aggregate(max("values")));
        assertMessage("limit=0", () -> collectList(col("value"), 0));
        assertMessage(
                "sumDistinct needs", () -> input.stream().window(TEN_SECONDS).aggregate(sumDistinct("text")));
        assertMessage(
                "chooses by a value of 8 bytes at most",
                () -> input.stream().window(TEN_SECONDS).aggregate(minBy(col("text"), col("text"))));
    }

    private static void assertMessage(String part, Runnable call) {
        RuntimeException refusal = assertThrows(RuntimeException.class, call::run);
        assertTrue(refusal.getMessage().contains(part), refusal::getMessage);
    }

    private DataStream readings(Window window, String key, Expr... aggregates) {
        Input<Reading> input = pipeline.input("readings", Reading.class, Watermark.bounded(Duration.ZERO));
        this.input = input;
        return input.stream().keyBy(key).window(window).aggregate(aggregates);
    }

    private Input<Reading> input;

    private void run(Reading... readings) throws InterruptedException {
        feed(input, readings);
    }

    private void feed(Input<Reading> input, Reading... readings) throws InterruptedException {
        try (TestEngine engine = engines.test()) {
            Job job = engine.run(pipeline);
            try (Producer<Reading> producer = job.producer(input)) {
                for (Reading reading : readings) {
                    producer.offer(reading);
                    engine.runUntilIdle();
                }
            }
            job.drain();
            job.await();
        }
    }

    private static Reading reading(long time, String sensor, Object value, String text) {
        return new Reading(time, sensor, value == null ? null : ((Number) value).longValue(), text);
    }

    /// Of `count` rows, at times that repeat after `period`, the last at the greatest time.
    private static int lastAt(int count, int period) {
        int last = period - 1;
        while (last + period < count) {
            last += period;
        }
        return last;
    }

    private static List<Object> twice(List<Object> values) {
        List<Object> twice = new ArrayList<>(values);
        twice.addAll(values);
        return twice;
    }

    private static Object element(DataType type, Object value) {
        return switch (type) {
            case DataType.Float32 _ -> (double) (Float) value;
            default -> value;
        };
    }

    private static Object canonical(Object value) {
        return switch (value) {
            case List<?> list -> list.stream().map(ListsAndTextsTest::canonical).toList();
            case Double number -> Double.isNaN(number) ? Double.valueOf(Double.NaN) : (Object) (number + 0.0);
            case byte[] bytes -> ByteBuffer.wrap(bytes);
            default -> value;
        };
    }

    private static void assertElements(List<Object> expected, Object actual) {
        assertArrayEquals(
                expected.stream().map(ListsAndTextsTest::bits).toArray(),
                ((List<?>) actual).stream().map(ListsAndTextsTest::bits).toArray());
    }

    private static Object bits(Object value) {
        return switch (value) {
            case byte[] bytes -> ByteBuffer.wrap(bytes);
            case Double _, Long _, Boolean _, String _, ByteBuffer _, BigDecimal _, LocalDate _ -> value;
            default -> throw new IllegalArgumentException("not an element: " + value.getClass());
        };
    }
}
