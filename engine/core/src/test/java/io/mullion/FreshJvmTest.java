package io.mullion;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.FlightRecorder;
import org.junit.jupiter.api.Test;

/// What the first job of a JVM does not touch, because it would take longer than the job's own start.
class FreshJvmTest {
    @Test
    void theFirstJobSetsUpNoFlightRecorder() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FirstJob.class.getName()));
        File output = File.createTempFile("fresh", ".txt");
        try {
            int exit = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start()
                    .waitFor();
            String text = Files.readString(output.toPath(), StandardCharsets.UTF_8);
            assertEquals(0, exit, text);
            assertTrue(text.contains("results=2 recorder=false"), text);
        } finally {
            assertTrue(output.delete());
        }
    }

    /// A job with windows, a producer that waits, and a row that cannot be taken.
    static final class FirstJob {
        private FirstJob() {}

        public static void main(String[] arguments) throws InterruptedException {
            AtomicLong results = new AtomicLong();
            AtomicLong deadLetters = new AtomicLong();
            EngineConfig config = EngineConfig.defaults().withLaneBatches(2).withBatchRows(64);
            try (Engine engine = Engine.start(config)) {
                Pipeline pipeline = Pipeline.create();
                pipeline.deadLetters(letter -> deadLetters.incrementAndGet());
                Schema schema = Schema.of(
                        Field.of("text", DataType.UTF8), Field.of("time", DataType.timestamp(TimeUnit.MILLIS)));
                Input<Void> input =
                        pipeline.input("rows", schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
                input.stream()
                        .filter(col("text").eq("a"))
                        .window(Window.tumbling(Duration.ofSeconds(1)))
                        .aggregate(count().as("n"))
                        .to(Sinks.forEachRow(_ -> results.incrementAndGet()));
                Job job = engine.run(pipeline);
                try (Producer<Void> producer = job.producer(input)) {
                    for (int row = 0; row < 10_000; row++) {
                        producer.row().setUtf8(0, "a").setLong(1, row / 5).commit();
                    }
                    producer.row().setUtf8(0, "\ud800").setLong(1, 2_000).commit();
                }
                job.drain();
                job.await();
            }
            if (deadLetters.get() != 1) {
                throw new IllegalStateException("dead letters: " + deadLetters);
            }
            System.out.println("results=" + results + " recorder=" + FlightRecorder.isInitialized());
        }
    }
}
