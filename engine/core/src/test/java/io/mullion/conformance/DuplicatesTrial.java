package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobCounters;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.spec.Overload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// A case of rows that are told from those before them.
final class DuplicatesTrial {
    private static final String AT_WATERMARK =
            "the key of a row at the very watermark is remembered: such a row may come again";

    private final Case one;
    private final CaseColumns columns;

    private DuplicatesTrial(Case one) {
        this.one = one;
        columns = CaseColumns.of(one.items(), Set.of());
    }

    static boolean translates(Case one) {
        return one.operation().equals("dedup");
    }

    /// Returns where our answer is another one by design.
    static List<String> check(Case one) throws InterruptedException {
        List<String> changes = new ArrayList<>();
        Case asked = timed(one) ? SparkDifference.withoutRowsAtWatermark(one, changes) : one;
        new DuplicatesTrial(asked).run(changes);
        return changes;
    }

    private static boolean timed(Case one) {
        return timeIsKey(one) || one.params().path("within_watermark").asBoolean();
    }

    private static boolean timeIsKey(Case one) {
        return one.params().path("event_time_is_key").asBoolean();
    }

    private void run(List<String> changes) throws InterruptedException {
        Collected results = new Collected();
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = columns.timed()
                ? pipeline.input("rows", columns.schema(), CaseColumns.TIME, Terms.watermark(one), Overload.BLOCK)
                : pipeline.input("rows", columns.schema(), Overload.BLOCK);
        firsts(input.stream()).to(results);
        List<Row> came = new ArrayList<>();
        List<JobCounters> counters = new ArrayList<>();
        try (TestEngine engine = TestEngine.create(Engines.SMALL)) {
            Job job = engine.run(pipeline);
            Producer<Void> producer = job.producer(input);
            for (int batch = 0; batch < one.batches().size(); batch++) {
                for (JsonNode values : one.batches().get(batch)) {
                    RowWriter row = producer.row();
                    columns.write(values, row);
                    assertEquals(Offer.ACCEPTED, row.commit());
                }
                engine.advanceTo(Question.BATCH.multipliedBy(batch + 1L));
                counters.add(job.counters());
                for (List<Object> row : results.rows.subList(came.size(), results.rows.size())) {
                    came.add(Row.of(row, results.schema, batch));
                }
            }
            producer.close();
            job.drain();
            job.await();
            assertEquals(0, engine.memoryBytesInUse(), "bytes in use at the end");
        }
        compare(came);
        compare("late_dropped", differences(counters, JobCounters::lateRows));
        compare("duplicates_dropped", differences(counters, JobCounters::duplicateRows));
        compareKept(counters, changes);
    }

    private DataStream firsts(DataStream rows) {
        List<String> keys = Case.list(one.params().get("keys")).stream()
                .map(JsonNode::asText)
                .collect(Collectors.toCollection(ArrayList::new));
        if (timeIsKey(one) && !keys.contains(CaseColumns.TIME)) {
            keys.add(CaseColumns.TIME);
        }
        String[] names = keys.toArray(String[]::new);
        return one.params().path("within_watermark").asBoolean()
                ? rows.dropDuplicatesWithin(
                        Duration.ofMillis(
                                one.params().path("watermark").path("delay_ms").asLong()),
                        names)
                : rows.dropDuplicates(names);
    }

    private void compare(List<Row> came) {
        List<Row> expected = new ArrayList<>();
        for (int batch = 0; batch < one.expected().size(); batch++) {
            for (JsonNode row : one.expected().get(batch)) {
                expected.add(Row.of(row, batch, Set.of()));
            }
        }
        Set<String> names =
                expected.isEmpty() ? Set.of() : expected.getFirst().cells().keySet();
        assertEquals(
                text(expected), text(came.stream().map(row -> row.with(names)).toList()), "results");
    }

    private static String text(List<Row> rows) {
        return rows.stream().map(Row::toString).sorted().collect(Collectors.joining("\n"));
    }

    private static List<Long> differences(List<JobCounters> counters, ToLongFunction<JobCounters> counter) {
        List<Long> differences = new ArrayList<>();
        long before = 0;
        for (JobCounters each : counters) {
            differences.add(counter.applyAsLong(each) - before);
            before = counter.applyAsLong(each);
        }
        return differences;
    }

    private void compare(String param, List<Long> counts) {
        for (int batch = 0; batch < counts.size(); batch++) {
            JsonNode expected = one.params().path(param).path(batch);
            if (expected.isNumber()) {
                assertEquals(expected.asLong(), counts.get(batch), param + " of batch " + batch);
            }
        }
    }

    private void compareKept(List<JobCounters> counters, List<String> changes) {
        for (int batch = 0; batch < counters.size(); batch++) {
            JsonNode expected = one.params().path("state_rows").path(batch);
            if (expected.isNumber()) {
                long atWatermark = timeIsKey(one) ? atWatermark(batch) : 0;
                if (atWatermark > 0 && !changes.contains(AT_WATERMARK)) {
                    changes.add(AT_WATERMARK);
                }
                assertEquals(
                        expected.asLong() + atWatermark,
                        counters.get(batch).rowsKept(),
                        "keys remembered after batch " + batch);
            }
        }
    }

    /// How many rows that came out by the end of a batch lie at the watermark which it brought.
    private long atWatermark(int batch) {
        long watermark = SparkDifference.watermarkAfter(one, batch);
        long count = 0;
        for (int i = 0; i <= batch; i++) {
            for (JsonNode row : one.expected().get(i)) {
                count += row.path(CaseColumns.TIME).asLong() == watermark ? 1 : 0;
            }
        }
        return count;
    }
}
