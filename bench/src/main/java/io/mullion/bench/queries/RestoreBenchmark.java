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
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How long does it take until a job with a million keys goes on from its checkpoint?
///
/// Count, sum, min and max over 60 s by 1 s; each key has a row in each of some panes. `restore` is from the call to a
/// job that takes rows; `read` reads the bytes of the same files into memory and does nothing with them. What is above
/// it is ours. Both find the files in the cache of the operating system.
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class RestoreBenchmark {
    private static final long KEYS = 1_000_000;

    @Param({"1", "10", "60"})
    public int panes;

    private final Schema rows = Schema.of(
            Field.of("time", DataType.timestamp(io.mullion.expr.TimeUnit.SECONDS)),
            Field.of("key", DataType.INT64),
            Field.of("value", DataType.INT64));
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private Path folder;
    private Engine engine;

    @Setup
    public void checkpoint() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("restore");
        engine = Engine.start(EngineConfig.defaults().withMemoryLimitBytes(10L << 30));
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = query(pipeline);
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
            System.out.println(job.snapshot().checkpoints());
            job.stop();
            job.await();
        }
    }

    private Input<Void> query(Pipeline pipeline) {
        Input<Void> input = pipeline.input("rows", rows, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
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

    @TearDown
    public void delete() throws IOException {
        engine.close();
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    public long restore() throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        query(pipeline);
        Job job = engine.restore(pipeline, config());
        long restored = job.snapshot().panes();
        if (restored != panes) {
            throw new IllegalStateException("panes=" + restored);
        }
        job.stop();
        job.await();
        return restored;
    }

    @Benchmark
    public long read() throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                try (FileChannel channel = FileChannel.open(file)) {
                    for (int read = channel.read(buffer.clear()); read > 0; read = channel.read(buffer.clear())) {
                        bytes += read;
                    }
                }
            }
        }
        return bytes;
    }
}
