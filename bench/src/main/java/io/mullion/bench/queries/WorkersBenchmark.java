package io.mullion.bench.queries;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;
import io.mullion.io.Producer;
import io.mullion.spec.WorkerThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/// How much faster are two workers than one, where rows wait for them in filled batches and nobody produces?
///
/// Two lanes hold a block of 4.2 million rows each before the time begins; what is timed is from when the workers'
/// threads are let go until the job has ended, its last windows fired. One worker reads both lanes, two read one each.
///
/// The score is million input rows a second (an operation is a row). The ratio to quote is that of two workers to one,
/// and only of a machine that has two cores to spare.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx3g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(WorkersBenchmark.LANES * QueryRows.ROWS)
public class WorkersBenchmark {
    static final int LANES = 2;

    @Param({"filter-map-sum", "ysb dense", "sliding dense", "sliding scattered", "session dense"})
    public String query;

    @Param({"1", "2"})
    public int workers;

    /// Whether workers aggregate their own rows before these come together.
    @Param("true")
    public boolean partialPanes;

    private Query made;
    private Engine engine;
    private Job job;
    private Answer answer;
    private final List<Thread> threads = new ArrayList<>();

    @Setup
    public void make() throws InterruptedException {
        made = Query.named(query);
        made.requireSameAnswers();
    }

    @Setup(Level.Invocation)
    public void fill() {
        engine = Engine.start(QueryRun.filledBatches());
        Pipeline pipeline = Pipeline.create();
        answer = new Answer();
        Input<Void> input = made.addTo(pipeline, made.sink(answer));
        threads.clear();
        WorkerThread held = WorkerThread.on(task -> threads.add(new Thread(task)));
        JobConfig config = JobConfig.defaults()
                .withThread(held)
                .withWorkers(workers)
                .withPartialPanes(partialPanes)
                .withLatencies(false);
        job = engine.run(pipeline, config);
        List<Producer<Void>> producers = new ArrayList<>();
        for (int lane = 0; lane < LANES; lane++) {
            producers.add(job.producer(input));
        }
        for (Producer<Void> producer : producers) {
            made.write(producer, 0);
            producer.close();
        }
        job.drain();
    }

    @Benchmark
    public long rows() throws InterruptedException {
        threads.forEach(Thread::start);
        job.await();
        return answer.hash();
    }

    @TearDown(Level.Invocation)
    public void close() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        engine.close();
    }
}
