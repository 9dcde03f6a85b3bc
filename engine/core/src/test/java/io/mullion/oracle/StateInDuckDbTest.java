package io.mullion.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchView;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.EventTime;
import io.mullion.spec.StateSpec;
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
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// First rows of their keys, and states that run along with rows and batches, by the engine and by DuckDB's SQL.
@Tag("oracle")
class StateInDuckDbTest {
    record Reading(@EventTime(TimeUnit.SECONDS) long time, String device, Long site, Long units, double level) {}

    record Running(long rows, Long units, Long unitsBefore, double most) {}

    record Totals(long rows, Long units) {}

    private static final int ROWS = 800;
    private static final int BATCH_ROWS = 50;
    private static final Duration DISORDER = Duration.ofSeconds(10);

    @RegisterExtension
    final Engines engines = new Engines();

    @ParameterizedTest(name = "seed {0}, workers {1}")
    @CsvSource({"1, 1", "2, 2", "3, 3"})
    void firstRowsEqualThoseOfDuckDb(long seed, int workers) throws Exception {
        assertEqual(
                seed,
                workers,
                readings -> readings.dropDuplicates("device", "site"),
                "SELECT * EXCLUDE id FROM readings QUALIFY row_number() OVER (PARTITION BY device, site ORDER BY id) = 1");
    }

    @ParameterizedTest(name = "seed {0}, workers {1}")
    @CsvSource({"4, 1", "5, 2", "6, 3"})
    void firstRowsOfATimeEqualThoseOfDuckDb(long seed, int workers) throws Exception {
        assertEqual(
                seed,
                workers,
                readings -> readings.dropDuplicates("site", "time"),
                "SELECT * EXCLUDE id FROM readings QUALIFY row_number() OVER (PARTITION BY site, time ORDER BY id) = 1");
    }

    @ParameterizedTest(name = "seed {0}, workers {1}, within {2}")
    @CsvSource({"7, 1, 1", "8, 1, 30", "9, 2, 12", "10, 3, 5", "11, 3, 300"})
    void firstRowsWithinAWhileEqualThoseOfDuckDb(long seed, int workers, long within) throws Exception {
        assertEqual(
                seed,
                workers,
                readings -> readings.dropDuplicatesWithin(Duration.ofSeconds(within), "device"),
                """
                WITH RECURSIVE numbered AS (
                    SELECT *, row_number() OVER (PARTITION BY device ORDER BY id) AS n FROM readings
                ), kept AS (
                    SELECT device, n, id, time AS last, true AS first FROM numbered WHERE n = 1
                    UNION ALL
                    SELECT r.device, r.n, r.id,
                        CASE WHEN r.time >= k.last + %1$d THEN r.time ELSE k.last END, r.time >= k.last + %1$d
                    FROM kept k JOIN numbered r ON r.device IS NOT DISTINCT FROM k.device AND r.n = k.n + 1
                )
                SELECT r.* EXCLUDE id FROM readings r JOIN kept k ON r.id = k.id WHERE k.first
                """.formatted(within));
    }

    @ParameterizedTest(name = "seed {0}, workers {1}")
    @CsvSource({"12, 1", "13, 2", "14, 3"})
    void runningStatesEqualThoseOfDuckDb(long seed, int workers) throws Exception {
        assertEqual(
                seed,
                workers,
                readings -> readings.keyBy("device", "site")
                        .process(
                                Reading.class,
                                StateSpec.of(Running.class),
                                Running.class,
                                (row, state, timers, out) -> {
                                    Running now = next(state.exists() ? state.get() : null, row);
                                    state.update(now);
                                    out.accept(new Running(now.rows(), now.units(), now.unitsBefore(), now.most()));
                                }),
                "SELECT time, device, site, count(*) OVER w, CAST(sum(units) OVER w AS BIGINT),"
                        + " CAST(sum(units) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS BIGINT),"
                        + " max(level) OVER w FROM readings WINDOW w AS (PARTITION BY device, site ORDER BY id)");
    }

    private static Running next(Running old, Reading row) {
        if (old == null) {
            return new Running(1, row.units(), null, row.level());
        }
        return new Running(
                old.rows() + 1, plus(old.units(), row.units()), old.units(), Math.max(old.most(), row.level()));
    }

    private static Long plus(Long sum, Long more) {
        return sum == null ? more : more == null ? sum : Long.valueOf(sum + more);
    }

    /// All states behind each batch.
    @ParameterizedTest(name = "seed {0}, workers {1}")
    @CsvSource({"15, 1", "16, 2", "17, 3"})
    void statesBehindBatchesEqualThoseOfDuckDb(long seed, int workers) throws Exception {
        List<Reading> readings = readings(seed);
        Pipeline pipeline = Pipeline.create();
        Input<Reading> input = pipeline.input("readings", Reading.class);
        Numbered results = new Numbered();
        input.stream()
                .batchInterval(Duration.ofSeconds(1))
                .keyBy("device")
                .updateState(Reading.class, StateSpec.of(Totals.class), (rows, old, time) -> {
                    long count = old == null ? 0 : old.rows();
                    Long units = old == null ? null : old.units();
                    for (Reading row : rows) {
                        count++;
                        units = plus(units, row.units());
                    }
                    return new Totals(count, units);
                })
                .to(results);
        TestEngine engine = engines.test();
        int batches = ROWS / BATCH_ROWS;
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers).withMostBatches(batches));
        try (Producer<Reading> producer = job.producer(input)) {
            for (int batch = 0; batch < batches; batch++) {
                readings.subList(batch * BATCH_ROWS, (batch + 1) * BATCH_ROWS).forEach(producer::offer);
                engine.advanceTo(Duration.ofSeconds(batch + 1));
            }
        }
        job.await();
        List<String> expected = inDuckDb(
                readings,
                "SELECT batch, device, count(*), CAST(sum(units) AS BIGINT) FROM range(" + batches
                        + ") each(batch) JOIN readings ON id // " + BATCH_ROWS + " <= batch GROUP BY batch, device");
        assertFalse(expected.isEmpty());
        assertEquals(String.join("\n", expected), String.join("\n", sorted(results.rows)));
    }

    /// Rows with the numbers of their batches.
    private static final class Numbered implements Sink {
        final List<List<Object>> rows = new ArrayList<>();
        private long batch;

        @Override
        public void accept(BatchView view) {
            for (int row = 0; row < view.rowCount(); row++) {
                List<Object> cells = new ArrayList<>();
                cells.add(batch);
                for (int column = 0; column < view.schema().size(); column++) {
                    cells.add(Collected.cell(view, column, row));
                }
                rows.add(cells);
            }
        }

        @Override
        public void endBatch(long timeNanos) {
            batch++;
            assertEquals(batch * 1_000_000_000, timeNanos);
        }
    }

    private void assertEqual(long seed, int workers, Function<DataStream, DataStream> question, String query)
            throws Exception {
        List<Reading> readings = readings(seed);
        List<String> expected = inDuckDb(readings, query);
        assertFalse(expected.isEmpty());
        Pipeline pipeline = Pipeline.create();
        Input<Reading> input = pipeline.input("readings", Reading.class, Watermark.bounded(DISORDER));
        Collected results = new Collected();
        question.apply(input.stream()).to(results);
        TestEngine engine = engines.test();
        Job job = engine.run(pipeline, JobConfig.defaults().withWorkers(workers));
        Random random = new Random(seed);
        try (Producer<Reading> producer = job.producer(input)) {
            for (Reading reading : readings) {
                producer.offer(reading);
                if (random.nextInt(20) == 0) {
                    engine.runUntilIdle();
                }
            }
        }
        job.drain();
        job.await();
        assertEquals(0, job.counters().lateRows() + job.counters().deadLetters());
        assertEquals(String.join("\n", expected), String.join("\n", sorted(results.rows)));
    }

    private static List<String> sorted(List<List<Object>> rows) {
        return rows.stream().map(List::toString).sorted().toList();
    }

    private static List<Reading> readings(long seed) {
        Random random = new Random(seed);
        List<Reading> readings = new ArrayList<>();
        long now = -100;
        for (int i = 0; i < ROWS; i++) {
            now += random.nextInt(2);
            readings.add(new Reading(
                    now - random.nextLong(DISORDER.toSeconds()),
                    random.nextInt(15) == 0 ? null : "a device by the name of " + random.nextInt(20),
                    random.nextInt(15) == 0 ? null : random.nextLong(4) * 1_000_000_007L,
                    random.nextInt(5) == 0 ? null : random.nextLong(1_000) - 500,
                    random.nextInt(801) * 0.25 - 100));
        }
        return readings;
    }

    private static List<String> inDuckDb(List<Reading> readings, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE readings (id BIGINT, time BIGINT, device VARCHAR, site BIGINT, units BIGINT, level DOUBLE)");
            statement.execute("INSERT INTO readings VALUES "
                    + String.join(
                            ",",
                            IntStream.range(0, readings.size())
                                    .mapToObj(id -> sql(id, readings.get(id)))
                                    .toList()));
            try (ResultSet results = statement.executeQuery(query)) {
                List<List<Object>> rows = new ArrayList<>();
                while (results.next()) {
                    List<Object> cells = new ArrayList<>();
                    for (int column = 1; column <= results.getMetaData().getColumnCount(); column++) {
                        cells.add(results.getObject(column));
                    }
                    rows.add(cells);
                }
                return sorted(rows);
            }
        }
    }

    private static String sql(int id, Reading reading) {
        String device = reading.device() == null ? "NULL" : "'" + reading.device() + "'";
        return "(" + id + "," + reading.time() + "," + device + "," + reading.site() + "," + reading.units() + ","
                + reading.level() + ")";
    }
}
