package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every row that was offered is accounted for, whatever the policy.
class OverloadTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    private static final EngineConfig TIGHT = Engines.SMALL.withBatchRows(4).withLaneBatches(2);

    @RegisterExtension
    final Engines engines = new Engines();

    @Test
    void aTestEngineRefusesWhatItHadNoTimeToTake() throws InterruptedException {
        Collected collected = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit(), Overload.FAIL);
        input.stream().to(collected);
        TestEngine engine = engines.test(TIGHT);
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            for (long n = 0; n < 20; n++) {
                assertEquals(n < 8 ? Offer.ACCEPTED : Offer.BACK_PRESSURED, producer.offer(new Number(n, n)));
            }
            engine.runUntilIdle();
            assertEquals(Offer.ACCEPTED, producer.offer(new Number(20, 20)));
        }
        job.drain();
        job.await();
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 20L), collected.column("n"));
        assertEquals(12, job.counters().refusedRows());
        assertEquals(0, job.counters().droppedRows());
    }

    @Test
    void aTestEngineWorksItselfOffWhereProducersWait() throws InterruptedException {
        Collected collected = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream().to(collected);
        Job job = engines.test(TIGHT).run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            for (long n = 0; n < 1000; n++) {
                assertEquals(Offer.ACCEPTED, producer.offer(new Number(n, n)));
            }
        }
        job.drain();
        job.await();
        assertEquals(LongStream.range(0, 1000).boxed().toList(), collected.column("n"));
        assertEquals(1000, job.counters().rowsIn());
    }

    @ParameterizedTest
    @EnumSource(Overload.class)
    void offersAndCountersAgreeThoughTheWorkerIsHeldUp(Overload overload) throws InterruptedException {
        Collected collected = new Collected();
        CountDownLatch held = new CountDownLatch(1);
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit(), overload);
        input.stream().to(Sinks.forEachBatch(_ -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        input.stream().to(collected);
        Job job = engines.start(TIGHT).run(pipeline);
        Map<Offer, Integer> offers = new EnumMap<>(Offer.class);
        List<Object> accepted = new ArrayList<>();
        try (Producer<Number> producer = job.producer(input)) {
            for (long n = 0; n < 500; n++) {
                if (n == (overload == Overload.BLOCK ? 2 : 400)) {
                    held.countDown();
                }
                Offer offer = producer.offer(new Number(n, n));
                offers.merge(offer, 1, Integer::sum);
                if (offer == Offer.ACCEPTED) {
                    accepted.add(n);
                }
            }
        }
        job.drain();
        job.await();
        long droppedOffers = offers.getOrDefault(Offer.DROPPED, 0);
        if (overload == Overload.DROP_OLDEST) {
            // Nothing is out of order or twice, and nothing came after the last one that it could have made room for.
            List<Object> seen = new ArrayList<>(accepted);
            seen.retainAll(collected.column("n"));
            assertEquals(seen, collected.column("n"));
            assertEquals(accepted.getLast(), seen.getLast());
        } else {
            assertEquals(accepted, collected.column("n"));
            assertEquals(droppedOffers, job.counters().droppedRows());
        }
        assertEquals(collected.rows.size(), job.counters().rowsIn());
        assertEquals(
                500,
                job.counters().rowsIn()
                        + job.counters().refusedRows()
                        + job.counters().droppedRows());
        assertEquals(
                offers.getOrDefault(Offer.BACK_PRESSURED, 0).longValue(),
                job.counters().refusedRows());
        if (overload != Overload.DROP_OLDEST) {
            assertEquals(overload == Overload.BLOCK, accepted.size() == 500);
        }
    }
}
