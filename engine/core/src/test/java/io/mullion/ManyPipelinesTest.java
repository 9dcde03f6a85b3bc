package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.mapLong;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.sum;
import static io.mullion.expr.Expressions.when;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Pipelines that have ended leave nothing: neither classes nor memory.
@Tag("long")
class ManyPipelinesTest {
    record Trade(@EventTime(TimeUnit.SECONDS) long time, String symbol, double price, long quantity) {}

    record Value(double value) {}

    private static final int PIPELINES = 10_000;
    private static final int SHAPES = 48;

    /// What is loaded at half-time may differ from the end by a cycle of shapes that wait for the collector.
    private static final long CLASSES_OF_SLACK = 400;

    private static final long METASPACE_BYTES_OF_SLACK = 4L << 20;
    private static final long HEAP_BYTES_OF_SLACK = 8L << 20;

    @RegisterExtension
    final Engines engines = new Engines();

    private record Sizes(long classes, long metaspaceBytes, long heapBytes) {
        static Sizes now() throws InterruptedException {
            for (int i = 0; i < 5; i++) {
                System.gc();
                Thread.sleep(20);
            }
            return new Sizes(
                    ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
                    ManagementFactory.getMemoryPoolMXBeans().stream()
                            .filter(pool -> pool.getName().equals("Metaspace"))
                            .mapToLong(pool -> pool.getUsage().getUsed())
                            .sum(),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
    }

    @Test
    void tenThousandPipelinesStartedAndStoppedLeaveNothing() throws InterruptedException {
        TestEngine engine = engines.test();
        Sizes middle = null;
        for (int n = 0; n < PIPELINES; n++) {
            if (n == PIPELINES / 2) {
                middle = Sizes.now();
            }
            run(engine, n);
            assertEquals(0, engine.memoryBytesInUse());
        }
        Sizes end = Sizes.now();
        Sizes half = middle;
        assertTrue(
                end.classes() - half.classes() < CLASSES_OF_SLACK
                        && end.metaspaceBytes() - half.metaspaceBytes() < METASPACE_BYTES_OF_SLACK
                        && end.heapBytes() - half.heapBytes() < HEAP_BYTES_OF_SLACK,
                () -> "at half-time " + half + ", at the end " + end);
    }

    private static void run(TestEngine engine, int n) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Trade> input = pipeline.input("trades", Trade.class, Watermark.explicit());
        Collected collected = new Collected();
        shape(n % SHAPES, n).apply(input.stream()).to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Trade> producer = job.producer(input)) {
            for (int i = 0; i < 3; i++) {
                producer.offer(new Trade(i, "s" + n, n + i, i + 1));
            }
        }
        job.drain();
        job.await();
        assertTrue(!collected.rows.isEmpty(), () -> "shape " + n % SHAPES);
    }

    /// Some dozens: one of six ways to compute, on one of eight columns.
    private static UnaryOperator<DataStream> shape(int shape, int n) {
        List<IntFunction<Expr>> columns = List.of(
                it -> col("quantity").plus(it),
                it -> col("price").times(it),
                it -> col("quantity").times(it).plus(col("price")),
                it -> col("price").minus(col("quantity")).plus(it),
                it -> when(col("symbol").eq("s" + it), col("quantity")).otherwise(it),
                it -> col("quantity").remainder(it + 1),
                it -> mapLong("quantity", q -> q + it),
                it -> col("quantity").negate().minus(lit(it)));
        Expr column = columns.get(shape % 8).apply(n);
        return switch (shape / 8) {
            case 0 -> stream -> stream.select(column.as("c"));
            case 1 -> stream -> stream.filter(column.lt(Long.MAX_VALUE)).select(col("symbol"), column.as("c"));
            case 2 ->
                stream -> stream.keyBy("symbol")
                        .window(Window.tumbling(Duration.ofSeconds(10)))
                        .aggregate(sum(column).as("s"), count().as("n"));
            case 3 ->
                stream -> stream.window(Window.tumbling(Duration.ofSeconds(10)))
                        .aggregate(max(column).as("m"));
            case 4 ->
                stream -> stream.map(Trade.class, Value.class, trade -> new Value(trade.price() + n))
                        .select(col("value").plus(n).as("c"));
            default ->
                stream -> stream.filter(Trade.class, trade -> trade.quantity() != n)
                        .select(col("symbol").eq("s" + n).as("mine"), column.as("c"));
        };
    }
}
