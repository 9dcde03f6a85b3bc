package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.KeyedFunction;
import io.mullion.io.KeyedState;
import io.mullion.io.Producer;
import io.mullion.io.RowView;
import io.mullion.io.Timers;
import io.mullion.spec.Decimal;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Functions with keyed state, timers and time-outs through the public API.
@Tag("checked")
class KeyedStateTest {
    record Sale(@EventTime(TimeUnit.SECONDS) long time, String shop, long amount) {}

    record Call(String shop, long amount) {}

    record Total(long total, String last) {}

    record Count(long count) {}

    record Note(long count, String what) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Collected results = new Collected();

    private Input<Sale> sales() {
        return pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
    }

    /// Says when a shop was silent for ten seconds; says at each row how many there were since then.
    static final class Silence implements KeyedFunction<Sale, Count, Note> {
        @Override
        public void onRow(Sale row, KeyedState<Count> state, Timers timers, Consumer<? super Note> out) {
            long count = state.exists() ? state.get().count() + 1 : 1;
            state.update(new Count(count));
            timers.at(timers.now() + 10);
            out.accept(new Note(count, "row"));
        }

        @Override
        public void onTimer(KeyedState<Count> state, Timers timers, Consumer<? super Note> out) {
            out.accept(new Note(state.get().count(), "silent: " + state.key().utf8("shop")));
            state.remove();
        }
    }

    static List<Object> note(long time, String shop, long count, String what) {
        return List.of(time, shop, count, what);
    }

    private List<List<Object>> silences(int rowsAtATime) throws InterruptedException {
        return silences(rowsAtATime, _ -> {});
    }

    /// @param others what else is made of the rows
    private List<List<Object>> silences(int rowsAtATime, Consumer<DataStream> others) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Sale> sales = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
        Collected results = new Collected();
        DataStream paid = sales.stream().filter(col("amount").gt(0));
        others.accept(paid);
        process(paid, results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        feed(engine, job.producer(sales), rowsAtATime);
        job.drain();
        job.await();
        return results.rows;
    }

    static void feed(TestEngine engine, Producer<Sale> sales, int rowsAtATime) {
        long[] times = {1, 5, 30, 31, 32, 32, 41, 42};
        String[] shops = {"a", "b", "a", "b", "c", "e", "a", "d"};
        try (sales) {
            for (int i = 0; i < times.length; i++) {
                sales.offer(new Sale(times[i], shops[i], i == 4 ? -1 : 1));
                if ((i + 1) % rowsAtATime == 0) {
                    engine.runUntilIdle();
                }
            }
        }
    }

    @Test
    void timersFireWhereTheWatermarkPassesThemHoweverRowsAreCut() throws InterruptedException {
        List<List<Object>> expected = List.of(note(1, "a", 1, "row"), note(5, "b", 1, "row"), note(30, "a", 2, "row"));
        List<List<Object>> byRow = silences(1);
        assertEquals(expected.subList(0, 3), byRow.subList(0, 3));
        assertEquals(
                List.of(
                        note(15, "b", 1, "silent: b"),
                        note(31, "b", 1, "row"),
                        note(32, "e", 1, "row"),
                        note(41, "a", 3, "row"),
                        note(41, "b", 1, "silent: b"),
                        note(42, "d", 1, "row"),
                        note(42, "e", 1, "silent: e"),
                        note(51, "a", 3, "silent: a"),
                        note(52, "d", 1, "silent: d")),
                byRow.subList(3, byRow.size()));
        assertEquals(byRow, silences(3));
        assertEquals(byRow, silences(100));
    }

    static void process(DataStream sales, Collected results) {
        sales.keyBy("shop")
                .process(Sale.class, StateSpec.of(Count.class), Note.class, new Silence())
                .to(results);
    }

    @Test
    void timersFireThereAlsoWhereOtherStepsReadTheSameRows() throws InterruptedException {
        List<List<Object>> alone = silences(1);
        for (int rowsAtATime : new int[] {1, 3, 100}) {
            assertEquals(alone, silences(rowsAtATime, sales -> sales.to(new Collected())));
            Collected second = new Collected();
            assertEquals(alone, silences(rowsAtATime, sales -> process(sales, second)));
            assertEquals(alone, second.rows);
        }
    }

    @Test
    void timersFireThereAlsoInAUnion() throws InterruptedException {
        List<List<Object>> byRow = silencesOfUnion(1);
        List<List<Object>> alone = silences(1);
        assertEquals(note(100, "z", 1, "row"), byRow.getFirst());
        assertEquals(note(110, "z", 1, "silent: z"), byRow.getLast());
        assertEquals(alone, byRow.subList(1, byRow.size() - 1));
        assertEquals(byRow, silencesOfUnion(3));
        assertEquals(byRow, silencesOfUnion(100));
    }

    /// The other stream has come further.
    private List<List<Object>> silencesOfUnion(int rowsAtATime) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Sale> sales = pipeline.input("sales", Sale.class, Watermark.bounded(Duration.ZERO));
        Input<Sale> others = pipeline.input("others", Sale.class, Watermark.bounded(Duration.ZERO));
        Collected results = new Collected();
        process(sales.stream().union(others.stream()).filter(col("amount").gt(0)), results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Sale> other = job.producer(others)) {
            other.offer(new Sale(100, "z", 1));
            engine.runUntilIdle();
            feed(engine, job.producer(sales), rowsAtATime);
        }
        job.drain();
        job.await();
        return results.rows;
    }

    /// A session ends at the very watermark, and a row there begins another one: here the one of shop e.
    @Test
    void timersFireThereAlsoBesideSessions() throws InterruptedException {
        List<List<Object>> alone = silences(1);
        for (int rowsAtATime : new int[] {1, 3, 100}) {
            Collected sessions = new Collected();
            Collected second = new Collected();
            assertEquals(alone, silences(rowsAtATime, sales -> {
                sales.window(Window.session(Duration.ofSeconds(1)))
                        .aggregate(count().as("n"))
                        .to(sessions);
                process(sales, second);
            }));
            assertEquals(alone, second.rows);
            assertEquals(List.of(1L, 1L, 2L, 1L, 2L), sessions.column("n"));
        }
    }

    @Test
    void rowsMapToWhatTheFunctionMakesOfThemAndTheState() throws InterruptedException {
        Input<Call> calls = pipeline.input("calls", Call.class);
        calls.stream()
                .keyBy("shop")
                .mapWithState(Call.class, StateSpec.of(Count.class), Note.class, (row, state, out) -> {
                    if (state.exists()) {
                        state.remove();
                        out.accept(new Note(row.amount(), "removed"));
                    } else {
                        state.update(new Count(row.amount()));
                    }
                })
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Call> producer = job.producer(calls)) {
            for (String shop : List.of("a", "a", "b", "a", "c", "", "b", "c", "")) {
                producer.offer(new Call(shop, 7));
            }
        }
        job.drain();
        job.await();
        assertEquals(List.of("a", "b", "c", ""), results.column("shop"));
        assertEquals(List.of("shop", "count", "what"), names(results));
    }

    private static List<String> names(Collected results) {
        return results.schema.fields().stream().map(field -> field.name()).toList();
    }

    @Test
    void aKeyThatIsIdleForLongerThanItsTimeOutIsHandedOverOnceAndForgotten() throws InterruptedException {
        Input<Sale> sales = sales();
        List<String> calls = new ArrayList<>();
        StatefulStream stream = sales.stream()
                .keyBy("shop")
                .mapWithState(
                        Sale.class,
                        StateSpec.of(Count.class).withTimeOut(Duration.ofSeconds(10)),
                        Note.class,
                        (row, state, out) -> {
                            if (state.isTimingOut()) {
                                calls.add(state.key().utf8("shop") + state.get().count());
                                assertThrows(MullionException.class, () -> state.update(new Count(0)));
                                out.accept(new Note(state.get().count(), "idle"));
                            } else {
                                state.update(
                                        new Count(state.exists() ? state.get().count() + 1 : 1));
                            }
                        });
        stream.to(results);
        Collected snapshots = new Collected();
        stream.stateSnapshots(Duration.ofSeconds(100)).to(snapshots);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Sale> producer = job.producer(sales)) {
            producer.offer(new Sale(0, "a", 1));
            producer.offer(new Sale(4, "b", 1));
            producer.offer(new Sale(10, "c", 1));
            engine.runUntilIdle();
            assertEquals(List.of(), calls, "idle for as long as the time-out, not longer");
            producer.offer(new Sale(11, "c", 1));
            engine.runUntilIdle();
            assertEquals(List.of("a1"), calls);
            producer.offer(new Sale(13, "b", 1));
            producer.offer(new Sale(20, "c", 1));
            producer.offer(new Sale(21, "a", 1));
            engine.runUntilIdle();
            assertEquals(List.of("a1"), calls);
            producer.offer(new Sale(24, "c", 1));
            producer.offer(new Sale(100, "d", 1));
            producer.offer(new Sale(101, "e", 1));
            engine.runUntilIdle();
            assertEquals(List.of("a1", "b2", "a1", "c4"), calls);
        }
        job.drain();
        job.await();
        assertEquals(List.of("a1", "b2", "a1", "c4"), calls, "the end of input times no key out");
        assertEquals(
                List.of(
                        note(11, "a", 1, "idle"),
                        note(24, "b", 2, "idle"),
                        note(32, "a", 1, "idle"),
                        note(35, "c", 4, "idle")),
                results.rows);
        assertEquals(List.of("d", 1L), snapshots.rows.getFirst(), "before the row that came when time had passed it");
        assertEquals(Set.of(List.of("d", 1L), List.of("e", 1L)), Set.copyOf(snapshots.rows.subList(1, 3)));
        assertEquals(List.of("shop", "count"), names(snapshots));
    }

    @Test
    void initialStatesAreThereFromTheStart() throws InterruptedException {
        Input<Call> calls = pipeline.input("calls", Call.class);
        StatefulStream stream = calls.stream()
                .keyBy("shop")
                .process(
                        RowView.class,
                        StateSpec.of(Total.class)
                                .withInitial(Map.of("a", new Total(10, "first"), "z", new Total(26, null)))
                                .withTimeOut(Duration.ofSeconds(5)),
                        Total.class,
                        (row, state, timers, out) -> {
                            long before = state.exists() ? state.get().total() : 0;
                            state.update(new Total(
                                    before + row.int64("amount"),
                                    row.utf8("shop").repeat(3)));
                            out.accept(state.get());
                        });
        stream.to(results);
        Collected snapshots = new Collected();
        stream.stateSnapshots(Duration.ofSeconds(4)).to(snapshots);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Call> producer = job.producer(calls)) {
            engine.advanceTo(Duration.ofSeconds(1));
            producer.offer(new Call("a", 1));
            producer.offer(new Call("b", 2));
            engine.advanceTo(Duration.ofSeconds(4));
            assertEquals(List.of(List.of("a", 11L, "aaa"), List.of("b", 2L, "bbb")), results.rows);
            assertEquals(
                    List.of(List.of("a", 11L, "aaa"), Arrays.asList("z", 26L, null), List.of("b", 2L, "bbb")),
                    sorted(snapshots.rows));
            engine.advanceTo(Duration.ofSeconds(7));
            assertEquals(3, snapshots.rows.size());
            engine.advanceTo(Duration.ofSeconds(8));
        }
        job.drain();
        job.await();
        assertEquals(3, snapshots.rows.size(), "all were idle");
    }

    /// As they came, but for the order of `a`, `z`, which is that of a map.
    private static List<List<Object>> sorted(List<List<Object>> rows) {
        List<List<Object>> sorted = new ArrayList<>(rows);
        sorted.sort((a, b) -> a.getFirst().equals("a") ? -1 : b.getFirst().equals("a") ? 1 : 0);
        return sorted;
    }

    @Test
    void timersByTheClockFireInAStreamOfEventTime() throws InterruptedException {
        Input<Sale> sales = sales();
        sales.stream()
                .keyBy("shop")
                .process(Sale.class, StateSpec.of(Count.class), Note.class, new KeyedFunction<>() {
                    @Override
                    public void onRow(Sale row, KeyedState<Count> state, Timers timers, Consumer<? super Note> out) {
                        timers.atClock(timers.clockNanos() + row.amount());
                    }

                    @Override
                    public void onClock(KeyedState<Count> state, Timers timers, Consumer<? super Note> out) {
                        out.accept(new Note(timers.clockNanos(), "clock"));
                    }
                })
                .to(results);
        TestEngine engine = engines.test();
        engine.advanceTo(Duration.ofSeconds(1));
        Job job = engine.run(pipeline);
        try (Producer<Sale> producer = job.producer(sales)) {
            producer.offer(new Sale(100, "a", 5_000_000_000L));
            producer.offer(new Sale(101, "b", 3_000_000_000L));
            producer.offer(new Sale(102, "c", 50_000_000_000L));
            engine.runUntilIdle();
            engine.advanceTo(Duration.ofSeconds(3));
            assertEquals(List.of(), results.rows);
            engine.advanceTo(Duration.ofSeconds(10));
            assertEquals(
                    List.of(note(102, "b", 10_000_000_000L, "clock"), note(102, "a", 10_000_000_000L, "clock")),
                    results.rows);
        }
        job.drain();
        job.await();
        assertEquals(2, results.rows.size(), "what is left is dropped");
    }

    @Test
    void whatTheFunctionThrowsFailsItsJobAndNamesOperationKeyAndRow() {
        Input<Call> calls = pipeline.input("calls", Call.class);
        calls.stream()
                .keyBy("shop")
                .mapWithState(Call.class, StateSpec.of(Count.class), Note.class, (row, state, out) -> {
                    if (row.amount() == 13) {
                        throw new IllegalStateException("unlucky");
                    }
                })
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        Producer<Call> producer = job.producer(calls);
        producer.offer(new Call("a", 1));
        producer.offer(new Call("b", 13));
        engine.runUntilIdle();
        MullionException failure = assertThrows(MullionException.class, job::await);
        MullionException cause = (MullionException) failure.getCause();
        assertEquals(MullionException.Reason.USER_CODE, cause.reason());
        assertEquals(
                "function failed in keyBy shop, mapWithState Call -> Note, state Count:"
                        + " java.lang.IllegalStateException: unlucky, key={shop=b}, row={shop=b, amount=13}",
                cause.getMessage());
        producer.close();
    }

    @Test
    void aSinkThatFailsIsNotTakenForTheFunction() {
        Input<Call> calls = pipeline.input("calls", Call.class);
        calls.stream()
                .keyBy("shop")
                .mapWithState(Call.class, StateSpec.of(Count.class), Note.class, (row, state, out) -> {
                    try {
                        for (int i = 0; i < 100; i++) {
                            out.accept(new Note(i, "note"));
                        }
                    } catch (RuntimeException e) {
                        throw new IllegalStateException("a note was refused", e);
                    }
                })
                .to(batch -> {
                    throw new IllegalArgumentException("full");
                });
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        Producer<Call> producer = job.producer(calls);
        producer.offer(new Call("a", 1));
        engine.runUntilIdle();
        MullionException failure = assertThrows(MullionException.class, job::await);
        assertTrue(
                failure.getCause().getMessage().startsWith("sink failed: "),
                failure.getCause().getMessage());
        producer.close();
    }

    record Digits(@Decimal(precision = 3, scale = 1) BigDecimal value) {}

    @Test
    void anOutputThatItsColumnCannotHoldIsADeadLetterAndSuchAStateAFailure() throws InterruptedException {
        Input<Call> calls = pipeline.input("calls", Call.class);
        List<String> letters = new ArrayList<>();
        pipeline.deadLetters(letter -> letters.add(letter.toString()));
        calls.stream()
                .keyBy("shop")
                .mapWithState(Call.class, StateSpec.of(Digits.class), Digits.class, (row, state, out) -> {
                    Digits digits = new Digits(BigDecimal.valueOf(row.amount()));
                    if (row.amount() < 100) {
                        state.update(digits);
                    } else {
                        assertThrows(MullionException.class, () -> state.update(digits));
                    }
                    out.accept(digits);
                })
                .to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Call> producer = job.producer(calls)) {
            producer.offer(new Call("a", 99));
            producer.offer(new Call("b", 1000));
            producer.offer(new Call("c", 1));
        }
        job.drain();
        job.await();
        assertEquals(List.of("a", "c"), results.column("shop"));
        assertEquals(
                List.of("keyBy shop, mapWithState Call -> Digits, state Digits: value does not fit decimal(3, 1):"
                        + " column=value, value=1000: key {shop=b}"),
                letters);
    }

    record Unknown(Thread thread) {}

    record Shopped(String shop) {}

    record Wrong(int shop) {}

    @Test
    void whatCannotRunIsRefusedWhenThePipelineIsBuilt() {
        KeyedStream keyed = sales().stream().keyBy("shop");
        assertRefused(
                "process: state: record component thread has type Thread; expected byte, short, int, long, float, double,"
                        + " boolean, one of their boxed types, String, byte[], BigDecimal, LocalDate or Instant",
                () -> keyed.process(Sale.class, StateSpec.of(Unknown.class), Note.class, (r, s, t, o) -> {}));
        assertRefused(
                "mapWithState: output: record component thread has type Thread; expected byte, short, int, long, float,"
                        + " double, boolean, one of their boxed types, String, byte[], BigDecimal, LocalDate or Instant",
                () -> keyed.mapWithState(Sale.class, StateSpec.of(Count.class), Unknown.class, (r, s, o) -> {}));
        assertRefused(
                "process: rows: column shop is utf8, record Wrong has int",
                () -> keyed.process(Wrong.class, StateSpec.of(Count.class), Note.class, (r, s, t, o) -> {}));
        assertRefused(
                "process: the key and the time are columns of its rows already, and no component may have their names:"
                        + " component=shop, columns=(time timestamp(s, UTC), shop utf8 null)",
                () -> keyed.process(Sale.class, StateSpec.of(Count.class), Shopped.class, (r, s, t, o) -> {}));
        assertRefused(
                "mapWithState: key of an initial state is 7, expected (shop utf8 null)",
                () -> keyed.mapWithState(
                        Sale.class,
                        StateSpec.of(Count.class).withInitial(Map.of(7, new Count(1))),
                        Note.class,
                        (r, s, o) -> {}));
        assertRefused(
                "a time-out of keyed state must be positive: timeOut=PT0S",
                () -> StateSpec.of(Count.class).withTimeOut(Duration.ZERO));
        String message = assertThrows(
                        MullionException.class,
                        () -> keyed.mapWithState(
                                Sale.class,
                                StateSpec.of(Count.class).withTimeOut(Duration.ofMillis(1)),
                                Note.class,
                                (r, s, o) -> {}))
                .getMessage();
        assertTrue(message.startsWith("mapWithState: time-out does not fit the unit of the stream: "), message);
    }

    private static void assertRefused(String message, Runnable step) {
        MullionException refusal = assertThrows(MullionException.class, step::run);
        assertEquals(MullionException.Reason.INVALID_PIPELINE, refusal.reason());
        assertEquals(message, refusal.getMessage());
    }
}
