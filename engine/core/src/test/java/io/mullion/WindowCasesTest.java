package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Small cases of windows that random streams have found.
class WindowCasesTest {
    record Reading(@EventTime(TimeUnit.SECONDS) long time, long value) {}

    @RegisterExtension
    final Engines engines = new Engines();

    private final Collected results = new Collected();
    private final Collected late = new Collected();

    @Test
    void windowsThatGrowFireAtTheEndOfInputWhateverTheNumberOfSteps() throws InterruptedException {
        Run run = new Run(Window.cumulating(Duration.ofSeconds(30), Duration.ofSeconds(10)), count().as("n"));
        run.offer(new Reading(15, 1));
        run.end();
        assertEquals(List.of(List.of(0L, 20L, 1L), List.of(0L, 30L, 1L)), results.rows);
    }

    @Test
    void lateRowsKeepTheirOrder() throws InterruptedException {
        Run run = new Run(Window.tumbling(Duration.ofSeconds(10)), count().as("n"));
        run.watermark(100);
        run.offer(new Reading(55, 1), new Reading(205, 2), new Reading(15, 3), new Reading(35, 4));
        run.end();
        assertEquals(List.of(List.of(55L, 1L), List.of(15L, 3L), List.of(35L, 4L)), late.rows);
        assertEquals(List.of(List.of(200L, 210L, 1L)), results.rows);
    }

    @Test
    void lateRowsBetweenWindowsAreNotLate() throws InterruptedException {
        Window window = Window.sliding(Duration.ofSeconds(10), Duration.ofSeconds(20));
        Run run = new Run(window, count().as("n"));
        run.watermark(100);
        run.offer(new Reading(45, 1), new Reading(35, 2), new Reading(205, 3), new Reading(5, 4));
        run.end();
        assertEquals(List.of(List.of(45L, 1L), List.of(5L, 4L)), late.rows);
    }

    @Test
    void windowsThatBeginBeforeTheLeastTimeSlide() throws InterruptedException {
        long least = Long.MIN_VALUE;
        Window window = Window.sliding(Duration.ofSeconds(9), Duration.ofSeconds(2));
        Run run = new Run(window, max("value").as("high"));
        run.offer(new Reading(least + 2, 9), new Reading(least + 4, 1));
        run.end();
        assertEquals(
                List.of(
                        List.of(least, least + 3, 9L),
                        List.of(least, least + 5, 9L),
                        List.of(least, least + 7, 9L),
                        List.of(least, least + 9, 9L),
                        List.of(least + 2, least + 11, 9L),
                        List.of(least + 4, least + 13, 1L)),
                results.rows);
    }

    @Test
    void manyWindowsThatBeginBeforeTheLeastTimeHaveAllTheirRows() throws InterruptedException {
        long least = Long.MIN_VALUE;
        Run run = new Run(
                Window.sliding(Duration.ofSeconds(23), Duration.ofSeconds(2)),
                max("value").as("high"));
        run.offer(new Reading(least + 1, 1), new Reading(least + 14, 2), new Reading(least + 18, 3));
        run.end();
        List<List<Object>> expected = new ArrayList<>();
        for (long end = 3; end <= 41; end += 2) {
            expected.add(List.of(least + Math.max(0, end - 23), least + end, end <= 14 ? 1L : end <= 18 ? 2L : 3L));
        }
        assertEquals(expected, results.rows);
    }

    @Test
    void windowsOfShortPanesComeToTheGreatestTime() throws InterruptedException {
        long greatest = Long.MAX_VALUE;
        Run run = new Run(
                Window.sliding(Duration.ofSeconds(23), Duration.ofSeconds(2)),
                max("value").as("high"));
        run.offer(new Reading(greatest - 30, 1), new Reading(greatest - 15, 2), new Reading(greatest - 1, 3));
        run.end();
        List<List<Object>> expected = new ArrayList<>();
        for (long start = 51; start >= 1; start -= 2) {
            long end = Math.max(0, start - 23);
            expected.add(List.of(greatest - start, greatest - end, end < 1 ? 3L : end < 15 ? 2L : 1L));
        }
        assertEquals(expected, results.rows);
    }

    @Test
    void aRowThatTheFilterDropsIsNoChange() throws InterruptedException {
        Run run = new Run(
                rows -> rows.filter(col("value").gt(0)),
                Window.tumbling(Duration.ofSeconds(10)),
                Duration.ofSeconds(100),
                count().as("n"));
        run.offer(new Reading(5, 1));
        run.watermark(20);
        run.offer(new Reading(6, 0));
        run.end();
        assertEquals(List.of(List.of(0L, 10L, 1L, 0L)), results.rows);
    }

    /// Steps of which some say what time was before a row, and some do not.
    private enum Step {
        NONE,
        SELECT,
        FILTER,
        FIRST_OF_EQUAL_ROWS,
        UNION,
        UNION_WITH_FIRST_OF_EQUAL_ROWS;

        DataStream of(DataStream rows) {
            return switch (this) {
                case NONE -> rows;
                case SELECT -> rows.select(col("time"), col("value"));
                case FILTER -> rows.filter(col("value").gt(0));
                case FIRST_OF_EQUAL_ROWS -> rows.dropDuplicates("time", "value");
                case UNION ->
                    rows.filter(col("value").eq(1))
                            .union(rows.filter(col("value").ne(1)));
                case UNION_WITH_FIRST_OF_EQUAL_ROWS ->
                    rows.filter(col("value").eq(1))
                            .dropDuplicates("time", "value")
                            .union(rows.filter(col("value").ne(1)));
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSessionEndsWhereTheWatermarkIsHoweverRowsAreCut(Step step) throws InterruptedException {
        for (int rowsAtATime = 1; rowsAtATime <= 3; rowsAtATime++) {
            Collected sessions = new Collected();
            sessions(step, rowsAtATime, sessions);
            // At the third row W is 10, where the first session ends.
            assertEquals(
                    Set.of(List.of(0L, 10L, 1L, 1L), List.of(10L, 20L, 1L, 1L), List.of(10L, 20L, 2L, 1L)),
                    Set.copyOf(sessions.rows),
                    "rows at a time: " + rowsAtATime);
        }
    }

    private void sessions(Step step, int rowsAtATime, Collected sessions) throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<Reading> input = pipeline.input("readings", Reading.class, Watermark.bounded(Duration.ZERO));
        step.of(input.stream())
                .keyBy("value")
                .window(Window.session(Duration.ofSeconds(10)))
                .aggregate(count().as("n"))
                .to(sessions);
        Job job = engine.run(pipeline);
        try (Producer<Reading> producer = job.producer(input)) {
            int rows = 0;
            for (Reading reading : List.of(new Reading(0, 1), new Reading(10, 2), new Reading(10, 1))) {
                producer.offer(reading);
                if (++rows % rowsAtATime == 0) {
                    engine.runUntilIdle();
                }
            }
        }
        job.drain();
        job.await();
    }

    @Test
    @Timeout(60)
    void lateRowsThatAreFarApartCostNoMoreThanNearOnes() throws InterruptedException {
        long far = 1L << 50;
        Run run = new Run(
                rows -> rows, Window.tumbling(Duration.ofSeconds(10)), Duration.ofSeconds(2 * far), count().as("n"));
        run.offer(new Reading(far, 1));
        run.watermark(far + 100);
        run.offer(new Reading(far - 20, 1), new Reading(0, 1));
        run.end();
        assertEquals(3, results.rows.size());
    }

    private final class Run {
        private final TestEngine engine = engines.test();
        private final Job job;
        private final Producer<Reading> producer;

        Run(Window window, Expr aggregate) {
            this(rows -> rows, window, Duration.ZERO, aggregate);
        }

        Run(UnaryOperator<DataStream> before, Window window, Duration lateness, Expr aggregate) {
            this(Watermark.explicit(), before, window, lateness, aggregate);
        }

        Run(Watermark watermark, UnaryOperator<DataStream> before, Window window, Duration lateness, Expr aggregate) {
            Pipeline pipeline = Pipeline.create();
            Input<Reading> input = pipeline.input("readings", Reading.class, watermark);
            before.apply(input.stream())
                    .window(window)
                    .allowedLateness(lateness)
                    .lateRowsTo(late)
                    .aggregate(aggregate)
                    .to(results);
            job = engine.run(pipeline);
            producer = job.producer(input);
        }

        void watermark(long time) {
            producer.watermark(time);
        }

        void offer(Reading... readings) {
            for (Reading reading : readings) {
                producer.offer(reading);
            }
        }

        void end() throws InterruptedException {
            producer.close();
            job.drain();
            job.await();
        }
    }
}
