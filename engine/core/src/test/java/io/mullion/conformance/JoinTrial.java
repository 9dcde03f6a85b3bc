package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.Collected;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A case with two inputs: its rows and watermarks go to the one that they are for.
final class JoinTrial {
    private static final String SIDE = "side";
    /// Batches, from 1 on, before which the job is another one.
    private static final String RESTART = "restart_before_batch";

    private final Case one;
    private final CaseColumns columns;
    private final Collected results = new Collected();
    private final JoinQuestion question;
    private final Pipeline pipeline = Pipeline.create();
    private final Map<String, Input<Void>> inputs = new HashMap<>();
    private final Map<String, Producer<Void>> producers = new HashMap<>();
    private Job job;
    /// By jobs before this one.
    private long lateBefore;

    private final List<Row> came = new ArrayList<>();
    private final List<Row> late = new ArrayList<>();
    private final List<Long> lateCounts = new ArrayList<>();
    private final List<Long> keptCounts = new ArrayList<>();

    private JoinTrial(Case one) {
        this.one = one;
        columns = CaseColumns.of(
                one.items().stream()
                        .filter(item -> !item.has("wm") && !item.has("end"))
                        .toList(),
                Set.of());
        question = new JoinQuestion(one, columns, new Collected(), new Collected());
    }

    static boolean translates(Case one) {
        return one.operation().contains("join");
    }

    /// Returns where our answer is another one by design.
    static List<String> check(Case one) throws InterruptedException {
        List<String> changes = new ArrayList<>();
        Case asked = SparkDifference.withoutRowsAtWatermark(one, changes);
        List<Row> expected = SparkDifference.atOnce(asked, expected(asked), changes);
        JoinTrial trial = new JoinTrial(asked);
        trial.run();
        trial.compare(expected);
        return changes;
    }

    private static List<Row> expected(Case one) {
        List<Row> rows = new ArrayList<>();
        List<JsonNode> expected = one.expected();
        for (int i = 0; i < expected.size(); i++) {
            for (JsonNode row : one.batched() ? Case.list(expected.get(i)) : List.of(expected.get(i))) {
                rows.add(Row.of(row, one.batched() ? i : Row.ANY, Set.of()));
            }
        }
        return rows;
    }

    private void run() throws InterruptedException {
        for (String side : List.of("L", "R")) {
            inputs.put(
                    side,
                    columns.timed()
                            ? pipeline.input(side, columns.schema(), CaseColumns.TIME, watermark(side), Overload.BLOCK)
                            : pipeline.input(side, columns.schema(), Overload.BLOCK));
        }
        question.of(inputs.get("L").stream(), inputs.get("R").stream()).to(results);
        try (Checkpointed checkpoints = Checkpointed.of(one.has(RESTART));
                TestEngine engine = TestEngine.create(Engines.SMALL)) {
            begin(engine.run(pipeline, checkpoints.config()));
            feed(engine, checkpoints);
            producers.values().forEach(Producer::close);
            job.drain();
            job.await();
            assertEquals(0, job.counters().deadLetters(), "dead letters");
            assertEquals(0, job.counters().rowsKept(), "rows kept at the end");
            assertEquals(0, engine.memoryBytesInUse(), "bytes in use at the end");
        }
    }

    private void begin(Job job) {
        this.job = job;
        inputs.forEach((side, input) -> producers.put(side, job.producer(input)));
    }

    /// The job makes a checkpoint and dies, and another one goes on from there.
    private void restart(TestEngine engine, Checkpointed checkpoints) throws InterruptedException {
        job.checkpoint();
        job.stop();
        job.await();
        producers.values().forEach(Producer::close);
        lateBefore += job.counters().lateRows();
        begin(engine.restore(pipeline, checkpoints.config()));
    }

    private Watermark watermark(String side) {
        return SideWatermarks.of(one, side);
    }

    private void feed(TestEngine engine, Checkpointed checkpoints) throws InterruptedException {
        if (one.batched()) {
            for (int batch = 0; batch < one.batches().size(); batch++) {
                if (Trial.asksFor(one, RESTART, batch + 1)) {
                    restart(engine, checkpoints);
                }
                for (JsonNode row : one.batches().get(batch)) {
                    offer(row);
                }
                engine.advanceTo(Question.BATCH.multipliedBy(batch + 1L));
                lateCounts.add(lateBefore + job.counters().lateRows());
                keptCounts.add(job.counters().rowsKept());
                add(batch);
            }
            return;
        }
        List<JsonNode> items = one.items();
        boolean ended = false;
        for (int at = 0; at < items.size(); at++) {
            JsonNode item = items.get(at);
            if (item.has("wm")) {
                long stated = Terms.stated(one, item.get("wm").asLong());
                for (String side : item.has(SIDE) ? List.of(item.get(SIDE).asText()) : producers.keySet()) {
                    producers.get(side).watermark(stated);
                }
            } else if (item.has("end")) {
                end();
                ended = true;
            } else {
                offer(item);
            }
            engine.runUntilIdle();
            add(at);
        }
        if (!ended && !one.scheme().equals("explicit")) {
            end();
        }
        add(items.size());
    }

    private void end() throws InterruptedException {
        producers.values().forEach(Producer::close);
        job.drain();
        job.await();
    }

    private void offer(JsonNode item) {
        RowWriter row = producers.get(item.get(SIDE).asText()).row();
        columns.write(item, row);
        assertEquals(Offer.ACCEPTED, row.commit());
    }

    private void add(int at) {
        results.rows
                .subList(came.size(), results.rows.size())
                .forEach(row -> came.add(Row.of(row, results.schema, at)));
        for (Collected side : List.of(question.lateLeft(), question.lateRight())) {
            String name = side == question.lateLeft() ? "L" : "R";
            side.rows.forEach(row -> late.add(Row.of(row, side.schema, at).with(SIDE, name)));
            side.rows.clear();
        }
    }

    private void compare(List<Row> expected) {
        boolean timed = expected.stream().anyMatch(row -> row.at() != Row.ANY);
        assertEquals(
                text(expected),
                text(came.stream()
                        .map(row -> expected.isEmpty()
                                ? row
                                : row.with(expected.getFirst().cells().keySet()).at(timed ? row.at() : Row.ANY))
                        .toList()),
                "results");
        if (one.json().has("expected_late")) {
            List<Row> expectedLate = Case.list(one.json().get("expected_late")).stream()
                    .map(row -> Row.of(row, Row.ANY, Set.of()))
                    .toList();
            assertEquals(
                    text(expectedLate),
                    text(late.stream()
                            .map(row -> row.with(
                                            expectedLate.isEmpty()
                                                    ? Set.of(SIDE)
                                                    : expectedLate
                                                            .getFirst()
                                                            .cells()
                                                            .keySet())
                                    .at(expectedLate.isEmpty() ? Row.ANY : row.at()))
                            .toList()),
                    "late rows");
        }
        compare("late_dropped", lateCounts, true);
        compare("state_rows", keptCounts, false);
    }

    private void compare(String param, List<Long> counts, boolean running) {
        if (one.has(param)) {
            long before = 0;
            for (int batch = 0; batch < counts.size(); batch++) {
                JsonNode expected = one.params().get(param).path(batch);
                if (expected.isNumber()) {
                    assertEquals(expected.asLong(), counts.get(batch) - before, param + " of batch " + batch);
                }
                before = running ? counts.get(batch) : 0;
            }
        }
    }

    private static String text(List<Row> rows) {
        return rows.stream().map(Row::toString).sorted().collect(Collectors.joining("\n"));
    }
}
