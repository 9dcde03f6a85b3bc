package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.split;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.JobCounters;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.WindowedStream;
import io.mullion.expr.Expr;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.oracle.Answer.Lost;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.Overload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Puts the question of a [RandomStream] to an engine.
final class StreamRun {
    /// What one of the questions got.
    ///
    /// @param kept rows of either that are there for good
    private record Got(RandomStream question, Collected collected, Collected late, int[] kept) {
        Results results() {
            List<List<Object>> rows =
                    collected.rows.stream().map(StreamRun::withBags).toList();
            return new Results(rows, question.keys().size(), question.shape().sessions(), question.lateness() > 0);
        }

        Answer answer(Answer.Lost lost) {
            return Answer.of(
                    results().last(), late.rows.stream().map(this::lateLine).toList(), lost);
        }

        private String lateLine(List<Object> row) {
            return Answer.line(Event.COLUMNS.stream()
                    .map(column -> row.get(late.schema.indexOf(column)))
                    .toList());
        }
    }

    private final RandomStream stream;
    private final List<Got> got = new ArrayList<>();
    private final Pipeline pipeline = Pipeline.create();
    private final Input<Void> input;
    private Job job;
    /// What jobs that died had counted.
    private Lost before = Lost.NOTHING;

    private long rowsBefore;
    private long rowsOutBefore;

    private StreamRun(RandomStream stream) {
        this.stream = stream;
        input = pipeline.input(
                "events",
                Event.schema(stream.unit(), stream.timeNullable(), stream.nullable()),
                "time",
                stream.strategy().watermark(stream.unit()),
                Overload.BLOCK);
        DataStream rows = stepped(
                stream.filter() == null
                        ? input.stream()
                        : input.stream().filter(stream.filter().predicate()));
        stream.questions().forEach(question -> ask(question, rows));
        pipeline.deadLetters(_ -> {});
    }

    private void ask(RandomStream question, DataStream rows) {
        Got got = new Got(question, new Collected(), new Collected(), new int[2]);
        this.got.add(got);
        WindowedStream windowed = question.keys().isEmpty()
                ? rows.window(question.window())
                : rows.keyBy(question.keys().toArray(String[]::new)).window(question.window());
        if (question.lateness() > 0) {
            windowed = windowed.allowedLateness(Shape.duration(question.unit(), question.lateness()));
        }
        if (question.lateOutput()) {
            windowed = windowed.lateRowsTo(got.late);
        }
        windowed.aggregate(question.asked().stream().map(Asked::expression).toArray(Expr[]::new))
                .to(got.collected);
    }

    /// On the test's thread.
    static StreamRun in(TestEngine engine, RandomStream stream, Cadence cadence) throws InterruptedException {
        return in(engine, stream, cadence, 1);
    }

    static StreamRun in(TestEngine engine, RandomStream stream, Cadence cadence, int workers)
            throws InterruptedException {
        StreamRun run = new StreamRun(stream);
        run.job = engine.run(run.pipeline, JobConfig.defaults().withWorkers(workers));
        Random random = new Random(stream.seed());
        List<Producer<Void>> producers = new ArrayList<>();
        for (int i = 0; i < cadence.producers(); i++) {
            producers.add(run.job.producer(run.input));
        }
        long millis = 0;
        for (Arrival arrival : stream.arrivals()) {
            if (arrival.ticks() > 0) {
                millis += arrival.ticks();
                engine.advanceTo(Duration.ofMillis(millis));
            }
            run.feed(producers.get(random.nextInt(producers.size())), arrival);
            if (cadence.worksNow(random)) {
                engine.runUntilIdle();
            }
        }
        producers.forEach(Producer::close);
        run.job.drain();
        run.job.await();
        return run;
    }

    /// On the test's thread, with deaths: some rows behind a checkpoint the job stops, what it has handed on since is
    /// forgotten, and another one goes on from the checkpoint and gets these rows again.
    ///
    /// @param mostWorkers each of the jobs has at least one
    static StreamRun withDeaths(TestEngine engine, RandomStream stream, Cadence cadence, Path folder, int mostWorkers)
            throws InterruptedException {
        StreamRun run = new StreamRun(stream);
        JobConfig config = JobConfig.defaults().withCheckpoints(Checkpoints.to(folder));
        Random random = new Random(stream.seed());
        Random lives = new Random(stream.seed());
        run.job = engine.run(run.pipeline, config.withWorkers(1 + lives.nextInt(mostWorkers)));
        Producer<Void> producer = run.producerOfSomeWorker(engine, lives, mostWorkers);
        long millis = 0;
        for (int i = 0; i < stream.arrivals().size(); i++) {
            Arrival arrival = stream.arrivals().get(i);
            if (random.nextInt(8) == 0) {
                // Rows that no worker has taken are no part of it.
                engine.runUntilIdle();
                run.job.checkpoint();
                run.remember();
                for (int lost = i; lost < stream.arrivals().size() && random.nextInt(4) > 0; lost++) {
                    // Time does not go back.
                    if (stream.arrivals().get(lost).ticks() > 0) {
                        break;
                    }
                    run.feed(producer, stream.arrivals().get(lost));
                    if (random.nextBoolean()) {
                        engine.runUntilIdle();
                    }
                }
                run.job.stop();
                run.job.await();
                producer.close();
                run.forget();
                run.job = engine.restore(run.pipeline, config.withWorkers(1 + lives.nextInt(mostWorkers)));
                producer = run.producerOfSomeWorker(engine, lives, mostWorkers);
            }
            if (arrival.ticks() > 0) {
                millis += arrival.ticks();
                engine.advanceTo(Duration.ofMillis(millis));
            }
            run.feed(producer, arrival);
            if (cadence.worksNow(random)) {
                engine.runUntilIdle();
            }
        }
        producer.close();
        run.job.drain();
        run.job.await();
        return run;
    }

    /// The workers get lanes in turn. One that was opened holds time back until all know that it is closed again.
    private Producer<Void> producerOfSomeWorker(TestEngine engine, Random random, int workers) {
        for (int passed = random.nextInt(workers); passed > 0; passed--) {
            job.producer(input).close();
            engine.runUntilIdle();
        }
        return job.producer(input);
    }

    /// What is there is there for good.
    private void remember() {
        JobCounters counters = job.counters();
        before = before.plus(new Lost(
                counters.lateRows(), counters.deadLetters(), counters.rowsWithoutTime(), counters.rowsWithoutGap()));
        rowsBefore += counters.rowsIn();
        rowsOutBefore += counters.rowsOut();
        got.forEach(each -> {
            each.kept[0] = each.collected.rows.size();
            each.kept[1] = each.late.rows.size();
        });
    }

    /// What came since is not.
    private void forget() {
        got.forEach(each -> {
            each.collected
                    .rows
                    .subList(each.kept[0], each.collected.rows.size())
                    .clear();
            each.late.rows.subList(each.kept[1], each.late.rows.size()).clear();
        });
    }

    /// With the engine's own threads and clock, each producer on a thread of its own.
    static StreamRun in(Engine engine, RandomStream stream, int producerCount) throws InterruptedException {
        return in(engine, stream, producerCount, 1);
    }

    static StreamRun in(Engine engine, RandomStream stream, int producerCount, int workers)
            throws InterruptedException {
        StreamRun run = new StreamRun(stream);
        run.job = engine.run(run.pipeline, JobConfig.defaults().withWorkers(workers));
        List<Producer<Void>> producers = new ArrayList<>();
        for (int i = 0; i < producerCount; i++) {
            producers.add(run.job.producer(run.input));
        }
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producerCount; p++) {
            int first = p;
            threads.add(Thread.ofPlatform().start(() -> {
                try (Producer<Void> producer = producers.get(first)) {
                    for (int i = first; i < stream.arrivals().size(); i += producerCount) {
                        run.feed(producer, stream.arrivals().get(i));
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        run.job.drain();
        run.job.await();
        return run;
    }

    private void feed(Producer<Void> producer, Arrival arrival) {
        if (stream.strategy() instanceof Strategy.Explicit && arrival.stated() != Long.MIN_VALUE) {
            producer.watermark(arrival.stated());
        }
        RowWriter row = producer.row();
        arrival.row().write(row);
        assertEquals(Offer.ACCEPTED, row.commit());
    }

    private static List<Object> withBags(List<Object> row) {
        List<Object> cells = new ArrayList<>(row);
        cells.replaceAll(cell -> cell instanceof List<?> list ? Asked.sorted(list.stream()) : cell);
        return cells;
    }

    /// All results to a question, in their order.
    Results results(int question) {
        return got.get(question).results();
    }

    Answer answer() {
        JobCounters counters = job.counters();
        assertEquals(stream.arrivals().size(), rowsBefore + counters.rowsIn());
        assertEquals(
                got.stream()
                        .mapToLong(each -> each.collected.rows.size() + each.late.rows.size())
                        .sum(),
                rowsOutBefore + counters.rowsOut());
        List<Answer> answers = new ArrayList<>();
        for (Got each : got) {
            boolean first = answers.isEmpty();
            Lost lost = before.plus(new Lost(
                    counters.lateRows(),
                    counters.deadLetters(),
                    counters.rowsWithoutTime(),
                    counters.rowsWithoutGap()));
            answers.add(each.answer(first ? lost : new Lost(0, 0, lost.withoutTime(), 0)));
        }
        return Answer.together(answers);
    }

    String explain() {
        return job.explain();
    }

    long combinedPanes() {
        return job.counters().combinedPanes();
    }

    private DataStream stepped(DataStream rows) {
        List<Expr> columns = new ArrayList<>();
        for (String name : List.of("words", "z", "b", "f", "at", "k", "i", "d", "g", "id")) {
            columns.add(col(name));
        }
        return switch (stream.step()) {
            case NONE -> rows;
            case SELECT -> {
                columns.add(col("x").plus(1).as("x"));
                columns.add(col("y").times(2).as("y"));
                columns.add(col("s"));
                yield rows.select(columns.toArray(Expr[]::new));
            }
            case SPLIT -> {
                columns.add(2, split(col("words"), " ").as("s"));
                columns.add(col("x"));
                columns.add(col("y"));
                yield rows.flatMap(columns.toArray(Expr[]::new));
            }
        };
    }
}
