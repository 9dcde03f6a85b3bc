package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.DeadLetter;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is wrong with a row, or with a result, becomes a dead letter with the reason; the others go on.
class RowErrorTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, String k, long n, long d) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final Collected collected = new Collected();
    private JobCounters counters;

    @Test
    void aDivisionByZeroInASelectIsADeadLetter() throws InterruptedException {
        run(stream -> stream.select(col("n").dividedBy(col("d")).as("q")), numbers(1, 0, 2, 0, 0, 4));
        assertEquals(List.of(100L, 50L, 25L), collected.column("q"));
        assertEquals(3, deadLetters.size());
        assertEquals("integer division by zero", deadLetters.getFirst().reason());
        assertTrue(deadLetters.getFirst().where().startsWith("select n / d as q"), deadLetters::toString);
        assertTrue(deadLetters.getFirst().row().contains("n=100, d=0"), deadLetters::toString);
        assertEquals(3, counters.deadLetters());
        assertEquals(6, counters.rowsIn());
    }

    @Test
    void aDivisionByZeroInAFilterIsADeadLetter() throws InterruptedException {
        run(stream -> stream.filter(col("n").remainder(col("d")).eq(0)), numbers(0, 3, 5, 0, 10));
        assertEquals(List.of(5L, 10L), collected.column("d"));
        assertEquals(2, deadLetters.size());
        assertTrue(deadLetters.getFirst().where().startsWith("filter"), deadLetters::toString);
    }

    @Test
    void whatAFilterGuardsIsNotComputed() throws InterruptedException {
        run(
                stream -> stream.filter(
                        col("d").ne(0).and(col("n").dividedBy(col("d")).gt(30))),
                numbers(0, 2, 4, 0));
        assertEquals(List.of(2L), collected.column("d"));
        assertEquals(List.of(), deadLetters);
    }

    @Test
    void aDivisionByZeroInAnAggregatesInputIsADeadLetter() throws InterruptedException {
        run(
                stream -> stream.keyBy("k")
                        .window(Window.tumbling(Duration.ofSeconds(100)))
                        .aggregate(sum(col("n").dividedBy(col("d"))).as("s"), count().as("rows")),
                numbers(1, 0, 2, 5));
        assertEquals(List.of(List.of(0L, 100L, "k", 170L, 3L)), collected.rows);
        assertEquals(1, deadLetters.size());
        assertTrue(
                deadLetters.getFirst().row().contains("k=k")
                        && deadLetters.getFirst().row().contains("d=0"),
                deadLetters::toString);
    }

    @Test
    void aSumThatLeavesInt64IsADeadLetterOfThatResultAlone() throws InterruptedException {
        run(
                stream -> stream.keyBy("k")
                        .window(Window.tumbling(Duration.ofSeconds(10)))
                        .aggregate(sum("n").as("s"), count().as("rows")),
                List.of(
                        new Number(1, "over", Long.MAX_VALUE, 1),
                        new Number(1, "fine", 7, 1),
                        new Number(2, "over", 1, 1),
                        new Number(3, "back", Long.MAX_VALUE, 1),
                        new Number(4, "back", Long.MAX_VALUE, 1),
                        new Number(5, "back", -Long.MAX_VALUE, 1),
                        new Number(6, "under", Long.MIN_VALUE, 1),
                        new Number(7, "under", -1, 1),
                        new Number(8, "edge", Long.MIN_VALUE, 1),
                        new Number(11, "over", 3, 1)));
        assertEquals(
                List.of(
                        List.of(0L, 10L, "fine", 7L, 1L),
                        List.of(0L, 10L, "back", Long.MAX_VALUE, 3L),
                        List.of(0L, 10L, "edge", Long.MIN_VALUE, 1L),
                        List.of(10L, 20L, "over", 3L, 1L)),
                collected.rows);
        assertEquals(
                List.of(
                        "window [1970-01-01T00:00:00Z, 1970-01-01T00:00:10Z) of k=over",
                        "window [1970-01-01T00:00:00Z, 1970-01-01T00:00:10Z) of k=under"),
                deadLetters.stream().map(DeadLetter::row).toList());
        assertEquals("integer sum leaves int64", deadLetters.getFirst().reason());
    }

    @Test
    void aSlidingSumThatLeavesInt64ComesBackWhenTheRowsHaveLeft() throws InterruptedException {
        run(
                stream -> stream.window(Window.sliding(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                        .aggregate(sum("n").as("s")),
                List.of(
                        new Number(0, "k", Long.MAX_VALUE, 1),
                        new Number(1, "k", Long.MAX_VALUE, 1),
                        new Number(2, "k", 5, 1),
                        new Number(3, "k", 6, 1)));
        // [0, 2) and [1, 3) hold more than int64 has.
        assertEquals(List.of(Long.MAX_VALUE, 11L, 6L), collected.column("s"));
        assertEquals(
                List.of(0L, 2L, 3L),
                collected.column("window_start").stream()
                        .map(start -> (Long) start < 0 ? 0L : start)
                        .toList());
        assertEquals(2, deadLetters.size());
    }

    @Test
    void aDivisionByZeroInAResultIsADeadLetter() throws InterruptedException {
        run(
                stream -> stream.keyBy("k")
                        .window(Window.tumbling(Duration.ofSeconds(10)))
                        .aggregate(count().dividedBy(sum("d")).as("q")),
                List.of(new Number(1, "a", 1, 0), new Number(2, "b", 1, 1)));
        assertEquals(List.of(List.of(0L, 10L, "b", 1L)), collected.rows);
        assertEquals(1, deadLetters.size());
        assertTrue(deadLetters.getFirst().row().contains("k=a"), deadLetters::toString);
    }

    @Test
    void aPieceThatFitsNowhereIsADeadLetter() throws InterruptedException {
        // The lane takes what a batch takes, so that no piece of it is too large: all of it goes through.
        String wide = "x".repeat(500) + " " + "y".repeat(500);
        run(
                stream -> stream.flatMap(split(col("k"), " ").as("word"), col("k")),
                List.of(new Number(1, wide, 0, 0), new Number(2, "z".repeat(1025), 0, 0), new Number(3, "a b", 0, 0)));
        assertEquals(List.of("x".repeat(500), "y".repeat(500), "a", "b"), collected.column("word"));
        assertEquals(1, deadLetters.size());
        assertTrue(deadLetters.getFirst().reason().contains("larger than"), deadLetters::toString);
    }

    @Test
    void deadLettersOfProducersReachTheHandlerInOrder() throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create().deadLetters(deadLetters::add);
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream().to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            for (int i = 0; i < 5000; i++) {
                producer.reject("bad", "row " + i);
            }
        }
        job.drain();
        job.await();
        assertEquals(5000, deadLetters.size());
        assertEquals("row 4999", deadLetters.getLast().row());
        assertEquals(5000, job.counters().deadLetters());
    }

    private static List<Number> numbers(long... divisors) {
        List<Number> numbers = new ArrayList<>();
        for (long divisor : divisors) {
            numbers.add(new Number(1, "k", 100, divisor));
        }
        return numbers;
    }

    private void run(Function<DataStream, DataStream> steps, List<Number> rows) throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create().deadLetters(deadLetters::add);
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));
        steps.apply(input.stream()).to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            rows.forEach(producer::offer);
        }
        job.drain();
        job.await();
        counters = job.counters();
    }
}
