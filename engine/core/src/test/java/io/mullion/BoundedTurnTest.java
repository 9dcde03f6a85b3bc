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
import io.mullion.spec.JobState;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A turn of the worker does so much and no more, and results are what they are in one go.
@Tag("schedule")
class BoundedTurnTest {
    record Event(@EventTime(TimeUnit.SECONDS) long time, long key, long n) {}

    private static final int TURN = 64;
    /// A step, which a turn begins and ends: a page of groups, or so many sessions.
    private static final int PAGE = 256;

    private static final int SESSIONS = 1_024;

    private static final int KEYS = 3_000;

    @RegisterExtension
    final Engines engines = new Engines();

    enum Kind {
        TUMBLING {
            @Override
            DataStream windows(DataStream events) {
                return events.keyBy("key")
                        .window(Window.tumbling(Duration.ofSeconds(10)))
                        .aggregate(count().as("c"), sum("n").as("s"));
            }
        },
        RUNNING_TOTAL {
            @Override
            DataStream windows(DataStream events) {
                return events.keyBy("key")
                        .window(Window.sliding(Duration.ofSeconds(20), Duration.ofSeconds(5)))
                        .aggregate(count().as("c"), sum("n").as("s"));
            }
        },
        HALF_BLOCKS {
            @Override
            DataStream windows(DataStream events) {
                return events.keyBy("key")
                        .window(Window.sliding(Duration.ofSeconds(20), Duration.ofSeconds(5)))
                        .aggregate(count().as("c"), max("n").as("m"));
            }
        },
        SESSIONS {
            @Override
            DataStream windows(DataStream events) {
                return events.keyBy("key")
                        .window(Window.session(Duration.ofSeconds(3)))
                        .aggregate(count().as("c"), sum("n").as("s"));
            }
        },
        GLOBAL {
            @Override
            DataStream windows(DataStream events) {
                return events.keyBy("key")
                        .window(Window.global(Duration.ofSeconds(30)))
                        .aggregate(count().as("c"));
            }
        },
        CHANGED_ONLY {
            @Override
            DataStream windows(DataStream events) {
                return events.keyBy("key")
                        .window(new Window.Global(Duration.ofSeconds(30), true))
                        .aggregate(count().as("c"));
            }
        },
        ONE_BEHIND_THE_OTHER {
            @Override
            DataStream windows(DataStream events) {
                return TUMBLING.windows(events)
                        .select(col("key"), col("c"))
                        .keyBy("key")
                        .window(Window.global(Duration.ofSeconds(30)))
                        .aggregate(count().as("windows"), sum("c").as("c"));
            }
        };

        abstract DataStream windows(DataStream events);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aTurnTakesSoManyRowsAndEmitsSoManyResults(Kind kind) throws InterruptedException {
        List<Event> events = events(17);
        List<List<Object>> inOneGo = run(kind, events, Engines.SMALL.withBatchRows(1 << 14), Integer.MAX_VALUE);
        List<List<Object>> inTurns = run(kind, events, Engines.SMALL, TURN + (kind == Kind.SESSIONS ? SESSIONS : PAGE));
        assertTrue(inOneGo.size() > KEYS, () -> "results: " + inOneGo.size());
        assertEquals(inOneGo, inTurns);
    }

    @Test
    void aStopIsSeenInTheMiddleOfAWindow() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Event> input = pipeline.input("events", Event.class, Watermark.explicit());
        Collected collected = new Collected();
        Kind.TUMBLING.windows(input.stream()).to(collected);
        Job job = engines.start(Engines.SMALL.withMemoryLimitBytes(256 << 20)).runOnCallerThread(pipeline);
        try (Producer<Event> producer = job.producer(input)) {
            for (int key = 0; key < KEYS; key++) {
                producer.offer(new Event(1, key, key));
            }
            producer.watermark(10);
            while (collected.rows.isEmpty()) {
                job.poll();
            }
            int emitted = collected.rows.size();
            job.stop();
            job.poll();
            assertEquals(JobState.STOPPED, job.state());
            assertEquals(emitted, collected.rows.size());
            assertTrue(emitted <= TURN + PAGE, () -> "emitted: " + emitted);
        }
        job.await();
    }

    /// A page of groups a turn, whether it is combined or emitted.
    @ParameterizedTest
    @EnumSource(names = {"RUNNING_TOTAL", "HALF_BLOCKS"})
    void panesAreCombinedInSteps(Kind kind) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Event> input = pipeline.input("events", Event.class, Watermark.explicit());
        Collected collected = new Collected();
        kind.windows(input.stream()).to(collected);
        Job job = engines.start(Engines.SMALL.withMemoryLimitBytes(256 << 20)).runOnCallerThread(pipeline);
        int silent = 0;
        try (Producer<Event> producer = job.producer(input)) {
            for (int pane = 0; pane < 6; pane++) {
                for (int key = 0; key < KEYS; key++) {
                    producer.offer(new Event(5 * pane, key, key));
                }
            }
            while (job.poll() > 0) {}
            producer.watermark(30);
            for (int emitted = 0; job.poll() > 0; emitted = collected.rows.size()) {
                silent += collected.rows.size() == emitted ? 1 : 0;
            }
            job.stop();
        }
        job.await();
        int windows = 6;
        assertEquals(windows * KEYS, collected.rows.size());
        // Two stacks are added to each other as they are emitted.
        long combined = job.counters().combinedPanes() - (kind == Kind.HALF_BLOCKS ? windows : 0);
        int pages = (KEYS + PAGE - 1) / PAGE;
        int turns = silent;
        assertTrue(turns >= combined * pages, () -> combined + " panes of " + pages + " pages in " + turns + " turns");
    }

    @Test
    void aStopIsSeenInTheMiddleOfCombining() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Event> input = pipeline.input("events", Event.class, Watermark.explicit());
        Collected collected = new Collected();
        Kind.HALF_BLOCKS.windows(input.stream()).to(collected);
        Job job = engines.start(Engines.SMALL.withMemoryLimitBytes(256 << 20)).runOnCallerThread(pipeline);
        try (Producer<Event> producer = job.producer(input)) {
            for (int key = 0; key < KEYS; key++) {
                producer.offer(new Event(1, key, key));
            }
            while (job.poll() > 0) {}
            producer.watermark(5);
            job.poll();
            job.poll();
            job.stop();
            job.poll();
            assertEquals(JobState.STOPPED, job.state());
            assertEquals(List.of(), collected.rows);
        }
        job.await();
    }

    @Test
    void aTurnThatTookNoRowBecauseAWindowFiresBeforeItDidSomething() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Event> input = pipeline.input("events", Event.class, Watermark.explicit());
        Collected collected = new Collected();
        Kind.TUMBLING.windows(input.stream()).to(collected);
        Job job = engines.start(Engines.SMALL.withMemoryLimitBytes(256 << 20)).runOnCallerThread(pipeline);
        try (Producer<Event> producer = job.producer(input)) {
            for (int key = 0; key < KEYS; key++) {
                producer.offer(new Event(1, key, key));
            }
            while (job.poll() > 0) {}
            producer.watermark(10);
            producer.offer(new Event(11, 1, 1));
            while (job.poll() > 0) {}
            assertEquals(KEYS, collected.rows.size());
            assertEquals(KEYS + 1, job.counters().rowsIn());
        }
        job.drain();
        job.await();
        assertEquals(KEYS + 1, collected.rows.size());
    }

    private List<List<Object>> run(Kind kind, List<Event> events, EngineConfig config, int most)
            throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Event> input = pipeline.input("events", Event.class, Watermark.bounded(Duration.ofSeconds(2)));
        Collected collected = new Collected();
        kind.windows(input.stream()).to(collected);
        Job job = engines.start(config.withMemoryLimitBytes(512 << 20)).runOnCallerThread(pipeline);
        try (Producer<Event> producer = job.producer(input)) {
            int offered = 0;
            for (Event event : events) {
                producer.offer(event);
                if (++offered % TURN == 0) {
                    pollAll(job, collected, most);
                }
            }
        }
        job.drain();
        while (!job.state().ended()) {
            poll(job, collected, most);
        }
        job.await();
        assertEquals(events.size(), job.counters().rowsIn());
        return collected.rows;
    }

    private static void pollAll(Job job, Collected collected, int most) {
        while (poll(job, collected, most) > 0) {}
    }

    private static int poll(Job job, Collected collected, int most) {
        long in = job.counters().rowsIn();
        int out = collected.rows.size();
        int work = job.poll();
        assertTrue(
                job.counters().rowsIn() - in <= most,
                () -> "rows taken: " + (job.counters().rowsIn() - in));
        assertTrue(collected.rows.size() - out <= most, () -> "rows emitted: " + (collected.rows.size() - out));
        return work;
    }

    /// Out of order, some late, and with leaps in time.
    private static List<Event> events(long seed) {
        Random random = new Random(seed);
        List<Event> events = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(400) == 0) {
                now += random.nextInt(15);
            }
            events.add(new Event(now - random.nextInt(6), random.nextInt(KEYS), i));
        }
        return events;
    }
}
