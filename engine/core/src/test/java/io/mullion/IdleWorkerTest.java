package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.SharedProducer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The lane's eighth rule: who has nothing to do looks again by itself.
@Timeout(120)
class IdleWorkerTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @Test
    void rule8AnIdleWorkerParksForATimeAndNobodyWakesIt() throws InterruptedException {
        Semaphore seen = new Semaphore(0);
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.none());
        input.stream().to(Sinks.forEachRow(_ -> seen.release()));
        Job job = engines.start().run(pipeline);
        Thread worker = worker();
        try (Producer<Number> producer = job.producer(input);
                SharedProducer<Number> shared = job.sharedProducer(input)) {
            for (long n = 0; n < 20; n++) {
                Set<Thread.State> states = statesUntilParked(worker);
                assertTrue(!states.contains(Thread.State.WAITING), states::toString);
                // One row, and nothing after it that could push it on.
                Number row = new Number(n, n);
                assertEquals(Offer.ACCEPTED, n % 2 == 0 ? producer.offer(row) : shared.offer(row));
                seen.acquire();
            }
        }
        job.drain();
        assertTrue(job.await(Duration.ofSeconds(60)));
    }

    private static Set<Thread.State> statesUntilParked(Thread worker) {
        Set<Thread.State> states = EnumSet.noneOf(Thread.State.class);
        while (!states.contains(Thread.State.TIMED_WAITING)) {
            states.add(worker.getState());
        }
        for (int i = 0; i < 1000; i++) {
            states.add(worker.getState());
        }
        return states;
    }

    private static Thread worker() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("mullion-"))
                .findFirst()
                .orElseThrow();
    }
}
