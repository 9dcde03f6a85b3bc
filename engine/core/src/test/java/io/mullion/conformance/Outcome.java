package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engines;
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
import io.mullion.spec.Window;
import java.util.ArrayList;
import java.util.List;

/// What the engine answers to a [Question].
///
/// @param rows results, each with the step it came out at
/// @param late rows that were handed on as late
/// @param lateCounts how many rows the job had counted as late by the end of each batch
record Outcome(List<Row> rows, List<Row> late, List<Long> lateCounts) {
    /// Puts the question to an engine that does all its work on this thread. Whatever is not the answer to the last
    /// step, because the case ends before its input does, is left out.
    static Outcome of(Question question) throws InterruptedException {
        Collected results = new Collected();
        Collected late = new Collected();
        Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = input(pipeline, question);
        windows(input.stream(), question, late).to(results);
        try (TestEngine engine = TestEngine.create(Engines.SMALL);
                Run run = new Run(engine, pipeline, input, question)) {
            for (Step step : question.steps()) {
                outcome.take(step, run);
                outcome.add(step.at(), results, late);
            }
            if (question.lateRows()) {
                assertEquals(run.job.counters().lateRows(), outcome.late.size(), "late rows counted and handed on");
            }
            run.end();
            assertEquals(0, run.job.counters().deadLetters(), "dead letters");
            assertEquals(0, engine.memoryBytesInUse(), "bytes in use at the end");
        }
        return outcome;
    }

    /// The job, or the one that has gone on from its checkpoint.
    private static final class Run implements AutoCloseable {
        final TestEngine engine;
        final Question question;
        private final Pipeline pipeline;
        private final Input<Void> input;
        private final Checkpointed checkpoints;

        Job job;
        Producer<Void> producer;

        Run(TestEngine engine, Pipeline pipeline, Input<Void> input, Question question) {
            this.engine = engine;
            this.pipeline = pipeline;
            this.input = input;
            this.question = question;
            checkpoints = Checkpointed.of(question.steps().stream().anyMatch(Step.Restore.class::isInstance));
            job = engine.run(pipeline, checkpoints.config());
            producer = job.producer(input);
        }

        void restore() throws InterruptedException {
            job.checkpoint();
            job.stop();
            job.await();
            producer.close();
            job = engine.restore(pipeline, checkpoints.config());
            producer = job.producer(input);
        }

        void end() throws InterruptedException {
            producer.close();
            job.drain();
            job.await();
        }

        @Override
        public void close() {
            checkpoints.close();
        }
    }

    private static Input<Void> input(Pipeline pipeline, Question question) {
        return question.watermark() == null
                ? pipeline.input("rows", question.columns().schema(), Overload.BLOCK)
                : pipeline.input(
                        "rows", question.columns().schema(), CaseColumns.TIME, question.watermark(), Overload.BLOCK);
    }

    private static DataStream windows(DataStream rows, Question question, Collected late) {
        WindowedStream windowed = windowed(rows, question.keys(), question.window());
        if (!question.lateness().isZero()) {
            windowed = windowed.allowedLateness(question.lateness());
        }
        if (!question.early().isZero()) {
            windowed = windowed.earlyResults(question.early());
        }
        if (question.lateRows()) {
            windowed = windowed.lateRowsTo(late);
        }
        DataStream results = windowed.aggregate(question.aggregates().toArray(Expr[]::new));
        if (question.greatest() != null) {
            results = results.topOfWindow(1, question.greatest());
        }
        for (Question.Stage stage : question.then()) {
            results = windowed(results, stage.keys(), stage.window())
                    .aggregate(stage.aggregates().toArray(Expr[]::new));
        }
        return results;
    }

    private static WindowedStream windowed(DataStream rows, List<String> keys, Window window) {
        return keys.isEmpty()
                ? rows.window(window)
                : rows.keyBy(keys.toArray(String[]::new)).window(window);
    }

    private void take(Step step, Run run) throws InterruptedException {
        switch (step) {
            case Step.Feed feed -> {
                RowWriter row = run.producer.row();
                run.question.columns().write(feed.row(), row);
                assertEquals(Offer.ACCEPTED, row.commit());
                run.engine.runUntilIdle();
            }
            case Step.State state -> {
                run.producer.watermark(state.time());
                run.engine.runUntilIdle();
            }
            case Step.EndBatch batch -> {
                run.engine.advanceTo(Question.BATCH.multipliedBy(batch.at() + 1L));
                lateCounts.add(run.job.counters().lateRows());
            }
            case Step.Restore _ -> run.restore();
            case Step.End _ -> run.end();
        }
    }

    private void add(int at, Collected results, Collected late) {
        results.rows
                .subList(rows.size(), results.rows.size())
                .forEach(row -> rows.add(Row.of(row, results.schema, at)));
        late.rows
                .subList(this.late.size(), late.rows.size())
                .forEach(row -> this.late.add(Row.of(row, late.schema, at)));
    }
}
