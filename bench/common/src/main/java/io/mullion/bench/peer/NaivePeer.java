package io.mullion.bench.peer;

import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// The queries as most would write them in an afternoon: one thread, hash maps from boxed keys to small objects.
/// Windows that slide are put together from maps of one slide each; a map for each of sixty windows that a row lies in
/// would be several times slower still.
public final class NaivePeer implements Peer {
    private static final class Stats {
        private long count;
        private long sum;
        private long min = Long.MAX_VALUE;
        private long max = Long.MIN_VALUE;

        private void add(long value) {
            count++;
            sum += value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }

        private void add(Stats other) {
            count += other.count;
            sum += other.sum;
            min = Math.min(min, other.min);
            max = Math.max(max, other.max);
        }
    }

    private static final class Session {
        private final long start;
        private long end;
        private long count;
        private long sum;

        private Session(long start) {
            this.start = start;
        }
    }

    @Override
    public String version() {
        return "Java " + Runtime.version();
    }

    @Override
    public String leftOut(String query) {
        return null;
    }

    @Override
    public void run(QueryRows rows, Feed feed, Answer answer) {
        switch (rows) {
            case AdRows ads -> ads(ads, feed, answer);
            case SlidingRows sliding -> sliding(sliding, feed, answer);
            case PriceRows prices -> prices(prices, feed, answer);
            case WordRows words -> words(words, feed, answer);
            case SessionRows sessions -> sessions(sessions, feed, answer);
        }
    }

    private static void ads(AdRows rows, Feed feed, Answer answer) {
        Map<Long, Integer> campaigns = new HashMap<>();
        for (int ad = 0; ad < AdRows.ADS; ad++) {
            campaigns.put(QueryRows.key(ad, rows.dense), AdRows.campaign(ad));
        }
        Map<Integer, Long> counts = new HashMap<>();
        long windowEnd = QueryRows.START_MILLIS + AdRows.WINDOW_MILLIS;
        for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
            for (int row = feed.position(); row < feed.position() + count; row++) {
                if (rows.times[row] + feed.shift() >= windowEnd) {
                    fireCampaigns(windowEnd, counts, answer);
                    windowEnd += AdRows.WINDOW_MILLIS;
                }
                if (rows.types[row] == AdRows.VIEW) {
                    counts.merge(campaigns.get(rows.ads[row]), 1L, Long::sum);
                }
            }
        }
        fireCampaigns(windowEnd, counts, answer);
    }

    private static void fireCampaigns(long windowEnd, Map<Integer, Long> counts, Answer answer) {
        counts.forEach((campaign, count) -> answer.add(windowEnd, campaign, count));
        counts.clear();
    }

    private static void sliding(SlidingRows rows, Feed feed, Answer answer) {
        Deque<Map<Long, Stats>> panes = new ArrayDeque<>();
        Map<Long, Stats> open = new HashMap<>();
        long paneEnd = QueryRows.START_MILLIS + rows.slideMillis;
        int panesOfWindow = (int) (rows.sizeMillis / rows.slideMillis);
        for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
            for (int row = feed.position(); row < feed.position() + count; row++) {
                if (rows.times[row] + feed.shift() >= paneEnd) {
                    fireStats(paneEnd, panes, open, panesOfWindow, answer);
                    open = new HashMap<>();
                    paneEnd += rows.slideMillis;
                }
                open.computeIfAbsent(rows.keys[row], key -> new Stats()).add(rows.values[row]);
            }
        }
        for (int i = 0; i < panesOfWindow; i++) {
            fireStats(paneEnd, panes, open, panesOfWindow, answer);
            open = new HashMap<>();
            paneEnd += rows.slideMillis;
        }
    }

    private static void fireStats(
            long windowEnd, Deque<Map<Long, Stats>> panes, Map<Long, Stats> entering, int most, Answer answer) {
        panes.add(entering);
        if (panes.size() > most) {
            panes.remove();
        }
        Map<Long, Stats> window = new HashMap<>();
        for (Map<Long, Stats> pane : panes) {
            pane.forEach((key, stats) ->
                    window.computeIfAbsent(key, it -> new Stats()).add(stats));
        }
        window.forEach((key, stats) -> answer.add(windowEnd, key, stats.count, stats.sum, stats.min, stats.max));
    }

    private static void prices(PriceRows rows, Feed feed, Answer answer) {
        double sum = 0;
        boolean any = false;
        long windowEnd = QueryRows.START_MILLIS + PriceRows.WINDOW_MILLIS;
        for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
            for (int row = feed.position(); row < feed.position() + count; row++) {
                if (rows.times[row] + feed.shift() >= windowEnd) {
                    if (any) {
                        answer.add(windowEnd, (long) sum);
                    }
                    sum = 0;
                    any = false;
                    windowEnd += PriceRows.WINDOW_MILLIS;
                }
                if (rows.prices[row] > 100 && rows.quantities[row] < 50) {
                    sum += rows.prices[row] * rows.quantities[row];
                    any = true;
                }
            }
        }
        if (any) {
            answer.add(windowEnd, (long) sum);
        }
    }

    private static void words(WordRows rows, Feed feed, Answer answer) {
        String[] strings = rows.strings();
        Deque<Map<String, Long>> panes = new ArrayDeque<>();
        Map<String, Long> open = new HashMap<>();
        long paneEnd = QueryRows.START_MILLIS + WordRows.SLIDE_MILLIS;
        int panesOfWindow = (int) (WordRows.SIZE_MILLIS / WordRows.SLIDE_MILLIS);
        for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
            for (int row = feed.position(); row < feed.position() + count; row++) {
                if (rows.times[row] + feed.shift() >= paneEnd) {
                    fireWords(paneEnd, panes, open, panesOfWindow, answer);
                    open = new HashMap<>();
                    paneEnd += WordRows.SLIDE_MILLIS;
                }
                open.merge(strings[row], 1L, Long::sum);
            }
        }
        for (int i = 0; i < panesOfWindow; i++) {
            fireWords(paneEnd, panes, open, panesOfWindow, answer);
            open = new HashMap<>();
            paneEnd += WordRows.SLIDE_MILLIS;
        }
    }

    private static void fireWords(
            long windowEnd, Deque<Map<String, Long>> panes, Map<String, Long> entering, int most, Answer answer) {
        panes.add(entering);
        if (panes.size() > most) {
            panes.remove();
        }
        Map<String, Long> window = new HashMap<>();
        for (Map<String, Long> pane : panes) {
            pane.forEach((word, count) -> window.merge(word, count, Long::sum));
        }
        window.forEach((word, count) -> answer.add(windowEnd, word.hashCode(), count));
    }

    private static void sessions(SessionRows rows, Feed feed, Answer answer) {
        Map<Long, Session> sessions = new HashMap<>();
        for (int count; (count = feed.take(Feed.MOST)) > 0; ) {
            for (int row = feed.position(); row < feed.position() + count; row++) {
                long time = rows.times[row] + feed.shift();
                long key = rows.keys[row];
                Session session = sessions.get(key);
                if (session == null || time > session.end) {
                    if (session != null) {
                        answer.add(session.start, session.end, key, session.count, session.sum);
                    }
                    session = new Session(time);
                    sessions.put(key, session);
                }
                session.end = time + SessionRows.GAP_MILLIS;
                session.count++;
                session.sum += rows.values[row];
            }
        }
        sessions.forEach((key, session) -> answer.add(session.start, session.end, key, session.count, session.sum));
    }
}
