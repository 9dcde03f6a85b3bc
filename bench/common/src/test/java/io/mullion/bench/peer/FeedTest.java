package io.mullion.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.ByHand;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.TimedAnswer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedTest {
    private static final QueryRows PRICES = QueryRows.named("filter-map-sum");

    private long now;
    private long cpu;

    /// More than a block, and no multiple of what is handed out at once.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ysb scattered",
                "sliding",
                "slide-10s",
                "slide-100ms",
                "filter-map-sum",
                "wordcount",
                "session scattered"
            })
    void rowsOfAFeedAreThoseOfTheBlockAndOfTheNextOne(String query) {
        QueryRows rows = QueryRows.named(query);
        int rest = 234_567;
        Answer expected = new Answer();
        ByHand byHand = rows.byHand(expected);
        byHand.rows(0);
        byHand.rows(0, rest, rows.blockMillis());
        byHand.end();

        Answer fed = new Answer();
        new ByHandPeer().run(rows, Feed.ofRows(rows, QueryRows.ROWS + rest), fed);
        expected.requireSame(fed);

        Answer naive = new Answer();
        new NaivePeer().run(rows, Feed.ofRows(rows, QueryRows.ROWS + rest), naive);
        expected.requireSame(naive);
    }

    @Test
    void aMillionKeysAreAnsweredAlikeByHandAndNaively() {
        QueryRows rows = QueryRows.named("sliding-1m scattered");
        Answer expected = new Answer();
        new ByHandPeer().run(rows, Feed.ofRows(rows, 50_000), expected);
        Answer naive = new Answer();
        new NaivePeer().run(rows, Feed.ofRows(rows, 50_000), naive);
        expected.requireSame(naive);
    }

    @Test
    void theClockStartsAtTheFirstCall() {
        Feed feed = feed(100, 1_000);
        now = 5_000;
        assertEquals(Feed.MOST, feed.take(10_000));
        now = 5_100;
        assertEquals(7, feed.take(7));
        now = 6_099;
        assertEquals(9, feed.take(9));
        now = 6_100;
        assertEquals(0, feed.take(7));
        assertEquals(0, feed.take(7), "the end is the end");
        assertEquals(Feed.MOST + 16, feed.rows());
    }

    @Test
    void rowsCountFromTheEndOfTheWarmUpOn() {
        Feed feed = feed(100, 1_000);
        feed.take(10);
        now = 99;
        feed.take(20);
        assertFalse(feed.measured());
        now = 101;
        cpu = 70;
        feed.take(30);
        now = 1_101;
        feed.take(40);
        now = 1_300;
        cpu = 95;
        assertTrue(feed.measured());
        assertEquals(60, feed.rows());
        assertEquals(30, feed.rowsMeasured());
        assertEquals(1_199, feed.nanosMeasured(), "draining counts");
        assertEquals(25, feed.cpuNanosMeasured());
    }

    @Test
    void aSourceThatIsSlowToStartIsMeasuredForTheWholeTime() {
        Feed feed = feed(100, 1_000);
        feed.take(10);
        now = 5_000;
        assertEquals(20, feed.take(20), "the warm-up ends here");
        now = 5_999;
        assertEquals(30, feed.take(30));
        now = 6_000;
        assertEquals(0, feed.take(40));
        assertEquals(50, feed.rowsMeasured());
        assertEquals(1_000, feed.nanosMeasured());
    }

    @Test
    void timesMoveOnWithTheBlock() {
        Feed feed = Feed.ofRows(PRICES, QueryRows.ROWS + 5L);
        long taken = 0;
        int count;
        while ((count = feed.take(Feed.MOST)) > 0 && taken + count <= QueryRows.ROWS) {
            assertEquals(taken, feed.position());
            assertEquals(0, feed.shift());
            taken += count;
        }
        assertEquals(QueryRows.ROWS, taken);
        assertEquals(5, count);
        assertEquals(0, feed.position());
        assertEquals(PRICES.blockMillis(), feed.shift());
    }

    @Test
    void rowsOfAnOpenLoopAreDueByTheClock() {
        Feed feed = openLoop();
        now = 700;
        assertTrue(feed.ready());
        assertEquals(1, feed.take(10), "the first one is due at once");
        assertFalse(feed.ready());
        now += 3_000;
        assertTrue(feed.ready());
        assertEquals(2, feed.take(2));
        assertEquals(1, feed.take(10), "a row each microsecond");
        assertFalse(feed.ready());
        now += 10_000_000;
        assertEquals(Feed.MOST, feed.take(10_000), "those that waited are not lost");
        assertEquals(Feed.MOST, feed.take(10_000));
    }

    @Test
    void anOpenLoopIsMeasuredToItsEndAndByItsSchedule() {
        Feed feed = openLoop();
        TimedAnswer answer = new TimedAnswer((SlidingRows) QueryRows.named(QueryRows.LATENCY), () -> now);
        long start = now;
        feed.take(1);
        // The warm-up takes 10 ms; windows end each 20.
        now = start + 25_000_000;
        take(feed, 25_001);
        answer.add(QueryRows.START_MILLIS + 20, 1, 1, 1, 1, 1);
        answer.add(QueryRows.START_MILLIS + 20, 2, 1, 1, 1, 1);
        now = start + 41_500_000;
        take(feed, 41_501);
        answer.add(QueryRows.START_MILLIS + 40, 1, 1, 1, 1, 1);
        now = start + 1_025_000_000;
        assertEquals(0, feed.take(1));
        now += 500_000_000;
        // Behind the last row that was taken: its window did not end.
        answer.add(QueryRows.START_MILLIS + 60, 1, 1, 1, 1, 1);
        assertEquals(List.of(1_500_000L), feed.latencies(answer), "the first one ended before the warm-up did");
        assertEquals(1_000_000_000, feed.nanosMeasured(), "what comes after the end is not counted");
        assertEquals(4, answer.rows());
    }

    private static void take(Feed feed, long rows) {
        while (feed.rows() < rows) {
            feed.take((int) (rows - feed.rows()));
        }
    }

    private Feed openLoop() {
        QueryRows rows = QueryRows.named(QueryRows.LATENCY);
        return new Feed(rows, 10_000_000, 1_000_000_000, () -> now, () -> cpu, true);
    }

    @Test
    void aTableIsAskedUntilTheTimeIsOver() {
        Feed feed = feed(100, 1_000);
        feed.table(10_000);
        now = 1_000_000;
        while (feed.take(Feed.MOST) > 0) {
            now += 1_000;
        }
        assertEquals(10_000, feed.rows());
        assertTrue(feed.again());
        now += 100;
        assertTrue(feed.again(), "the first run was warm-up");
        now += 600;
        assertTrue(feed.again());
        now += 600;
        assertFalse(feed.again());
        assertEquals(20_000, feed.rowsMeasured());
        assertEquals(1_200, feed.nanosMeasured());
        assertTrue(feed.isTable());
    }

    /// Else nothing would be measured.
    @Test
    void aSlowTableIsAskedOnceAfterTheWarmUp() {
        Feed feed = feed(100, 1_000);
        feed.table(1);
        feed.take(1);
        feed.take(1);
        assertTrue(feed.again());
        now += 5_000;
        assertTrue(feed.again());
        now += 5_000;
        assertFalse(feed.again());
        assertEquals(1, feed.rowsMeasured());
        assertEquals(5_000, feed.nanosMeasured());
    }

    @Test
    void aTableIsFullBeforeItIsAsked() {
        Feed feed = feed(100, 1_000);
        assertThrows(IllegalStateException.class, feed::again);
        feed.table(10);
        feed.take(9);
        assertThrows(IllegalStateException.class, feed::again);
        assertThrows(IllegalStateException.class, () -> feed.table(20));
    }

    private Feed feed(long warmupNanos, long nanos) {
        return new Feed(PRICES, warmupNanos, nanos, () -> now, () -> cpu, false);
    }
}
