package io.mullion.io;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.DataStream;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.TestEngine;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The sinks that write text: comma-separated values and tables.
class TextSinkTest {
    record Row(@EventTime(TimeUnit.MILLIS) long time, String text, Long n, Double x, Boolean b) {}

    private static final List<Row> ROWS = List.of(
            new Row(0, "plain", 1L, 0.5, true),
            new Row(1, "a,b", null, null, null),
            new Row(1500, "say \"hi\"", -20L, -1.0E300, false),
            new Row(1501, "two\nlines", 0L, Double.NaN, true),
            new Row(1502, "cr\rhere", 0L, 1.0, true),
            new Row(1503, "", 3L, 1.0, true),
            new Row(1504, null, 3L, 1.0, true),
            new Row(-1, "ünï", 3L, 1.0, true));

    @RegisterExtension
    final Engines engines = new Engines();

    @Test
    void csvQuotesWhatNeedsItAndTellsNullFromEmpty() throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        run(Function.identity(), Sinks.csv(out), ROWS);
        assertEquals("""
                time,text,n,x,b
                1970-01-01T00:00:00Z,plain,1,0.5,true
                1970-01-01T00:00:00.001Z,"a,b",,,
                1970-01-01T00:00:01.500Z,"say ""hi""\",-20,-1.0E300,false
                1970-01-01T00:00:01.501Z,"two
                lines",0,NaN,true
                1970-01-01T00:00:01.502Z,"cr\rhere",0,1.0,true
                1970-01-01T00:00:01.503Z,"",3,1.0,true
                1970-01-01T00:00:01.504Z,,3,1.0,true
                1969-12-31T23:59:59.999Z,ünï,3,1.0,true
                """, out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void csvOfWindowsHasTheirBounds() throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        run(TextSinkTest::perSecond, Sinks.csv(out), ROWS.subList(0, 4));
        assertEquals("""
                window_start,window_end,rows
                1970-01-01T00:00:00Z,1970-01-01T00:00:01Z,2
                1970-01-01T00:00:01Z,1970-01-01T00:00:02Z,2
                """, out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void csvToAFileIsMadeAnewAndComplete(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("rows.csv");
        Files.writeString(file, "something longer that was there before".repeat(10));
        run(stream -> stream.select(col("n")), Sinks.csv(file), ROWS.subList(0, 1));
        assertEquals("n,time\n1,1970-01-01T00:00:00Z\n", Files.readString(file));
    }

    @Test
    void theCallersStreamStaysOpen() throws InterruptedException {
        boolean[] closed = new boolean[1];
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        run(Function.identity(), Sinks.csv(out), ROWS);
        assertFalse(closed[0]);
    }

    @Test
    void aTableStandsInColumnsWithNumbersToTheRight() throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        run(
                stream -> stream.select(col("text"), col("n"), col("b")),
                Sinks.print(new PrintStream(out, true, StandardCharsets.UTF_8)),
                ROWS.subList(0, 3));
        assertEquals("""
                text         n  b      time
                plain        1  true   1970-01-01T00:00:00Z
                a,b       null  null   1970-01-01T00:00:00.001Z
                say "hi"   -20  false  1970-01-01T00:00:01.500Z

                """, out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"));
    }

    @Test
    void eachWindowIsATableOfItsOwn() throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        run(
                TextSinkTest::perSecond,
                Sinks.print(new PrintStream(out, true, StandardCharsets.UTF_8)),
                ROWS.subList(0, 4));
        String text = out.toString(StandardCharsets.UTF_8);
        assertEquals(
                2, text.lines().filter(line -> line.startsWith("window_start")).count());
        assertTrue(text.lines().anyMatch(line -> line.startsWith("1970-01-01T00:00:01Z")), text);
    }

    private static DataStream perSecond(DataStream stream) {
        return stream.window(Window.tumbling(Duration.ofSeconds(1))).aggregate(count().as("rows"));
    }

    private void run(Function<DataStream, DataStream> steps, Sink sink, List<Row> rows) throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<Row> input = pipeline.input("rows", Row.class, Watermark.bounded(Duration.ofSeconds(10)));
        steps.apply(input.stream()).to(sink);
        Job job = engine.run(pipeline);
        try (Producer<Row> producer = job.producer(input)) {
            rows.forEach(producer::offer);
        }
        job.drain();
        job.await();
    }
}
