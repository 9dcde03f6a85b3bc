package io.mullion;

import static io.mullion.expr.Expressions.col;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Rows that are kept to meet others come and go without garbage, and without holding more and more memory.
class SteadyJoinsTest {
    private static final int ROUND_ROWS = 20_000;
    private static final int ROWS_PER_MILLI = 20;
    private static final byte[] TEXT = "a text that does not fit into its cell".getBytes(StandardCharsets.UTF_8);

    @RegisterExtension
    final Engines engines = new Engines();

    private long results;

    @Test
    void nearRowsOfKeysThatPass() throws InterruptedException {
        rounds(
                (left, right) -> left
                        .leftJoin(right)
                        .on("key")
                        .between(Duration.ofMillis(20), Duration.ofMillis(10))
                        .where(col("left_value").ne(col("right_value").plus(1)))
                        .stream(),
                n -> n / 7);
    }

    @Test
    void rowsOfOneWindow() throws InterruptedException {
        rounds(
                (left, right) -> left
                        .fullJoin(right)
                        .on("key")
                        .within(Window.sliding(Duration.ofMillis(20), Duration.ofMillis(10)))
                        .stream(),
                n -> n * 31 % 300);
    }

    @Test
    void aTableOfItsTime() throws InterruptedException {
        rounds((left, right) -> left.join(right).on("key").asOf().stream(), n -> n * 31 % 300);
    }

    @Test
    void duplicatesWithinATime() throws InterruptedException {
        rounds((left, right) -> left.dropDuplicatesWithin(Duration.ofMillis(20), "key"), n -> n / 3);
    }

    private interface Keys {
        long of(long n);
    }

    private void rounds(BinaryOperator<DataStream> stream, Keys keys) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Void> lefts = input(pipeline, "left");
        Input<Void> rights = input(pipeline, "right");
        stream.apply(lefts.stream(), rights.stream()).to(Sinks.forEachRow(_ -> results++));
        rights.stream().to(Sinks.forEachRow(_ -> {}));
        TestEngine engine = engines.test(Engines.SMALL);
        Job job = engine.run(pipeline);
        try (Producer<Void> left = job.producer(lefts);
                Producer<Void> right = job.producer(rights)) {
            FreeOfAllocation.requireAtLast(
                    round -> {
                        for (long n = round * ROUND_ROWS; n < (round + 1) * ROUND_ROWS; n++) {
                            write(left, n, keys.of(n));
                            write(right, n, keys.of(n + 5));
                        }
                    },
                    () -> {
                        engine.runUntilIdle();
                        return engine.memoryBytesInUse();
                    });
        }
        job.drain();
        job.await();
        assertTrue(results > ROUND_ROWS);
    }

    private static Input<Void> input(Pipeline pipeline, String name) {
        Schema schema = Schema.of(
                Field.of("time", DataType.timestamp(TimeUnit.MILLIS)),
                Field.of("key", DataType.INT64),
                Field.nullable("value", DataType.INT64),
                Field.of("text", DataType.UTF8));
        return pipeline.input(name, schema, "time", Watermark.bounded(Duration.ofMillis(5)), Overload.BLOCK);
    }

    private static void write(Producer<Void> producer, long n, long key) {
        producer.row()
                .setLong(0, n / ROWS_PER_MILLI)
                .setLong(1, key)
                .setLong(2, n % 10)
                .setUtf8(3, TEXT, 0, 9 + (int) (n % 29))
                .commit();
    }
}
