package io.mullion.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.Collected;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.StatefulStream;
import io.mullion.TestEngine;
import io.mullion.expr.TimeUnit;
import io.mullion.io.KeyedFunction;
import io.mullion.io.KeyedState;
import io.mullion.io.Producer;
import io.mullion.io.Timers;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.EventTime;
import io.mullion.spec.StateSpec;
import io.mullion.spec.Watermark;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A function with state, timers and a time-out over random rows, out of order and cut at random, against a map of
/// plain objects that knows nothing of batches.
@Tag("checked")
class KeyedStateOracleTest {
    private static final long DISORDER = 20;
    private static final long TIME_OUT = 60;
    private static final int ROWS = 1_000;

    enum Step {
        ADD,
        REMOVE,
        TIMER,
        CANCEL,
        LOOK
    }

    record Event(@EventTime(TimeUnit.SECONDS) long time, String key, int step, long value) {}

    record Total(long total, String trace) {}

    record Said(long total, String what) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    private Path folder;

    private int runs;

    /// What the engine runs.
    private static final class Function implements KeyedFunction<Event, Total, Said> {
        @Override
        public void onRow(Event row, KeyedState<Total> state, Timers timers, Consumer<? super Said> out) {
            long total = state.exists() ? state.get().total() : 0;
            switch (Step.values()[row.step()]) {
                case ADD -> state.update(new Total(total + row.value(), trace(total + row.value())));
                case REMOVE -> state.remove();
                case TIMER -> timers.at(timers.now() + row.value());
                case CANCEL -> timers.cancel();
                case LOOK ->
                    out.accept(new Said(total, state.exists() ? state.get().trace() : "none"));
            }
        }

        @Override
        public void onTimer(KeyedState<Total> state, Timers timers, Consumer<? super Said> out) {
            long total = state.exists() ? state.get().total() : 0;
            out.accept(new Said(total, "timer"));
            if (total % 3 == 1) {
                timers.at(timers.now() + 7);
            }
            if (total % 5 == 1) {
                state.remove();
            }
        }

        @Override
        public void onTimeOut(KeyedState<Total> state, Timers timers, Consumer<? super Said> out) {
            out.accept(new Said(state.exists() ? state.get().total() : -1, "idle"));
        }
    }

    private static String trace(long total) {
        return "t".repeat((int) (total % 23)) + total;
    }

    /// The same without an engine.
    private static final class Naive {
        private static final class Key {
            Long total;
            Long timer;
            long touched;
        }

        private final Map<String, Key> keys = new HashMap<>();
        final Map<String, List<List<Object>>> said = new TreeMap<>();
        private long streamTime = Long.MIN_VALUE;

        void run(List<Event> events) {
            long greatest = Long.MIN_VALUE;
            for (Event event : events) {
                if (greatest != Long.MIN_VALUE) {
                    advance(greatest - DISORDER);
                }
                row(event);
                greatest = Math.max(greatest, event.time());
            }
            advance(greatest - DISORDER);
            List<String> names = List.copyOf(keys.keySet());
            for (String name : names) {
                Key key = keys.get(name);
                if (key.timer != null) {
                    timer(name, key);
                }
            }
        }

        private void advance(long to) {
            if (to <= streamTime) {
                return;
            }
            streamTime = to;
            for (String name : List.copyOf(keys.keySet())) {
                Key key = keys.get(name);
                long last = Long.MIN_VALUE;
                while (keys.containsKey(name)) {
                    long idle = key.touched + TIME_OUT + 1;
                    // A timer that was set for the past by this very firing waits.
                    boolean timed = key.timer != null && key.timer <= to && key.timer > last;
                    if (timed && key.timer <= idle) {
                        last = key.timer;
                        timer(name, key);
                    } else if (idle <= to) {
                        say(idle, name, key.total == null ? -1 : key.total, "idle");
                        keys.remove(name);
                    } else {
                        break;
                    }
                }
            }
        }

        private void row(Event row) {
            Key key = keys.get(row.key());
            if (key == null) {
                key = new Key();
                key.touched = row.time();
                keys.put(row.key(), key);
            }
            key.touched = Math.max(key.touched, row.time());
            switch (Step.values()[row.step()]) {
                case ADD -> key.total = (key.total == null ? 0 : key.total) + row.value();
                case REMOVE -> key.total = null;
                case TIMER -> key.timer = row.time() + row.value();
                case CANCEL -> key.timer = null;
                case LOOK ->
                    say(
                            row.time(),
                            row.key(),
                            key.total == null ? 0 : key.total,
                            key.total == null ? "none" : trace(key.total));
            }
            forget(row.key(), key);
        }

        private void timer(String name, Key key) {
            long now = key.timer;
            key.timer = null;
            long total = key.total == null ? 0 : key.total;
            say(now, name, total, "timer");
            if (total % 3 == 1) {
                key.timer = now + 7;
            }
            if (total % 5 == 1) {
                key.total = null;
            }
            forget(name, key);
        }

        private void forget(String name, Key key) {
            if (key.total == null && key.timer == null) {
                keys.remove(name);
            }
        }

        private void say(long time, String key, long total, String what) {
            said.computeIfAbsent(key, _ -> new ArrayList<>()).add(List.of(time, key, total, what));
        }
    }

    private static List<Event> events(Random random, int keys) {
        List<Event> events = new ArrayList<>();
        long time = -200;
        for (int i = 0; i < ROWS; i++) {
            time += random.nextInt(6);
            Step step = Step.values()[random.nextInt(Step.values().length)];
            long value = step == Step.TIMER ? random.nextInt(80) - 20 : random.nextInt(40);
            // Some are far behind the watermark.
            long late = random.nextInt(30) == 0 ? random.nextInt(200) : random.nextInt((int) DISORDER);
            events.add(new Event(time - late, "key-" + random.nextInt(keys), step.ordinal(), value));
        }
        return events;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void theStateOfEachKeyIsThatOfAMap(int seed) throws InterruptedException {
        Random random = new Random(seed);
        List<Event> events = events(random, seed % 2 == 0 ? 5 : 200);
        Naive naive = new Naive();
        naive.run(events);
        for (int most : new int[] {1, 9, 200}) {
            for (int workers = 1; workers <= 3; workers++) {
                String run = "seed=" + seed + ", rows at a time=" + most + ", workers=" + workers;
                assertEquals(naive.said, said(events, random, most, workers, naive), run);
                assertEquals(naive.said, said(events, random, most, workers, null), run);
            }
        }
    }

    /// Half of them have few keys; each has some 300 deaths.
    static IntStream deadly() {
        return IntStream.range(11, 11 + 2 * Math.ceilDiv(Integer.getInteger("mullion.schedule.seeds", 6), 3));
    }

    @ParameterizedTest
    @MethodSource("deadly")
    void deathsDoNotShow(int seed) throws InterruptedException {
        Random random = new Random(seed);
        List<Event> events = events(random, seed % 2 == 0 ? 5 : 200);
        Naive naive = new Naive();
        naive.run(events);
        for (int most : new int[] {1, 9, 200}) {
            for (int workers : new int[] {1, 3}) {
                String run = "seed=" + seed + ", rows at a time=" + most + ", most workers=" + workers;
                assertEquals(naive.said, saidWithDeaths(events, random, most, workers, naive), run);
                assertEquals(naive.said, saidWithDeaths(events, random, most, workers, null), run);
            }
        }
    }

    /// The function in a pipeline, and what comes of it.
    private static final class Asked {
        final Pipeline pipeline = Pipeline.create();
        final Input<Event> input =
                pipeline.input("events", Event.class, Watermark.bounded(Duration.ofSeconds(DISORDER)));
        final Collected results = new Collected();
        final Collected left = new Collected();
        final Naive naive;

        /// @param naive whose state is compared with the last snapshot; null if there are none, and so each worker has
        /// the state of some keys
        Asked(Naive naive) {
            this.naive = naive;
            StatefulStream stream = input.stream()
                    .keyBy("key")
                    .process(
                            Event.class,
                            StateSpec.of(Total.class).withTimeOut(Duration.ofSeconds(TIME_OUT)),
                            Said.class,
                            new Function());
            stream.to(results);
            if (naive != null) {
                stream.stateSnapshots(Duration.ofDays(10_000)).to(left);
            }
        }

        Map<String, List<List<Object>>> said() {
            Map<String, List<List<Object>>> said = new TreeMap<>();
            for (List<Object> row : results.rows) {
                said.computeIfAbsent((String) row.get(1), _ -> new ArrayList<>())
                        .add(row);
            }
            if (naive != null) {
                assertLastSnapshot(naive, left);
            }
            return said;
        }
    }

    private Map<String, List<List<Object>>> said(List<Event> events, Random random, int most, int workers, Naive naive)
            throws InterruptedException {
        Asked asked = new Asked(naive);
        TestEngine engine = engines.test();
        Job job = engine.run(asked.pipeline, JobConfig.defaults().withWorkers(workers));
        try (Producer<Event> producer = job.producer(asked.input)) {
            int next = 0;
            while (next < events.size()) {
                int end = Math.min(events.size(), next + 1 + random.nextInt(most));
                for (; next < end; next++) {
                    producer.offer(events.get(next));
                }
                engine.runUntilIdle();
            }
        }
        job.drain();
        job.await();
        return asked.said();
    }

    /// The same by jobs that die some rows behind a checkpoint.
    ///
    /// @param mostWorkers each of the jobs has at least one
    private Map<String, List<List<Object>>> saidWithDeaths(
            List<Event> events, Random random, int most, int mostWorkers, Naive naive) throws InterruptedException {
        Asked asked = new Asked(naive);
        TestEngine engine = engines.test();
        JobConfig config = JobConfig.defaults().withCheckpoints(Checkpoints.to(folder.resolve("run-" + runs++)));
        Job job = engine.run(asked.pipeline, config.withWorkers(1 + random.nextInt(mostWorkers)));
        Producer<Event> producer = job.producer(asked.input);
        int next = 0;
        int deaths = 0;
        while (next < events.size()) {
            int end = Math.min(events.size(), next + 1 + random.nextInt(most));
            for (; next < end; next++) {
                producer.offer(events.get(next));
            }
            engine.runUntilIdle();
            if (random.nextInt(Math.max(2, 40 / most)) == 0) {
                deaths++;
                job.checkpoint();
                int rows = asked.results.rows.size();
                int left = asked.left.rows.size();
                int flushes = asked.left.flushes.size();
                for (int lost = next; lost < events.size() && random.nextInt(100) > 0; lost++) {
                    producer.offer(events.get(lost));
                }
                engine.runUntilIdle();
                job.stop();
                job.await();
                producer.close();
                forget(asked.results.rows, rows);
                forget(asked.left.rows, left);
                forget(asked.left.flushes, flushes);
                job = engine.restore(asked.pipeline, config.withWorkers(1 + random.nextInt(mostWorkers)));
                producer = job.producer(asked.input);
            }
        }
        producer.close();
        job.drain();
        job.await();
        assertTrue(deaths > 0);
        return asked.said();
    }

    private static void forget(List<?> came, int kept) {
        came.subList(kept, came.size()).clear();
    }

    private static void assertLastSnapshot(Naive naive, Collected left) {
        Map<Object, Object> expected = new HashMap<>();
        naive.keys.forEach((name, key) -> {
            if (key.total != null) {
                expected.put(name, key.total);
            }
        });
        Map<Object, Object> states = new HashMap<>();
        // Times begin before 1970 and end after it: there are two.
        left.rows.forEach(row -> states.put(row.get(0), row.get(1)));
        states.keySet().retainAll(lastSnapshot(left));
        assertEquals(expected, states);
    }

    private static List<Object> lastSnapshot(Collected snapshots) {
        int flushes = snapshots.flushes.size();
        int from = flushes < 2 ? 0 : snapshots.flushes.get(flushes - 2);
        return snapshots.rows.subList(from, snapshots.rows.size()).stream()
                .map(List::getFirst)
                .toList();
    }
}
