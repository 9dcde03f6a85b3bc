package io.mullion.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.Collected;
import io.mullion.Engines;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.TestEngine;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

class RecordCodecTest {
    public record AllTypes(
            @EventTime(TimeUnit.NANOS) long time,
            double x,
            boolean flag,
            String text,
            Long n,
            Double y,
            Boolean maybe) {}

    private record Hidden(long n, String text) {}

    record Renamed(String text, long n) {}

    record Nothing() {}

    record Checked(long n) {
        Checked {
            if (n < 0) {
                throw new IllegalArgumentException("n=" + n);
            }
        }

        /// An accessor may do what it wants.
        @Override
        public long n() {
            if (n == 13) {
                throw new IllegalStateException("unlucky");
            }
            return n;
        }
    }

    record Wrong(int n) {}

    record TimeOfAnotherType(@EventTime(TimeUnit.MILLIS) Long time) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @Test
    void componentsBecomeColumns() {
        assertEquals(
                Schema.of(
                        Field.of("time", DataType.timestamp(TimeUnit.NANOS)),
                        Field.of("x", DataType.FLOAT64),
                        Field.of("flag", DataType.BOOL),
                        Field.nullable("text", DataType.UTF8),
                        Field.nullable("n", DataType.INT64),
                        Field.nullable("y", DataType.FLOAT64),
                        Field.nullable("maybe", DataType.BOOL)),
                RecordCodec.schema(AllTypes.class));
        assertEquals(0, RecordCodec.eventTimeColumn(AllTypes.class));
        assertEquals(-1, RecordCodec.eventTimeColumn(Hidden.class));
    }

    @Test
    void recordsComeOutAsTheyWentIn() throws InterruptedException {
        List<AllTypes> records = List.of(
                new AllTypes(1, 1.5, true, "text", 7L, -0.5, false),
                new AllTypes(-1, Double.NaN, false, null, null, null, null),
                new AllTypes(Long.MAX_VALUE, -0.0, true, "", Long.MIN_VALUE, Double.NEGATIVE_INFINITY, true),
                new AllTypes(Long.MIN_VALUE, 0, false, "\uD83D\uDE00\u0000", 0L, 0.0, null));
        assertEquals(records, throughAPipeline(AllTypes.class, records));
    }

    @Test
    void privateNestedAndLocalRecordsAreReached() throws InterruptedException {
        record Local(boolean b, String s) {}
        List<Hidden> hidden = List.of(new Hidden(1, "a"), new Hidden(2, null));
        assertEquals(hidden, throughAPipeline(Hidden.class, hidden));
        List<Local> local = List.of(new Local(true, "x"), new Local(false, "y"));
        assertEquals(local, throughAPipeline(Local.class, local));
    }

    @Test
    void aRecordWithoutComponentsIsARow() throws InterruptedException {
        assertEquals(
                List.of(new Nothing(), new Nothing()),
                throughAPipeline(Nothing.class, List.of(new Nothing(), new Nothing())));
    }

    @Test
    void columnsAreFoundByNameWhereverTheyStand() throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<Hidden> input = pipeline.input("in", Hidden.class);
        List<Renamed> seen = new ArrayList<>();
        input.stream().to(Sinks.forEach(Renamed.class, seen::add));
        Job job = engine.run(pipeline);
        try (Producer<Hidden> producer = job.producer(input)) {
            producer.offer(new Hidden(5, "five"));
        }
        job.drain();
        job.await();
        assertEquals(List.of(new Renamed("five", 5)), seen);
    }

    @Test
    void aNullForAPrimitiveFailsTheSinkAndNamesTheColumn() {
        record Strict(long n) {}
        record Loose(Long n) {}
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<Loose> input = pipeline.input("in", Loose.class);
        input.stream().to(Sinks.forEach(Strict.class, _ -> {}));
        Job job = engine.run(pipeline);
        try (Producer<Loose> producer = job.producer(input)) {
            producer.offer(new Loose(null));
        }
        MullionException failed = assertThrows(MullionException.class, job::await);
        assertTrue(failed.getMessage().contains("primitive record component: n"), failed::getMessage);
    }

    @Test
    void whatAnAccessorThrowsLeavesTheLaneAsItWas() throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<Checked> input = pipeline.input("in", Checked.class);
        Collected collected = new Collected();
        input.stream().to(collected);
        Job job = engine.run(pipeline);
        try (Producer<Checked> producer = job.producer(input)) {
            producer.offer(new Checked(12));
            assertEquals(
                    "unlucky",
                    assertThrows(IllegalStateException.class, () -> producer.offer(new Checked(13)))
                            .getMessage());
            assertThrows(NullPointerException.class, () -> producer.offer(null));
            producer.offer(new Checked(14));
        }
        job.drain();
        job.await();
        assertEquals(List.of(12L, 14L), collected.column("n"));
    }

    @Test
    void wrongRecordsAreRefusedWithTheComponent() {
        assertInvalid(() -> RecordCodec.schema(Wrong.class), "component n has type int; expected long");
        assertInvalid(() -> RecordCodec.schema(TimeOfAnotherType.class), "event time must be a long: time is Long");
        assertInvalid(() -> RecordCodec.schema(String.class), "not a record type: java.lang.String");
        Schema schema = Schema.of(Field.of("n", DataType.UTF8));
        assertInvalid(() -> RecordCodec.decoder(Checked.class, schema), "column n is utf8, record Checked has long");
        assertInvalid(() -> RecordCodec.decoder(Hidden.class, schema), "Hidden");
    }

    @Test
    void aTimestampIsALongToARecord() {
        Schema schema = Schema.of(Field.of("n", DataType.timestamp(TimeUnit.SECONDS)));
        assertSame(
                RecordDecoder.class,
                RecordCodec.decoder(Checked.class, schema).getClass().getInterfaces()[0]);
    }

    private <T> List<T> throughAPipeline(Class<T> type, List<T> records) throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<T> input = RecordCodec.eventTimeColumn(type) < 0
                ? pipeline.input("in", type)
                : pipeline.input("in", type, Watermark.explicit());
        List<T> seen = new ArrayList<>();
        input.stream().to(Sinks.forEach(type, seen::add));
        Job job = engine.run(pipeline);
        try (Producer<T> producer = job.producer(input)) {
            records.forEach(producer::offer);
        }
        job.drain();
        job.await();
        return seen;
    }

    private static void assertInvalid(Executable use, String... parts) {
        MullionException refused = assertThrows(MullionException.class, use);
        assertEquals(MullionException.Reason.INVALID_PIPELINE, refused.reason());
        Arrays.stream(parts).forEach(part -> assertTrue(refused.getMessage().contains(part), refused::getMessage));
    }
}
