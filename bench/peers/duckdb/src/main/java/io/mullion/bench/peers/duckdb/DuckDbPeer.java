package io.mullion.bench.peers.duckdb;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.peer.Peer;
import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// DuckDB in memory: rows go into a table first, which does not count, then the whole query is run over it again and
/// again. Windows that slide are put together from panes of one slide each.
public final class DuckDbPeer implements Peer {
    private static final int MOST_PANES_GROUPED = 60;

    @Override
    public String version() {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
            return "DuckDB " + connection.getMetaData().getDatabaseProductVersion();
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB does not start", e);
        }
    }

    @Override
    public String leftOut(String query) {
        return switch (query) {
            case "sliding-1m", "sliding-1m scattered" ->
                "too slow: not through after 150 s on two busy cores: 250 million pairs of row and window for a block of 4.2";
            case "latency" -> "not a stream: no window ends before the query does";
            case "slide-10ms" -> "too slow: 0.33 M rows/s on two busy cores, 26 s for one run of the query";
            default -> null;
        };
    }

    @Override
    public void run(QueryRows rows, Feed feed, Answer answer) throws SQLException {
        try (DuckDBConnection connection =
                        DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
                Statement statement = connection.createStatement()) {
            load(connection, statement, rows, feed);
            String sql = sql(rows);
            boolean answered = false;
            while (feed.again()) {
                Answer given = new Answer();
                try (ResultSet results = statement.executeQuery(sql)) {
                    while (results.next()) {
                        add(rows, results, given);
                    }
                }
                if (answered) {
                    answer.requireSame(given);
                } else {
                    answer.add(given);
                    answered = true;
                }
            }
        }
    }

    private static void load(DuckDBConnection connection, Statement statement, QueryRows rows, Feed feed)
            throws SQLException {
        feed.table(QueryRows.ROWS * blocks(rows));
        statement.execute("create table rows(" + columns(rows) + ", time bigint)");
        String[] words = rows instanceof WordRows it ? it.strings() : null;
        try (DuckDBAppender appender = connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "rows")) {
            for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
                for (int row = feed.position(); row < feed.position() + count; row++) {
                    appender.beginRow();
                    switch (rows) {
                        case AdRows ads -> appender.append(ads.ads[row]).append(ads.types[row]);
                        case SlidingRows sliding ->
                            appender.append(sliding.keys[row]).append(sliding.values[row]);
                        case PriceRows prices ->
                            appender.append(prices.prices[row]).append(prices.quantities[row]);
                        case WordRows _ -> appender.append(words[row]);
                        case SessionRows sessions ->
                            appender.append(sessions.keys[row]).append(sessions.values[row]);
                    }
                    appender.append(rows.times[row] + feed.shift());
                    appender.endRow();
                }
            }
        }
        if (rows instanceof AdRows ads) {
            loadCampaigns(connection, statement, ads);
        }
    }

    private static void loadCampaigns(DuckDBConnection connection, Statement statement, AdRows rows)
            throws SQLException {
        statement.execute("create table campaigns(ad bigint, campaign bigint)");
        try (DuckDBAppender appender = connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "campaigns")) {
            for (int ad = 0; ad < AdRows.ADS; ad++) {
                appender.beginRow();
                appender.append(QueryRows.key(ad, rows.dense)).append((long) AdRows.campaign(ad));
                appender.endRow();
            }
        }
    }

    /// Enough for windows that fire within the stream, not only at its ends.
    private static long blocks(QueryRows rows) {
        return switch (rows) {
            case AdRows _, PriceRows _ -> 4;
            case SlidingRows _, WordRows _ -> 2;
            case SessionRows _ -> 1;
        };
    }

    private static String columns(QueryRows rows) {
        return switch (rows) {
            case AdRows _ -> "ad bigint, type integer";
            case SlidingRows _, SessionRows _ -> "key bigint, value bigint";
            case PriceRows _ -> "price double, quantity integer";
            case WordRows _ -> "word varchar";
        };
    }

    private static String sql(QueryRows rows) {
        return switch (rows) {
            case AdRows _ -> """
                select (time // %d + 1) * %d, campaign, count(*)
                from rows join campaigns using (ad)
                where type = %d
                group by all""".formatted(AdRows.WINDOW_MILLIS, AdRows.WINDOW_MILLIS, AdRows.VIEW);
            case SlidingRows sliding -> sliding(sliding);
            case PriceRows _ -> """
                select (time // %d + 1) * %d, sum(price * quantity)
                from rows
                where price > 100 and quantity < 50
                group by all""".formatted(PriceRows.WINDOW_MILLIS, PriceRows.WINDOW_MILLIS);
            case WordRows _ ->
                """
                with panes as (select time // %d as pane, word, count(*) as c from rows group by all)
                select (pane + i + 1) * %d, word, sum(c)::bigint
                from panes, range(%d) slides(i)
                group by all""".formatted(
                        WordRows.SLIDE_MILLIS, WordRows.SLIDE_MILLIS, WordRows.SIZE_MILLIS / WordRows.SLIDE_MILLIS);
            case SessionRows _ -> """
                with gaps as (
                  select key, time, value, time - lag(time) over (partition by key order by time) > %d as gap
                  from rows),
                numbered as (
                  select key, time, value,
                    count(*) filter (gap) over (partition by key order by time rows unbounded preceding) as session
                  from gaps)
                select min(time), max(time) + %d, key, count(*), sum(value)::bigint
                from numbered
                group by key, session""".formatted(SessionRows.GAP_MILLIS, SessionRows.GAP_MILLIS);
        };
    }

    /// Panes are put together by groups where windows have few, by window functions where they have many: each is the
    /// faster one there.
    private static String sliding(SlidingRows rows) {
        long slide = rows.slideMillis;
        long panes = rows.sizeMillis / slide;
        String panesTable = """
            with panes as (
              select time // %d as pane, key, count(*) as c, sum(value)::bigint as s, min(value) as l, max(value) as m
              from rows group by all)""".formatted(slide);
        return panesTable
                + (panes <= MOST_PANES_GROUPED ? """
            select (pane + i + 1) * %d, key, sum(c)::bigint, sum(s)::bigint, min(l), max(m)
            from panes, range(%d) slides(i)
            group by all""".formatted(slide, panes) : """
            , grid as (
              select unnest(range(min(pane), max(pane) + %d)) as pane, key from panes group by key)
            select (pane + 1) * %d, key, sum(c) over w::bigint, sum(s) over w::bigint, min(l) over w, max(m) over w
            from grid left join panes using (pane, key)
            window w as (partition by key order by pane rows between %d preceding and current row)
            qualify sum(c) over w > 0""".formatted(panes, slide, panes - 1));
    }

    private static void add(QueryRows rows, ResultSet results, Answer answer) throws SQLException {
        switch (rows) {
            case AdRows _ -> answer.add(results.getLong(1), results.getLong(2), results.getLong(3));
            case SlidingRows _ ->
                answer.add(
                        results.getLong(1),
                        results.getLong(2),
                        results.getLong(3),
                        results.getLong(4),
                        results.getLong(5),
                        results.getLong(6));
            case PriceRows _ -> answer.add(results.getLong(1), (long) results.getDouble(2));
            case WordRows _ ->
                answer.add(results.getLong(1), results.getString(2).hashCode(), results.getLong(3));
            case SessionRows _ ->
                answer.add(
                        results.getLong(1),
                        results.getLong(2),
                        results.getLong(3),
                        results.getLong(4),
                        results.getLong(5));
        }
    }
}
