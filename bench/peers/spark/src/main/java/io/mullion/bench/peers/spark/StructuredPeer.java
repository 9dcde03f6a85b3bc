package io.mullion.bench.peers.spark;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.window;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.peer.Peer;
import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.package$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/// Spark Structured Streaming in this process, `local[2]`, two partitions.
///
/// Tuned: a data source that hands out columns, in micro-batches of a second and a half of work; state in
/// memory. Spark writes its progress and state to a directory after each micro-batch, which cannot be turned off. A
/// last row far in the future fires the windows that are open.
public final class StructuredPeer implements Peer {
    @Override
    public String version() {
        return package$.MODULE$.SPARK_VERSION();
    }

    @Override
    public String leftOut(String query) {
        return switch (query) {
            case "ysb scattered" -> "dense keys only: the look-up is a table of them";
            case "sliding-1m", "sliding-1m scattered" ->
                "too slow: tried with 100,000 rows on two busy cores: not through after 80 s, as each row fires in sixty windows";
            case "slide-100ms" ->
                "too slow: tried with 1 s of warm-up: not through after 40 s, as each row fires in a hundred windows";
            case "slide-10ms" -> "too slow: each row fires in a thousand windows, and a hundred are too many already";
            default -> null;
        };
    }

    @Override
    public void run(QueryRows query, Feed feed, Answer answer) throws Exception {
        Run.start(query, feed);
        Path directory = Files.createTempDirectory("mullion-bench-spark");
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.log.level", "ERROR")
                .getOrCreate();
        try {
            StreamingQuery running = results(spark, query)
                    .writeStream()
                    .outputMode("append")
                    .option(
                            "checkpointLocation",
                            directory.resolve("checkpoint").toString())
                    .foreachBatch((Dataset<Row> results, Long number) -> add(query, results.collectAsList(), answer))
                    .start();
            running.processAllAvailable();
            running.stop();
        } finally {
            spark.stop();
            delete(directory);
        }
    }

    private static Dataset<Row> results(SparkSession spark, QueryRows query) {
        Dataset<Row> rows = spark.readStream()
                .format(RowSource.class.getName())
                .load()
                .withWatermark("time", SessionRows.BOUND_MILLIS + " milliseconds");
        return switch (query) {
            case AdRows ads ->
                rows.filter(col("type").equalTo(AdRows.VIEW))
                        .join(broadcast(campaigns(spark)), "ad")
                        .groupBy(window(col("time"), "10 seconds"), col("campaign"))
                        .agg(count(lit(1)).as("count"))
                        .selectExpr("unix_millis(window.end)", "campaign", "count");
            case PriceRows prices ->
                rows.filter(col("price").gt(100).and(col("quantity").lt(50)))
                        .groupBy(window(col("time"), "1 second"))
                        .agg(sum(col("price").multiply(col("quantity"))).as("sum"))
                        .selectExpr("unix_millis(window.end)", "cast(sum as bigint)");
            case WordRows words ->
                rows.groupBy(window(col("time"), "60 seconds", "10 seconds"), col("word"))
                        .agg(count(lit(1)).as("count"))
                        .selectExpr("unix_millis(window.end)", "word", "count");
            case SlidingRows sliding ->
                rows.groupBy(
                                window(
                                        col("time"),
                                        sliding.sizeMillis + " milliseconds",
                                        sliding.slideMillis + " milliseconds"),
                                col("key"))
                        .agg(
                                count(lit(1)).as("count"),
                                sum("value").as("sum"),
                                min("value").as("min"),
                                max("value").as("max"))
                        .selectExpr("unix_millis(window.end)", "key", "count", "sum", "min", "max");
            case SessionRows sessions ->
                rows.groupBy(
                                session_window(col("time"), SessionRows.GAP_MILLIS + " milliseconds")
                                        .as("session"),
                                col("key"))
                        .agg(count(lit(1)).as("count"), sum("value").as("sum"))
                        .selectExpr("unix_millis(session.start)", "unix_millis(session.end)", "key", "count", "sum");
        };
    }

    /// The look-up from ad to campaign as a table.
    private static Dataset<Row> campaigns(SparkSession spark) {
        return spark.range(AdRows.ADS)
                .selectExpr("id as ad", "id div " + AdRows.ADS / AdRows.CAMPAIGNS + " as campaign");
    }

    private static void add(QueryRows query, List<Row> results, Answer answer) {
        for (Row row : results) {
            switch (query) {
                case AdRows rows -> answer.add(row.getLong(0), row.getLong(1), row.getLong(2));
                case PriceRows rows -> answer.add(row.getLong(0), row.getLong(1));
                case WordRows rows ->
                    answer.add(row.getLong(0), row.getString(1).hashCode(), row.getLong(2));
                case SlidingRows rows ->
                    answer.add(
                            row.getLong(0),
                            row.getLong(1),
                            row.getLong(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5));
                case SessionRows rows ->
                    answer.add(row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
