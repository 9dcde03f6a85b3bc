package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Memory follows the keys that live: many times more keys than the budget could hold pass through a job.
class KeysThatPassTest {
    record Visit(@EventTime(TimeUnit.MILLIS) long time, String visitor, long page) {}

    private static final int VISITS = 400_000;

    @RegisterExtension
    final Engines engines = new Engines();

    private long results;
    private long sum;

    @Test
    void keysThatNobodyMentionsAnyMoreLeaveRoomForOthers() throws InterruptedException {
        TestEngine engine = engines.test(Engines.SMALL.withMemoryLimitBytes(8 << 20));
        Pipeline pipeline = Pipeline.create();
        Input<Visit> input = pipeline.input("visits", Visit.class, Watermark.bounded(Duration.ofMillis(20)));
        input.stream()
                // Of most keys no row is counted: they leave, too.
                .filter(col("page").gt(2))
                .keyBy("visitor")
                .window(Window.sliding(Duration.ofSeconds(1), Duration.ofMillis(250)))
                .aggregate(count().as("n"), max("page").as("last"))
                .to(Sinks.forEachRow(row -> {
                    results++;
                    sum += row.int64("n");
                }));
        Job job = engine.run(pipeline);
        try (Producer<Visit> producer = job.producer(input)) {
            for (int visit = 0; visit < VISITS; visit++) {
                producer.offer(new Visit(visit / 4, "visitor number " + visit / 2, visit % 10));
                if (visit % 64 == 0) {
                    engine.runUntilIdle();
                }
            }
        }
        job.drain();
        job.await();
        // Each row that passes the filter is in four windows.
        assertEquals(VISITS / 10 * 7 * 4, sum);
        assertTrue(results <= sum && results > sum / 3);
    }
}
