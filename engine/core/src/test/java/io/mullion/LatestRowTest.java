package io.mullion;

import static io.mullion.expr.Expressions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.JoinKind;
import io.mullion.spec.Watermark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Joins of every kind with the latest row of a key, against a map.
@Tag("checked")
@Tag("oracle")
class LatestRowTest {
    record Left(@EventTime(TimeUnit.SECONDS) long time, String key, Integer many, String text) {}

    record Right(@EventTime(TimeUnit.SECONDS) long at, String key, Integer limit, String note) {}

    /// Which predicates there are.
    private enum Where {
        NONE,
        BOTH,
        ALL
    }

    private static final int ROUNDS = 30;

    @RegisterExtension
    final Engines engines = new Engines();

    @ParameterizedTest
    @EnumSource(
            value = JoinKind.class,
            names = {"INNER", "LEFT", "SEMI", "ANTI"})
    void aLeftRowMeetsTheRowOfItsKeyThatCameLast(JoinKind kind) throws InterruptedException {
        for (Where where : Where.values()) {
            // Several hundred keys and short data areas: batches of results are cut where their texts end.
            for (int keys : new int[] {3, 700}) {
                check(kind, where, keys);
            }
        }
    }

    private void check(JoinKind kind, Where where, int keys) throws InterruptedException {
        Random random = new Random(keys);
        Collected results = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Left> lefts = pipeline.input("lefts", Left.class, Watermark.bounded(Duration.ofSeconds(1)));
        Input<Right> rights = pipeline.input("rights", Right.class, Watermark.bounded(Duration.ofSeconds(1)));
        joined(lefts.stream(), rights.stream(), kind, where).stream().to(results);
        TestEngine engine = engines.test(EngineConfig.defaults()
                .withLaneIdleTimeout(Duration.ZERO)
                .withBatchRows(64)
                .withBatchDataBytes(600));
        Job job = engine.run(pipeline);
        Map<String, Right> table = new HashMap<>();
        List<String> expected = new ArrayList<>();
        try (Producer<Left> left = job.producer(lefts);
                Producer<Right> right = job.producer(rights)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = random.nextInt(150); i > 0; i--) {
                    Right row = new Right(random.nextInt(100), key(random, keys), number(random), text(random));
                    right.offer(row);
                    if (row.key() != null && (where != Where.ALL || row.limit() != null && row.limit() > 10)) {
                        table.put(row.key(), row);
                    }
                }
                engine.runUntilIdle();
                for (int i = random.nextInt(150); i > 0; i--) {
                    Left row = new Left(round, key(random, keys), number(random), text(random));
                    left.offer(row);
                    expect(row, row.key() == null ? null : table.get(row.key()), kind, where, expected);
                }
                engine.runUntilIdle();
                assertEquals(table.size(), job.counters().rowsKept());
            }
        }
        job.drain();
        job.await();
        assertEquals(0, job.counters().rowsKept());
        expected.sort(null);
        assertEquals(
                expected,
                results.rows.stream().map(List::toString).sorted().toList(),
                () -> kind + " join, where " + where + ", keys=" + keys);
    }

    private static JoinedStream joined(DataStream left, DataStream right, JoinKind kind, Where where) {
        JoinedStream joined = (switch (kind) {
                    case INNER -> left.join(right);
                    case LEFT -> left.leftJoin(right);
                    case SEMI -> left.semiJoin(right);
                    case ANTI -> left.antiJoin(right);
                    case RIGHT, FULL -> throw new IllegalArgumentException("no join with a table: " + kind);
                })
                .on("key")
                .latest();
        return switch (where) {
            case NONE -> joined;
            case BOTH -> joined.where(col("many").le(col("limit")));
            case ALL ->
                joined.where(col("many")
                        .le(col("limit"))
                        .and(col("limit").gt(10))
                        .and(col("many").lt(90)));
        };
    }

    private static void expect(Left left, Right found, JoinKind kind, Where where, List<String> expected) {
        boolean meets = found != null
                && (where == Where.NONE || left.many() != null && found.limit() != null && left.many() <= found.limit())
                && (where != Where.ALL || left.many() < 90);
        List<Object> row = new ArrayList<>(Arrays.asList(left.time(), left.key(), wide(left.many()), left.text()));
        if (kind == JoinKind.INNER || kind == JoinKind.LEFT) {
            row.addAll(
                    meets
                            ? Arrays.asList(found.at(), wide(found.limit()), found.note())
                            : Arrays.asList(null, null, null));
        }
        boolean comes = switch (kind) {
            case INNER, SEMI -> meets;
            case ANTI -> !meets;
            case LEFT, RIGHT, FULL -> true;
        };
        if (comes) {
            expected.add(row.toString());
        }
    }

    private static Long wide(Integer value) {
        return value == null ? null : Long.valueOf(value);
    }

    private static String key(Random random, int keys) {
        int key = random.nextInt(keys + 1);
        return key == keys ? null : key % 2 == 0 ? "k" + key : "a longer key, number " + key;
    }

    private static Integer number(Random random) {
        int number = random.nextInt(100);
        return number == 0 ? null : number;
    }

    private static String text(Random random) {
        int length = random.nextInt(40);
        return length == 0 ? null : "x".repeat(random.nextInt(8) == 0 ? 10 * length : length - 1);
    }
}
