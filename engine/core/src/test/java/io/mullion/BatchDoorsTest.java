package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.collectList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.BatchFilesSink.Format;
import io.mullion.io.BatchQueue;
import io.mullion.io.Producer;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The sources and sinks of micro-batches.
class BatchDoorsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Schema NUMBERS = Schema.of(Field.of("v", DataType.INT64));

    record Pair(String k, long v) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    Path folder;

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Pair> pairs = pipeline.input("pairs", Pair.class);
    private final BatchedStream stream = pairs.stream().batchInterval(SECOND);

    /// Batches of 2, 0 and 3 rows.
    private void run() throws InterruptedException {
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withMostBatches(3));
        try (Producer<Pair> feed = job.producer(pairs)) {
            feed.offer(new Pair("a", 1));
            feed.offer(new Pair("b\"\n", 2));
            engine.advanceTo(Duration.ofSeconds(2));
            for (int row = 0; row < 3; row++) {
                feed.offer(new Pair(row == 1 ? null : "c", 3 + row));
            }
            engine.advanceTo(Duration.ofSeconds(3));
        }
        job.await();
    }

    @Test
    void printSaysTheTimeAndTheFirstRows() throws InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        stream.select(col("v")).to(Sinks.printBatches(new PrintStream(printed, true, StandardCharsets.UTF_8), 2));
        run();
        String rule = "-".repeat(43) + "\n";
        assertEquals(
                rule + "Time: 1000 ms\n" + rule + "v\n1\n2\n\n" + rule + "Time: 2000 ms\n" + rule + rule
                        + "Time: 3000 ms\n" + rule + "v\n3\n4\n\n...\n\n",
                printed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void eachBatchComesInOnePieceWithItsTime() throws InterruptedException {
        List<String> seen = new ArrayList<>();
        stream.forEachBatch((rows, time) -> seen.add(time + ": " + rows.rowCount()));
        run();
        assertEquals(List.of("PT1S: 2", "PT2S: 0", "PT3S: 3"), seen);
    }

    @Test
    void filesAppearWholeForBatchesWithRows() throws InterruptedException, IOException {
        stream.to(Sinks.files(folder, "pairs", Format.JSON_LINES));
        stream.select(col("v")).to(Sinks.files(folder, "values", Format.CSV));
        stream.select(col("v")).to(Sinks.files(folder, "values", Format.ARROW));
        run();
        assertEquals(
                List.of(
                        "pairs-1000.jsonl",
                        "pairs-3000.jsonl",
                        "values-1000.arrows",
                        "values-1000.csv",
                        "values-3000.arrows",
                        "values-3000.csv"),
                names());
        assertEquals(
                "{\"k\":\"a\",\"v\":1}\n{\"k\":\"b\\\"\\n\",\"v\":2}\n",
                Files.readString(folder.resolve("pairs-1000.jsonl")));
        assertEquals(
                "{\"k\":\"c\",\"v\":3}\n{\"k\":null,\"v\":4}\n{\"k\":\"c\",\"v\":5}\n",
                Files.readString(folder.resolve("pairs-3000.jsonl")));
        assertEquals("v\n3\n4\n5\n", Files.readString(folder.resolve("values-3000.csv")));
        try (BufferAllocator allocator = new RootAllocator();
                ArrowStreamReader reader =
                        new ArrowStreamReader(Files.newInputStream(folder.resolve("values-3000.arrows")), allocator)) {
            assertTrue(reader.loadNextBatch());
            assertEquals(3, reader.getVectorSchemaRoot().getRowCount());
            assertEquals(5L, reader.getVectorSchemaRoot().getVector("v").getObject(2));
            assertFalse(reader.loadNextBatch());
        }
    }

    @Test
    void aBatchThatHasNotEndedLeavesNoFile() throws InterruptedException, IOException {
        stream.to(Sinks.files(folder, "pairs", Format.CSV));
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Pair> feed = job.producer(pairs)) {
            feed.offer(new Pair("a", 1));
            engine.runUntilIdle();
            assertEquals(List.of(".pairs.csv.unfinished"), names());
        }
        job.stop();
        job.await();
        assertEquals(List.of(), names());
    }

    @Test
    void jsonHasListsAndWhatIsNoNumber() throws InterruptedException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        stream.keyBy("k")
                .reduceByKey(collectList("v").as("all"))
                .select(col("k"), col("all"))
                .filter(col("k").eq("a"))
                .to(Sinks.jsonLines(written));
        stream.filter(col("v").eq(1)).select(col("v").dividedBy(0.0).as("d")).to(Sinks.jsonLines(written));
        run();
        assertEquals(
                "{\"d\":\"Infinity\"}\n{\"k\":\"a\",\"all\":[1]}\n",
                written.toString(StandardCharsets.UTF_8)
                        .lines()
                        .sorted()
                        .map(line -> line + "\n")
                        .reduce("", String::concat));
    }

    @Test
    void slicesAreBatchesByTheirTimes() throws InterruptedException {
        BatchSlices<Pair> slices = stream.select(col("k"), col("v")).slices(Pair.class, Duration.ofSeconds(2));
        MullionException refusal = assertThrows(MullionException.class, () -> slices.slice(Duration.ZERO, SECOND));
        assertEquals("a slice needs a job that has started: from=PT0S, to=PT1S", refusal.getMessage());
        run();
        assertEquals(
                List.of(new Pair("c", 3), new Pair(null, 4), new Pair("c", 5)),
                slices.slice(Duration.ofSeconds(2), Duration.ofSeconds(9)));
        assertEquals(List.of(), slices.slice(Duration.ofSeconds(2), Duration.ofSeconds(2)));
        assertEquals(List.of(), slices.slice(Duration.ofSeconds(3), Duration.ofSeconds(2)));
        assertThrows(MullionException.class, () -> slices.slice(SECOND, Duration.ofSeconds(2)), "kept for 2 s");
    }

    @Test
    void aQueueGivesOneBatchOrAllThatWait() throws InterruptedException {
        Pipeline queued = Pipeline.create();
        BatchQueue one = BatchQueue.oneAtATime(NUMBERS);
        BatchQueue all = BatchQueue.all(NUMBERS);
        List<String> seen = new ArrayList<>();
        queued.from(one, SECOND).forEachBatch((rows, time) -> seen.add("one at " + time + ": " + rows.rowCount()));
        queued.from(all, SECOND).forEachBatch((rows, time) -> seen.add("all at " + time + ": " + rows.rowCount()));
        try (BufferAllocator allocator = new RootAllocator()) {
            for (int rows : List.of(1, 200, 3)) {
                one.add(numbers(rows, allocator));
                all.add(numbers(rows, allocator));
            }
            TestEngine engine = engines.test();
            Job job = engine.run(queued);
            engine.advanceTo(Duration.ofSeconds(2));
            job.stop();
            job.await();
        }
        assertEquals(List.of("one at PT1S: 1", "all at PT1S: 204", "one at PT2S: 200", "all at PT2S: 0"), seen);
    }

    @Test
    void aBatchThatDoesNotFitTheColumnsFailsTheJob() throws InterruptedException {
        Pipeline queued = Pipeline.create();
        BatchQueue queue = BatchQueue.all(Schema.of(Field.of("w", DataType.INT64)));
        queued.from(queue, SECOND).count().to(new Collected());
        try (BufferAllocator allocator = new RootAllocator()) {
            queue.add(numbers(1, allocator));
            TestEngine engine = engines.test();
            Job job = engine.run(queued);
            engine.advanceTo(SECOND);
            assertEquals(JobState.FAILED, job.state());
            MullionException failure = assertThrows(MullionException.class, job::await);
            assertTrue(failure.getMessage().contains("column=w"), failure.getMessage());
        }
    }

    @Test
    void aTransformThatReturnsNullOrFailsIsNamed() throws InterruptedException {
        stream.transform(stream.schema(), (_, _) -> null).to(new Collected());
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        engine.advanceTo(SECOND);
        MullionException failure = assertThrows(MullionException.class, job::await);
        assertEquals(MullionException.Reason.USER_CODE, failure.reason());
        assertTrue(failure.getMessage().startsWith("a function over batches returned null: transform, time=PT1S"));
    }

    @Test
    void partitionsByKeyHaveAllRowsOfAKey() throws InterruptedException {
        List<List<String>> parts = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        stream.keyBy("k")
                .mapBatches(3, stream.schema(), (rows, _) -> {
                    List<String> seen = new ArrayList<>();
                    for (int row = 0; row < rows.getRowCount(); row++) {
                        seen.add(String.valueOf(rows.getVector("k").getObject(row)));
                    }
                    parts.add(seen);
                    return rows;
                })
                .to(Sinks.forEachRow(row -> keys.add(String.valueOf(row.isNull("k") ? null : row.utf8("k")))));
        run();
        assertEquals(9, parts.size());
        assertEquals(1, parts.stream().filter(part -> part.contains("c")).count());
        assertEquals(
                List.of("a", "b\"\n", "c", "c", "null"), keys.stream().sorted().toList());
    }

    @Test
    void aGeneratorMakesRowsByTheirNumbers() throws InterruptedException {
        Pipeline generated = Pipeline.create();
        List<Long> numbers = new ArrayList<>();
        generated
                .from(Sources.generator(NUMBERS, 100_000, (number, row) -> row.setLong(0, number)))
                .batchInterval(Duration.ofMillis(20))
                .to(Sinks.forEachRow(row -> numbers.add(row.int64("v"))));
        Job job = engines.start().run(generated, JobConfig.defaults().withMostBatches(5));
        job.await();
        assertTrue(numbers.size() > 10, "rows: " + numbers.size());
        for (int i = 0; i < numbers.size(); i++) {
            assertEquals(i, numbers.get(i));
        }
        assertThrows(MullionException.class, () -> Sources.generator(NUMBERS, 0, (_, _) -> {}));
    }

    @Test
    void filesOfAFolderThatIsNotThereAreRefused() {
        Pipeline files = Pipeline.create();
        files.from(Sources.textFiles(folder.resolve("none")))
                .batchInterval(SECOND)
                .count()
                .to(new Collected());
        MullionException refusal =
                assertThrows(MullionException.class, () -> engines.start().run(files));
        assertEquals(MullionException.Reason.SOURCE, refusal.reason());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static VectorSchemaRoot numbers(int rows, BufferAllocator allocator) {
        BigIntVector vector = new BigIntVector("v", allocator);
        vector.allocateNew(rows);
        for (int row = 0; row < rows; row++) {
            vector.set(row, row);
        }
        vector.setValueCount(rows);
        return VectorSchemaRoot.of(vector);
    }
}
