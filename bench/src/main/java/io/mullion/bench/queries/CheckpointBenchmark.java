package io.mullion.bench.queries;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.io.Producer;
import io.mullion.spec.Checkpoints;
import java.io.IOException;
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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What does a checkpoint each second cost a query that takes rows from one producing thread?
///
/// As [FrontDoorBenchmark]; the thread that brings checkpoints to disk is a third one. The ratio to quote is that of
/// the score with checkpoints to the one without; behind each fork stands for how long the worker stood still.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 2)
@OperationsPerInvocation(QueryRows.ROWS)
public class CheckpointBenchmark {
    @Param({"ysb dense", "sliding dense", "sliding-1m dense"})
    public String query;

    /// 0 for no checkpoints.
    @Param({"0", "1000"})
    public int everyMillis;

    private Query made;
    private Engine engine;
    private Job job;
    private Producer<Void> producer;
    private Path folder;
    private long rows;
    private long shift;

    @Setup
    public void prepare() throws IOException {
        made = Query.named(query);
        engine = Engine.start(QueryRun.frontDoor());
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = made.addTo(pipeline, made.sink(new Answer()));
        folder = Files.createTempDirectory("checkpoints");
        JobConfig config = JobConfig.defaults();
        job = engine.run(
                pipeline,
                everyMillis == 0
                        ? config
                        : config.withCheckpoints(Checkpoints.to(folder).every(Duration.ofMillis(everyMillis))));
        producer = job.producer(input);
    }

    @TearDown
    public void close() throws IOException {
        System.out.println(job.snapshot().checkpoints());
        producer.close();
        engine.close();
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    public long engine() {
        made.write(producer, shift);
        shift += made.blockMillis();
        rows += QueryRows.ROWS;
        while (job.counters().rowsIn() < rows) {
            if (job.state().ended()) {
                throw new IllegalStateException("the job ended as " + job.state());
            }
            Thread.onSpinWait();
        }
        return rows;
    }
}
