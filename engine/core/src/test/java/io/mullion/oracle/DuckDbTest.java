package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.WindowedStream;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The same rows through the engine and through DuckDB's SQL, which knows nothing of panes and watermarks.
@Tag("oracle")
class DuckDbTest {
    record Reading(@EventTime(TimeUnit.MILLIS) long time, String device, Long site, Long units, Double level) {}

    private static final int ROWS = 1000;
    private static final long DISORDER_MILLIS = 200;
    private static final URL RESOURCE = Objects.requireNonNull(DuckDbTest.class.getResource("readings.csv"));
    private static final String FILE = "read_csv('" + RESOURCE.getPath() + "', nullstr = '')";
    private static final String AGGREGATES = ", count(*), count(units), CAST(sum(units) AS BIGINT), min(units),"
            + " max(units), sum(level), min(level), max(level)";

    @RegisterExtension
    final Engines engines = new Engines();

    @ParameterizedTest(name = "size {0}, slide {1}, offset {2}, key {3}, seed {4}")
    @CsvSource(
            nullValues = "none",
            value = {
                "1000, 1000, 0, device, 1",
                "1000, 1000, 0, none, 2",
                "1000, 1000, -300, site, 3",
                "3000, 500, 0, device, 4",
                "3000, 500, 120, site, 5",
                "1000, 300, 0, device, 6",
                "700, 400, -399, none, 7",
                "200, 1000, 500, site, 8",
            })
    void windowsEqualThoseOfDuckDb(long size, long slide, long offset, String key, long seed) throws Exception {
        List<Reading> readings = readings(seed);
        assertEqual(
                slidingInDuckDb(values(readings), size, slide, offset, key),
                readings,
                sliding(size, slide, offset),
                key);
    }

    @ParameterizedTest(name = "size {0}, slide {1}, key {2}")
    @CsvSource(
            nullValues = "none",
            value = {"1000, 100, device", "990, 70, site", "5000, 10, none", "250, 400, device", "60, 60, none"})
    void windowsOfAFileEqualThoseOfDuckDb(long size, long slide, String key) throws Exception {
        assertEqual(slidingInDuckDb(FILE, size, slide, 0, key), fromFile(), sliding(size, slide, 0), key);
    }

    @ParameterizedTest(name = "gap {0}, key {1}")
    @CsvSource(
            nullValues = "none",
            value = {"10, device", "100, device", "400, site", "40, none", "80, none", "5000, site"})
    void sessionsOfAFileEqualThoseOfDuckDb(long gap, String key) throws Exception {
        assertEqual(sessionsInDuckDb(FILE, gap, key), fromFile(), Window.session(Duration.ofMillis(gap)), key);
    }

    private void assertEqual(Answer expected, List<Reading> readings, Window window, String key) throws Exception {
        assertFalse(expected.lines().isEmpty());
        assertEquals(expected.toString(), ours(readings, window, key).toString());
    }

    private static Window sliding(long size, long slide, long offset) {
        return Window.sliding(Duration.ofMillis(size), Duration.ofMillis(slide)).offset(Duration.ofMillis(offset));
    }

    private Answer ours(List<Reading> readings, Window window, String key) throws Exception {
        Collected collected = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Reading> input =
                pipeline.input("readings", Reading.class, Watermark.bounded(Duration.ofMillis(DISORDER_MILLIS)));
        DataStream good =
                input.stream().filter(col("level").gt(-90).or(col("units").lt(900)));
        WindowedStream windowed =
                key == null ? good.window(window) : good.keyBy(key).window(window);
        windowed.aggregate(
                        count().as("n"),
                        count("units").as("n_units"),
                        sum("units").as("sum_units"),
                        min("units").as("min_units"),
                        max("units").as("max_units"),
                        sum("level").as("sum_level"),
                        min("level").as("min_level"),
                        max("level").as("max_level"))
                .to(collected);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline);
        try (Producer<Reading> feed = job.producer(input)) {
            readings.forEach(feed::offer);
        }
        job.drain();
        job.await();
        assertEquals(0, job.counters().lateRows() + job.counters().deadLetters());
        return Answer.of(collected.rows);
    }

    private static Answer slidingInDuckDb(String table, long size, long slide, long offset, String key)
            throws SQLException {
        // Integer division truncates, so it is kept on positive numbers.
        String quotient = "((time - (%d) + 1000000 * %d) // %d - 1000000)";
        String grouping = "w * " + slide + " + (" + offset + "), w * " + slide + " + (" + offset + ") + " + size
                + (key == null ? "" : ", " + key);
        return inDuckDb(
                table,
                "SELECT " + grouping + AGGREGATES + " FROM (SELECT *, unnest(generate_series("
                        + quotient.formatted(offset + size, slide, slide) + " + 1, "
                        + quotient.formatted(offset, slide, slide) + ")) AS w FROM good) GROUP BY " + grouping
                        + " ORDER BY 2, 1");
    }

    /// A session begins with a row that is more than the gap behind the one before.
    private static Answer sessionsInDuckDb(String table, long gap, String key) throws SQLException {
        String partition = "OVER (" + (key == null ? "" : "PARTITION BY " + key) + " ORDER BY time, id)";
        String keyed = key == null ? "" : ", " + key;
        return inDuckDb(
                table,
                "SELECT min(time), max(time) + " + gap + keyed + AGGREGATES
                        + " FROM (SELECT *, sum(first) " + partition + " AS session"
                        + " FROM (SELECT *, CASE WHEN time - lag(time) " + partition + " <= " + gap
                        + " THEN 0 ELSE 1 END AS first FROM (SELECT *, row_number() OVER () AS id FROM good)))"
                        + " GROUP BY session" + keyed + " ORDER BY 2, 1");
    }

    /// @param table what a SELECT takes rows from
    private static Answer inDuckDb(String table, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE readings (time BIGINT, device VARCHAR, site BIGINT, units BIGINT, level DOUBLE)");
            statement.execute("INSERT INTO readings SELECT * FROM " + table);
            statement.execute("CREATE VIEW good AS SELECT * FROM readings WHERE level > -90 OR units < 900");
            try (ResultSet results = statement.executeQuery(query)) {
                return Answer.of(rows(results));
            }
        }
    }

    private static String values(List<Reading> readings) {
        return "(VALUES " + readings.stream().map(DuckDbTest::sql).collect(Collectors.joining(",")) + ")";
    }

    private static List<Reading> fromFile() throws Exception {
        try (Stream<String> lines = Files.lines(Path.of(RESOURCE.toURI()))) {
            return lines.skip(1)
                    .map(line -> line.split(",", -1))
                    .map(DuckDbTest::reading)
                    .toList();
        }
    }

    private static Reading reading(String[] cells) {
        return new Reading(
                Long.parseLong(cells[0]),
                cells[1].isEmpty() ? null : cells[1],
                cells[2].isEmpty() ? null : Long.valueOf(cells[2]),
                cells[3].isEmpty() ? null : Long.valueOf(cells[3]),
                cells[4].isEmpty() ? null : Double.valueOf(cells[4]));
    }

    private static List<List<Object>> rows(ResultSet results) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        while (results.next()) {
            List<Object> row = new ArrayList<>();
            for (int column = 1; column <= results.getMetaData().getColumnCount(); column++) {
                row.add(results.getObject(column));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String sql(Reading reading) {
        return "(" + reading.time() + ", " + (reading.device() == null ? "NULL" : "'" + reading.device() + "'") + ", "
                + reading.site() + ", " + reading.units() + ", "
                + (reading.level() == null ? "NULL" : "CAST('" + reading.level() + "' AS DOUBLE)") + ")";
    }

    private static List<Reading> readings(long seed) {
        Random random = new Random(seed);
        List<Reading> readings = new ArrayList<>();
        long now = -30_000;
        for (int i = 0; i < ROWS; i++) {
            now += random.nextInt(50);
            readings.add(new Reading(
                    now - random.nextLong(DISORDER_MILLIS + 1 - 49),
                    random.nextInt(20) == 0 ? null : "device-" + random.nextInt(12),
                    random.nextInt(20) == 0 ? null : random.nextLong(5) * 1_000_000_007L,
                    random.nextInt(10) == 0 ? null : random.nextLong(1000),
                    random.nextInt(10) == 0
                            ? null
                            : random.nextInt(200) == 0 ? Double.NaN : 0.25 * (random.nextInt(801) - 400)));
        }
        return readings;
    }
}
