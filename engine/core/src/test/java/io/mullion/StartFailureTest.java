package io.mullion;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchView;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.memory.Scope;
import io.mullion.spec.EventTime;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A job that cannot start says why and leaves nothing behind.
class StartFailureTest {
    record Word(@EventTime(TimeUnit.MILLIS) long time, String word, long length) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @Test
    void aBudgetThatIsTooSmallNamesWhoHoldsIt() throws InterruptedException {
        int refused = 0;
        boolean ran = false;
        for (long budget = 1 << 20; !ran; budget += 1 << 20) {
            EngineConfig config = Engines.SMALL
                    .withMemoryLimitBytes(budget)
                    .withBatchRows(4096)
                    .withBatchDataBytes(1 << 20);
            TestEngine engine = engines.test(config);
            Collected collected = new Collected();
            Pipeline pipeline = Pipeline.create();
            Input<Word> input = words(pipeline, collected);
            try {
                Job job = engine.run(pipeline);
                try (Producer<Word> producer = job.producer(input)) {
                    producer.offer(new Word(1, "word", 4));
                    ran = true;
                } finally {
                    job.drain();
                    job.await();
                }
                assertEquals(1, collected.rows.size());
            } catch (MullionException tooSmall) {
                refused++;
                assertEquals(Reason.OUT_OF_MEMORY, tooSmall.reason(), tooSmall::getMessage);
                assertTrue(tooSmall.getMessage().contains("limit=" + budget), tooSmall::getMessage);
            }
            assertEquals(0, engine.memoryBytesInUse(), "budget=" + budget);
        }
        assertTrue(refused > 2);
    }

    @Test
    void aProducerWithoutRoomLeavesTheJobRunning() throws InterruptedException {
        EngineConfig config = Engines.SMALL.withMemoryLimitBytes(3 << 20).withBatchRows(4096);
        TestEngine engine = engines.test(config);
        Collected collected = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Word> input = words(pipeline, collected);
        Job job = engine.run(pipeline);
        try (Producer<Word> first = job.producer(input)) {
            MullionException full = null;
            try (Scope producers = new Scope()) {
                while (full == null) {
                    try {
                        producers.own(job.producer(input));
                    } catch (MullionException e) {
                        full = e;
                    }
                }
            }
            assertEquals(Reason.OUT_OF_MEMORY, full.reason());
            assertEquals(JobState.RUNNING, job.state());
            first.offer(new Word(5, "word", 4));
        }
        job.drain();
        job.await();
        assertEquals(1, collected.rows.size());
    }

    @Test
    void aSinkThatDoesNotOpenStopsTheStart() {
        TestEngine engine = engines.test();
        IOException cause = new IOException("no such folder");
        Collected before = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Word> input = words(pipeline, before);
        input.stream().to(new Sink() {
            @Override
            public void open(Schema schema) throws IOException {
                throw cause;
            }

            @Override
            public void accept(BatchView batch) {}
        });
        MullionException failed = assertThrows(MullionException.class, () -> engine.run(pipeline));
        assertEquals(Reason.USER_CODE, failed.reason());
        assertSame(cause, failed.getCause());
        assertEquals(1, before.closes);
    }

    @Test
    void aSourceThatDoesNotOpenStopsTheStart() {
        Engine engine = engines.start();
        IOException cause = new IOException("refused");
        Collected collected = new Collected();
        ScriptedSource good = new ScriptedSource((_, _) -> {});
        ScriptedSource bad = new ScriptedSource((_, _) -> {}) {
            @Override
            public void open() throws IOException {
                throw cause;
            }
        };
        Pipeline pipeline = Pipeline.create();
        pipeline.from(good).to(collected);
        pipeline.from(bad).to(new Collected());
        MullionException failed = assertThrows(MullionException.class, () -> engine.run(pipeline));
        assertEquals(Reason.SOURCE, failed.reason());
        assertTrue(
                failed.getMessage().contains("script") && failed.getMessage().contains("refused"), failed::getMessage);
        assertSame(cause, failed.getCause());
        assertEquals(1, good.opens);
        assertEquals(1, good.closes);
        assertEquals(1, collected.closes);
    }

    @Test
    void aSourceThatWasOpenedIsClosedWhenItsLaneFindsNoRoom() {
        EngineConfig config = Engines.SMALL.withMemoryLimitBytes(1 << 20).withBatchRows(1 << 18);
        Engine engine = engines.start(config);
        ScriptedSource source = new ScriptedSource((_, _) -> {});
        Pipeline pipeline = Pipeline.create();
        pipeline.from(source).to(new Collected());
        MullionException failed = assertThrows(MullionException.class, () -> engine.run(pipeline));
        assertEquals(Reason.OUT_OF_MEMORY, failed.reason(), failed::getMessage);
        assertEquals(source.opens, source.closes);
    }

    @Test
    void aTestEngineRefusesSources() {
        Pipeline pipeline = Pipeline.create();
        ScriptedSource source = new ScriptedSource((_, _) -> {});
        pipeline.from(source).to(new Collected());
        MullionException refused =
                assertThrows(MullionException.class, () -> engines.test().run(pipeline));
        assertEquals(Reason.INVALID_PIPELINE, refused.reason());
        assertTrue(refused.getMessage().contains("script"));
        assertEquals(0, source.opens);
    }

    @Test
    void aClosedEngineRunsNothing() {
        TestEngine engine = engines.test();
        engine.close();
        Pipeline pipeline = Pipeline.create();
        words(pipeline, new Collected());
        assertEquals(
                Reason.MISUSE,
                assertThrows(MullionException.class, () -> engine.run(pipeline)).reason());
    }

    @Test
    void anInputOfAnotherPipelineHasNoProducer() throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        words(pipeline, new Collected());
        Input<Word> stranger = words(Pipeline.create(), new Collected());
        Job job = engine.run(pipeline);
        MullionException refused = assertThrows(MullionException.class, () -> job.producer(stranger));
        assertEquals(Reason.MISUSE, refused.reason());
        assertTrue(refused.getMessage().contains("words"));
        job.drain();
        job.await();
        assertThrows(MullionException.class, () -> job.producer(stranger));
        assertEquals(JobState.FINISHED, job.state());
    }

    private static Input<Word> words(Pipeline pipeline, Sink sink) {
        Input<Word> input = pipeline.input("words", Word.class, Watermark.bounded(Duration.ZERO));
        input.stream()
                .keyBy("word")
                .window(Window.sliding(Duration.ofSeconds(2), Duration.ofSeconds(2)))
                .aggregate(count().as("n"), sum("length").as("letters"))
                .to(sink);
        return input;
    }
}
