package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.memory.Scope;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What the JDK's Flight Recorder is told of jobs.
class JobEventsTest {
    record Number(@EventTime(TimeUnit.SECONDS) long time, long n) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @TempDir
    Path folder;

    private interface Body {
        void run() throws Exception;
    }

    private final Pipeline pipeline = Pipeline.create();
    private final Input<Number> input = pipeline.input("numbers", Number.class, Watermark.explicit());

    @Test
    void theLifeOfAJobIsRecorded() throws Exception {
        input.stream()
                .select(col("time"), col("n").dividedBy(col("n")).as("n"))
                .keyBy("n")
                .window(Window.tumbling(Duration.ofSeconds(10)))
                .aggregate(count().as("c"))
                .to(new Collected());
        pipeline.deadLetters(_ -> {});
        List<RecordedEvent> events = recorded(() -> {
            Job job = engines.start(Engines.SMALL.withBatchRows(4).withLaneBatches(2))
                    .runOnCallerThread(pipeline);
            try (Producer<Number> producer = job.producer(input)) {
                for (int n = 0; n < 100; n++) {
                    producer.offer(new Number(n, n));
                }
            }
            job.drain();
            job.await();
        });
        assertEquals("job-1", one(events, "JobStart").getString("job"));
        assertEquals("Caller[]", one(events, "JobStart").getString("worker"));
        assertEquals("FINISHED", one(events, "JobEnd").getString("state"));
        assertEquals(null, one(events, "JobEnd").getString("failure"));
        assertEquals("integer division by zero", one(events, "DeadLetter").getString("reason"));
        assertTrue(named(events, "BackPressure").size() >= 1);
        assertTrue(named(events, "KernelGenerated").stream()
                .anyMatch(event -> event.getString("role").equals("accumulate")
                        && event.getString("step").contains("tumbling")));
        // All windows are slow for this recording.
        List<RecordedEvent> windows = named(events, "WindowFired");
        assertEquals(10, windows.size());
        assertEquals(10, windows.getFirst().getInstant("windowEnd").getEpochSecond());
        assertTrue(windows.getFirst().getLong("groups") >= 1);
    }

    @Test
    void failuresAndWhatTheBudgetRefusesAreRecorded() throws Exception {
        input.stream().to(new Collected());
        Engine engine = engines.start(Engines.SMALL.withMemoryLimitBytes(1 << 20));
        List<RecordedEvent> events = recorded(() -> {
            Job job = engine.runOnCallerThread(pipeline);
            assertThrows(MullionException.class, () -> {
                try (Scope all = new Scope()) {
                    while (true) {
                        all.own(job.producer(input));
                    }
                }
            });
            job.stop();
            job.await();
        });
        RecordedEvent refused = one(events, "MemoryRefused");
        assertTrue(refused.getString("account").startsWith("job-1/numbers#"), refused::toString);
        assertTrue(refused.getString("holders").contains("by job {job-1="), refused::toString);
        assertEquals(1 << 20, refused.getLong("limit"));
        assertEquals("STOPPED", one(events, "JobEnd").getString("state"));
    }

    private List<RecordedEvent> recorded(Body body) throws Exception {
        Path file = folder.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("mullion.WindowFired").withThreshold(Duration.ZERO);
            recording.start();
            body.run();
            recording.stop();
            recording.dump(file);
        }
        return read(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("mullion."))
                .toList();
    }

    private static List<RecordedEvent> read(Path file) throws IOException {
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        Files.delete(file);
        return events;
    }

    private static RecordedEvent one(List<RecordedEvent> events, String name) {
        List<RecordedEvent> named = named(events, name);
        assertEquals(1, named.size(), () -> name + ": " + named);
        return named.getFirst();
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("mullion." + name))
                .toList();
    }
}
