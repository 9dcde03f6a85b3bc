package io.mullion;

import static io.mullion.expr.Expressions.aggregate;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.reduceLong;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static io.mullion.expr.Expressions.upper;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.AggregateInputs;
import io.mullion.expr.AggregateResult;
import io.mullion.expr.AggregateState;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.StateAggregate;
import io.mullion.io.BatchFilesSink.Format;
import io.mullion.io.BatchQueue;
import io.mullion.io.BatchView;
import io.mullion.io.KeyedState;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.io.Source;
import io.mullion.spec.KeepKeys;
import io.mullion.spec.StateSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.VectorSchemaRootAppender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The code of `engine/docs/coming-from-spark-streaming.md`: the page shows what is compiled and run here.
class ComingFromSparkDocTest {
    private static final Path PAGE = Path.of("../docs/coming-from-spark-streaming.md");
    private static final Path SOURCE = Path.of("src/test/java/io/mullion/ComingFromSparkDocTest.java");
    private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");
    /// A row of a table: Spark's operation, code that is run here, more.
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `[^|]*\\| `([^`]+)` \\|");

    record Line(String line) {}

    record Pair(String k, long v) {}

    record Named(String k, String name) {}

    record Sum(long sum) {}

    /// The greatest value and the number of values.
    record Peak() implements StateAggregate {
        @Override
        public String name() {
            return "peak";
        }

        @Override
        public DataType resultType(List<DataType> inputs) {
            return DataType.INT64;
        }

        @Override
        public int stateWords() {
            return 1;
        }

        @Override
        public void accumulate(AggregateState state, AggregateInputs inputs) {
            state.setInt64(0, Math.max(state.int64(0), inputs.int64(0)));
        }

        @Override
        public void combine(AggregateState into, AggregateState from) {
            into.setInt64(0, Math.max(into.int64(0), from.int64(0)));
        }

        @Override
        public void result(AggregateState state, AggregateResult result) {
            result.int64(state.int64(0));
        }
    }

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    Path folder;

    private final Pipeline pipeline = Pipeline.create();

    /// Rows as text by batch.
    private static final class Batches implements Sink {
        final List<List<String>> batches = new ArrayList<>();
        private List<String> rows = new ArrayList<>();

        @Override
        public void accept(BatchView batch) {
            for (int row = 0; row < batch.rowCount(); row++) {
                StringBuilder text = new StringBuilder();
                for (int column = 0; column < batch.schema().size(); column++) {
                    text.append(column == 0 ? "" : " ").append(Collected.cell(batch, column, row));
                }
                rows.add(text.toString());
            }
        }

        @Override
        public void endBatch(long timeNanos) {
            batches.add(rows.stream().sorted().toList());
            rows = new ArrayList<>();
        }
    }

    @Test
    void thePageShowsCodeThatIsRunHere() throws IOException {
        String source = Files.readString(SOURCE);
        String page = Files.readString(PAGE);
        Matcher blocks = BLOCK.matcher(page);
        int shown = 0;
        while (blocks.find()) {
            String block = blocks.group(1)
                    .lines()
                    .map(line -> line.isEmpty() ? "" : "        " + line)
                    .collect(Collectors.joining("\n"));
            assertTrue(source.contains(block), () -> "the page shows what is not run:\n" + block);
            shown++;
        }
        String dense = dense(source);
        Matcher rows = ROW.matcher(page);
        while (rows.find()) {
            String code = rows.group(1).replace("\\|", "|");
            assertTrue(dense.contains(dense(code)), () -> "the page shows what is not run: " + code);
            shown++;
        }
        assertTrue(shown >= 40, "pieces of code: " + shown);
    }

    private static String dense(String code) {
        return code.replaceAll("\\s", "");
    }

    @Test
    void theWordsOfTheLastMinute() throws InterruptedException {
        Input<Line> input = pipeline.input("lines", Line.class);
        Batches results = new Batches();
        DataStream lines = input.stream();
        lines.batchInterval(ofSeconds(10))
                .flatMap(split(col("line"), " ").as("word"))
                .keyBy("word")
                .reduceByKeyAndWindow(ofSeconds(60), ofSeconds(10), count().as("count"))
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withMostBatches(7));
        try (Producer<Line> feed = job.producer(input)) {
            feed.offer(new Line("to be or not to be"));
            engine.advanceTo(ofSeconds(10));
            feed.offer(new Line("be"));
            engine.advanceTo(ofSeconds(70));
        }
        job.await();
        assertEquals(List.of("be 2", "not 1", "or 1", "to 2"), results.batches.getFirst());
        assertEquals(List.of("be 3", "not 1", "or 1", "to 2"), results.batches.get(5));
        assertEquals(List.of("be 1"), results.batches.get(6));
    }

    @Test
    void aTestOfAPipelineSleepsNowhere() throws InterruptedException {
        Input<Pair> input = pipeline.input("pairs", Pair.class);
        List<Long> counts = new ArrayList<>();
        input.stream().batchInterval(ofSeconds(1)).count().to(Sinks.forEachRow(row -> counts.add(row.int64("count"))));

        try (TestEngine engine = TestEngine.create()) {
            Job job = engine.run(pipeline, JobConfig.defaults().withMostBatches(2));
            try (Producer<Pair> feed = job.producer(input)) {
                feed.offer(new Pair("a", 1));
                feed.offer(new Pair("b", 2));
                engine.advanceTo(ofSeconds(2)); // two batches end: one with these rows, and an empty one
            }
            job.await();
        }
        assertEquals(List.of(2L, 0L), counts);
    }

    /// Each operation once, over two batches: (a, 1), (a, 3), (b, 2), then (b, 5).
    @Test
    void everyOperation() throws InterruptedException {
        Input<Pair> input = pipeline.input("pairs", Pair.class);
        Map<String, BatchedStream> asked = new LinkedHashMap<>();
        BatchedStream pairs = input.stream().batchInterval(ofSeconds(1));
        BatchedStream others = pairs.filter(col("v").gt(2));
        try (BufferAllocator allocator = new RootAllocator()) {
            asked.put("map", pairs.select(col("k"), col("v").times(2).as("twice")));
            asked.put("mapRecords", pairs.map(Pair.class, Pair.class, pair -> new Pair(pair.k(), -pair.v())));
            asked.put("flatMap", pairs.flatMap(split(col("k"), "-").as("part")));
            asked.put("filter", pairs.filter(col("v").gt(2)));
            asked.put("filterRecords", pairs.filter(Pair.class, pair -> pair.v() > 2));
            asked.put("mapValues", pairs.keyBy("k").mapValues(col("v").plus(1).as("v")));
            asked.put(
                    "flatMapValues",
                    pairs.keyBy("k").flatMapValues(split(upper(col("k")), "-").as("part")));
            asked.put("mapPartitions", pairs.repartition(3).mapBatches(pairs.schema(), (rows, time) -> rows));
            asked.put("partitionBy", pairs.keyBy("k").mapBatches(3, pairs.schema(), (rows, time) -> rows));
            asked.put("union", pairs.union(others));
            asked.put("count", pairs.count());
            asked.put("reduce", pairs.reduce(sum("v").as("total"), max("v").as("greatest")));
            asked.put(
                    "reduceFunction",
                    pairs.reduce(reduceLong(col("v"), (a, b) -> a | b).as("bits")));
            asked.put("countByValue", pairs.countByValue());
            asked.put("reduceByKey", pairs.keyBy("k").reduceByKey(sum("v").as("v")));
            asked.put(
                    "reduceRecordsByKey",
                    pairs.keyBy("k").reduceByKey(Pair.class, (a, b) -> new Pair(a.k(), a.v() + b.v())));
            asked.put("groupByKey", pairs.keyBy("k").groupByKey());
            asked.put(
                    "combineByKey",
                    pairs.keyBy("k")
                            .combineByKey(aggregate(new Peak(), col("v")).as("peak")));
            asked.put(
                    "transform",
                    pairs.transform(pairs.schema(), (rows, time) -> rows.slice(0, rows.getRowCount() / 2)));
            asked.put(
                    "transformWith",
                    pairs.transformWith(pairs.schema(), (batches, time) -> appended(batches, allocator), others));
            Table table = pipeline.table("names", Named.class, () -> List.of(new Named("b", "bob")));
            asked.put("joinTable", pairs.keyBy("k").join(table));
            asked.put("join", pairs.keyBy("k").join(others.keyBy("k")));
            asked.put("leftJoin", pairs.keyBy("k").leftJoin(others.keyBy("k")));
            asked.put("cogroup", pairs.keyBy("k").cogroup(others.keyBy("k")));
            asked.put(
                    "updateState",
                    pairs.keyBy("k")
                            .updateState(
                                    Pair.class,
                                    StateSpec.of(Sum.class),
                                    (values, state, time) -> added(values, state)));
            asked.put(
                    "mapWithState",
                    pairs.keyBy("k")
                            .mapWithState(
                                    Pair.class,
                                    StateSpec.of(Sum.class),
                                    Sum.class,
                                    (pair, state, out) -> add(pair, state, out)));
            asked.put("distinct", pairs.select(col("k")).distinct());
            asked.put("sort", pairs.sortDescending("v").limit(1));
            asked.put("window", pairs.window(ofSeconds(30), ofSeconds(1)));
            asked.put("countByWindow", pairs.countByWindow(ofSeconds(30), ofSeconds(1)));
            asked.put("reduceByWindow", pairs.reduceByWindow(ofSeconds(30), ofSeconds(1), sum("v").as("v")));
            asked.put(
                    "reduceByKeyAndWindow",
                    pairs.keyBy("k").reduceByKeyAndWindow(ofSeconds(1), ofSeconds(1), sum("v").as("v")));
            asked.put(
                    "inverse",
                    pairs.keyBy("k")
                            .reduceByKeyAndWindow(ofSeconds(1), ofSeconds(1), KeepKeys.forever(), sum("v").as("v")));
            asked.put(
                    "inverseFiltered",
                    pairs.keyBy("k")
                            .reduceByKeyAndWindow(
                                    ofSeconds(1), ofSeconds(1), KeepKeys.where(col("v").gt(0)), sum("v").as("v")));
            asked.put(
                    "inverseFunctions",
                    pairs.keyBy("k")
                            .reduceByKeyAndWindow(
                                    ofSeconds(1),
                                    ofSeconds(1),
                                    KeepKeys.forever(),
                                    reduceLong(col("v"), (a, b) -> a ^ b, (a, b) -> a ^ b)
                                            .as("x")));
            asked.put(
                    "countByValueAndWindow", pairs.select(col("k")).countByValueAndWindow(ofSeconds(30), ofSeconds(1)));
            asked.put("groupByKeyAndWindow", pairs.keyBy("k").groupByKeyAndWindow(ofSeconds(30), ofSeconds(1)));
            Map<String, Batches> results = new LinkedHashMap<>();
            asked.forEach((name, stream) -> {
                results.put(name, new Batches());
                stream.to(results.get(name));
            });
            run(input);
            results.forEach((name, came) -> assertEquals(EXPECTED.get(name), came.batches.toString(), name));
            assertEquals(
                    EXPECTED.keySet().stream().sorted().toList(),
                    asked.keySet().stream().sorted().toList());
        }
    }

    private static final Map<String, String> EXPECTED = Map.ofEntries(
            Map.entry("map", "[[a 2, a 6, b 4], [b 10]]"),
            Map.entry("mapRecords", "[[a -1, a -3, b -2], [b -5]]"),
            Map.entry("flatMap", "[[a, a, b], [b]]"),
            Map.entry("filter", "[[a 3], [b 5]]"),
            Map.entry("filterRecords", "[[a 3], [b 5]]"),
            Map.entry("mapValues", "[[a 2, a 4, b 3], [b 6]]"),
            Map.entry("flatMapValues", "[[a A, a A, b B], [b B]]"),
            Map.entry("mapPartitions", "[[a 1, a 3, b 2], [b 5]]"),
            Map.entry("partitionBy", "[[a 1, a 3, b 2], [b 5]]"),
            Map.entry("union", "[[a 1, a 3, a 3, b 2], [b 5, b 5]]"),
            Map.entry("count", "[[3], [1]]"),
            Map.entry("reduce", "[[6 3], [5 5]]"),
            Map.entry("reduceFunction", "[[3], [5]]"),
            Map.entry("countByValue", "[[a 1 1, a 3 1, b 2 1], [b 5 1]]"),
            Map.entry("reduceByKey", "[[a 4, b 2], [b 5]]"),
            Map.entry("reduceRecordsByKey", "[[a 4, b 2], [b 5]]"),
            Map.entry("groupByKey", "[[a [1, 3], b [2]], [b [5]]]"),
            Map.entry("combineByKey", "[[a 3, b 2], [b 5]]"),
            Map.entry("transform", "[[a 1], []]"),
            Map.entry("transformWith", "[[a 1, a 3, a 3, b 2], [b 5, b 5]]"),
            Map.entry("joinTable", "[[b 2 bob], [b 5 bob]]"),
            Map.entry("join", "[[a 1 3, a 3 3], [b 5 5]]"),
            Map.entry("leftJoin", "[[a 1 3, a 3 3, b 2 null], [b 5 5]]"),
            Map.entry("cogroup", "[[a [1, 3] [3], b [2] null], [b [5] [5]]]"),
            Map.entry("updateState", "[[a 4, b 2], [a 4, b 7]]"),
            Map.entry("mapWithState", "[[a 1, a 4, b 2], [b 7]]"),
            Map.entry("distinct", "[[a, b], [b]]"),
            Map.entry("sort", "[[a 3], [b 5]]"),
            Map.entry("window", "[[a 1, a 3, b 2], [a 1, a 3, b 2, b 5]]"),
            Map.entry("countByWindow", "[[3], [4]]"),
            Map.entry("reduceByWindow", "[[6], [11]]"),
            Map.entry("reduceByKeyAndWindow", "[[a 4, b 2], [b 5]]"),
            Map.entry("inverse", "[[a 4, b 2], [a 0, b 5]]"),
            Map.entry("inverseFiltered", "[[a 4, b 2], [b 5]]"),
            Map.entry("inverseFunctions", "[[a 2, b 2], [a 0, b 5]]"),
            Map.entry("countByValueAndWindow", "[[a 2, b 1], [a 2, b 2]]"),
            Map.entry("groupByKeyAndWindow", "[[a [1, 3], b [2]], [a [1, 3], b [2, 5]]]"));

    private static Sum added(Iterable<Pair> pairs, Sum before) {
        long sum = before == null ? 0 : before.sum();
        for (Pair pair : pairs) {
            sum += pair.v();
        }
        return new Sum(sum);
    }

    private static void add(Pair pair, KeyedState<Sum> state, Consumer<? super Sum> out) {
        Sum sum = new Sum((state.exists() ? state.get().sum() : 0) + pair.v());
        state.update(sum);
        out.accept(sum);
    }

    private static VectorSchemaRoot appended(List<VectorSchemaRoot> batches, BufferAllocator allocator) {
        VectorSchemaRoot all = VectorSchemaRoot.create(batches.getFirst().getSchema(), allocator);
        all.allocateNew();
        VectorSchemaRootAppender.append(all, batches.toArray(VectorSchemaRoot[]::new));
        return all;
    }

    @Test
    void whatComesOut() throws InterruptedException {
        Input<Pair> input = pipeline.input("pairs", Pair.class);
        BatchedStream pairs = input.stream().batchInterval(ofSeconds(1));
        List<String> log = new ArrayList<>();
        pairs.print(5);
        pairs.forEachBatch((rows, time) -> log.add(time + ": " + rows.rowCount()));
        pairs.to(Sinks.forEach(Pair.class, pair -> log.add(pair.toString())));
        pairs.to(Sinks.files(folder, "pairs", Format.JSON_LINES));
        BatchSlices<Pair> slices = pairs.slices(Pair.class, ofSeconds(60));
        run(input);
        assertEquals(List.of(new Pair("b", 5)), slices.slice(ofSeconds(2), ofSeconds(9)));
        assertTrue(log.containsAll(List.of("PT1S: 3", "PT2S: 1", "Pair[k=b, v=5]")), log.toString());
        assertTrue(Files.exists(folder.resolve("pairs-2000.jsonl")));
    }

    @Test
    void whereRowsComeFrom() throws Exception {
        Schema columns = Schema.of(Field.of("n", DataType.INT64));
        List<Source> sources = List.of(
                Sources.socketText("localhost", 9999),
                Sources.textFiles(folder),
                Sources.generator(columns, 1_000, (number, row) -> row.setLong(0, number)));
        assertEquals(3, sources.size());
        BatchQueue queue = BatchQueue.oneAtATime(columns);
        pipeline.from(queue, ofSeconds(1)).select(lit(1).as("one")).to(new Batches());
        Engine engine = engines.start();
        Job job = engine.run(pipeline);
        assertEquals(false, job.await(Duration.ofMillis(5)));
        job.drain();
        job.await();
    }

    private void run(Input<Pair> input) throws InterruptedException {
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withMostBatches(2));
        try (Producer<Pair> feed = job.producer(input)) {
            feed.offer(new Pair("a", 1));
            feed.offer(new Pair("a", 3));
            feed.offer(new Pair("b", 2));
            engine.advanceTo(ofSeconds(1));
            feed.offer(new Pair("b", 5));
            engine.advanceTo(ofSeconds(2));
        }
        job.await();
    }
}
