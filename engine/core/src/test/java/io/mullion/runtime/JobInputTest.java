package io.mullion.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.batch.Batch;
import io.mullion.batch.Counters;
import io.mullion.batch.Operator;
import io.mullion.batch.Turn;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.exchange.Presence;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.ingest.Lane;
import io.mullion.ingest.LaneProducer;
import io.mullion.ingest.LaneReader;
import io.mullion.ingest.OverloadCounters;
import io.mullion.memory.MemoryPool;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.StreamTime;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Lanes that come while the worker is amid a round over the others.
class JobInputTest {
    private static final Schema SCHEMA = Schema.of(Field.of("time", DataType.timestamp(TimeUnit.SECONDS)));

    private final MemoryPool pool = new MemoryPool(8 << 20);
    private final Chain chain = new Chain();
    private final JobInput input = new JobInput(
            new LogicalStep.FromInput(
                    "in",
                    SCHEMA,
                    new StreamTime.Event("time", TimeUnit.SECONDS),
                    Watermark.bounded(Duration.ZERO),
                    Overload.BLOCK),
            chain,
            new Counters(),
            null,
            new Turn(8, null),
            8,
            0,
            new JobInput.Place(new Presence(), true, true),
            new KernelCompiler(KernelOptions.best()).order().kernel());
    private final List<LaneProducer<Void>> producers = new ArrayList<>();

    /// Notes watermarks, and lets a test step in when rows arrive.
    private static final class Chain implements Operator {
        final List<Long> watermarks = new ArrayList<>();
        Runnable onRows = () -> {};

        @Override
        public void process(Batch batch, long active, int from, int to) {
            onRows.run();
        }

        @Override
        public void advance(long time) {
            watermarks.add(time);
        }

        @Override
        public void flush() {}
    }

    @AfterEach
    void close() {
        producers.forEach(LaneProducer::close);
        input.close();
        assertEquals(0, pool.bytesOut());
        pool.close();
    }

    @Test
    void aLaneHoldsTheWatermarkFromTheMomentItIsMade() {
        LaneProducer<Void> first = producer();
        LaneProducer<Void> second = producer();
        input.poll(0);
        offer(first, 100);
        offer(second, 100);
        // The third one is made when the worker has looked for new lanes, but before it takes the rows of the other
        // lane.
        chain.onRows = () -> {
            if (producers.size() == 2) {
                producer();
            }
        };
        input.poll(0);
        assertEquals(List.of(), chain.watermarks);
        offer(producers.getLast(), 50);
        input.poll(0);
        assertEquals(List.of(50L), chain.watermarks);
    }

    @Test
    void aLaneThatIsMadeBeforeAnotherCloses() {
        LaneProducer<Void> first = producer();
        LaneProducer<Void> second = producer();
        input.poll(0);
        offer(second, 100);
        chain.onRows = () -> {
            if (producers.size() == 2) {
                producer();
                first.close();
            }
        };
        input.poll(0);
        input.poll(0);
        assertEquals(List.of(), chain.watermarks);
    }

    @Test
    void rowsThatComeFastAreLeftForAWhile() {
        int[] seen = {0};
        chain.onRows = () -> seen[0]++;
        LaneProducer<Void> producer = producer();
        input.poll(0);
        offer(producer, 100);
        input.poll(1_000);
        assertEquals(1, seen[0]);
        offer(producer, 101);
        input.poll(1_100);
        assertEquals(2, seen[0], "a row in 100 ns is not fast");
        offer(producer, 102);
        input.poll(1_150);
        assertEquals(3, seen[0]);
        offer(producer, 103);
        input.poll(1_151);
        input.poll(9_149);
        assertEquals(3, seen[0]);
        input.poll(9_150);
        assertEquals(4, seen[0]);
    }

    @Test
    void rowsThatComeFastAreSeenThoughTheClockStands() {
        int[] seen = {0};
        chain.onRows = () -> seen[0]++;
        LaneProducer<Void> producer = producer();
        input.poll(0);
        offer(producer, 100);
        input.poll(1);
        offer(producer, 101);
        for (int i = 0; i < 256; i++) {
            input.poll(1);
        }
        assertEquals(2, seen[0]);
    }

    private LaneProducer<Void> producer() {
        Lane lane = new Lane(
                "lane " + producers.size(),
                SCHEMA,
                2,
                8,
                8,
                false,
                Overload.BLOCK,
                new OverloadCounters(),
                NoOpIdleStrategy.INSTANCE,
                pool);
        LaneProducer<Void> producer = new LaneProducer<>(lane, null, letter -> {
            throw new AssertionError(letter.toString());
        });
        producers.add(producer);
        input.add(new LaneReader(lane), null);
        return producer;
    }

    private static void offer(LaneProducer<Void> producer, long time) {
        producer.row().setLong(0, time).commit();
    }
}
