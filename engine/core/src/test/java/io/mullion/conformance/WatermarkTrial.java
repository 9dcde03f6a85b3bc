package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.Collected;
import io.mullion.DataStream;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.expr.Expressions;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A case that says what the watermark of several inputs is after each batch. It is asked for by two more rows: that at
/// the watermark is in time, the one before it is late.
final class WatermarkTrial {
    private static final CaseColumns COLUMNS = CaseColumns.of();

    private WatermarkTrial() {}

    static boolean translates(Case one) {
        return one.operation().equals("watermark");
    }

    static List<String> check(Case one) throws InterruptedException {
        for (int batch = 0; batch < one.expected().size(); batch++) {
            long watermark = one.expected().get(batch).asLong();
            assertEquals(List.of(watermark - 1), late(one, batch, watermark), "late after batch " + batch);
        }
        return List.of();
    }

    /// Which of the two rows are late after the batch.
    private static List<Object> late(Case one, int last, long watermark) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Map<String, Input<Void>> inputs = new TreeMap<>();
        String policy = one.word("policy").isEmpty() ? "min" : one.word("policy");
        one.params()
                .get("inputs")
                .properties()
                .forEach(side -> inputs.put(
                        side.getKey(),
                        pipeline.input(
                                side.getKey(),
                                COLUMNS.schema(),
                                CaseColumns.TIME,
                                SideWatermarks.perBatch(
                                        side.getValue().get("delay_ms").asLong(), policy, false),
                                Overload.BLOCK)));
        List<DataStream> streams = new ArrayList<>();
        inputs.values().forEach(input -> streams.add(input.stream()));
        Collected late = new Collected();
        streams.getFirst()
                .union(streams.subList(1, streams.size()).toArray(DataStream[]::new))
                .window(Window.tumbling(Duration.ofMillis(1)))
                .lateRowsTo(late)
                .aggregate(Expressions.count().as("n"))
                .to(new Collected());
        try (TestEngine engine = TestEngine.create(Engines.SMALL)) {
            Job job = engine.run(pipeline);
            Map<String, Producer<Void>> producers = new TreeMap<>();
            inputs.forEach((side, input) -> producers.put(side, job.producer(input)));
            for (int batch = 0; batch <= last; batch++) {
                for (JsonNode row : one.batches().get(batch)) {
                    offer(
                            producers.get(row.get("side").asText()),
                            row.get(CaseColumns.TIME).asLong());
                }
                engine.advanceTo(Question.BATCH.multipliedBy(batch + 1L));
            }
            late.rows.clear();
            Producer<Void> any = producers.values().iterator().next();
            offer(any, watermark - 1);
            offer(any, watermark);
            engine.runUntilIdle();
            producers.values().forEach(Producer::close);
            job.drain();
            job.await();
        }
        return late.column(CaseColumns.TIME);
    }

    private static void offer(Producer<Void> producer, long time) {
        var row = producer.row();
        row.setLong(0, time);
        row.commit();
    }
}
