package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.sum;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.KeyedFunction;
import io.mullion.io.KeyedState;
import io.mullion.io.Producer;
import io.mullion.io.RowView;
import io.mullion.io.Timers;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.Decimal;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Checkpoints of keyed state, of duplicates and of ordered windows: a job that dies after any of its rows, some rows
/// behind a checkpoint, says what one says that does not die.
class StateCheckpointTest {
    record Click(@EventTime(TimeUnit.SECONDS) long time, String user, long page) {}

    record Visits(long count, String pages) {}

    record Note(long at, String what) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    private int lives;

    /// A pipeline in which something is asked of clicks.
    private static final class Asked {
        final Pipeline pipeline = Pipeline.create();
        final Input<Click> clicks = pipeline.input("clicks", Click.class, Watermark.bounded(ofSeconds(5)));
        final Collected results = new Collected();

        Asked(Function<DataStream, DataStream> question) {
            question.apply(clicks.stream()).to(results);
        }
    }

    private JobConfig config() {
        return JobConfig.defaults().withCheckpoints(Checkpoints.to(folder.resolve("job-" + lives)));
    }

    private static void offer(TestEngine engine, Producer<Click> producer, List<Click> rows) {
        for (Click row : rows) {
            producer.offer(row);
            engine.runUntilIdle();
        }
    }

    /// The results of a job that dies when it has had a few rows more than its checkpoint, and of the one behind it.
    ///
    /// @param cut the number of rows before the checkpoint
    private List<List<Object>> dying(Function<DataStream, DataStream> question, List<Click> rows, int cut)
            throws InterruptedException {
        TestEngine engine = engines.test();
        lives++;
        Asked before = new Asked(question);
        Job job = engine.run(before.pipeline, config());
        List<List<Object>> results;
        try (Producer<Click> producer = job.producer(before.clicks)) {
            offer(engine, producer, rows.subList(0, cut));
            job.checkpoint();
            results = new ArrayList<>(before.results.rows);
            offer(engine, producer, rows.subList(cut, Math.min(rows.size(), cut + 5)));
            job.stop();
            job.await();
        }
        Asked after = new Asked(question);
        job = engine.restore(after.pipeline, config());
        try (Producer<Click> producer = job.producer(after.clicks)) {
            offer(engine, producer, rows.subList(cut, rows.size()));
        }
        job.drain();
        job.await();
        results.addAll(after.results.rows);
        return results;
    }

    private List<List<Object>> undisturbed(Function<DataStream, DataStream> question, List<Click> rows)
            throws InterruptedException {
        TestEngine engine = engines.test();
        Asked asked = new Asked(question);
        Job job = engine.run(asked.pipeline);
        try (Producer<Click> producer = job.producer(asked.clicks)) {
            offer(engine, producer, rows);
        }
        job.drain();
        job.await();
        return asked.results.rows;
    }

    private void assertDeathsDoNotShow(Function<DataStream, DataStream> question) throws InterruptedException {
        assertDeathsDoNotShow(question, rows -> rows);
    }

    /// @param ordered the rows in an order of which all is promised: not which of several keys comes first at one time
    private void assertDeathsDoNotShow(
            Function<DataStream, DataStream> question, UnaryOperator<List<List<Object>>> ordered)
            throws InterruptedException {
        List<Click> rows = clicks(40);
        List<List<Object>> expected = ordered.apply(undisturbed(question, rows));
        assertFalse(expected.isEmpty());
        for (int cut = 0; cut <= rows.size(); cut++) {
            assertEquals(expected, ordered.apply(dying(question, rows, cut)), "rows before the checkpoint: " + cut);
        }
    }

    /// The rows of each key as they came.
    private static UnaryOperator<List<List<Object>>> byKey(int column) {
        return rows -> {
            List<List<Object>> ordered = new ArrayList<>(rows);
            ordered.sort(Comparator.comparing(row -> String.valueOf(row.get(column))));
            return ordered;
        };
    }

    private static List<Click> clicks(int count) {
        Random random = new Random(count);
        List<Click> clicks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long time = i + random.nextInt(8) - (random.nextInt(10) == 0 ? 20 : 0);
            String user = random.nextInt(8) == 0 ? null : "a user by the name of " + random.nextInt(4);
            clicks.add(new Click(time, user, random.nextInt(3)));
        }
        return clicks;
    }

    enum Remembered {
        FOR_EVER,
        WITH_TIME_AS_KEY,
        WITHIN;

        DataStream firstOf(DataStream clicks) {
            return switch (this) {
                case FOR_EVER -> clicks.dropDuplicates("user", "page");
                case WITH_TIME_AS_KEY -> clicks.dropDuplicates("time", "user");
                case WITHIN -> clicks.dropDuplicatesWithin(ofSeconds(9), "user");
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void duplicatesAreRemembered(Remembered remembered) throws InterruptedException {
        assertDeathsDoNotShow(remembered::firstOf);
    }

    /// What a job has counted behind the checkpoint is not all there is.
    @Test
    void keysThatAreRememberedAreCountedAgain() throws InterruptedException {
        TestEngine engine = engines.test();
        long kept = 0;
        for (int life = 0; life < 2; life++) {
            Asked asked = new Asked(Remembered.FOR_EVER::firstOf);
            Job job = life == 0 ? engine.run(asked.pipeline, config()) : engine.restore(asked.pipeline, config());
            if (life == 0) {
                try (Producer<Click> producer = job.producer(asked.clicks)) {
                    offer(engine, producer, clicks(20));
                }
                kept = job.counters().rowsKept();
                assertTrue(kept > 0);
                job.checkpoint();
            }
            assertEquals(kept, job.counters().rowsKept());
            job.stop();
            job.await();
        }
    }

    private static DataStream counted(DataStream clicks) {
        return clicks.keyBy("user", "page")
                .window(Window.sliding(ofSeconds(12), ofSeconds(4)))
                .aggregate(count().as("n"), max(col("time")).as("last"));
    }

    @Test
    void theGreatestOfAWindowAreThoseOfAllItsRows() throws InterruptedException {
        assertDeathsDoNotShow(clicks -> counted(clicks).topOfWindow(2, "n", "page"), byKey(2));
        assertDeathsDoNotShow(clicks -> counted(clicks).keyBy("user").topOfWindow(1, "n", "page"), byKey(2));
    }

    @Test
    void theOrderOfAWindowIsThatOfAllItsRows() throws InterruptedException {
        assertDeathsDoNotShow(
                clicks -> counted(clicks).sort("n", "user", "page").limit(3));
    }

    /// Counts the rows of a user; timers of both kinds, and states of many lengths.
    private static final class Visiting implements KeyedFunction<Click, Visits, Note> {
        @Override
        public void onRow(Click row, KeyedState<Visits> state, Timers timers, Consumer<? super Note> out) {
            Visits old = state.exists() ? state.get() : new Visits(0, null);
            if (row.page() == 0 && old.count() > 3) {
                state.remove();
            } else {
                state.update(new Visits(old.count() + 1, (old.pages() == null ? "" : old.pages()) + row.page()));
                timers.at(row.time() + 6);
            }
            out.accept(new Note(old.count(), old.pages()));
        }

        @Override
        public void onTimer(KeyedState<Visits> state, Timers timers, Consumer<? super Note> out) {
            out.accept(new Note(timers.now(), "timer"));
        }

        @Override
        public void onTimeOut(KeyedState<Visits> state, Timers timers, Consumer<? super Note> out) {
            out.accept(new Note(state.exists() ? state.get().count() : -1, "idle"));
        }
    }

    @Test
    void functionsHaveTheirStatesAndTimersAgain() throws InterruptedException {
        StateSpec<Visits> spec = StateSpec.of(Visits.class)
                .withTimeOut(ofSeconds(10))
                .withInitial(Map.of("a user by the name of 1", new Visits(50, "first"), "nobody", new Visits(7, null)));
        assertDeathsDoNotShow(
                clicks -> clicks.keyBy("user").process(Click.class, spec, Note.class, new Visiting()), byKey(1));
        assertDeathsDoNotShow(
                clicks -> clicks.keyBy("user")
                        .process(Click.class, spec, Note.class, new Visiting())
                        .stateSnapshots(ofSeconds(7)),
                byKey(0));
    }

    /// Behind a checkpoint the states that were there from the start are what has become of them.
    @Test
    void whatWasThereFromTheStartIsNotThereAgain() throws InterruptedException {
        KeyedFunction<Click, Visits, Note> takesAway = (row, state, timers, out) -> {
            out.accept(new Note(state.exists() ? state.get().count() : -1, row.user()));
            state.remove();
        };
        List<Click> rows = List.of(new Click(1, "a", 1), new Click(2, "a", 1), new Click(3, "b", 1));
        StateSpec<Visits> spec = StateSpec.of(Visits.class)
                .withInitial(Map.of("a", new Visits(1, "x"), "b", new Visits(2, null), "c", new Visits(3, "y")));
        List<List<Object>> came =
                dying(clicks -> clicks.keyBy("user").process(Click.class, spec, Note.class, takesAway), rows, 1);
        assertEquals(List.of(List.of(1L, "a", 1L, "a"), List.of(2L, "a", -1L, "a"), List.of(3L, "b", 2L, "b")), came);
    }

    private static final KeyedFunction<Click, Visits, Note> BY_CLOCK = new KeyedFunction<>() {
        @Override
        public void onRow(Click row, KeyedState<Visits> state, Timers timers, Consumer<? super Note> out) {
            timers.atClock(timers.clockNanos() + row.page() * 1_000_000_000);
        }

        @Override
        public void onClock(KeyedState<Visits> state, Timers timers, Consumer<? super Note> out) {
            out.accept(new Note(timers.clockNanos() / 1_000_000_000, "clock"));
        }
    };

    /// Those that were due while there was no job fire when there is one.
    @Test
    void timersByTheClockAreOfTheClock() throws InterruptedException {
        TestEngine engine = engines.test();
        engine.advanceTo(ofSeconds(100));
        Function<DataStream, DataStream> question =
                clicks -> clicks.keyBy("user").process(Click.class, StateSpec.of(Visits.class), Note.class, BY_CLOCK);
        Asked before = new Asked(question);
        Job job = engine.run(before.pipeline, config());
        try (Producer<Click> producer = job.producer(before.clicks)) {
            offer(engine, producer, List.of(new Click(1, "a", 5), new Click(2, "b", 30), new Click(3, "c", 90)));
            job.checkpoint();
            job.stop();
            job.await();
        }
        engine.advanceTo(ofSeconds(120));
        Asked after = new Asked(question);
        job = engine.restore(after.pipeline, config());
        engine.advanceTo(Duration.ofMillis(121_000));
        assertEquals(List.of(List.of(3L, "a", 121L, "clock")), after.results.rows);
        engine.advanceTo(ofSeconds(140));
        assertEquals(List.of(3L, "b", 140L, "clock"), after.results.rows.getLast());
        engine.advanceTo(ofSeconds(150));
        assertEquals(2, after.results.rows.size());
        job.stop();
        job.await();
    }

    /// A state of each type, with values that not every text would keep.
    record Everything(
            boolean truth,
            Boolean perhaps,
            byte int8,
            short int16,
            int int32,
            long int64,
            Long nullable,
            float float32,
            double float64,
            Double none,
            String text,
            String empty,
            String nothing,
            @Decimal(precision = 30, scale = 3) BigDecimal decimal,
            LocalDate day,
            Instant instant) {
        static Everything of(long seed) {
            return new Everything(
                    seed % 2 == 0,
                    seed % 3 == 0 ? null : seed % 3 == 1,
                    (byte) -seed,
                    (short) (seed * -1_000),
                    (int) (seed * -1_000_000_007),
                    Long.MIN_VALUE + seed,
                    seed % 2 == 0 ? null : Long.MAX_VALUE - seed,
                    seed == 0 ? Float.NaN : seed / 3f,
                    seed == 1 ? -0.0 : seed / 7.0,
                    null,
                    "naïve \u0000 𝄞".repeat((int) seed * 10),
                    "",
                    null,
                    new BigDecimal("-123456789012345678901234567.125").add(BigDecimal.valueOf(seed)),
                    LocalDate.of(1969, 12, 31).plusDays(seed),
                    Instant.parse("1969-12-31T23:59:59.123456Z").plusSeconds(seed));
        }
    }

    @Test
    void statesOfEveryTypeComeBack() throws InterruptedException {
        KeyedFunction<Click, Everything, Everything> function = (row, state, timers, out) -> {
            if (state.exists()) {
                out.accept(state.get());
            } else {
                state.update(Everything.of(row.page()));
            }
        };
        List<Click> rows = new ArrayList<>();
        for (int time = 0; time < 10; time++) {
            rows.add(new Click(time, "user " + time % 5, time % 5));
        }
        Function<DataStream, DataStream> question = clicks ->
                clicks.keyBy("user").process(Click.class, StateSpec.of(Everything.class), Everything.class, function);
        List<List<Object>> expected = undisturbed(question, rows);
        assertEquals(5, expected.size());
        assertEquals(expected.toString(), dying(question, rows, 5).toString());
        assertEquals(expected.toString(), dying(question, rows, 7).toString());
    }

    /// As Arrow's own reader finds it.
    @Test
    void aStateIsATableForAnybody() throws InterruptedException, IOException {
        TestEngine engine = engines.test();
        Asked asked = new Asked(clicks ->
                clicks.keyBy("user").process(Click.class, StateSpec.of(Visits.class), Note.class, new Visiting()));
        Job job = engine.run(asked.pipeline, config());
        try (Producer<Click> producer = job.producer(asked.clicks)) {
            offer(engine, producer, List.of(new Click(1, "a", 5), new Click(2, "b", 30), new Click(3, "a", 90)));
        }
        job.checkpoint();
        job.stop();
        job.await();
        assertEquals("group\tstate.count\tstate.pages\n0\t2\t590\n1\t1\t30\n", table("keyed state", "states"));
        assertEquals("group\tkey.user\n0\ta\n1\tb\n", table("keyed state", "groups"));
        assertEquals("group\ttime\n0\t9\n1\t8\n", table("keyed state", "timers"));
    }

    private String table(String owner, String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("job-" + lives));
                BufferAllocator allocator = new RootAllocator()) {
            for (Path file :
                    files.filter(it -> it.toString().endsWith(".arrow")).toList()) {
                try (FileChannel channel = FileChannel.open(file);
                        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
                    VectorSchemaRoot rows = reader.getVectorSchemaRoot();
                    Map<String, String> metadata = rows.getSchema().getCustomMetadata();
                    if (metadata.get("mullion.owner").equals(owner)
                            && metadata.get("mullion.table").startsWith(name + "@")) {
                        assertTrue(reader.loadNextBatch());
                        return rows.contentToTSVString();
                    }
                }
            }
        }
        throw new AssertionError("no table: " + owner + ", " + name);
    }

    record Other(long count, Long pages) {}

    @Test
    void anotherPipelineIsRefused() throws InterruptedException {
        KeyedFunction<Click, Visits, Note> visits = new Visiting();
        KeyedFunction<Click, Other, Note> others = (row, state, timers, out) -> state.update(new Other(1, null));
        BiFunction<DataStream, StateSpec<Visits>, DataStream> process =
                (clicks, spec) -> clicks.keyBy("user").process(Click.class, spec, Note.class, visits);
        StateSpec<Visits> spec = StateSpec.of(Visits.class);
        dying(clicks -> process.apply(clicks, spec), clicks(5), 5);
        assertRefused(
                "function are others",
                clicks -> clicks.keyBy("user", "page").process(Click.class, spec, Note.class, visits));
        assertRefused(
                "function are others",
                clicks -> clicks.keyBy("user").process(Click.class, StateSpec.of(Other.class), Note.class, others));
        assertRefused("time-out are others", clicks -> process.apply(clicks, spec.withTimeOut(ofSeconds(3))));
        assertRefused(
                "it has state of [keyed state], and the pipeline has [first rows] in its place",
                Remembered.WITHIN::firstOf);
        lives++;
        dying(Remembered.WITHIN::firstOf, clicks(5), 5);
        assertRefused("first rows: duplicates are others", clicks -> clicks.dropDuplicatesWithin(ofSeconds(8), "user"));
        assertRefused("first rows: duplicates are others", clicks -> clicks.dropDuplicatesWithin(ofSeconds(9), "page"));
    }

    private void assertRefused(String message, Function<DataStream, DataStream> question) {
        MullionException refused = assertThrows(
                MullionException.class, () -> engines.test().restore(new Asked(question).pipeline, config()));
        assertEquals(Reason.CHECKPOINT, refused.reason());
        assertTrue(refused.getMessage().contains(message), refused::getMessage);
    }

    /// Rows read as they are, with keys that are numbers.
    @Test
    void aFunctionBehindWindowsHasItsStatesAgain() throws InterruptedException {
        KeyedFunction<RowView, Visits, Note> running = (row, state, timers, out) -> {
            long all = (state.exists() ? state.get().count() : 0) + row.int64("pages");
            state.update(new Visits(all, null));
            out.accept(new Note(all, "of window " + row.int64("window_end")));
        };
        assertDeathsDoNotShow(
                clicks -> clicks.keyBy("page")
                        .window(Window.tumbling(ofSeconds(5)))
                        .aggregate(sum(col("page").plus(1)).as("pages"))
                        .keyBy("page")
                        .process(RowView.class, StateSpec.of(Visits.class), Note.class, running),
                byKey(1));
    }
}
