package io.mullion;

import static io.mullion.expr.Expressions.avg;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.KeyedFunction;
import io.mullion.io.KeyedState;
import io.mullion.io.Producer;
import io.mullion.io.Timers;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import io.mullion.spec.WorkerThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Whatever a pipeline asks, it gets the same answer from one worker and from several.
@Tag("schedule")
class WorkersTest {
    record Event(@EventTime(TimeUnit.SECONDS) long time, String key, Long n, String words) {}

    private static final int ROWS = 400;

    @RegisterExtension
    final Engines engines = new Engines();

    @Test
    void rowsThatAreFilteredComeOutInTheOrderOfTheirProducer() throws InterruptedException {
        assertSameInOrder((rows, out) -> rows.filter(col("n").gt(3)).to(out.one()));
    }

    @Test
    void wordsOfRowsAreCountedByWord() throws InterruptedException {
        assertSame((rows, out) -> rows.flatMap(split(col("words"), " ").as("word"))
                .keyBy("word")
                .window(Window.sliding(ofSeconds(20), ofSeconds(5)))
                .aggregate(count().as("c"))
                .to(out.one()));
    }

    @Test
    void oneGroupOverSlidingWindows() throws InterruptedException {
        assertSame((rows, out) -> rows.window(Window.sliding(ofSeconds(20), ofSeconds(5)))
                .aggregate(count(), sum("n").as("s"), min("n").as("l"), max("n").as("h"), avg("n").as("a"))
                .to(out.one()));
    }

    @Test
    void oneGroupBehindAFilterOverWindowsThatGrow() throws InterruptedException {
        assertSame((rows, out) -> rows.filter(col("n").gt(2))
                .window(Window.cumulating(ofSeconds(20), ofSeconds(5)))
                .allowedLateness(ofSeconds(10))
                .aggregate(count().as("c"), max("n").as("h"))
                .to(out.one()));
    }

    @Test
    void windowsOfRowsByKey() throws InterruptedException {
        assertSameInOrderOfKeys((rows, out) -> rows.keyBy("key")
                .window(Window.slidingRows(5, 2))
                .aggregate(count().as("c"), sum("n").as("s"))
                .to(out.one()));
    }

    @Test
    void totalsOfAllTime() throws InterruptedException {
        assertSame((rows, out) -> rows.keyBy("key")
                .window(Window.global(ofSeconds(10)))
                .aggregate(count().as("c"), max("n").as("h"))
                .to(out.one()));
        assertSame((rows, out) -> rows.window(Window.global(ofSeconds(10)))
                .aggregate(count().as("c"), max("n").as("h"))
                .to(out.one()));
    }

    @Test
    void sessionsByKeyAndOfAll() throws InterruptedException {
        assertSame((rows, out) -> rows.keyBy("key")
                .window(Window.session(ofSeconds(3)))
                .lateRowsTo(out.one())
                .aggregate(count().as("c"), sum("n").as("s"))
                .to(out.one()));
        assertSame((rows, out) -> rows.window(Window.session(ofSeconds(2)))
                .aggregate(count().as("c"), sum("n").as("s"))
                .to(out.one()));
    }

    @Test
    void windowsOverWindows() throws InterruptedException {
        assertSame((rows, out) -> rows.keyBy("key")
                .window(Window.tumbling(ofSeconds(5)))
                .aggregate(count().as("c"), sum("n").as("s"))
                .window(Window.tumbling(ofSeconds(20)))
                .aggregate(count().as("keys"), sum("c").as("rows"), max("s").as("h"))
                .to(out.one()));
        assertSame((rows, out) -> rows.keyBy("key")
                .window(Window.tumbling(ofSeconds(5)))
                .aggregate(count().as("c"), sum("n").as("s"))
                .keyBy("c")
                .window(Window.tumbling(ofSeconds(20)))
                .aggregate(count().as("keys"), max("s").as("h"))
                .to(out.one()));
        assertSame((rows, out) -> rows.window(Window.tumbling(ofSeconds(5)))
                .aggregate(count().as("c"), sum("n").as("s"))
                .keyBy("c")
                .window(Window.tumbling(ofSeconds(20)))
                .aggregate(count().as("windows"))
                .to(out.one()));
    }

    @Test
    void rowsOfStreamsThatMeet() throws InterruptedException {
        // Which rows are late depends on which of the streams is ahead.
        assertSameInTime((rows, out) -> {
            DataStream few = rows.filter(col("n").gt(4)).select(col("key"), col("n").as("m"));
            JoinedStream near = rows.fullJoin(few).on("key").between(ofSeconds(3), ofSeconds(1));
            near.stream().to(out.inNoOrder());
            rows.leftJoin(few).onEqual("n", "m").nullsEqual().within(Window.tumbling(ofSeconds(4))).stream()
                    .to(out.inNoOrder());
            rows.antiJoin(few).between(ofSeconds(0), ofSeconds(0)).stream().to(out.inNoOrder());
            rows.join(few).on("key").between(ofSeconds(3), ofSeconds(1)).stream()
                    .window(Window.tumbling(ofSeconds(10)))
                    .aggregate(count().as("c"), sum("m").as("s"))
                    .to(out.one());
        });
    }

    @Test
    void rowsOfWindowsThatMeet() throws InterruptedException {
        assertSame((rows, out) -> {
            Window window = Window.tumbling(ofSeconds(10));
            DataStream byKey = rows.keyBy("key").window(window).aggregate(count().as("c"));
            DataStream byNumber = rows.keyBy("n").window(window).aggregate(count().as("d"));
            byKey
                    .join(byNumber)
                    .on("window_start", "window_end")
                    .between(Duration.ZERO, Duration.ZERO)
                    .where(col("c").eq(col("d")))
                    .stream()
                    .to(out.inNoOrder());
        });
    }

    @Test
    void rowsThatAreDuplicates() throws InterruptedException {
        assertSame((rows, out) -> rows.select(col("key"), col("n"))
                .dropDuplicates("time", "key", "n")
                .to(out.one()));
        assertSameInOrderOfKeys(
                (rows, out) -> rows.dropDuplicatesWithin(ofSeconds(4), "key").to(out.one()));
        assertSame((rows, out) -> rows.select(col("key"), col("n"))
                .dropDuplicates("time", "key", "n")
                .keyBy("n")
                .window(Window.sliding(ofSeconds(10), ofSeconds(5)))
                .aggregate(count().as("c"))
                .to(out.one()));
    }

    record Sum(long sum) {}

    record Said(String what, long n) {}

    /// Says what it was told last, when nothing has come for a while.
    private static final class Silence implements KeyedFunction<Event, Sum, Said> {
        @Override
        public void onRow(Event row, KeyedState<Sum> state, Timers timers, Consumer<? super Said> out) {
            long sum = (state.exists() ? state.get().sum() : 0) + (row.n() == null ? 0 : row.n());
            state.update(new Sum(sum));
            timers.at(timers.now() + 4);
            out.accept(new Said("row", sum));
        }

        @Override
        public void onTimer(KeyedState<Sum> state, Timers timers, Consumer<? super Said> out) {
            out.accept(new Said("timer", state.exists() ? state.get().sum() : -1));
        }

        @Override
        public void onTimeOut(KeyedState<Sum> state, Timers timers, Consumer<? super Said> out) {
            out.accept(new Said("idle", state.get().sum()));
        }
    }

    @Test
    void functionsWithStateByKey() throws InterruptedException {
        StateSpec<Sum> empty = StateSpec.of(Sum.class).withTimeOut(ofSeconds(6));
        StateSpec<Sum> known = StateSpec.of(Sum.class)
                .withInitial(Map.of("key1", new Sum(100), "key3", new Sum(300), "never", new Sum(500)));
        assertSameInOrderOfKeys((rows, out) -> rows.keyBy("key")
                .process(Event.class, empty, Said.class, new Silence())
                .to(out.one()));
        // Behind another operation by the same key, so that rows stay in order: each exchange says what time was.
        assertSameInOrderOfKeys((rows, out) -> rows.dropDuplicatesWithin(ofSeconds(2), "key")
                .filter(col("n").gt(1))
                .keyBy("key")
                .process(Event.class, known, Said.class, new Silence())
                .to(out.one()));
    }

    @Test
    void sessionsOfManyRowsAreNotCutAtEachOfThem() throws InterruptedException {
        assertSame((rows, out) -> rows.filter(col("n").gt(2))
                .keyBy("key")
                .window(Window.session(ofSeconds(2)))
                .aggregate(count().as("c"), sum("n").as("s"))
                .to(out.one()));
    }

    @Test
    void microBatches() throws InterruptedException {
        assertSame((rows, out) -> {
            BatchedStream batches = rows.batchInterval(ofSeconds(1));
            batches.count().to(out.one());
            batches.keyBy("key").reduceByKey(sum("n").as("s")).to(out.one());
            batches.select(col("key"), col("n")).sort("key", "n").limit(300).to(out.one());
            batches.select(col("key"))
                    .union(batches.select(col("words").as("key")))
                    .countByValue()
                    .to(out.one());
            batches.keyBy("key")
                    .reduceByKey(max("n").as("h"))
                    .keyBy("key")
                    .fullJoin(batches.filter(col("n").gt(7))
                            .keyBy("key")
                            .reduceByKey(count().as("c"))
                            .keyBy("key"))
                    .to(out.one());
            rows.keyBy("key")
                    .window(Window.tumbling(ofSeconds(10)))
                    .aggregate(count().as("c"))
                    .batchInterval(ofSeconds(1))
                    .reduce(sum("c").as("rows"), count().as("windows"))
                    .to(out.one());
        });
    }

    @Test
    void aFilterIsAskedByTheLoopThatAggregates() {
        for (int workers = 1; workers <= 3; workers++) {
            Pipeline pipeline = Pipeline.create();
            DataStream rows = pipeline.input("events", Event.class, Watermark.bounded(Duration.ZERO)).stream();
            rows.filter(col("n").gt(1))
                    .window(Window.tumbling(ofSeconds(10)))
                    .aggregate(count())
                    .to(new Collected());
            String plan = explain(pipeline, workers);
            assertTrue(plan.contains("accumulate kernel"), plan);
            assertTrue(!plan.contains("filter kernel"), plan);
        }
    }

    @Test
    void manyReadersOfOneStream() throws InterruptedException {
        assertSame((rows, out) -> {
            DataStream passed = rows.filter(col("n").gt(1));
            KeyedStream keyed = passed.keyBy("key");
            passed.to(out.one());
            for (int minutes : new int[] {1, 5}) {
                keyed.window(Window.sliding(ofSeconds(10L * minutes), ofSeconds(5)))
                        .aggregate(count().as("c"), sum("n").as("s"))
                        .to(out.one());
            }
            passed.keyBy("n")
                    .window(Window.tumbling(ofSeconds(7)))
                    .lateRowsTo(out.one())
                    .aggregate(count().as("c"))
                    .to(out.one());
        });
    }

    @Test
    void streamsThatBecomeOne() throws InterruptedException {
        // Which rows are late depends on which of the streams is ahead.
        assertSameInTime((rows, out) -> {
            DataStream few = rows.filter(col("n").gt(5));
            DataStream many = rows.filter(col("n").le(7));
            few.union(many).to(out.one());
            few.union(many)
                    .keyBy("key")
                    .window(Window.tumbling(ofSeconds(10)))
                    .aggregate(count().as("c"), sum("n").as("s"))
                    .to(out.one());
            DataStream ofAll = rows.window(Window.tumbling(ofSeconds(10))).aggregate(count().as("c"));
            DataStream ofFew = few.window(Window.tumbling(ofSeconds(10))).aggregate(count().as("c"));
            ofAll.union(ofFew).to(out.inNoOrder());
        });
    }

    @Test
    void resultsThatCannotBeStatedAndRowsThatCannotBeComputedAreDeadLetters() throws InterruptedException {
        for (int workers = 1; workers <= 3; workers++) {
            List<String> letters = new ArrayList<>();
            Pipeline pipeline = Pipeline.create();
            Input<Event> input = pipeline.input("events", Event.class, Watermark.bounded(Duration.ZERO));
            Collected collected = new Collected();
            input.stream()
                    .select(
                            col("key"),
                            col("n").plus(10).dividedBy(col("n")).as("q"),
                            col("n").times(1L << 60).as("big"))
                    .keyBy("key")
                    .window(Window.tumbling(ofSeconds(10)))
                    .aggregate(sum("big").as("s"), count().as("c"))
                    .to(collected);
            pipeline.deadLetters(letter -> letters.add(letter.reason()));
            TestEngine engine = engines.test();
            Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
            for (int p = 0; p < 3; p++) {
                try (Producer<Event> producer = job.producer(input)) {
                    producer.offer(new Event(1, "k" + p, 0L, ""));
                    producer.offer(new Event(2, "k" + p, 1L, ""));
                    producer.offer(new Event(3, "big", 7L, ""));
                }
            }
            job.drain();
            job.await();
            assertEquals(4, letters.size(), letters::toString);
            assertEquals(4, job.counters().deadLetters());
            assertEquals(3, collected.rows.size());
        }
    }

    @Test
    void thePlanSaysWhatGoesWhere() {
        String one = explain(1);
        String two = explain(2);
        assertTrue(!one.contains("exchange"), one);
        assertTrue(two.contains("exchange: by the hash of key, 2 workers"), two);
        assertTrue(two.contains("needed in one place: window session(PT10S) has no panes"), two);
        assertTrue(two.contains("exchange: from 2 workers to the first"), two);
        assertTrue(two.contains("merged in order of window_end"), two);
    }

    private String explain(int workers) {
        Pipeline pipeline = Pipeline.create();
        Input<Event> input = pipeline.input("events", Event.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .keyBy("key")
                .window(Window.session(ofSeconds(10)))
                .aggregate(count())
                .to(new Collected());
        return explain(pipeline, workers);
    }

    private String explain(Pipeline pipeline, int workers) {
        Job job = engines.test().run(pipeline, JobConfig.defaults().withWorkers(workers));
        job.drain();
        try {
            job.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return job.explain();
    }

    @Test
    void theCallersThreadIsOneWorker() {
        Pipeline pipeline = Pipeline.create();
        pipeline.input("events", Event.class, Watermark.bounded(Duration.ZERO)).stream()
                .to(new Collected());
        JobConfig config =
                JobConfig.defaults().withThread(WorkerThread.caller()).withWorkers(2);
        Engine engine = engines.start();
        MullionException refused = assertThrows(MullionException.class, () -> engine.run(pipeline, config));
        assertTrue(refused.getMessage().contains("workers=2"), refused::getMessage);
        assertThrows(MullionException.class, () -> JobConfig.defaults().withWorkers(0));
    }

    /// The sinks of a pipeline in the order in which it asks for them.
    private static final class Outputs {
        final List<Collected> all = new ArrayList<>();

        final Set<Collected> inNoOrder = new HashSet<>();

        Collected one() {
            all.add(new Collected());
            return all.getLast();
        }

        /// Of streams that become one, windows are in no order among each other.
        Collected inNoOrder() {
            inNoOrder.add(one());
            return all.getLast();
        }
    }

    private void assertSameInOrder(BiConsumer<DataStream, Outputs> question) throws InterruptedException {
        for (long seed = 0; seed < 10; seed++) {
            List<Event> events = events(seed, 3);
            List<String> one = text(run(question, events, 1, 1));
            for (int workers = 2; workers <= 3; workers++) {
                assertEquals(one, text(run(question, events, workers, 1)));
            }
        }
    }

    /// The rows of each key in their order: keys are in no order among each other.
    private void assertSameInOrderOfKeys(BiConsumer<DataStream, Outputs> question) throws InterruptedException {
        for (long seed = 0; seed < 10; seed++) {
            List<Event> events = events(seed, 3);
            List<String> one = byKey(run(question, events, 1, 1));
            for (int workers = 2; workers <= 3; workers++) {
                assertEquals(one, byKey(run(question, events, workers, 1)));
            }
        }
    }

    /// Of one producer with late rows, and of several without.
    private void assertSame(BiConsumer<DataStream, Outputs> question) throws InterruptedException {
        for (long seed = 0; seed < 10; seed++) {
            List<Event> late = events(seed, 12);
            List<Event> onTime = events(seed, 3);
            List<String> one = sorted(run(question, late, 1, 1));
            List<String> several = sorted(run(question, onTime, 1, 1));
            for (int workers = 2; workers <= 3; workers++) {
                assertEquals(one, sorted(run(question, late, workers, 1)));
                assertEquals(several, sorted(run(question, onTime, workers, 3)));
            }
        }
    }

    private void assertSameInTime(BiConsumer<DataStream, Outputs> question) throws InterruptedException {
        for (long seed = 0; seed < 10; seed++) {
            List<Event> onTime = events(seed, 3);
            List<String> several = sorted(run(question, onTime, 1, 1));
            for (int workers = 2; workers <= 3; workers++) {
                assertEquals(several, sorted(run(question, onTime, workers, 1)));
                assertEquals(several, sorted(run(question, onTime, workers, 3)));
            }
        }
    }

    private static List<Event> events(long seed, int disorder) {
        Random random = new Random(seed);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            long time = i / 4 - random.nextInt(disorder);
            String key = random.nextInt(9) == 0 ? null : "key" + random.nextInt(7);
            Long n = random.nextInt(9) == 0 ? null : (long) random.nextInt(9);
            events.add(new Event(time, key, n, random.nextInt(3) + " " + random.nextInt(4)));
        }
        return events;
    }

    private Outputs run(BiConsumer<DataStream, Outputs> question, List<Event> events, int workers, int producerCount)
            throws InterruptedException {
        Outputs outputs = new Outputs();
        Pipeline pipeline = Pipeline.create();
        Input<Event> input = pipeline.input("events", Event.class, Watermark.bounded(ofSeconds(3)));
        question.accept(input.stream(), outputs);
        // Text of one row a batch, and tiny batches: queues are full all the time.
        TestEngine engine = engines.test(Engines.SMALL.withBatchRows(5).withBatchDataBytes(64));
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        Random random = new Random(workers);
        List<Producer<Event>> producers = new ArrayList<>();
        for (int i = 0; i < producerCount; i++) {
            producers.add(job.producer(input));
        }
        for (Event event : events) {
            producers.get(random.nextInt(producerCount)).offer(event);
            if (random.nextInt(20) == 0) {
                engine.runUntilIdle();
            }
        }
        producers.forEach(Producer::close);
        job.drain();
        job.await();
        assertEquals(events.size(), job.counters().rowsIn());
        assertEquals(
                outputs.all.stream().mapToLong(out -> out.rows.size()).sum(),
                job.counters().rowsOut());
        outputs.all.forEach(out -> assertEquals(1, out.closes));
        return outputs;
    }

    private static List<String> text(Outputs outputs) {
        return outputs.all.stream()
                .flatMap(out -> out.rows.stream())
                .map(List::toString)
                .toList();
    }

    private static List<String> sorted(Outputs outputs) {
        List<String> lines = new ArrayList<>();
        for (Collected out : outputs.all) {
            if (!outputs.inNoOrder.contains(out)) {
                requireOrderOfEnds(out);
            }
            lines.add("output:");
            last(out).stream().map(List::toString).sorted().forEach(lines::add);
        }
        return lines;
    }

    /// Windows come in order of their end, but for those that are revised.
    private static void requireOrderOfEnds(Collected out) {
        boolean ofWindows =
                out.schema.fields().stream().anyMatch(field -> field.name().equals("window_end"));
        boolean revised =
                out.schema.fields().stream().anyMatch(field -> field.name().equals("revision"));
        if (ofWindows && !revised && !out.rows.isEmpty()) {
            List<Object> ends = out.column("window_end");
            List<Object> ascending = ends.stream()
                    .sorted(Comparator.comparing(end -> (Long) end))
                    .toList();
            assertEquals(ascending, ends);
        }
    }

    /// Where results are revised, the last of each window and key: how many come before depends on what comes together.
    private static List<List<Object>> last(Collected out) {
        int revision = out.schema.find("revision");
        if (revision < 0) {
            return out.rows;
        }
        Map<List<Object>, List<Object>> last = new LinkedHashMap<>();
        for (List<Object> row : out.rows) {
            List<Object> place = new ArrayList<>();
            for (String column : List.of("window_start", "window_end", "key")) {
                if (out.schema.find(column) >= 0) {
                    place.add(row.get(out.schema.indexOf(column)));
                }
            }
            last.put(place, row.subList(0, revision));
        }
        return List.copyOf(last.values());
    }

    private static List<String> byKey(Outputs outputs) {
        Collected out = outputs.all.getFirst();
        int key = out.schema.indexOf("key");
        return out.rows.stream()
                .sorted(Comparator.comparing(row -> String.valueOf(row.get(key))))
                .map(List::toString)
                .toList();
    }
}
