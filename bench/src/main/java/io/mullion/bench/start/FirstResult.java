package io.mullion.bench.start;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Starts an engine and a keyed query, feeds two rows, and says after how many nanoseconds the first result was there.
public final class FirstResult {
    /// What the line begins with.
    static final String NANOS = "nanos=";

    private FirstResult() {}

    public static void main(String[] arguments) throws InterruptedException {
        long begun = System.nanoTime();
        CountDownLatch arrived = new CountDownLatch(1);
        long[] ended = new long[1];
        try (Engine engine = Engine.start()) {
            Pipeline pipeline = Pipeline.create();
            Schema schema = Schema.of(
                    Field.of("key", DataType.INT64),
                    Field.of("value", DataType.INT64),
                    Field.of("time", DataType.timestamp(TimeUnit.MILLIS)));
            Input<Void> input =
                    pipeline.input("rows", schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
            input.stream()
                    .filter(col("value").gt(0))
                    .keyBy("key")
                    .window(Window.tumbling(Duration.ofSeconds(1)))
                    .aggregate(count().as("count"), sum("value").as("sum"))
                    .to(Sinks.forEachRow(_ -> {
                        if (arrived.getCount() > 0) {
                            ended[0] = System.nanoTime();
                            arrived.countDown();
                        }
                    }));
            Job job = engine.run(pipeline);
            try (Producer<Void> producer = job.producer(input)) {
                producer.row().setLong(0, 1).setLong(1, 1).setLong(2, 10).commit();
                producer.row().setLong(0, 1).setLong(1, 1).setLong(2, 2_000).commit();
                arrived.await();
            }
            job.drain();
            job.await();
        }
        System.out.println(NANOS + (ended[0] - begun));
    }
}
