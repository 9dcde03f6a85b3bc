package io.mullion.bench.peers.esper;

import com.espertech.esper.runtime.client.util.RuntimeVersion;
import io.mullion.bench.peer.Feed;
import io.mullion.bench.peer.Peer;
import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;

/// Esper in this process: compiled EPL, one thread, a clock that the times of the rows set, and no timers of its own.
///
/// Tuned: aggregates stand in contexts of one slide, which keep no rows; a sliding window is a time window over the
/// results of these, since over the rows it would keep millions of them; rows are sent by an
/// [com.espertech.esper.common.client.EventSender], results come by subscribers; locks are off. At the end of the
/// input the clock goes on until all windows are over. Words are strings made before the run.
public final class EsperPeer implements Peer {
    @Override
    public String version() {
        return RuntimeVersion.RUNTIME_VERSION;
    }

    @Override
    public String leftOut(String query) {
        return switch (query) {
            case "ysb scattered" -> "dense keys only: the look-up is an array";
            case "session", "session scattered" ->
                "no sessions: a pattern with a timer for each row would be another program";
            case "sliding-1m", "sliding-1m scattered" ->
                "too slow: 0.005 M rows/s over 300,000 rows on two busy cores: each row fires in sixty windows";
            default -> null;
        };
    }

    @Override
    public void run(QueryRows query, Feed feed, Answer answer) throws Exception {
        switch (query) {
            case AdRows rows -> ads(rows, feed, answer);
            case SlidingRows rows -> sliding(rows, feed, answer);
            case PriceRows rows -> filterSum(rows, feed, answer);
            case WordRows rows -> words(rows, feed, answer);
            case SessionRows rows -> throw new IllegalArgumentException("query=session");
        }
    }

    private static void ads(AdRows rows, Feed feed, Answer answer) throws Exception {
        Statement statement = new Statement(Ad.class, 10_000);
        statement.deploy("""
                create context Slide start @now end after 10 sec;
                @name('results') context Slide
                select campaign(ad) as campaign, count(*) as count from Row(type = 1)
                group by campaign(ad) output snapshot when terminated
                """, new AdResults(statement, answer));
        statement.run(feed, rows.times, row -> new Ad(rows.ads[row], rows.types[row]), 0);
    }

    private static void filterSum(PriceRows rows, Feed feed, Answer answer) throws Exception {
        Statement statement = new Statement(Order.class, 1_000);
        statement.deploy("""
                create context Slide start @now end after 1 sec;
                @name('results') context Slide
                select sum(price * quantity) as sum from Row(price > 100, quantity < 50)
                output snapshot when terminated
                """, new SumResults(statement, answer));
        statement.run(feed, rows.times, row -> new Order(rows.prices[row], rows.quantities[row]), 0);
    }

    private static void sliding(SlidingRows rows, Feed feed, Answer answer) throws Exception {
        Statement statement = new Statement(KeyValue.class, rows.slideMillis);
        statement.deploy("""
                create context Slide start @now end after %d msec;
                context Slide
                insert into Pane select key, count(*) as n, sum(value) as total, min(value) as low, max(value) as high
                from Row group by key output snapshot when terminated;
                create variable boolean ended = false;
                on SlideEnd set ended = true;
                @name('results') select key, sum(n) as count, sum(total) as sum, min(low) as min, max(high) as max
                from Pane#time(%d msec) group by key output snapshot when ended then set ended = false
                """.formatted(rows.slideMillis, rows.sizeMillis), new SlidingResults(statement, answer));
        statement.run(feed, rows.times, row -> new KeyValue(rows.keys[row], rows.values[row]), rows.sizeMillis);
    }

    private static void words(WordRows rows, Feed feed, Answer answer) throws Exception {
        Statement statement = new Statement(Word.class, 10_000);
        statement.deploy("""
                create context Slide start @now end after 10 sec;
                context Slide
                insert into Pane select word, count(*) as n from Row group by word output snapshot when terminated;
                create variable boolean ended = false;
                on SlideEnd set ended = true;
                @name('results') select word, sum(n) as count from Pane#time(60 sec) group by word
                output snapshot when ended then set ended = false
                """, new WordResults(statement, answer));
        String[] words = rows.strings();
        statement.run(feed, rows.times, row -> new Word(words[row]), WordRows.SIZE_MILLIS);
    }

    /// Takes results of Q1 from Esper, which calls it in the time of the window's end. Others below do the same.
    public record AdResults(Statement statement, Answer answer) {
        public void update(long campaign, long count) {
            answer.add(statement.time(), campaign, count);
        }
    }

    public record SumResults(Statement statement, Answer answer) {
        /// @param sum null if no row passed
        public void update(Double sum) {
            if (sum != null) {
                answer.add(statement.time(), sum.longValue());
            }
        }
    }

    public record SlidingResults(Statement statement, Answer answer) {
        public void update(long key, long count, long sum, long min, long max) {
            answer.add(statement.time(), key, count, sum, min, max);
        }
    }

    public record WordResults(Statement statement, Answer answer) {
        public void update(String word, long count) {
            answer.add(statement.time(), word.hashCode(), count);
        }
    }
}
