package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JoinedStream;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.JoinKind;
import io.mullion.spec.Watermark;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The same rows joined by the engine and by DuckDB's SQL.
@Tag("oracle")
class JoinInDuckDbTest {
    record Order(@EventTime(TimeUnit.SECONDS) long time, Long shop, String item, double price) {}

    private static final int ROWS = 700;

    @RegisterExtension
    final Engines engines = new Engines();

    @ParameterizedTest
    @EnumSource(JoinKind.class)
    void joinsEqualThoseOfDuckDb(JoinKind kind) throws Exception {
        assertEqual(kind, false);
    }

    @ParameterizedTest
    @EnumSource(JoinKind.class)
    void joinsWithEqualNullsEqualThoseOfDuckDb(JoinKind kind) throws Exception {
        assertEqual(kind, true);
    }

    private void assertEqual(JoinKind kind, boolean nullsEqual) throws Exception {
        List<Order> left = orders(kind.ordinal());
        List<Order> right = orders(kind.ordinal() + 100);
        List<String> expected = inDuckDb(left, right, kind, nullsEqual);
        assertFalse(expected.isEmpty());
        assertEquals(String.join("\n", expected), String.join("\n", ours(left, right, kind, nullsEqual)));
    }

    private static List<Order> orders(long seed) {
        Random random = new Random(seed);
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            orders.add(new Order(
                    random.nextLong(400),
                    random.nextInt(10) == 0 ? null : random.nextLong(5),
                    random.nextInt(10) == 0 ? null : "an item by the name of " + random.nextInt(4),
                    random.nextInt(100) / 4.0));
        }
        return orders;
    }

    private List<String> ours(List<Order> lefts, List<Order> rights, JoinKind kind, boolean nullsEqual)
            throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Order> left = pipeline.input("left", Order.class, Watermark.bounded(Duration.ofSeconds(400)));
        Input<Order> right = pipeline.input("right", Order.class, Watermark.bounded(Duration.ofSeconds(400)));
        Collected results = new Collected();
        JoinedStream joined = kind(left.stream(), right.stream(), kind)
                .onEqual("shop", "shop")
                .onEqual("item", "item")
                .between(Duration.ofSeconds(30), Duration.ofSeconds(5))
                .where(col("left_price").lt(col("right_price").times(2)))
                .where(col("right_price").gt(3));
        (nullsEqual ? joined.nullsEqual() : joined).stream().to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Order> toLeft = job.producer(left);
                Producer<Order> toRight = job.producer(right)) {
            for (int i = 0; i < ROWS; i++) {
                toLeft.offer(lefts.get(i));
                toRight.offer(rights.get(i));
            }
        }
        job.drain();
        job.await();
        assertEquals(0, job.counters().rowsKept(), "rows kept at the end");
        return results.rows.stream().map(List::toString).sorted().toList();
    }

    private static JoinedStream kind(DataStream left, DataStream right, JoinKind kind) {
        return switch (kind) {
            case INNER -> left.join(right);
            case LEFT -> left.leftJoin(right);
            case RIGHT -> left.rightJoin(right);
            case FULL -> left.fullJoin(right);
            case SEMI -> left.semiJoin(right);
            case ANTI -> left.antiJoin(right);
        };
    }

    private static List<String> inDuckDb(List<Order> lefts, List<Order> rights, JoinKind kind, boolean nullsEqual)
            throws SQLException {
        String equal = nullsEqual ? " IS NOT DISTINCT FROM " : " = ";
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            for (String table : List.of("l", "r")) {
                statement.execute("CREATE TABLE " + table + " (time BIGINT, shop BIGINT, item VARCHAR, price DOUBLE)");
                statement.execute("INSERT INTO " + table + " VALUES "
                        + (table.equals("l") ? lefts : rights)
                                .stream().map(JoinInDuckDbTest::sql).collect(Collectors.joining(",")));
            }
            try (ResultSet results = statement.executeQuery("SELECT * FROM l " + kind + " JOIN r ON l.shop" + equal
                    + "r.shop AND l.item" + equal + "r.item AND l.time BETWEEN r.time - 30 AND r.time + 5"
                    + " AND l.price < r.price * 2 AND r.price > 3")) {
                List<String> lines = new ArrayList<>();
                while (results.next()) {
                    List<Object> cells = new ArrayList<>();
                    for (int column = 1; column <= results.getMetaData().getColumnCount(); column++) {
                        cells.add(results.getObject(column));
                    }
                    lines.add(cells.toString());
                }
                lines.sort(null);
                return lines;
            }
        }
    }

    private static String sql(Order order) {
        String item = order.item() == null ? "NULL" : "'" + order.item() + "'";
        return "(" + order.time() + "," + order.shop() + "," + item + "," + order.price() + ")";
    }
}
