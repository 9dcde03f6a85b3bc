package io.mullion.bench.queries;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.io.Producer;
import java.util.concurrent.TimeUnit;
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

/// How many rows a second does a query take from one producing thread, with a worker on a thread of its own?
///
/// Rows are written one by one through a row writer, into a lane of the default size; a producer that is too fast
/// waits. The time ends when the worker has taken the last row of the block.
///
/// The score is million input rows a second (an operation is a row). The ratio to quote is that to
/// [FilledBatchesBenchmark]'s `engine`: what the way in costs when it has a CPU of its own. With fewer than two free
/// cores the figures say how the scheduler shares one.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(QueryRows.ROWS)
public class FrontDoorBenchmark {
    @Param({"ysb dense", "sliding dense", "sliding scattered", "filter-map-sum", "wordcount"})
    public String query;

    private Query made;
    private Answer answer;
    private Engine engine;
    private Job job;
    private Producer<Void> producer;
    private long rows;
    private long shift;

    @Setup
    public void prepare() {
        made = Query.named(query);
        answer = new Answer();
        engine = Engine.start(QueryRun.frontDoor());
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = made.addTo(pipeline, made.sink(answer));
        job = engine.run(pipeline);
        producer = job.producer(input);
    }

    @TearDown
    public void close() {
        producer.close();
        engine.close();
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
