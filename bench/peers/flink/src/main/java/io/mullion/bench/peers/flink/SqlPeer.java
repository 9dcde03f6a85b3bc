package io.mullion.bench.peers.flink;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.peer.Peer;
import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/// Flink SQL in this process: parallelism 1, state on the heap, no checkpoints.
///
/// Tuned: objects are reused; rows are made in Flink's own form, one that is filled anew, and results are taken in it;
/// buffers are sent when they are full, and in an open loop each millisecond, as watermarks are then. Windows are
/// table-valued functions, which share panes and aggregate before the shuffle. Words are strings of Flink's made before
/// the run.
public final class SqlPeer implements Peer {
    @Override
    public String version() {
        return EnvironmentInformation.getVersion();
    }

    @Override
    public String leftOut(String query) {
        return switch (query) {
            case "ysb scattered" -> DataStreamPeer.LOOKED_UP;
            case "sliding-1m", "sliding-1m scattered" ->
                "too slow: tried with 50,000 rows on two busy cores: not through after 80 s, as each row fires in sixty windows";
            case "slide-10ms" ->
                "too slow: tried with 1 s of warm-up on two busy cores: not through after 40 s, as each row fires in a thousand windows";
            default -> null;
        };
    }

    @Override
    public void run(QueryRows query, Feed feed, Answer answer) throws Exception {
        Run.start(query, feed, answer);
        StreamTableEnvironment flink = StreamTableEnvironment.create(DataStreamPeer.environment(feed));
        flink.createTemporarySystemFunction("campaign", Campaign.class);
        switch (query) {
            case AdRows rows -> {
                tables(flink, "ad BIGINT NOT NULL, type INT NOT NULL", "ended TIMESTAMP(3), campaign BIGINT, n BIGINT");
                flink.executeSql(
                        "CREATE TEMPORARY VIEW viewed AS SELECT campaign(ad) AS campaign, t FROM events WHERE type = "
                                + AdRows.VIEW);
                insert(flink, """
                        SELECT window_end, campaign, COUNT(*)
                        FROM TABLE(TUMBLE(TABLE viewed, DESCRIPTOR(t), INTERVAL '10' SECOND))
                        GROUP BY window_start, window_end, campaign""");
            }
            case PriceRows rows -> {
                tables(flink, "price DOUBLE NOT NULL, quantity INT NOT NULL", "ended TIMESTAMP(3), total DOUBLE");
                insert(flink, """
                        SELECT window_end, SUM(price * quantity)
                        FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(t), INTERVAL '1' SECOND))
                        WHERE price > 100 AND quantity < 50
                        GROUP BY window_start, window_end""");
            }
            case SlidingRows rows -> {
                tables(
                        flink,
                        "k BIGINT NOT NULL, v BIGINT NOT NULL",
                        "ended TIMESTAMP(3), k BIGINT, n BIGINT, total BIGINT, low BIGINT, high BIGINT");
                insert(flink, """
                        SELECT window_end, k, COUNT(*), SUM(v), MIN(v), MAX(v)
                        FROM TABLE(HOP(TABLE events, DESCRIPTOR(t), %s, %s))
                        GROUP BY window_start, window_end, k""".formatted(interval(rows.slideMillis), interval(rows.sizeMillis)));
            }
            case WordRows rows -> {
                tables(flink, "word STRING NOT NULL", "ended TIMESTAMP(3), word STRING, n BIGINT");
                insert(flink, """
                        SELECT window_end, word, COUNT(*)
                        FROM TABLE(HOP(TABLE events, DESCRIPTOR(t), INTERVAL '10' SECOND, INTERVAL '60' SECOND))
                        GROUP BY window_start, window_end, word""");
            }
            case SessionRows rows -> {
                tables(
                        flink,
                        "k BIGINT NOT NULL, v BIGINT NOT NULL",
                        "started TIMESTAMP(3), ended TIMESTAMP(3), k BIGINT, n BIGINT, total BIGINT");
                insert(flink, """
                        SELECT window_start, window_end, k, COUNT(*), SUM(v)
                        FROM TABLE(SESSION(TABLE events PARTITION BY k, DESCRIPTOR(t), INTERVAL '5' SECOND))
                        GROUP BY window_start, window_end, k""");
            }
        }
    }

    /// Declares the tables `events` and `answer`. The watermark is one millisecond behind what SQL takes for no delay,
    /// `t - INTERVAL '0.001' SECOND`: see [SessionRows#BOUND_MILLIS].
    private static void tables(StreamTableEnvironment flink, String columns, String results) {
        String connector = "WITH ('connector' = '" + Tables.CONNECTOR + "')";
        flink.executeSql("CREATE TABLE events (" + columns
                + ", t TIMESTAMP(3) NOT NULL, WATERMARK FOR t AS t - INTERVAL '0.002' SECOND) " + connector);
        flink.executeSql("CREATE TABLE answer (" + results + ") " + connector);
    }

    private static String interval(long millis) {
        return "INTERVAL '%d.%03d' SECOND".formatted(millis / 1_000, millis % 1_000);
    }

    private static void insert(StreamTableEnvironment flink, String select) throws Exception {
        flink.executeSql("INSERT INTO answer " + select).await();
    }
}
