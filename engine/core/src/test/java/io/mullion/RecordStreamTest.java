package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.mapLong;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.DeadLetter;
import io.mullion.io.Producer;
import io.mullion.spec.Decimal;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Functions over typed records in pipelines.
@Tag("checked")
class RecordStreamTest {
    record Trade(@EventTime(TimeUnit.SECONDS) long time, String symbol, double price, long quantity, Integer venue) {}

    record Priced(String symbol, double price, long quantity) {}

    record Value(String symbol, double value) {}

    record Stamped(@EventTime(TimeUnit.SECONDS) long time, long quantity) {}

    record Quantity(long quantity) {}

    private static final long ROWS = 200;

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected collected = new Collected();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private Job job;

    @Test
    void mapFilterAndFlatMapOverRecordsMakeAPipeline() throws InterruptedException {
        run(stream -> stream.filter(Trade.class, trade -> trade.venue() == null || trade.venue() != 3)
                .map(Priced.class, Value.class, it -> new Value(it.symbol(), it.price() * it.quantity()))
                .flatMap(Value.class, Value.class, (value, values) -> {
                    values.accept(value);
                    if (value.value() > 100) {
                        values.accept(new Value(value.symbol() + "+", value.value() - 100));
                    }
                }));
        List<List<Object>> expected = new ArrayList<>();
        LongStream.range(0, ROWS).mapToObj(RecordStreamTest::trade).forEach(trade -> {
            if (!Objects.equals(trade.venue(), 3)) {
                double value = trade.price() * trade.quantity();
                expected.add(List.of(trade.symbol(), value, trade.time()));
                if (value > 100) {
                    expected.add(List.of(trade.symbol() + "+", value - 100, trade.time()));
                }
            }
        });
        assertEquals(expected, collected.rows);
    }

    @Test
    void theEventTimeStaysForWindows() throws InterruptedException {
        run(stream -> stream.map(Quantity.class, Quantity.class, it -> new Quantity(it.quantity() * 2))
                .window(Window.tumbling(Duration.ofSeconds(50)))
                .aggregate(sum("quantity").as("s")));
        List<Object> sums = LongStream.range(0, 4)
                .mapToObj(window -> (Object) LongStream.range(window * 50, window * 50 + 50)
                        .map(n -> 2 * trade(n).quantity())
                        .sum())
                .toList();
        assertEquals(sums, collected.column("s"));
    }

    @Test
    void aFunctionThatChangesTheEventTimeFailsTheRow() throws InterruptedException {
        run(stream -> stream.map(
                Stamped.class, Stamped.class, it -> new Stamped(it.time() + (it.time() == 70 ? 1 : 0), it.quantity())));
        assertEquals(ROWS - 1, collected.rows.size());
        assertEquals(1, deadLetters.size());
        assertEquals("map Stamped -> Stamped", deadLetters.getFirst().where());
        assertEquals(
                "function changed the event time of its row",
                deadLetters.getFirst().reason());
    }

    @Test
    void functionsOverPrimitivesRunInAPipeline() throws InterruptedException {
        run(stream -> stream.filter(mapLong("quantity", q -> q % 10).eq(3))
                .select(mapLong("quantity", q -> q * 2).as("twice")));
        List<Object> expected = LongStream.range(0, ROWS)
                .map(n -> trade(n).quantity())
                .filter(q -> q % 10 == 3)
                .mapToObj(q -> (Object) (q * 2))
                .toList();
        assertEquals(expected, collected.column("twice"));
    }

    @Test
    void aFunctionThatThrowsFailsItsJobAndNamesTheRow() {
        IllegalStateException unlucky = new IllegalStateException("unlucky");
        MullionException failed = assertThrows(
                MullionException.class,
                () -> run(stream -> stream.filter(Quantity.class, it -> it.quantity() != 5)
                        .map(Priced.class, Quantity.class, it -> {
                            if (it.quantity() == 77) {
                                throw unlucky;
                            }
                            return new Quantity(it.quantity());
                        })));
        assertSame(unlucky, failed.getCause().getCause());
        assertEquals(Reason.USER_CODE, failed.reason());
        assertTrue(
                failed.getMessage()
                        .startsWith(
                                "function failed in map Priced -> Quantity: java.lang.IllegalStateException: unlucky,"
                                        + " row={time=77s, symbol=s2, price=19.25, quantity=77, venue=null}, variant=plain"),
                failed::getMessage);
        assertTrue(failed.getMessage().contains("function.apply(record)"), failed::getMessage);
        assertEquals(JobState.FAILED, job.state());
    }

    @Test
    void aFunctionThatThrowsInAFlatMapNamesTheRow() {
        MullionException failed = assertThrows(
                MullionException.class,
                () -> run(stream -> stream.flatMap(Quantity.class, Quantity.class, (it, to) -> {
                    to.accept(it);
                    to.accept(new Quantity(100 / (it.quantity() - 31)));
                })));
        assertTrue(
                failed.getMessage()
                        .startsWith("function failed in flatMap Quantity -> Quantity: "
                                + "java.lang.ArithmeticException: / by zero, row={time=31s"),
                failed::getMessage);
    }

    @Test
    void explainShowsFunctions() throws InterruptedException {
        run(stream -> stream.filter(Quantity.class, _ -> true).map(Quantity.class, Quantity.class, it -> it));
        String text = job.explain();
        assertTrue(text.contains("filter Quantity\n"), text);
        assertTrue(text.contains("map Quantity -> Quantity\n"), text);
        assertTrue(text.contains("function.apply(record)"), text);
    }

    @Test
    void whatDoesNotFitIsSaidWhenTheStepIsAdded() {
        record Unknown(long amount) {}
        record Narrow(int quantity) {}
        record Primitive(int venue) {}
        record Amount(BigDecimal amount) {}
        record Small(@Decimal(precision = 4, scale = 2) BigDecimal amount) {}
        record Untimed(long time, long quantity) {}
        DataStream stream = Pipeline.create().input("trades", Trade.class, Watermark.explicit()).stream();
        assertInvalid(
                "record Unknown has a component that is no column: amount",
                () -> stream.filter(Unknown.class, _ -> true));
        assertInvalid("column quantity is int64, record Narrow has int", () -> stream.filter(Narrow.class, _ -> true));
        assertInvalid(
                "column venue is int32 and may be null, record Primitive has the primitive int: use the boxed type",
                () -> stream.filter(Primitive.class, _ -> true));
        assertInvalid(
                "record component amount is a BigDecimal and does not say how many digits",
                () -> stream.map(Quantity.class, Amount.class, _ -> null));
        assertEquals(
                "(amount decimal(4, 2) null, time timestamp(s, UTC))",
                stream.map(Quantity.class, Small.class, _ -> null).schema().toString());
        assertInvalid(
                "map: record Untimed cannot replace column time, which is timestamp(s, UTC): its component time is"
                        + " int64",
                () -> stream.map(Quantity.class, Untimed.class, _ -> null));
        assertInvalid("not a record type: java.lang.String", () -> stream.filter(String.class, _ -> true));
    }

    private static void assertInvalid(String message, Runnable step) {
        MullionException refused = assertThrows(MullionException.class, step::run);
        assertEquals(Reason.INVALID_PIPELINE, refused.reason());
        assertTrue(refused.getMessage().startsWith(message), refused::getMessage);
    }

    private void run(Function<DataStream, DataStream> steps) throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create().deadLetters(deadLetters::add);
        Input<Trade> input = pipeline.input("trades", Trade.class, Watermark.explicit());
        steps.apply(input.stream().filter(col("quantity").ge(0))).to(collected);
        job = engine.run(pipeline);
        try (Producer<Trade> producer = job.producer(input)) {
            for (long n = 0; n < ROWS; n++) {
                producer.offer(trade(n));
            }
        }
        job.drain();
        job.await();
    }

    private static Trade trade(long n) {
        return new Trade(n, "s" + n % 5, n * 0.25, n, n % 7 == 0 ? null : (int) (n % 7));
    }
}
