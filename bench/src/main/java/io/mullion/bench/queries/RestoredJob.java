package io.mullion.bench.queries;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Engine;
import io.mullion.EngineConfig;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// A checkpoint with a million keys, and a job that goes on from it: count, sum, min and max over 60 s by 1 s, each key
/// with a row in each of some panes.
///
/// *Thread*: one.
final class RestoredJob implements AutoCloseable {
    private static final long KEYS = 1_000_000;
    private static final Schema ROWS = Schema.of(
            Field.of("time", DataType.timestamp(TimeUnit.SECONDS)),
            Field.of("key", DataType.INT64),
            Field.of("value", DataType.INT64));

    private final int panes;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private final Path folder;
    private final Engine engine = Engine.start(EngineConfig.defaults().withMemoryLimitBytes(10L << 30));

    /// Makes the checkpoint.
    RestoredJob(int panes, Path parent) throws IOException, InterruptedException {
        this.panes = panes;
        folder = Files.createTempDirectory(parent, "restore");
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = addTo(pipeline);
        Job job = engine.run(pipeline, config());
        try (Producer<Void> producer = job.producer(input)) {
            for (int pane = 0; pane < panes; pane++) {
                for (long key = 0; key < KEYS; key++) {
                    producer.row()
                            .setLong(0, pane)
                            .setLong(1, key)
                            .setLong(2, key ^ pane)
                            .commit();
                }
            }
            while (job.counters().rowsIn() < panes * KEYS) {
                Thread.sleep(1);
            }
            job.checkpoint();
        }
        job.stop();
        job.await();
    }

    private static Input<Void> addTo(Pipeline pipeline) {
        Input<Void> input = pipeline.input("rows", ROWS, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
        input.stream()
                .keyBy("key")
                .window(Window.sliding(Duration.ofSeconds(60), Duration.ofSeconds(1)))
                .aggregate(
                        count().as("n"),
                        sum(col("value")).as("sum"),
                        min(col("value")).as("min"),
                        max(col("value")).as("max"))
                .to(Sinks.forEachBatch(_ -> {}));
        return input;
    }

    private JobConfig config() {
        return JobConfig.defaults().withCheckpoints(Checkpoints.to(folder));
    }

    /// Goes on from it.
    ///
    /// @return nanoseconds from the call to a job that takes rows
    long restore() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        addTo(pipeline);
        long begun = System.nanoTime();
        Job job = engine.restore(pipeline, config());
        long restored = System.nanoTime() - begun;
        if (job.snapshot().panes() != panes) {
            throw new IllegalStateException("not all is back: " + job.snapshot());
        }
        job.stop();
        job.await();
        return restored;
    }

    /// Reads the bytes of the same files into memory, and does nothing with them.
    ///
    /// @return nanoseconds
    long read() throws IOException {
        long begun = System.nanoTime();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                try (FileChannel channel = FileChannel.open(file)) {
                    while (channel.read(buffer.clear()) > 0) {
                        // What was read is of no interest.
                    }
                }
            }
        }
        return System.nanoTime() - begun;
    }

    long bytes() throws IOException {
        return Folders.bytes(folder);
    }

    @Override
    public void close() throws IOException {
        engine.close();
        Folders.delete(folder);
    }
}
