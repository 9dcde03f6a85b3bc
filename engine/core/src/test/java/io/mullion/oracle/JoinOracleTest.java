package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.JoinedStream;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Joins of random streams, out of order and with late rows, against all rows compared with all.
@Tag("oracle")
class JoinOracleTest {
    record Row(@EventTime(TimeUnit.SECONDS) long time, String key, Long value, String text) {}

    /// A fifth of what OracleTest asks for, and so fewer where the suite is run again.
    private static final long SEEDS =
            Long.getLong("mullion.oracle.joins", Integer.getInteger("mullion.seeds", 2000) / 5);

    private static final long PER_TEST = 20;

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> joins() {
        return tests(SEEDS, join -> {
            for (int workers = 1; workers <= 3; workers++) {
                Run run = new Run(join);
                run.run(workers);
                run.check(workers + " workers");
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> joinsOfJobsThatDie() {
        return tests(SEEDS / 2, join -> {
            for (int workers : new int[] {1, 3}) {
                Run run = new Run(join);
                run.runWithDeaths(
                        Files.createDirectory(folder.resolve("seed" + join.seed + "-of-" + workers)), workers);
                run.check("with deaths of up to " + workers + " workers");
            }
        });
    }

    private static Stream<DynamicTest> tests(long seeds, Check check) {
        return LongStream.range(0, Math.ceilDiv(seeds, PER_TEST))
                .mapToObj(part -> DynamicTest.dynamicTest("seeds from " + part * PER_TEST, () -> {
                    for (long seed = part * PER_TEST; seed < (part + 1) * PER_TEST; seed++) {
                        check.of(new RandomJoin(seed));
                    }
                }));
    }

    private interface Check {
        void of(RandomJoin join) throws InterruptedException, IOException;
    }

    /// A join with what came of it.
    private static final class Run {
        final RandomJoin join;
        final Collected results = new Collected();
        final Collected windows = new Collected();
        final Pipeline pipeline = Pipeline.create();
        final Input<Row> lefts;
        final Input<Row> rights;
        /// Whether there are windows behind the join.
        final boolean timed;

        private Job job;
        private Producer<Row> left;
        private Producer<Row> right;
        private long late;

        Run(RandomJoin join) {
            this.join = join;
            lefts = input(pipeline, "left", join.leftDisorder);
            rights = input(pipeline, "right", join.rightDisorder);
            JoinedStream joined = joined(join, lefts.stream(), rights.stream());
            DataStream stream = joined.stream();
            stream.to(results);
            timed = join.meeting != RandomJoin.Meeting.ANY && (join.windows() || join.kind != RandomJoin.Kind.FULL);
            if (timed) {
                stream.window(Window.tumbling(Duration.ofSeconds(7)))
                        .aggregate(count().as("n"))
                        .to(windows);
            }
        }

        void run(int workers) throws InterruptedException {
            try (TestEngine engine = TestEngine.create(Engines.SMALL)) {
                begin(engine.run(pipeline, JobConfig.defaults().withWorkers(workers)));
                for (List<RandomJoin.Event> stretch : join.stretches) {
                    feed(engine, stretch);
                }
                end(engine);
            }
        }

        /// Some stretches behind a checkpoint the job stops, what it has handed on since is forgotten, and another one
        /// goes on from the checkpoint and gets these rows again.
        ///
        /// @param mostWorkers each of the jobs has at least one
        void runWithDeaths(Path folder, int mostWorkers) throws InterruptedException {
            JobConfig config = JobConfig.defaults().withCheckpoints(Checkpoints.to(folder));
            Random random = new Random(join.seed);
            Random lives = new Random(join.seed);
            int distance = 1 + join.stretches.size() / 5;
            try (TestEngine engine = TestEngine.create(Engines.SMALL)) {
                begin(engine.run(pipeline, config.withWorkers(1 + lives.nextInt(mostWorkers))));
                for (int i = 0; i < join.stretches.size(); i++) {
                    if (random.nextInt(distance) == 0) {
                        job.checkpoint();
                        int kept = results.rows.size();
                        int keptWindows = windows.rows.size();
                        long keptRows = job.counters().rowsKept();
                        late += job.counters().lateRows();
                        for (int lost = i; lost < join.stretches.size() && random.nextInt(3) > 0; lost++) {
                            feed(engine, join.stretches.get(lost));
                        }
                        job.stop();
                        job.await();
                        left.close();
                        right.close();
                        results.rows.subList(kept, results.rows.size()).clear();
                        windows.rows.subList(keptWindows, windows.rows.size()).clear();
                        begin(engine.restore(pipeline, config.withWorkers(1 + lives.nextInt(mostWorkers))));
                        assertEquals(keptRows, job.counters().rowsKept(), () -> "rows kept, " + join);
                    }
                    feed(engine, join.stretches.get(i));
                }
                end(engine);
            }
        }

        private void begin(Job job) {
            this.job = job;
            left = job.producer(lefts);
            right = job.producer(rights);
        }

        private void feed(TestEngine engine, List<RandomJoin.Event> stretch) {
            for (RandomJoin.Event event : stretch) {
                (event.left() ? left : right).offer(new Row(event.time(), event.key(), event.value(), event.text()));
            }
            engine.runUntilIdle();
        }

        private void end(TestEngine engine) throws InterruptedException {
            left.close();
            right.close();
            job.drain();
            job.await();
            late += job.counters().lateRows();
            assertEquals(0, job.counters().rowsKept(), () -> "rows kept at the end, " + join);
            assertEquals(0, engine.memoryBytesInUse(), () -> "bytes in use at the end, " + join);
        }

        /// @param how it ran
        void check(String how) {
            List<String> expected = join.expected();
            boolean leftOnly = join.kind == RandomJoin.Kind.SEMI || join.kind == RandomJoin.Kind.ANTI;
            int from = join.windows() ? 1 : 0;
            List<String> came = results.rows.stream()
                    .map(row -> row.subList(from, (leftOnly ? 4 : 8) + (join.windows() ? 2 : 0))
                            .toString())
                    .sorted()
                    .toList();
            assertEquals(List.of(), without(expected, came), () -> "missing, " + how + ", " + join);
            assertEquals(List.of(), without(came, expected), () -> "too much, " + how + ", " + join);
            assertEquals(join.late, late, () -> "late rows, " + how + ", " + join);
            if (timed) {
                long counted =
                        windows.column("n").stream().mapToLong(n -> (Long) n).sum();
                assertEquals(expected.size(), counted, () -> "rows in windows behind the join, " + how + ", " + join);
            }
        }
    }

    /// Some of the lines that the others have not, or not as often.
    private static List<String> without(List<String> lines, List<String> others) {
        Map<String, Integer> counts = new HashMap<>();
        others.forEach(line -> counts.merge(line, 1, Integer::sum));
        return lines.stream()
                .filter(line -> counts.merge(line, -1, Integer::sum) < 0)
                .limit(3)
                .toList();
    }

    private static Input<Row> input(Pipeline pipeline, String name, long disorder) {
        return pipeline.input(name, Row.class, Watermark.bounded(Duration.ofSeconds(disorder)));
    }

    private static JoinedStream joined(RandomJoin join, DataStream left, DataStream right) {
        JoinedStream joined = switch (join.kind) {
            case INNER -> left.join(right);
            case LEFT -> left.leftJoin(right);
            case RIGHT -> left.rightJoin(right);
            case FULL -> left.fullJoin(right);
            case SEMI -> left.semiJoin(right);
            case ANTI -> left.antiJoin(right);
        };
        if (join.keyed) {
            joined = joined.onEqual("key", "key");
        }
        if (join.nullsEqual) {
            joined = joined.nullsEqual();
        }
        joined = switch (join.meeting) {
            case ANY -> joined;
            case NEAR -> near(join, joined);
            case TUMBLING -> joined.within(Window.tumbling(Duration.ofSeconds(RandomJoin.SIZE)));
            case SLIDING ->
                joined.within(
                        Window.sliding(Duration.ofSeconds(RandomJoin.SIZE), Duration.ofSeconds(RandomJoin.SLIDE)));
            case CUMULATING ->
                joined.within(Window.cumulating(
                        Duration.ofSeconds(2 * RandomJoin.SLIDE), Duration.ofSeconds(RandomJoin.SLIDE)));
        };
        if (join.timeOfRight && !join.windows()) {
            joined = joined.timeOfRight();
        }
        return switch (join.where) {
            case NOTHING -> joined;
            case LEFT -> joined.where(col("left_value").gt(3));
            case RIGHT -> joined.where(col("right_value").gt(3));
            case BOTH -> joined.where(col("left_value").le(col("right_value")));
        };
    }

    private static JoinedStream near(RandomJoin join, JoinedStream joined) {
        if (join.before == RandomJoin.OPEN) {
            return join.after == RandomJoin.OPEN
                    ? joined.atMostAfter(Duration.ofSeconds(1_000_000))
                    : joined.atMostAfter(Duration.ofSeconds(join.after));
        }
        return join.after == RandomJoin.OPEN
                ? joined.atMostBefore(Duration.ofSeconds(join.before))
                : joined.between(Duration.ofSeconds(join.before), Duration.ofSeconds(join.after));
    }
}
