package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchView;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.SharedProducer;
import io.mullion.io.Sink;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Inputs with a log, as a user meets them.
class ProducerLogTest {
    record Sale(@EventTime(TimeUnit.SECONDS) long time, String shop, Long amount) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    private Collected results = new Collected();

    /// A pipeline with its input.
    private final class Sales {
        final Pipeline pipeline = Pipeline.create();
        final Input<Sale> input;

        Sales(Watermark watermark) {
            input = pipeline.input("sales", Sale.class, watermark);
            // It is logged whether or not what is returned is used.
            input.logged();
            input.stream()
                    .keyBy("shop")
                    .window(Window.tumbling(Duration.ofSeconds(60)))
                    .aggregate(sum(col("amount")).as("amount"), count().as("n"))
                    .to(results);
        }

        Sales() {
            this(Watermark.bounded(Duration.ZERO));
        }
    }

    private JobConfig config() {
        return JobConfig.defaults().withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")));
    }

    private List<String> logs() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("log-"))
                    .sorted()
                    .toList();
        }
    }

    private static void die(Job job, TestEngine engine) throws InterruptedException {
        engine.runUntilIdle();
        job.stop();
        job.await();
    }

    private void finish(Job job) throws InterruptedException {
        job.drain();
        job.await();
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,2", "2,1", "2,3", "3,2"})
    void rowsBehindTheCheckpointComeBack(int before, int after) throws InterruptedException {
        Sales sales = new Sales();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config().withWorkers(before));
        try (Producer<Sale> producer = job.producer(sales.input)) {
            assertEquals(0, producer.durablePosition());
            producer.offer(new Sale(1, "a", 5L));
            job.checkpoint();
            assertEquals(1, producer.durablePosition());
            producer.offer(new Sale(2, "a", 6L));
            producer.offer(new Sale(3, "b", null));
            engine.runUntilIdle();
            assertEquals(3, producer.durablePosition());
            assertEquals(0, job.snapshot().checkpoints().unsavedRows());
            die(job, engine);
        }
        sales = new Sales();
        job = engine.restore(sales.pipeline, config().withWorkers(after));
        try (Producer<Sale> producer = job.producer(sales.input)) {
            assertEquals(3, producer.durablePosition());
            producer.offer(new Sale(4, "a", 7L));
            engine.runUntilIdle();
            assertEquals(4, producer.durablePosition());
        }
        finish(job);
        assertEquals(List.of(row(0L, 60L, "a", 18L, 3L), row(0L, 60L, "b", null, 1L)), sorted(results.rows));
    }

    private static List<List<Object>> sorted(List<List<Object>> rows) {
        return rows.stream().sorted(Comparator.comparing(Object::toString)).toList();
    }

    private static List<Object> row(Object... cells) {
        return Arrays.asList(cells);
    }

    @Test
    void rowsOfAJobWithoutACheckpointComeBack() throws InterruptedException {
        Sales sales = new Sales();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input)) {
            producer.offer(new Sale(1, "a", 5L));
            producer.offer(new Sale(61, "a", 6L));
            die(job, engine);
        }
        assertEquals(List.of(row(0L, 60L, "a", 5L, 1L)), results.rows);
        MullionException refused =
                assertThrows(MullionException.class, () -> engine.run(new Sales().pipeline, config()));
        assertTrue(refused.getMessage().contains("has a log of an earlier job"), refused::getMessage);
        // Again, as it is told: only a checkpoint draws a line.
        sales = new Sales();
        Job again = engine.restore(sales.pipeline, config());
        finish(again);
        assertEquals(
                List.of(row(0L, 60L, "a", 5L, 1L), row(0L, 60L, "a", 5L, 1L), row(60L, 120L, "a", 6L, 1L)),
                results.rows);
    }

    /// A lane of the log holds the watermark until its producer is there again, as if it had been there all the time.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aLaneWaitsForItsProducer(int workers) throws InterruptedException {
        Sales sales = new Sales();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config().withWorkers(workers));
        try (Producer<Sale> slow = job.producer(sales.input);
                Producer<Sale> fast = job.producer(sales.input)) {
            slow.offer(new Sale(1, "slow", 1L));
            fast.offer(new Sale(100, "fast", 1L));
            die(job, engine);
        }
        for (int death = 0; death < 3; death++) {
            sales = new Sales();
            job = engine.restore(sales.pipeline, config().withWorkers(workers == 1 ? 1 : 1 + (workers + death) % 3));
            engine.runUntilIdle();
            Producer<Sale> slow = job.producer(sales.input);
            Producer<Sale> fast = job.producer(sales.input);
            assertEquals(1 + death, fast.durablePosition());
            fast.offer(new Sale(200, "fast", 1L));
            engine.runUntilIdle();
            assertEquals(List.of(), results.rows);
            slow.offer(new Sale(2 + death, "slow", 1L));
            if (death == 1) {
                job.checkpoint();
            }
            if (death < 2) {
                die(job, engine);
            }
            slow.close();
            fast.close();
        }
        finish(job);
        assertEquals(
                List.of(row(0L, 60L, "slow", 4L, 4L), row(60L, 120L, "fast", 1L, 1L), row(180L, 240L, "fast", 3L, 3L)),
                results.rows);
    }

    @Test
    void lanesWithoutAProducerDoNotKeepAJobFromItsEnd() throws InterruptedException {
        Sales sales = new Sales();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input);
                Producer<Sale> silent = job.producer(sales.input)) {
            producer.offer(new Sale(1, "a", 1L));
            assertEquals(0, silent.durablePosition());
            die(job, engine);
        }
        job = engine.restore(new Sales().pipeline, config());
        finish(job);
        assertEquals(List.of(row(0L, 60L, "a", 1L, 1L)), results.rows);
    }

    @Test
    void statedWatermarksComeBackWhereTheyWere() throws InterruptedException {
        Sales sales = new Sales(Watermark.explicit());
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input)) {
            producer.offer(new Sale(1, "a", 1L));
            producer.watermark(60);
            producer.offer(new Sale(2, "a", 10L));
            producer.offer(new Sale(70, "a", 100L));
            producer.watermark(120);
            producer.offer(new Sale(71, "a", 1_000L));
            producer.watermark(130);
            die(job, engine);
        }
        List<List<Object>> before = List.copyOf(results.rows);
        assertEquals(List.of(row(0L, 60L, "a", 1L, 1L), row(60L, 120L, "a", 100L, 1L)), before);
        results = new Collected();
        sales = new Sales(Watermark.explicit());
        job = engine.restore(sales.pipeline, config());
        engine.runUntilIdle();
        assertEquals(before, results.rows);
        assertEquals(2, job.counters().lateRows());
        assertEquals(130, job.snapshot().inputs().getFirst().watermark().getEpochSecond());
        job.stop();
        job.await();
    }

    /// Dies at random, with and without checkpoints before: rows are neither lost nor taken twice.
    @Test
    void randomDeathsDoNotShow() throws InterruptedException {
        for (int round = 0; round < 3; round++) {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            Path once = folder.resolve("once " + round);
            Path often = folder.resolve("often " + round);
            assertEquals(run(once, seed, 0, random, 1), run(often, seed, 5, random, 1), "seed=" + seed);
        }
    }

    /// Each with another number of workers. No row is late as long as each lane holds the watermark.
    @Test
    void randomDeathsOfSeveralWorkersDoNotShow() throws InterruptedException {
        for (int round = 0; round < Integer.getInteger("mullion.schedule.seeds", 6) / 2; round++) {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            Path once = folder.resolve("once " + round);
            Path often = folder.resolve("often " + round);
            assertEquals(
                    Set.copyOf(run(once, seed, 0, random, 3)),
                    Set.copyOf(run(often, seed, 5, random, 3)),
                    "seed=" + seed);
        }
    }

    /// Two producers offer the same rows in the same turns each time; who dies offers again what was not safe.
    private List<List<Object>> run(Path checkpoints, long seed, int deaths, Random random, int mostWorkers)
            throws InterruptedException {
        JobConfig config = JobConfig.defaults().withCheckpoints(Checkpoints.to(checkpoints));
        results = new Collected();
        Random of = new Random(seed);
        List<List<Sale>> sales = List.of(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < 800; i++) {
            sales.get(i % 2).add(new Sale(i / 4 + of.nextInt(3), "shop".repeat(of.nextInt(4)), of.nextLong(10)));
        }
        TestEngine engine = engines.test();
        int[] offered = new int[2];
        for (int death = 0; death <= deaths; death++) {
            Sales made = new Sales(Watermark.bounded(Duration.ofSeconds(mostWorkers == 1 ? 500 : 3)));
            JobConfig workers = config.withWorkers(1 + random.nextInt(mostWorkers));
            Job job = death == 0 ? engine.run(made.pipeline, workers) : engine.restore(made.pipeline, workers);
            List<Producer<Sale>> producers = List.of(job.producer(made.input), job.producer(made.input));
            for (int i = 0; i < 2; i++) {
                assertTrue(producers.get(i).durablePosition() <= offered[i]);
                offered[i] = (int) producers.get(i).durablePosition();
            }
            int end = death == deaths ? 400 : Math.min(400, offered[0] + 1 + random.nextInt(150));
            while (offered[0] < end || offered[1] < end) {
                for (int i = 0; i < 2; i++) {
                    if (offered[i] < end) {
                        producers.get(i).offer(sales.get(i).get(offered[i]++));
                    }
                }
                if (death < deaths && random.nextInt(40) == 0) {
                    job.checkpoint();
                }
                if (random.nextInt(10) == 0) {
                    engine.runUntilIdle();
                }
            }
            if (death == 0) {
                // Where there is neither a checkpoint nor a log there is nothing to go on from.
                engine.runUntilIdle();
            }
            if (death < deaths) {
                job.stop();
                job.await();
            }
            producers.forEach(Producer::close);
            if (death == deaths) {
                finish(job);
            }
        }
        return sorted(results.rows);
    }

    @Test
    void whatNoCheckpointNeedsIsDeleted() throws InterruptedException, IOException {
        Sales sales = new Sales();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input)) {
            for (int i = 0; i < 10; i++) {
                producer.offer(new Sale(i, "a", 1L));
                engine.runUntilIdle();
                job.checkpoint();
            }
            // Two checkpoints are kept, and one more file is there until the next one is begun.
            assertTrue(logs().size() <= 3, () -> "too many");
            die(job, engine);
        }
        assertTrue(logs().size() <= 3);
        sales = new Sales();
        job = engine.restore(sales.pipeline, config());
        finish(job);
        assertEquals(List.of(row(0L, 60L, "a", 10L, 10L)), results.rows);
    }

    @Test
    void anyArrowReaderOpensALog() throws InterruptedException, IOException {
        Sales sales = new Sales(Watermark.explicit());
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input)) {
            producer.offer(new Sale(1, "a", 5L));
            producer.offer(new Sale(2, "bc", null));
            producer.watermark(2);
            engine.runUntilIdle();
            producer.offer(new Sale(3, "", 7L));
            die(job, engine);
        }
        StringBuilder text = new StringBuilder();
        try (BufferAllocator allocator = new RootAllocator();
                InputStream file =
                        Files.newInputStream(folder.resolve("checkpoints").resolve(logs().getFirst()));
                ArrowStreamReader reader = new ArrowStreamReader(file, allocator)) {
            while (reader.loadNextBatch()) {
                text.append(reader.getVectorSchemaRoot().contentToTSVString().replaceAll("(?m)^time.*\n", ""));
            }
        }
        assertEquals(3, text.toString().lines().count(), text::toString);
        assertTrue(text.toString().contains("bc\tnull"), text::toString);
    }

    @Test
    void aFullLogHoldsProducersBack() throws InterruptedException, IOException {
        Sales sales = new Sales();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        Path checkpoints = folder.resolve("checkpoints");
        Path aside = folder.resolve("aside");
        Input<Sale> input = sales.input;
        long offered = 0;
        try (Producer<Sale> producer = job.producer(input)) {
            // From here on no file can be made.
            Files.move(checkpoints, aside);
            engine.runUntilIdle();
            // As much as lane and log have room for; it would wait for ever with one more.
            for (; offered < 64 * 8; offered++) {
                producer.offer(new Sale(1, "a", 1L));
            }
            engine.runUntilIdle();
            assertEquals(0, producer.durablePosition());
            assertTrue(job.snapshot().checkpoints().logFailures() > 0);
            assertTrue(job.snapshot().checkpoints().unsavedRows() > 0);
            Files.move(aside, checkpoints);
            engine.runUntilIdle();
            assertEquals(offered, producer.durablePosition());
            assertEquals(0, job.snapshot().checkpoints().unsavedRows());
            die(job, engine);
        }
        job = engine.restore(new Sales().pipeline, config());
        finish(job);
        assertEquals(List.of(row(0L, 60L, "a", offered, offered)), results.rows);
    }

    @Test
    void sharedProducersAreLoggedToo() throws InterruptedException {
        Sales sales = new Sales();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        try (SharedProducer<Sale> producer = job.sharedProducer(sales.input)) {
            for (int i = 0; i < 200; i++) {
                while (producer.offer(new Sale(1, "a", 1L)) != Offer.ACCEPTED) {
                    engine.runUntilIdle();
                }
            }
            die(job, engine);
        }
        job = engine.restore(new Sales().pipeline, config());
        finish(job);
        assertEquals(List.of(row(0L, 60L, "a", 200L, 200L)), results.rows);
    }

    @Test
    void jobsThatCannotKeepALogDoNotStart() {
        Sales sales = new Sales();
        MullionException refused =
                assertThrows(MullionException.class, () -> engines.test().run(sales.pipeline));
        assertEquals(Reason.INVALID_PIPELINE, refused.reason());
        assertTrue(refused.getMessage().contains("takes a job with checkpoints"), refused::getMessage);
        Input<Sale> dropping =
                Pipeline.create().input("sales", Sale.class, Watermark.bounded(Duration.ZERO), Overload.DROP_OLDEST);
        refused = assertThrows(MullionException.class, dropping::logged);
        assertTrue(refused.getMessage().contains("overload=DROP_OLDEST"), refused::getMessage);
    }

    @Test
    void onlyLoggedInputsHaveAPosition() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Sale> input = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
        input.stream().to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, config());
        try (Producer<Sale> producer = job.producer(input)) {
            MullionException refused = assertThrows(MullionException.class, producer::durablePosition);
            assertEquals(Reason.MISUSE, refused.reason());
        }
        finish(job);
    }

    @Test
    void anInputThatIsLoggedNoMoreIsRefused() throws InterruptedException {
        Sales sales = new Sales();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input)) {
            producer.offer(new Sale(1, "a", 5L));
            die(job, engine);
        }
        Pipeline pipeline = Pipeline.create();
        pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO)).stream()
                .to(results);
        MullionException refused = assertThrows(MullionException.class, () -> engine.restore(pipeline, config()));
        assertTrue(refused.getMessage().contains("input that is not logged"), refused::getMessage);
    }

    @Test
    void aStreamThatWasAskedForIsNotLoggedLater() {
        Input<Sale> input = Pipeline.create().input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
        input.stream();
        MullionException refused = assertThrows(MullionException.class, input::logged);
        assertEquals(Reason.MISUSE, refused.reason());
        assertTrue(refused.getMessage().contains("input=sales"), refused::getMessage);
    }

    @Test
    void explainSaysThatAnInputIsLogged() throws InterruptedException {
        TestEngine engine = engines.test();
        Job job = engine.run(new Sales().pipeline, config());
        assertTrue(job.explain().contains("overload BLOCK, logged"), job::explain);
        job.stop();
        job.await();
    }

    /// Of a log that takes several turns to be taken again.
    @Test
    void aCheckpointAmidTheLogHasTheFirstPartOfIt() throws InterruptedException {
        Sales sales = new Sales();
        TestEngine engine = engines.test();
        Job job = engine.run(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input)) {
            for (int i = 0; i < 500; i++) {
                producer.offer(new Sale(i / 10, i % 3 == 0 ? "a" : "b", 1L));
                if (i % 7 == 0) {
                    engine.runUntilIdle();
                }
            }
            die(job, engine);
        }
        for (int death = 0; death < 5; death++) {
            job = engine.restore(new Sales().pipeline, config().withWorkers(1 + death % 3));
            job.checkpoint();
            assertTrue(death % 3 > 0 || job.counters().rowsIn() < 500 - 64 * death, "in one turn");
            job.stop();
            job.await();
        }
        sales = new Sales();
        job = engine.restore(sales.pipeline, config());
        try (Producer<Sale> producer = job.producer(sales.input)) {
            assertEquals(500, producer.durablePosition());
        }
        finish(job);
        assertEquals(List.of(row(0L, 60L, "a", 167L, 167L), row(0L, 60L, "b", 333L, 333L)), results.rows);
    }

    @Test
    void aJobOnItsOwnThreadForcesWhatComesTogether() throws InterruptedException {
        for (int run = 1; run <= 2; run++) {
            Sales sales = new Sales();
            Job job = engines.start().resume(sales.pipeline, config());
            try (Producer<Sale> producer = job.producer(sales.input)) {
                assertEquals(20_000 * (run - 1), producer.durablePosition());
                for (int i = 0; i < 20_000; i++) {
                    producer.offer(new Sale(run, "a", 1L));
                }
                long safe = producer.durablePosition();
                while (safe < 20_000 * run) {
                    Thread.sleep(1);
                    assertTrue(producer.durablePosition() >= safe);
                    safe = producer.durablePosition();
                }
                if (run == 1) {
                    job.stop();
                    job.await();
                }
            }
            if (run == 2) {
                finish(job);
            }
        }
        assertEquals(List.of(row(0L, 60L, "a", 40_000L, 40_000L)), results.rows);
    }

    private record Total(long revision, long amount) {}

    @Test
    void thePageShowsCodeThatIsRunHere() throws IOException {
        String page = Files.readString(Path.of("../docs/checkpoints.md"));
        String source = Files.readString(Path.of("src/test/java/io/mullion/ProducerLogTest.java"));
        for (String heading : List.of("## Producers: a log", "## Sinks that may be told twice")) {
            int start = page.indexOf("```java\n", page.indexOf(heading)) + "```java\n".length();
            String shown = page.substring(start, page.indexOf("```", start)).indent(8);
            assertTrue(source.contains(shown), shown);
        }
    }

    @Test
    void theCodeOfThePageLosesNothing() throws InterruptedException {
        List<Sale> sales = new ArrayList<>();
        Map<List<Object>, Total> totals = new HashMap<>();
        for (int run = 0; run < 4; run++) {
            for (int i = 0; i < 100; i++) {
                sales.add(new Sale(sales.size() - i % 17, "shop " + i % 2, 1L));
            }
            Job job =
                    goOn(engines.start(), config(), Pipeline.create(), Watermark.bounded(Duration.ZERO), sales, totals);
            if (run == 1) {
                job.checkpoint();
            }
            if (run == 3) {
                job.drain();
            } else {
                job.stop();
            }
            job.await();
        }
        assertEquals(14, totals.size(), totals::toString);
        assertEquals(400, totals.values().stream().mapToLong(Total::amount).sum());
    }

    private static Job goOn(
            Engine engine,
            JobConfig config,
            Pipeline pipeline,
            Watermark watermark,
            List<Sale> sales,
            Map<List<Object>, Total> totals) {
        Sink sink = upserting(totals);
        Input<Sale> input = pipeline.input("sales", Sale.class, watermark).logged();
        input.stream()
                .keyBy("shop")
                .window(Window.tumbling(Duration.ofMinutes(1)))
                .allowedLateness(Duration.ofSeconds(30))
                .aggregate(sum(col("amount")).as("amount"))
                .to(sink);
        Job job = engine.resume(pipeline, config);
        try (Producer<Sale> producer = job.producer(input)) {
            for (long next = producer.durablePosition(); next < sales.size(); next++) {
                producer.offer(sales.get((int) next));
            }
        }
        return job;
    }

    /// Tells all twice to what the page shows.
    private static Sink upserting(Map<List<Object>, Total> totals) {
        Sink sink = Sinks.forEachRow(row -> {
            List<Object> of = List.of(row.int64("window_start"), row.utf8("shop"));
            Total now = new Total(row.int64("revision"), row.int64("amount"));
            totals.merge(of, now, (before, again) -> again.revision() < before.revision() ? before : again);
        });
        return new Sink() {
            @Override
            public void open(Schema schema) throws Exception {
                sink.open(schema);
            }

            @Override
            public void accept(BatchView rows) throws Exception {
                sink.accept(rows);
                sink.accept(rows);
            }
        };
    }
}
