package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mullion.BatchSlices;
import io.mullion.BatchedStream;
import io.mullion.Collected;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.TestEngine;
import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import io.mullion.io.BatchQueue;
import io.mullion.io.BatchSource;
import io.mullion.io.BatchView;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.io.Sink;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.Overload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// A micro-batch case in calls of the public API: its streams, its operations, its batches one by one.
final class BatchTrial {
    /// Batches that might have ended while a job was dead.
    private static final int DOWN = 7;

    private final Case one;
    /// Whether the engine asks for the batches; else producers offer their rows.
    private final boolean asked;

    private final List<List<List<JsonNode>>> streams = new ArrayList<>();
    private final List<CaseValues> values = new ArrayList<>();
    private final Duration interval;
    /// Of data sets that wait; null where there is none.
    private BatchQueue queue;
    /// How many have been put into it.
    private int queued;

    private BatchTrial(Case one, boolean asked) {
        this.one = one;
        this.asked = asked;
        interval = Duration.ofMillis(one.params().get("batch_ms").asLong());
        for (String name : List.of("batches", "batches2", "batches3")) {
            if (one.json().has(name)) {
                List<List<JsonNode>> batches = new ArrayList<>();
                one.json().get(name).forEach(batch -> batches.add(batch.isNull() ? null : Case.list(batch)));
                streams.add(batches);
                values.add(CaseValues.of(batches.stream()
                        .filter(batch -> batch != null)
                        .flatMap(List::stream)
                        .toList()));
            }
        }
        if (streams.isEmpty()) {
            streams.add(List.of());
            values.add(CaseValues.of(List.of()));
        }
    }

    /// What comes out, a list for each batch.
    static List<List<JsonNode>> run(Case one, boolean asked) throws InterruptedException {
        return new BatchTrial(one, asked).run();
    }

    /// Whether the source of a case does what a producer cannot: it gives not even an empty batch somewhere, or has
    /// batches that wait.
    static boolean needsToBeAsked(Case one) {
        return one.operation().equals("queueStream")
                || Stream.of("batches", "batches2", "batches3")
                        .flatMap(name -> Case.list(one.json().path(name)).stream())
                        .anyMatch(JsonNode::isNull);
    }

    private List<List<JsonNode>> run() throws InterruptedException {
        try (BufferAllocator allocator = new RootAllocator()) {
            return one.has("stop_after_batches")
                    ? recovered(one.params().get("stop_after_batches").asInt(), allocator)
                    : run(allocator);
        }
    }

    /// The pipeline of a case, for one job.
    private final class Asked {
        final BufferAllocator allocator;
        final Emissions emissions = new Emissions();
        final Pipeline pipeline = Pipeline.create();
        final List<Input<Void>> inputs = new ArrayList<>();
        final BatchTransforms transforms;
        final BatchStream result;

        /// @param first the batch that sources are asked for first
        Asked(int first, BufferAllocator allocator) {
            this.allocator = allocator;
            transforms = new BatchTransforms(allocator);
            List<BatchedStream> roots = new ArrayList<>();
            for (int stream = 0; stream < streams.size(); stream++) {
                if (one.operation().equals("queueStream")) {
                    queue = one.params().path("one_at_a_time").asBoolean(true)
                            ? BatchQueue.oneAtATime(values.get(stream).schema())
                            : BatchQueue.all(values.get(stream).schema());
                    roots.add(pipeline.from(queue, interval));
                } else if (asked) {
                    roots.add(pipeline.from(source(stream, first, allocator), interval));
                } else {
                    inputs.add(
                            pipeline.input("stream" + stream, values.get(stream).schema(), Overload.BLOCK));
                    roots.add(inputs.getLast().stream().batchInterval(interval));
                }
            }
            result = piped(from(roots, 1), one.params().path("pipeline"), roots, transforms);
            emissions.form = result.form();
        }
    }

    private List<List<JsonNode>> run(BufferAllocator allocator) throws InterruptedException {
        Asked asked = new Asked(0, allocator);
        BatchTransforms transforms = asked.transforms;
        BatchSlices<?> slices = one.operation().equals("slice") ? slices(asked.result) : null;
        asked.result.stream().to(asked.emissions);
        Emissions states = states(transforms);
        if (slices != null && one.refused()) {
            // What is to be refused is a slice of a job that has not started.
            slices.slice(Duration.ZERO, interval);
            return List.of();
        }
        try (TestEngine engine = TestEngine.create(Engines.SMALL)) {
            Job job = engine.run(asked.pipeline, JobConfig.defaults().withMostBatches(batchCount()));
            List<Producer<Void>> producers = producers(job, asked);
            for (int batch = 0; batch < batchCount(); batch++) {
                feed(producers, batch, allocator);
                engine.advanceTo(interval.multipliedBy(batch + 1));
            }
            producers.forEach(Producer::close);
            job.await();
            if (slices != null) {
                return sliced(slices);
            }
            assertEnded(engine, job);
        }
        if (states != null) {
            MicroBatchConformanceTest.assertBatches(one, one.json().get("expected_state"), states.batches);
        }
        if (transforms.parts() != null) {
            transforms
                    .parts()
                    .forEach((time, parts) -> assertEquals(transforms.partitions(), parts, "parts of " + time));
        }
        return asked.emissions.batches;
    }

    private static void assertEnded(TestEngine engine, Job job) {
        assertEquals(0, job.counters().deadLetters(), "dead letters");
        assertEquals(0, engine.memoryBytesInUse(), "bytes in use at the end");
    }

    /// The job dies when some batches have ended, the last of which its checkpoint has not seen end, and goes on much
    /// later.
    private List<List<JsonNode>> recovered(int stop, BufferAllocator allocator) throws InterruptedException {
        try (TestEngine engine = TestEngine.create(Engines.SMALL);
                Folder folder = new Folder()) {
            JobConfig config =
                    JobConfig.defaults().withMostBatches(batchCount()).withCheckpoints(Checkpoints.to(folder.path));
            Asked first = new Asked(0, allocator);
            first.result.stream().to(first.emissions);
            Job job = engine.run(first.pipeline, config);
            List<Producer<Void>> producers = producers(job, first);
            for (int batch = 0; batch < stop; batch++) {
                feed(producers, batch, allocator);
                if (batch == stop - 1) {
                    job.checkpoint();
                }
                engine.advanceTo(interval.multipliedBy(batch + 1));
            }
            job.stop();
            job.await();
            producers.forEach(Producer::close);
            Duration down = interval.multipliedBy(DOWN);
            engine.advanceTo(interval.multipliedBy(stop).plus(down));
            Asked second = new Asked(stop - 1, allocator);
            second.result.stream().to(second.emissions);
            job = engine.restore(second.pipeline, config);
            producers = producers(job, second);
            // The rows of the batch that was open are in the checkpoint, or the source is asked for them again.
            engine.advanceTo(interval.multipliedBy(stop + 1).plus(down));
            for (int batch = stop; batch < batchCount(); batch++) {
                feed(producers, batch, allocator);
                engine.advanceTo(interval.multipliedBy(batch + 2).plus(down));
            }
            producers.forEach(Producer::close);
            job.await();
            assertEnded(engine, job);
            List<List<JsonNode>> batches = new ArrayList<>(first.emissions.batches);
            assertTrue(one.params().get("reprocesses_last_batch").asBoolean());
            assertEquals(batches.removeLast(), second.emissions.batches.getFirst(), "the last batch, once more");
            batches.addAll(second.emissions.batches);
            return batches;
        }
    }

    /// Is deleted with what is in it.
    private static final class Folder implements AutoCloseable {
        final Path path;

        Folder() {
            try {
                path = Files.createTempDirectory("mullion-batches");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
                Files.delete(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<Producer<Void>> producers(Job job, Asked asked) {
        return asked.inputs.stream().map(job::producer).toList();
    }

    /// The states of all keys after each batch, if the case says what they are; else null.
    private Emissions states(BatchTransforms transforms) {
        if (!one.json().has("expected_state")) {
            return null;
        }
        Emissions states = new Emissions();
        states.form = BatchStream.PAIR;
        transforms.stateful().stateSnapshots().to(states);
        return states;
    }

    private BatchSlices<?> slices(BatchStream stream) {
        Duration keep = interval.multipliedBy(batchCount());
        return stream.schema().field("v").type().equals(DataType.INT64)
                ? stream.stream().slices(BatchStream.Number.class, keep)
                : stream.stream().slices(BatchStream.Word.class, keep);
    }

    /// What a slice has of each range that the case asks for.
    private List<List<JsonNode>> sliced(BatchSlices<?> slices) {
        List<List<JsonNode>> ranges = new ArrayList<>();
        for (JsonNode range : one.params().get("ranges_ms")) {
            List<?> records = slices.slice(
                    Duration.ofMillis(range.get(0).asLong()),
                    Duration.ofMillis(range.get(1).asLong()));
            ranges.add(records.stream()
                    .map(record -> CaseValues.json(
                            record instanceof BatchStream.Number number ? number.v() : ((BatchStream.Word) record).v()))
                    .toList());
        }
        return ranges;
    }

    /// Data sets wait from the start, or from before the batch that the case says.
    private void enqueue(int batch, BufferAllocator allocator) {
        JsonNode each = one.params().path("queued_before_batch");
        List<List<JsonNode>> sets = streams.getFirst();
        int count = !each.isArray()
                ? sets.size()
                : each.path(batch).isArray()
                        ? each.path(batch).size()
                        : each.path(batch).asInt();
        for (int i = 0; i < count && queued < sets.size(); i++) {
            queue.add(ArrowTable.of(
                    values.getFirst().schema(),
                    sets.get(queued++).stream().map(values.getFirst()::cells).toList(),
                    allocator));
        }
    }

    private void feed(List<Producer<Void>> producers, int batch, BufferAllocator allocator) {
        if (queue != null) {
            enqueue(batch, allocator);
        }
        for (int stream = 0; stream < producers.size(); stream++) {
            List<List<JsonNode>> batches = streams.get(stream);
            if (batch < batches.size()) {
                for (JsonNode record : batches.get(batch)) {
                    offer(values.get(stream), record, producers.get(stream));
                }
            }
        }
    }

    private static void offer(CaseValues values, JsonNode record, Producer<Void> producer) {
        RowWriter row = producer.row();
        List<Object> cells = values.cells(record);
        for (int column = 0; column < cells.size(); column++) {
            if (cells.get(column) instanceof Long number) {
                row.setLong(column, number);
            } else {
                row.setUtf8(column, (String) cells.get(column));
            }
        }
        assertEquals(Offer.ACCEPTED, row.commit());
    }

    private int batchCount() {
        return one.params().path("num_batches").asInt(streams.getFirst().size());
    }

    private BatchStream from(List<BatchedStream> roots, int stream) {
        return new BatchStream(
                roots.get(stream - 1), values.get(stream - 1).pairs() ? BatchStream.PAIR : BatchStream.SCALAR);
    }

    private BatchStream piped(
            BatchStream from, JsonNode pipeline, List<BatchedStream> roots, BatchTransforms transforms) {
        BatchStream stream = from;
        for (JsonNode op : pipeline) {
            stream = stream.then(
                    op,
                    side -> piped(from(roots, side.get("stream").asInt()), side.path("pipeline"), roots, transforms),
                    transforms);
        }
        return stream;
    }

    /// @param first the batch that it is asked for first
    private BatchSource source(int stream, int first, BufferAllocator allocator) {
        CaseValues columns = values.get(stream);
        IntFunction<VectorSchemaRoot> batch = number -> {
            List<List<JsonNode>> batches = streams.get(stream);
            List<JsonNode> records = number < batches.size() ? batches.get(number) : List.of();
            return records == null
                    ? null
                    : ArrowTable.of(
                            columns.schema(),
                            records.stream().map(columns::cells).toList(),
                            allocator);
        };
        return new BatchSource() {
            private int next = first;

            @Override
            public Schema schema() {
                return columns.schema();
            }

            @Override
            public boolean next(Duration time, Consumer<? super VectorSchemaRoot> rows) {
                assertEquals(interval.multipliedBy(next + 1), time);
                try (VectorSchemaRoot root = batch.apply(next++)) {
                    if (root != null) {
                        rows.accept(root);
                    }
                    return root != null;
                }
            }

            @Override
            public String name() {
                return "batches of stream " + stream;
            }
        };
    }

    /// What a sink is handed, batch by batch, in the form of the case.
    private static final class Emissions implements Sink {
        final List<List<JsonNode>> batches = new ArrayList<>();
        private List<JsonNode> batch = new ArrayList<>();
        private Object form;
        private long last;

        @Override
        public void accept(BatchView rows) {
            for (int row = 0; row < rows.rowCount(); row++) {
                batch.add(record(form, rows, row));
            }
        }

        @Override
        public void endBatch(long timeNanos) {
            assertTrue(timeNanos > last, "each batch once, in order");
            last = timeNanos;
            batches.add(batch);
            batch = new ArrayList<>();
        }

        private static JsonNode record(Object form, BatchView rows, int row) {
            if (form instanceof List<?> parts) {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                parts.forEach(part -> array.add(record(part, rows, row)));
                return array;
            }
            if (form instanceof BatchStream.ListOrNothing(String column)) {
                return rows.isNull(rows.schema().indexOf(column), row)
                        ? JsonNodeFactory.instance.arrayNode()
                        : record(column, rows, row);
            }
            if (form instanceof BatchStream.ListText(String column)) {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                String text = rows.utf8(rows.schema().indexOf(column), row);
                Pattern.compile(",").splitAsStream(text).forEach(element -> array.add(Long.parseLong(element)));
                return array;
            }
            return CaseValues.json(Collected.cell(rows, rows.schema().indexOf((String) form), row));
        }
    }
}
