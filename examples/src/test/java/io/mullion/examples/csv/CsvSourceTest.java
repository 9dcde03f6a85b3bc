package io.mullion.examples.csv;

import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.Engine;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.expr.TimeUnit;
import io.mullion.io.BatchFilesSink.Format;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSourceTest {
    @TempDir
    private Path folder;

    private final List<Long> brokenLines = new CopyOnWriteArrayList<>();

    @Test
    void itGoesOnBehindTheRowsThatWereTaken() throws IOException, InterruptedException {
        Path file = Files.writeString(
                folder.resolve("rows.csv"), "time,x\n1,a\nnever,b\n2,c\n61,d\n62,e\nnow,f\n121,g\n181,h\n");
        CsvInput input = new CsvInput(file, "time", TimeUnit.SECONDS, null, Set.of("x"), Map.of(), 1 << 10);
        CsvTable table = CsvSurvey.read(input, List.of(), (_, _) -> {}, _ -> {});
        for (int wanted = 4; wanted <= 9; wanted += 5) {
            run(table, wanted);
        }
        assertEquals(
                List.of(
                        "window_start,window_end,n",
                        "1970-01-01T00:00:00Z,1970-01-01T00:01:00Z,2",
                        "1970-01-01T00:01:00Z,1970-01-01T00:02:00Z,2",
                        "1970-01-01T00:02:00Z,1970-01-01T00:03:00Z,1",
                        "1970-01-01T00:03:00Z,1970-01-01T00:04:00Z,1"),
                Files.readAllLines(folder.resolve("results.csv")));
        assertEquals(List.of(3L, 7L), brokenLines);
    }

    @Test
    void aFileWithFewerRowsIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("rows.csv"), "time,x\n1,a\n2,b\n");
        CsvInput input = new CsvInput(file, "time", TimeUnit.SECONDS, null, Set.of("x"), Map.of(), 1 << 10);
        CsvTable table = CsvSurvey.read(input, List.of(), (_, _) -> {}, _ -> {});
        CsvSource source = new CsvSource(table, () -> true, (line, _) -> brokenLines.add(line), _ -> {});
        source.seek("3");
        IOException refused = assertThrows(IOException.class, () -> source.run(null));
        assertTrue(refused.getMessage().contains("missing=1"), refused::getMessage);
    }

    /// @param lines of the file that are read before the job is stopped behind a checkpoint
    private void run(CsvTable table, int lines) throws InterruptedException {
        CountDownLatch read = new CountDownLatch(lines);
        CountDownLatch stopped = new CountDownLatch(1);
        CsvSource source = new CsvSource(
                table,
                () -> {
                    if (read.getCount() == 0) {
                        await(stopped);
                    }
                    read.countDown();
                    return true;
                },
                (line, _) -> brokenLines.add(line),
                _ -> {});
        Pipeline pipeline = Pipeline.create();
        pipeline.from(source, "time", Watermark.bounded(Duration.ZERO))
                .window(Window.tumbling(Duration.ofMinutes(1)))
                .aggregate(count().as("n"))
                .to(Sinks.committed(folder.resolve("results.csv"), Format.CSV));
        try (Engine engine = Engine.start()) {
            Job job = engine.resume(
                    pipeline, JobConfig.defaults().withCheckpoints(Checkpoints.to(folder.resolve("checkpoints"))));
            read.await();
            if (lines < 9) {
                job.checkpoint();
                job.stop();
            }
            stopped.countDown();
            job.await();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
