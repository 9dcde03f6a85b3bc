package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.split;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.WindowedStream;
import io.mullion.expr.Expr;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Puts the question of a [RandomStream] to an engine.
final class StreamRun {
    private final RandomStream stream;
    private final Collected collected = new Collected();
    private final Pipeline pipeline = Pipeline.create();
    private final Input<Void> input;

    private StreamRun(RandomStream stream) {
        this.stream = stream;
        input = pipeline.input(
                "events",
                Event.schema(stream.unit(), stream.nullable()),
                "time",
                stream.explicit() ? Watermark.explicit() : Watermark.bounded(stream.disorderDuration()),
                Overload.BLOCK);
        DataStream rows = stepped(
                stream.filter() == null
                        ? input.stream()
                        : input.stream().filter(stream.filter().predicate()));
        WindowedStream windowed = stream.keys().isEmpty()
                ? rows.window(stream.window())
                : rows.keyBy(stream.keys().toArray(String[]::new)).window(stream.window());
        windowed.aggregate(stream.asked().stream().map(Asked::expression).toArray(Expr[]::new))
                .to(collected);
        pipeline.deadLetters(_ -> {});
    }

    /// On the test's thread.
    static Answer in(TestEngine engine, RandomStream stream, Cadence cadence) throws InterruptedException {
        StreamRun run = new StreamRun(stream);
        Job job = engine.run(run.pipeline);
        Random random = new Random(stream.seed());
        List<Producer<Void>> producers = new ArrayList<>();
        for (int i = 0; i < cadence.producers(); i++) {
            producers.add(job.producer(run.input));
        }
        for (int i = 0; i < stream.rows().size(); i++) {
            run.feed(producers.get(random.nextInt(producers.size())), i);
            if (cadence.worksNow(random)) {
                engine.runUntilIdle();
            }
        }
        producers.forEach(Producer::close);
        job.drain();
        job.await();
        return run.answer(job);
    }

    /// With the engine's own threads, each producer on one of its own.
    static Answer in(Engine engine, RandomStream stream, int producerCount) throws InterruptedException {
        StreamRun run = new StreamRun(stream);
        Job job = engine.run(run.pipeline);
        List<Producer<Void>> producers = new ArrayList<>();
        for (int i = 0; i < producerCount; i++) {
            producers.add(job.producer(run.input));
        }
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producerCount; p++) {
            int first = p;
            threads.add(Thread.ofPlatform().start(() -> {
                try (Producer<Void> producer = producers.get(first)) {
                    for (int i = first; i < stream.rows().size(); i += producerCount) {
                        run.feed(producer, i);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        job.drain();
        job.await();
        return run.answer(job);
    }

    private void feed(Producer<Void> producer, int index) {
        if (stream.explicit() && stream.statements().get(index) != Long.MIN_VALUE) {
            producer.watermark(stream.statements().get(index));
        }
        RowWriter row = producer.row();
        stream.rows().get(index).write(row);
        assertEquals(Offer.ACCEPTED, row.commit());
    }

    private Answer answer(Job job) {
        assertEquals(stream.rows().size(), job.counters().rowsIn());
        assertEquals(collected.rows.size(), job.counters().rowsOut());
        return Answer.of(
                collected.rows, job.counters().lateRows(), job.counters().deadLetters());
    }

    private DataStream stepped(DataStream rows) {
        List<Expr> columns = new ArrayList<>();
        for (String name : List.of("words", "z", "b", "f", "at", "k", "i", "d")) {
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
