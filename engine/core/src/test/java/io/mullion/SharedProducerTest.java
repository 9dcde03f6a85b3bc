package io.mullion;

import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.DeadLetter;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.SharedProducer;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Records that come in through the entry that many threads share.
class SharedProducerTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    record Word(@EventTime(TimeUnit.SECONDS) Instant time, String word) {}

    /// Room for eight records.
    private static final EngineConfig TIGHT = Engines.SMALL.withBatchRows(4).withLaneBatches(2);

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected collected = new Collected();

    private Input<Number> numbers(Pipeline pipeline, Watermark watermark, Overload overload) {
        Input<Number> input = pipeline.input("numbers", Number.class, watermark, overload);
        input.stream().to(collected);
        return input;
    }

    @Test
    void recordsOfManyThreadsArriveOnceAndThoseOfAThreadInTheirOrder() throws InterruptedException {
        int threads = 4;
        long each = 20_000;
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = numbers(pipeline, Watermark.none(), Overload.BLOCK);
        Job job = engines.start().run(pipeline);
        SharedProducer<Number> shared = job.sharedProducer(input);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> feeding = new ArrayList<>();
        for (long thread = 0; thread < threads; thread++) {
            long number = thread;
            feeding.add(Thread.ofPlatform().start(() -> {
                try {
                    for (long n = 0; n < each; n++) {
                        assertEquals(Offer.ACCEPTED, shared.offer(new Number(number, n)));
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        for (Thread thread : feeding) {
            thread.join();
        }
        shared.close();
        job.drain();
        assertTrue(job.await(LONG));
        assertEquals(null, failure.get());
        long[] next = new long[threads];
        for (List<Object> row : collected.rows) {
            assertEquals(next[((Long) row.get(0)).intValue()]++, row.get(1));
        }
        for (long seen : next) {
            assertEquals(each, seen);
        }
    }

    @RepeatedTest(40)
    void whatIsAcceptedWhileTheJobDrainsArrives() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = numbers(pipeline, Watermark.none(), Overload.FAIL);
        Job job = engines.start().run(pipeline);
        SharedProducer<Number> shared = job.sharedProducer(input);
        long[] accepted = new long[3];
        CountDownLatch fed = new CountDownLatch(accepted.length);
        List<Thread> feeding = new ArrayList<>();
        for (int thread = 0; thread < accepted.length; thread++) {
            int number = thread;
            feeding.add(Thread.ofPlatform().start(() -> {
                for (Offer offer = Offer.ACCEPTED; offer != Offer.CLOSED; ) {
                    offer = shared.offer(new Number(number, accepted[number]));
                    accepted[number] += offer == Offer.ACCEPTED ? 1 : 0;
                    fed.countDown();
                }
            }));
        }
        fed.await();
        job.drain();
        assertTrue(job.await(LONG));
        for (Thread thread : feeding) {
            thread.join();
        }
        assertEquals(accepted[0] + accepted[1] + accepted[2], collected.rows.size());
        assertEquals(collected.rows.size(), job.counters().rowsIn());
    }

    @ParameterizedTest
    @EnumSource(
            value = Overload.class,
            names = {"FAIL", "DROP_NEWEST"})
    void whatFindsNoRoomIsCounted(Overload overload) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = numbers(pipeline, Watermark.explicit(), overload);
        TestEngine engine = engines.test(TIGHT);
        Job job = engine.run(pipeline);
        Offer full = overload == Overload.FAIL ? Offer.BACK_PRESSURED : Offer.DROPPED;
        try (SharedProducer<Number> shared = job.sharedProducer(input)) {
            for (long n = 0; n < 20; n++) {
                assertEquals(n < 8 ? Offer.ACCEPTED : full, shared.offer(new Number(n, n)));
            }
            // No row: not counted.
            assertEquals(full, shared.watermark(3));
            engine.runUntilIdle();
            assertEquals(Offer.ACCEPTED, shared.watermark(3));
            assertEquals(Offer.ACCEPTED, shared.offer(new Number(20, 20)));
        }
        job.drain();
        job.await();
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 20L), collected.column("n"));
        assertEquals(9, job.counters().rowsIn());
        assertEquals(overload == Overload.FAIL ? 12 : 0, job.counters().refusedRows());
        assertEquals(overload == Overload.FAIL ? 0 : 12, job.counters().droppedRows());
    }

    @Test
    void aTestEngineWorksItselfOffWhereThreadsWait() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = numbers(pipeline, Watermark.explicit(), Overload.BLOCK);
        Job job = engines.test(TIGHT).run(pipeline);
        try (SharedProducer<Number> shared = job.sharedProducer(input)) {
            for (long n = 0; n < 1000; n++) {
                assertEquals(Offer.ACCEPTED, shared.offer(new Number(n, n)));
            }
        }
        job.drain();
        job.await();
        assertEquals(LongStream.range(0, 1000).boxed().toList(), collected.column("n"));
    }

    @Test
    void rule9ItIsALaneWithItsOwnWatermark() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("rows"))
                .to(collected);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Number> producer = job.producer(input)) {
            try (SharedProducer<Number> shared = job.sharedProducer(input)) {
                producer.offer(new Number(35, 1));
                engine.runUntilIdle();
                assertEquals(List.of(), collected.rows);
                shared.offer(new Number(7, 2));
                shared.offer(new Number(12, 3));
                engine.runUntilIdle();
                assertEquals(List.of(List.of(0L, 10L, 1L)), collected.rows);
            }
            engine.runUntilIdle();
            assertEquals(List.of(List.of(0L, 10L, 1L), List.of(10L, 20L, 1L)), collected.rows);
        }
        job.drain();
        job.await();
        assertEquals(0, job.counters().lateRows());
    }

    @Test
    void anExplicitWatermarkIsInBand() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        input.stream()
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("rows"))
                .to(collected);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        SharedProducer<Number> shared = job.sharedProducer(input);
        shared.offer(new Number(3, 1));
        shared.watermark(10);
        shared.offer(new Number(4, 2));
        shared.offer(new Number(11, 3));
        engine.runUntilIdle();
        assertEquals(List.of(List.of(0L, 10L, 1L)), collected.rows);
        assertEquals(1, job.counters().lateRows());
        shared.watermark(20);
        engine.runUntilIdle();
        assertEquals(List.of(List.of(0L, 10L, 1L), List.of(10L, 20L, 1L)), collected.rows);
        job.drain();
        job.await();
    }

    @Test
    void recordsThatCannotBeEncodedAreDeadLetters() throws InterruptedException {
        List<DeadLetter> deadLetters = new ArrayList<>();
        Pipeline pipeline = Pipeline.create().deadLetters(deadLetters::add);
        Input<Word> input = pipeline.input("words", Word.class, Watermark.none());
        input.stream().to(collected);
        Job job = engines.test(TIGHT.withBatchDataBytes(8)).run(pipeline);
        Instant time = Instant.EPOCH;
        try (SharedProducer<Word> shared = job.sharedProducer(input)) {
            for (String word : new String[] {"first", "much too large", "half \uD83D", "second", "third", null}) {
                assertEquals(Offer.ACCEPTED, shared.offer(new Word(time, word)));
            }
            assertEquals(Offer.ACCEPTED, shared.offer(new Word(null, "timeless")));
            assertEquals(Offer.ACCEPTED, shared.offer(new Word(time, "last")));
        }
        job.drain();
        job.await();
        List<Object> words = collected.column("word");
        assertEquals(5, words.size());
        assertEquals(List.of("first", "second", "third"), words.subList(0, 3));
        assertEquals(null, words.get(3));
        assertEquals("last", words.get(4));
        assertEquals(
                List.of(
                        "value larger than the lane's data area of 8 bytes",
                        "malformed text: unpaired surrogate in column word",
                        "record cannot be encoded: null in a column that is not nullable: column=time"),
                deadLetters.stream().map(DeadLetter::reason).toList());
        assertTrue(deadLetters.getLast().row().contains("timeless"), deadLetters::toString);
        assertEquals(3, job.counters().deadLetters());
    }

    /// A record whose own code fails.
    record Faulty(@EventTime(TimeUnit.SECONDS) long time, long n) {
        @Override
        public long n() {
            if (n < 0) {
                throw new IllegalStateException("negative");
            }
            return n;
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no words");
        }
    }

    @Test
    void recordsWhoseOwnCodeFailsAreDeadLetters() throws InterruptedException {
        List<DeadLetter> deadLetters = new ArrayList<>();
        Pipeline pipeline = Pipeline.create().deadLetters(deadLetters::add);
        Input<Faulty> input = pipeline.input("faulty", Faulty.class, Watermark.none());
        input.stream().to(collected);
        Job job = engines.test(TIGHT).run(pipeline);
        try (SharedProducer<Faulty> shared = job.sharedProducer(input)) {
            for (long n = -3; n < 3; n++) {
                assertEquals(Offer.ACCEPTED, shared.offer(new Faulty(0, n)));
            }
        }
        job.drain();
        job.await();
        assertEquals(List.of(0L, 1L, 2L), collected.column("n"));
        assertEquals(3, deadLetters.size());
        assertEquals(
                "record cannot be encoded: negative", deadLetters.getFirst().reason());
        assertTrue(deadLetters.getFirst().row().contains("no words"), deadLetters::toString);
    }

    @Test
    void withoutADeadLetterOutputTheJobFails() {
        Pipeline pipeline = Pipeline.create();
        Input<Word> input = pipeline.input("words", Word.class, Watermark.none());
        input.stream().to(collected);
        Job job = engines.start().run(pipeline);
        SharedProducer<Word> shared = job.sharedProducer(input);
        assertEquals(Offer.ACCEPTED, shared.offer(new Word(null, "timeless")));
        MullionException failed = assertThrows(MullionException.class, () -> job.await(LONG));
        assertEquals(Reason.BAD_ROW, failed.reason());
        assertEquals(Offer.CLOSED, shared.offer(new Word(Instant.EPOCH, "late")));
    }

    @Test
    void whatWasAcceptedBeforeTheCloseIsProcessedAndNothingAfter() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = numbers(pipeline, Watermark.explicit(), Overload.BLOCK);
        Job job = engines.test().run(pipeline);
        SharedProducer<Number> shared = job.sharedProducer(input);
        SharedProducer<Number> other = job.sharedProducer(input);
        assertEquals(Offer.ACCEPTED, shared.offer(new Number(1, 1)));
        shared.close();
        shared.close();
        assertEquals(Offer.CLOSED, shared.offer(new Number(2, 2)));
        assertEquals(Offer.CLOSED, shared.watermark(5));
        assertEquals(Offer.ACCEPTED, other.offer(new Number(3, 3)));
        // The other one is open: a job that drains closes it.
        job.drain();
        job.await();
        assertEquals(Offer.CLOSED, other.offer(new Number(4, 4)));
        assertEquals(List.of(1L, 3L), collected.column("n").stream().sorted().toList());
        assertMisuse(() -> job.sharedProducer(input), "no further producers");
    }

    @Test
    void aThreadThatWaitsForRoomIsToldThatTheJobHasStopped() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch full = new CountDownLatch(1);
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.none());
        input.stream().to(Sinks.forEachBatch(_ -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        Job job = engines.start(TIGHT).run(pipeline);
        SharedProducer<Number> shared = job.sharedProducer(input);
        AtomicReference<Offer> last = new AtomicReference<>();
        Thread feeding = Thread.ofPlatform().start(() -> {
            // More than the queue and the lane behind it hold.
            for (long n = 0; n < 40; n++) {
                if (n == 8) {
                    full.countDown();
                }
                last.set(shared.offer(new Number(n, n)));
            }
        });
        full.await();
        job.stop();
        held.countDown();
        assertTrue(job.await(LONG));
        feeding.join();
        assertEquals(Offer.CLOSED, last.get());
        assertEquals(JobState.STOPPED, job.state());
    }

    @Test
    void aSinkThatWouldWaitForItsOwnJobIsRefusedAndNothingIsLost() throws InterruptedException {
        AtomicReference<SharedProducer<Number>> back = new AtomicReference<>();
        List<String> refusals = new ArrayList<>();
        long[] accepted = new long[1];
        CountDownLatch done = new CountDownLatch(1);
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());
        Input<Number> echoed = pipeline.input("back", Number.class, Watermark.explicit());
        echoed.stream().to(collected);
        input.stream().to(Sinks.forEachRow(_ -> {
            for (long n = 0; n < 20; n++) {
                try {
                    accepted[0] += back.get().offer(new Number(1, n)) == Offer.ACCEPTED ? 1 : 0;
                } catch (MullionException full) {
                    refusals.add(full.getMessage());
                }
            }
            done.countDown();
        }));
        Job job = engines.start(TIGHT).run(pipeline);
        back.set(job.sharedProducer(echoed));
        try (Producer<Number> producer = job.producer(input)) {
            producer.offer(new Number(1, 1));
        }
        done.await();
        job.drain();
        assertTrue(job.await(LONG));
        assertEquals(8, accepted[0]);
        assertEquals(LongStream.range(0, 8).boxed().toList(), collected.column("n"));
        assertEquals(12, refusals.size());
        refusals.forEach(refusal -> assertTrue(refusal.contains("thread of its worker"), refusal));
    }

    @Test
    void rule9DropOldestIsRefused() {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = numbers(pipeline, Watermark.none(), Overload.DROP_OLDEST);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        assertMisuse(() -> job.sharedProducer(input), "cannot drop the oldest rows");
        assertEquals(0, engine.memoryBytesInUse());
    }

    @Test
    void whatItIsNotForIsRefused() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Number> input = numbers(pipeline, Watermark.none(), Overload.BLOCK);
        Input<Void> columns = pipeline.input("columns", Schema.of(Field.of("n", DataType.INT64)), Overload.BLOCK);
        columns.stream().to(new Collected());
        Input<Number> foreign = Pipeline.create().input("foreign", Number.class, Watermark.none());
        Job job = engines.test().run(pipeline);
        SharedProducer<Number> shared = job.sharedProducer(input);
        assertMisuse(() -> shared.watermark(1), "not explicit: numbers#0");
        assertThrows(NullPointerException.class, () -> shared.offer(null));
        assertMisuse(() -> job.sharedProducer(columns), "no record type");
        assertMisuse(() -> job.sharedProducer(foreign), "does not read this input");
        job.drain();
        job.await();
    }

    private static void assertMisuse(Executable action, String part) {
        MullionException misuse = assertThrows(MullionException.class, action);
        assertEquals(Reason.MISUSE, misuse.reason());
        assertTrue(misuse.getMessage().contains(part), misuse::getMessage);
    }
}
