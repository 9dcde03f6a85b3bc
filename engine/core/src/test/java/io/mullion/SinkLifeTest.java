package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.Sink;
import io.mullion.spec.JobState;
import io.mullion.spec.MullionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What a sink opens it can close, and it opens nothing before its job starts.
class SinkLifeTest {
    record Row(long n) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    Path folder;

    @Test
    void aSinkWhoseOpenThrowsIsClosed() {
        int[] closes = new int[1];
        Pipeline pipeline = Pipeline.create();
        pipeline.input("rows", Row.class).stream().to(new Sink() {
            @Override
            public void open(Schema schema) throws IOException {
                throw new IOException("half open");
            }

            @Override
            public void accept(BatchView batch) {}

            @Override
            public void close() {
                closes[0]++;
            }
        });
        MullionException refused =
                assertThrows(MullionException.class, () -> engines.test().run(pipeline));
        assertTrue(refused.getMessage().contains("half open"), refused::getMessage);
        assertEquals(1, closes[0]);
    }

    @Test
    void aFileIsMadeWhenTheJobStartsAndClosedWhenItEnds() throws Exception {
        Path file = folder.resolve("out.csv");
        Sink sink = Sinks.csv(file);
        sink.close();
        assertFalse(Files.exists(file));
        Pipeline pipeline = Pipeline.create();
        pipeline.input("rows", Row.class).stream().to(sink);
        Job job = engines.test().run(pipeline);
        assertTrue(Files.exists(file));
        job.drain();
        job.await();
        assertEquals("n\n", Files.readString(file));
    }

    @Test
    void awaitTakesTheLongestDurationThereIs() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        pipeline.input("rows", Row.class).stream().to(new Collected());
        Job job = engines.start().run(pipeline);
        job.drain();
        assertTrue(job.await(ChronoUnit.FOREVER.getDuration()));
        assertEquals(JobState.FINISHED, job.state());
    }
}
