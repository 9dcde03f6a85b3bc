package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The times of the stages of a job.
class ExplainAnalyzeTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    private static final int ROWS = 5_000;
    private static final Pattern TIME = Pattern.compile(": ([0-9.]+) ns/row of (\\d+) rows, ([0-9.]+)%$");

    @RegisterExtension
    final Engines engines = new Engines();

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Number> input = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));

    @Test
    void eachStageHasItsTimeForARowAndItsShare() throws InterruptedException {
        DataStream even = input.stream().filter(col("n").remainder(2).eq(0));
        even.keyBy("n")
                .window(Window.tumbling(Duration.ofSeconds(1_000)))
                .aggregate(count().as("c"))
                .to(new Collected());
        even.select(col("time"), col("n").times(2).as("m"))
                .window(Window.session(Duration.ofSeconds(10)))
                .aggregate(count().as("c"))
                .to(Sinks.forEachRow(_ -> {}));
        // Many keys and small turns: most results go out of a suspended operator.
        Job job = engines.start().run(pipeline, JobConfig.defaults().withStageTimes(true));
        run(job);
        List<String> lines = job.explainAnalyze().lines().toList();
        assertTrue(lines.getFirst().startsWith("input numbers"), lines::toString);
        assertEquals(ROWS, rows(lines, "filter"));
        assertEquals(ROWS / 2, rows(lines, "select"));
        assertEquals(ROWS / 2, rows(lines, "keyBy n"));
        assertEquals(ROWS / 2, rows(lines, "window session"));
        assertEquals(ROWS / 2, rows(lines, "to Collected"));
        assertEquals(1, rows(lines, "to sink"));
        double share = 0;
        for (String line : lines.subList(1, lines.size())) {
            Matcher time = TIME.matcher(line);
            assertTrue(time.find(), line);
            assertTrue(Double.parseDouble(time.group(1)) > 0, line);
            share += Double.parseDouble(time.group(3));
        }
        assertEquals(100, share, 1);
    }

    @Test
    void theResultsAreTheSame() throws InterruptedException {
        Collected plain = new Collected();
        Collected timed = new Collected();
        for (Collected sink : List.of(plain, timed)) {
            Pipeline pipeline = Pipeline.create();
            Input<Number> numbers = pipeline.input("numbers", Number.class, Watermark.bounded(Duration.ZERO));
            numbers.stream()
                    .filter(col("n").gt(10))
                    .keyBy("n")
                    .window(Window.session(Duration.ofSeconds(10)))
                    .aggregate(count().as("c"))
                    .to(sink);
            Job job = engines.start().run(pipeline, JobConfig.defaults().withStageTimes(sink == timed));
            try (Producer<Number> producer = job.producer(numbers)) {
                for (int i = 0; i < ROWS; i++) {
                    producer.offer(new Number(i / 7 - i % 5, i % 97));
                }
            }
            job.drain();
            job.await();
        }
        assertEquals(plain.rows, timed.rows);
    }

    @Test
    void stagesThatAreNotTimedHaveNoTimes() throws InterruptedException {
        input.stream().to(new Collected());
        Job job = engines.start().run(pipeline);
        MullionException refused = assertThrows(MullionException.class, job::explainAnalyze);
        assertTrue(refused.getMessage().contains("withStageTimes"), refused::getMessage);
        job.stop();
        job.await();
    }

    private void run(Job job) throws InterruptedException {
        try (Producer<Number> producer = job.producer(input)) {
            for (int i = 0; i < ROWS; i++) {
                producer.offer(new Number(i / 100, i));
            }
        }
        job.drain();
        job.await();
    }

    private static long rows(List<String> lines, String step) {
        String line = lines.stream()
                .filter(it -> it.strip().startsWith(step))
                .findFirst()
                .orElseThrow();
        Matcher time = TIME.matcher(line);
        assertTrue(time.find(), line);
        return Long.parseLong(time.group(2));
    }
}
