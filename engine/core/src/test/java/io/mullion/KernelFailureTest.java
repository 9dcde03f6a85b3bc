package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.concat;
import static io.mullion.expr.Expressions.mapLong;
import static io.mullion.expr.Expressions.sum;
import static io.mullion.expr.Expressions.upper;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a function of the user's throws within a generated loop ends the job with words that lead to it; and what loops
/// need of memory comes back.
@Tag("checked")
class KernelFailureTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n, String text) {}

    private static final IllegalStateException UNLUCKY = new IllegalStateException("unlucky");
    private static final String ROW_100 = "row={time=100s, n=100, text=t100}";
    private static final long ROWS = 150;

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected collected = new Collected();
    private Job job;
    private Producer<Number> producer;

    @Test
    void aFunctionThatThrowsInASelectNamesExpressionRowAndListing() {
        MullionException failed =
                failureOf(stream -> stream.select(unlessUnlucky().as("m")));
        assertTrue(
                failed.getMessage()
                        .startsWith("function failed in select " + unlessUnlucky() + " as m, time: "
                                + "java.lang.IllegalStateException: unlucky, " + ROW_100 + ", variant="),
                failed::getMessage);
        assertTrue(failed.getMessage().lines().count() > 5, failed::getMessage);
    }

    @Test
    void aFunctionThatThrowsInAFilterIsNamed() {
        MullionException failed =
                failureOf(stream -> stream.filter(unlessUnlucky().ge(0)));
        assertTrue(
                failed.getMessage()
                        .startsWith("function failed in filter " + unlessUnlucky() + " >= 0, compact time, n, text: "),
                failed::getMessage);
        assertTrue(failed.getMessage().contains(ROW_100), failed::getMessage);
    }

    @Test
    void theRowIsTheOneMeantWhereAFilterHasLeftOthersOut() {
        MullionException failed =
                failureOf(stream -> stream.filter(col("n").remainder(4).eq(0))
                        .select(unlessUnlucky().as("m")));
        assertTrue(failed.getMessage().contains(ROW_100), failed::getMessage);
    }

    @Test
    void aFunctionThatThrowsInAnAggregatesInputIsNamed() {
        MullionException failed = failureOf(stream -> stream.window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(sum(unlessUnlucky()).as("s")));
        assertTrue(failed.getMessage().contains(unlessUnlucky().toString()), failed::getMessage);
        assertTrue(failed.getMessage().contains(ROW_100), failed::getMessage);
    }

    @Test
    void aFunctionThatNeverReturnsIsNamedToo() {
        MullionException failed = failure(stream ->
                stream.select(mapLong("n", n -> n == 100 ? endless(n) : n).as("m")));
        assertTrue(failed.getMessage().contains("StackOverflowError"), failed::getMessage);
        assertTrue(failed.getMessage().contains(ROW_100), failed::getMessage);
        assertEquals(Reason.USER_CODE, failed.reason());
        producer.close();
    }

    @Test
    void textIsMadeInMemoryOfTheBudgetThatComesBack() throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline plain = Pipeline.create();
        Input<Number> first = plain.input("numbers", Number.class, Watermark.explicit());
        first.stream().select(col("text")).to(new Collected());
        long before = engine.memoryBytesInUse();
        Job without = engine.run(plain);
        long withoutText = engine.memoryBytesInUse() - before;
        without.stop();
        engine.runUntilIdle();

        before = engine.memoryBytesInUse();
        run(
                engine,
                stream -> stream.select(
                        concat(col("text"), "-", upper(col("text"))).as("both")));
        assertTrue(engine.memoryBytesInUse() - before > withoutText);
        feed();
        producer.close();
        job.drain();
        job.await();
        assertEquals(LongStream.range(0, ROWS).mapToObj(n -> "t" + n + "-T" + n).toList(), collected.column("both"));
        assertEquals(0, engine.memoryBytesInUse());
    }

    private MullionException failureOf(Function<DataStream, DataStream> steps) {
        MullionException failed = failure(steps);
        assertEquals(Reason.USER_CODE, failed.reason());
        assertSame(UNLUCKY, rootCause(failed));
        assertEquals(Offer.CLOSED, producer.offer(new Number(ROWS, 0, "late")));
        producer.close();
        return failed;
    }

    private MullionException failure(Function<DataStream, DataStream> steps) {
        TestEngine engine = engines.test();
        run(engine, steps);
        assertThrows(MullionException.class, () -> {
            feed();
            job.drain();
            producer.close();
            job.await();
        });
        MullionException failed = assertThrows(MullionException.class, job::await);
        assertEquals(JobState.FAILED, job.state());
        return failed;
    }

    private void run(TestEngine engine, Function<DataStream, DataStream> steps) {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        steps.apply(input.stream()).to(collected);
        job = engine.run(pipeline);
        producer = job.producer(input);
    }

    private void feed() {
        for (long n = 0; n < ROWS; n++) {
            producer.offer(new Number(n, n, "t" + n));
        }
    }

    private static Expr unlessUnlucky() {
        return mapLong("n", n -> {
            if (n == 100) {
                throw UNLUCKY;
            }
            return n;
        });
    }

    private static long endless(long n) {
        return endless(n + 1) + 1;
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
