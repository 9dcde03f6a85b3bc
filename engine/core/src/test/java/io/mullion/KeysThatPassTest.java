package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Memory follows the keys that live: many times more keys than the budget could hold pass through a job.
class KeysThatPassTest {
    record Visit(@EventTime(TimeUnit.MILLIS) long time, String visitor, long page) {}

    private static final int VISITS = 400_000;

    @RegisterExtension
    final Engines engines = new Engines();

    record Packet(@EventTime(TimeUnit.MILLIS) long time, long flow, long bytes) {}

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

    @Test
    void fiveMillionFlowsPassThroughFewMegabytes() throws InterruptedException {
        flowsPass(5_000_000, 100, Engines.SMALL.withMemoryLimitBytes(16 << 20).withBatchRows(1024));
    }

    @Test
    @Tag("long")
    void aBillionFlowsPassThroughAQuarterOfAGigabyte() throws InterruptedException {
        flowsPass(
                1_000_000_000,
                1_000,
                Engines.SMALL.withMemoryLimitBytes(256 << 20).withBatchRows(4096));
    }

    /// Each flow has one packet, and none comes back.
    private void flowsPass(long flows, long flowsPerMilli, EngineConfig config) throws InterruptedException {
        TestEngine engine = engines.test(config);
        Pipeline pipeline = Pipeline.create();
        Input<Packet> input = pipeline.input("packets", Packet.class, Watermark.bounded(Duration.ofMillis(10)));
        input.stream()
                .keyBy("flow")
                .window(Window.sliding(Duration.ofMillis(200), Duration.ofMillis(100)))
                .aggregate(
                        count().as("n"), max("bytes").as("most"), sum("bytes").as("bytes"))
                .to(Sinks.forEachRow(row -> {
                    results++;
                    sum += row.int64("n") + row.int64("most") - row.int64("bytes");
                }));
        Job job = engine.run(pipeline);
        try (Producer<Packet> producer = job.producer(input)) {
            for (long flow = 0; flow < flows; flow++) {
                // An odd factor: no two are the same.
                producer.row()
                        .setLong(0, flow / flowsPerMilli)
                        .setLong(1, flow * 0x9E3779B97F4A7C15L)
                        .setLong(2, flow % 1500)
                        .commit();
            }
        }
        job.drain();
        job.await();
        // Each in two windows, by itself.
        assertEquals(2 * flows, results);
        assertEquals(results, sum);
    }
}
