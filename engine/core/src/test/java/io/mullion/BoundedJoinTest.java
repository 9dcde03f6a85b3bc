package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows that meet very many others: what comes out goes out over turns, each of which hands on no more than a few
/// batches, and is what it would be in one go.
@Tag("checked")
@Timeout(60)
class BoundedJoinTest {
    /// Rows of a batch of [Engines#SMALL], and with that what a turn may do.
    private static final int TURN = 64;
    /// A turn, the batch in which it is found to be spent, and the pairs that rows of a turn have for nothing.
    private static final int MOST = 3 * TURN;

    private static final int RIGHTS = 3_000;
    private static final int LEFTS = 5;

    record Left(@EventTime(TimeUnit.SECONDS) long time, long key, long value) {}

    record Right(long key, long other) {}

    record TimedRight(@EventTime(TimeUnit.SECONDS) long at, long key, long other) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Left> lefts = pipeline.input("lefts", Left.class, Watermark.bounded(Duration.ZERO));
    private final Collected results = new Collected();

    enum Asked {
        PAIRS,
        PAIRS_AND_SINGLES,
        HOLDING,
        HOLDING_AND_SINGLES,
        SOME,
        NONE
    }

    private static DataStream joined(DataStream left, Table right, Asked asked) {
        return switch (asked) {
            case PAIRS -> left.join(right).on("key").stream();
            case PAIRS_AND_SINGLES -> left.leftJoin(right).on("key").stream();
            case HOLDING -> left.join(right).on("key").where(col("other").gt(col("value"))).stream();
            case HOLDING_AND_SINGLES ->
                left.leftJoin(right).on("key").where(col("other").gt(col("value"))).stream();
            case SOME -> left.semiJoin(right).on("key").where(col("other").gt(col("value"))).stream();
            case NONE -> left.antiJoin(right).on("key").where(col("other").gt(col("value"))).stream();
        };
    }

    /// Key 1 has very many rows, key 2 one, key 3 none.
    private static List<Right> rights() {
        List<Right> rights = new ArrayList<>();
        IntStream.range(0, RIGHTS).forEach(i -> rights.add(new Right(1, i)));
        rights.add(new Right(2, 7));
        return rights;
    }

    private static List<Left> leftRows() {
        List<Left> rows = new ArrayList<>();
        for (int i = 0; i < LEFTS; i++) {
            rows.add(new Left(10 * i, 1, i % 2 == 0 ? RIGHTS - 2 - i : RIGHTS));
            rows.add(new Left(10 * i + 1, 2, i));
            rows.add(new Left(10 * i + 2, 3, i));
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(Asked.class)
    void whatRowsMeetInATableGoesOutOverTurns(Asked asked) throws InterruptedException {
        List<Right> rights = rights();
        Table table = pipeline.table("rights", Right.class, () -> rights);
        joined(lefts.stream(), table, asked).to(results);
        Job job = engines.start().runOnCallerThread(pipeline);
        try (Producer<Left> feed = job.producer(lefts)) {
            leftRows().forEach(feed::offer);
            pollAll(job);
        }
        job.drain();
        while (!job.state().ended()) {
            poll(job);
        }
        job.await();
        assertEquals(expected(asked), byLeft(asked));
    }

    /// Left rows of a batch come before those of the next, pairs in the order of the table.
    private static Map<Long, List<Object>> expected(Asked asked) {
        Map<Long, List<Object>> byLeft = new TreeMap<>();
        for (Left left : leftRows()) {
            List<Object> met = new ArrayList<>();
            for (Right right : rights()) {
                boolean holds = switch (asked) {
                    case PAIRS, PAIRS_AND_SINGLES -> true;
                    case HOLDING, HOLDING_AND_SINGLES, SOME, NONE -> right.other() > left.value();
                };
                if (right.key() == left.key() && holds) {
                    met.add(right.other());
                }
            }
            List<Object> comes = switch (asked) {
                case PAIRS, HOLDING -> met;
                case PAIRS_AND_SINGLES, HOLDING_AND_SINGLES ->
                    met.isEmpty() ? new ArrayList<>(java.util.Collections.singletonList(null)) : met;
                case SOME -> met.isEmpty() ? List.of() : List.of("left");
                case NONE -> met.isEmpty() ? List.of("left") : List.of();
            };
            if (!comes.isEmpty()) {
                byLeft.put(left.time(), comes);
            }
        }
        return byLeft;
    }

    private Map<Long, List<Object>> byLeft(Asked asked) {
        boolean leftOnly = asked == Asked.SOME || asked == Asked.NONE;
        Map<Long, List<Object>> byLeft = new TreeMap<>();
        results.rows.forEach(row -> byLeft.computeIfAbsent((Long) row.get(0), _ -> new ArrayList<>())
                .add(leftOnly ? "left" : row.get(3)));
        return byLeft;
    }

    @Test
    void timeWaitsBehindThePairs() throws InterruptedException {
        List<Right> rights = rights();
        Table table = pipeline.table("rights", Right.class, () -> rights);
        joined(lefts.stream(), table, Asked.PAIRS)
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("n"))
                .to(results);
        Job job = engines.start().runOnCallerThread(pipeline);
        try (Producer<Left> feed = job.producer(lefts)) {
            leftRows().forEach(feed::offer);
            pollAll(job);
        }
        job.drain();
        while (!job.state().ended()) {
            job.poll();
        }
        job.await();
        assertEquals(
                IntStream.range(0, LEFTS)
                        .mapToObj(i -> List.<Object>of(10L * i, 10L * i + 10, RIGHTS + 1L))
                        .toList(),
                results.rows);
        assertEquals(0, job.counters().lateRows());
    }

    /// Windows go out in several turns themselves, into a join that needs more.
    @Test
    void aWindowBeforeTheJoinWaits() throws InterruptedException {
        int keys = 300;
        List<Right> rights = new ArrayList<>();
        IntStream.range(0, keys).forEach(key -> IntStream.range(0, 20).forEach(i -> rights.add(new Right(key, i))));
        Table table = pipeline.table("rights", Right.class, () -> rights);
        lefts.stream()
                .keyBy("key")
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("n"))
                .join(table)
                .on("key")
                .stream()
                .to(results);
        Job job = engines.start(Engines.SMALL.withMemoryLimitBytes(256 << 20)).runOnCallerThread(pipeline);
        try (Producer<Left> feed = job.producer(lefts)) {
            for (int window = 0; window < 3; window++) {
                for (int key = 0; key < keys; key++) {
                    feed.offer(new Left(10 * window, key, 0));
                    if (key % 50 == 0) {
                        pollAll(job);
                    }
                }
            }
            pollAll(job);
        }
        job.drain();
        while (!job.state().ended()) {
            poll(job);
        }
        job.await();
        assertEquals(3 * keys * 20, results.rows.size());
        assertEquals(3 * keys * 20, results.rows.stream().distinct().count());
    }

    @Test
    void rowsOfTwoStreamsThatMeetGoOutOverTurns() throws InterruptedException {
        Input<TimedRight> rights = pipeline.input("rights", TimedRight.class, Watermark.bounded(Duration.ZERO));
        lefts.stream()
                .join(rights.stream())
                .on("key")
                .between(Duration.ofSeconds(100), Duration.ofSeconds(100))
                .stream()
                .to(results);
        Collected counts = new Collected();
        lefts.stream()
                .semiJoin(rights.stream())
                .on("key")
                .between(Duration.ofSeconds(100), Duration.ofSeconds(100))
                .stream()
                .to(counts);
        Job job = engines.start().runOnCallerThread(pipeline);
        try (Producer<Left> left = job.producer(lefts);
                Producer<TimedRight> right = job.producer(rights)) {
            for (int i = 0; i < RIGHTS; i++) {
                right.offer(new TimedRight(1, 1, i));
                if (i % TURN == 0) {
                    pollAll(job);
                }
            }
            for (int i = 0; i < LEFTS; i++) {
                left.offer(new Left(2, 1, i));
                left.offer(new Left(2, 2, i));
            }
            pollAll(job);
            assertEquals(LEFTS * RIGHTS, results.rows.size());
            right.offer(new TimedRight(3, 1, -1));
            left.offer(new Left(200, 1, LEFTS));
            pollAll(job);
        }
        job.drain();
        while (!job.state().ended()) {
            poll(job);
        }
        job.await();
        assertEquals(LEFTS * (RIGHTS + 1), results.rows.size());
        assertEquals(LEFTS * (RIGHTS + 1), results.rows.stream().distinct().count());
        assertEquals(LEFTS, counts.rows.size());
    }

    /// A stream that meets itself: rows of the right side come while those of the left one wait.
    @Test
    void aStreamThatMeetsItself() throws InterruptedException {
        int rows = 500;
        DataStream right = lefts.stream()
                .select(col("time").as("at"), col("key"), col("value").as("other"));
        lefts.stream().fullJoin(right).on("key").between(Duration.ofSeconds(5), Duration.ofSeconds(5)).stream()
                .to(results);
        Job job = engines.start().runOnCallerThread(pipeline);
        try (Producer<Left> feed = job.producer(lefts)) {
            for (int i = 0; i < rows; i++) {
                feed.offer(new Left(i / 100, 1, i));
                if (i % TURN == 0) {
                    pollAll(job);
                }
            }
            pollAll(job);
        }
        job.drain();
        while (!job.state().ended()) {
            poll(job);
        }
        job.await();
        assertEquals(rows * rows, results.rows.size());
        assertEquals(rows * rows, results.rows.stream().distinct().count());
    }

    @Test
    void aTableLiesReadyBeforeTheWorkerTakesIt() throws InterruptedException {
        int rows = 100_000;
        List<Right> rights = new ArrayList<>();
        Table table = pipeline.table("rights", Right.class, () -> rights);
        joined(lefts.stream(), table, Asked.PAIRS_AND_SINGLES).to(results);
        Engine engine = engines.start(Engines.SMALL.withMemoryLimitBytes(256 << 20));
        Job job = engine.runOnCallerThread(pipeline);
        try (Producer<Left> feed = job.producer(lefts)) {
            feed.offer(new Left(1, 5, 0));
            pollAll(job);
            IntStream.range(0, rows).forEach(i -> rights.add(new Right(i, i)));
            job.load(table);
            long loaded = engine.memoryBytesInUse();
            assertTrue(loaded > 16L * rows, () -> "bytes: " + loaded);
            feed.offer(new Left(2, 5, 0));
            job.poll();
            assertEquals(rows, job.counters().rowsKept());
            long taken = engine.memoryBytesInUse();
            assertTrue(taken <= loaded, () -> "the worker wrote none of it: loaded=" + loaded + ", taken=" + taken);
            pollAll(job);
        }
        job.stop();
        job.await();
        assertEquals(java.util.Arrays.asList(null, 5L), results.column("other"));
    }

    private void pollAll(Job job) {
        while (poll(job) > 0) {}
    }

    private int poll(Job job) {
        int before = results.rows.size();
        int done = job.poll();
        int more = results.rows.size() - before;
        assertTrue(more <= MOST, () -> "results of a turn: " + more);
        return done;
    }
}
