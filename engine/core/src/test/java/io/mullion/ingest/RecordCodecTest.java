package io.mullion.ingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import io.mullion.io.Sink;
import io.mullion.spec.Decimal;
import io.mullion.spec.EventTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
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

    /// Bytes are compared by hand: a record compares arrays by identity.
    public record OtherTypes(
            @EventTime(TimeUnit.MILLIS) Instant time,
            byte i8,
            short i16,
            int i32,
            float f32,
            Byte maybeI8,
            Short maybeI16,
            Integer maybeI32,
            Float maybeF32,
            @Decimal(precision = 10, scale = 2) BigDecimal price,
            LocalDate day,
            Instant seen,
            byte[] bytes) {}

    record Wider(long i8, int i16, long i32, double f32, Long maybeI8, long time, BigDecimal price, Instant seen) {}

    record Narrower(short i32) {}

    record DayAsNumber(int day) {}

    record NoDigits(BigDecimal price) {}

    record OddDigits(@Decimal(precision = 2, scale = 3) BigDecimal price) {}

    record DigitsOfADouble(
            @Decimal(precision = 2, scale = 1) double price) {}

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

    record Wrong(char n) {}

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
                RecordColumns.schema(AllTypes.class));
        assertEquals(0, RecordColumns.eventTimeColumn(AllTypes.class));
        assertEquals(-1, RecordColumns.eventTimeColumn(Hidden.class));
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
    void everyComponentTypeHasItsColumnType() {
        assertEquals(
                Schema.of(
                        Field.of("time", DataType.timestamp(TimeUnit.MILLIS)),
                        Field.of("i8", DataType.INT8),
                        Field.of("i16", DataType.INT16),
                        Field.of("i32", DataType.INT32),
                        Field.of("f32", DataType.FLOAT32),
                        Field.nullable("maybeI8", DataType.INT8),
                        Field.nullable("maybeI16", DataType.INT16),
                        Field.nullable("maybeI32", DataType.INT32),
                        Field.nullable("maybeF32", DataType.FLOAT32),
                        Field.nullable("price", DataType.decimal(10, 2)),
                        Field.nullable("day", DataType.DATE32),
                        Field.nullable("seen", DataType.timestamp(TimeUnit.MICROS)),
                        Field.nullable("bytes", DataType.BINARY)),
                RecordColumns.schema(OtherTypes.class));
    }

    @Test
    void everyComponentTypeComesOutAsItWentIn() throws InterruptedException {
        List<OtherTypes> records = List.of(OTHER, NULLS);
        List<OtherTypes> seen = throughAPipeline(OtherTypes.class, records);
        assertArrayEquals(OTHER.bytes(), seen.getFirst().bytes());
        assertNull(seen.getLast().bytes());
        assertEquals(
                List.of(withoutBytes(OTHER), withoutBytes(NULLS)),
                seen.stream().map(RecordCodecTest::withoutBytes).toList());
    }

    @Test
    void aComponentMayBeWiderThanItsColumn() throws InterruptedException {
        List<Wider> seen = new ArrayList<>();
        runOther(Sinks.forEach(Wider.class, seen::add));
        assertEquals(
                List.of(
                        new Wider(-128, 32767, Integer.MIN_VALUE, 0.1f, 127L, 5, OTHER.price(), OTHER.seen()),
                        new Wider(0, 0, 0, 0, null, -1, null, null)),
                seen);
    }

    @Test
    void aNullEventTimeIsRefusedAndLeavesTheLaneAsItWas() throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<OtherTypes> input = pipeline.input("in", OtherTypes.class, Watermark.explicit());
        Collected collected = new Collected();
        input.stream().to(collected);
        Job job = engine.run(pipeline);
        try (Producer<OtherTypes> producer = job.producer(input)) {
            OtherTypes timeless =
                    new OtherTypes(null, (byte) 0, (short) 0, 0, 0, null, null, null, null, null, null, null, null);
            MullionException refused = assertThrows(MullionException.class, () -> producer.offer(timeless));
            assertTrue(refused.getMessage().contains("column=time"), refused::getMessage);
            producer.offer(OTHER);
        }
        job.drain();
        job.await();
        assertEquals(List.of(5L), collected.column("time"));
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
            assertThrows(NullPointerException.class, () -> producer.offer((Checked) null));
            producer.offer(new Checked(14));
        }
        job.drain();
        job.await();
        assertEquals(List.of(12L, 14L), collected.column("n"));
    }

    @Test
    void wrongRecordsAreRefusedWithTheComponent() {
        assertInvalid(() -> RecordColumns.schema(Wrong.class), "component n has type char; expected byte");
        assertInvalid(
                () -> RecordColumns.schema(TimeOfAnotherType.class),
                "event time must be a long or an Instant: time is Long");
        assertInvalid(() -> RecordColumns.schema(String.class), "not a record type: java.lang.String");
        Schema schema = Schema.of(Field.of("n", DataType.UTF8));
        assertInvalid(() -> RecordCodec.decoder(Checked.class, schema), "column n is utf8, record Checked has long");
        assertInvalid(() -> RecordCodec.decoder(Hidden.class, schema), "Hidden");
        assertInvalid(() -> RecordColumns.schema(NoDigits.class), "price is a BigDecimal", "@Decimal(precision");
        assertInvalid(() -> RecordColumns.schema(OddDigits.class), "component price", "precision=2, scale=3");
        assertInvalid(() -> RecordColumns.schema(DigitsOfADouble.class), "@Decimal", "price is double");
        Schema others = RecordColumns.schema(OtherTypes.class);
        assertInvalid(
                () -> RecordCodec.decoder(Narrower.class, others), "column i32 is int32, record Narrower has short");
        assertInvalid(() -> RecordCodec.decoder(DayAsNumber.class, others), "column day is date32", "has int");
    }

    @Test
    void aTimestampIsALongToARecord() {
        Schema schema = Schema.of(Field.of("n", DataType.timestamp(TimeUnit.SECONDS)));
        assertSame(
                RecordDecoder.class,
                RecordCodec.decoder(Checked.class, schema).getClass().getInterfaces()[0]);
    }

    private static final OtherTypes OTHER = new OtherTypes(
            Instant.ofEpochMilli(5),
            Byte.MIN_VALUE,
            Short.MAX_VALUE,
            Integer.MIN_VALUE,
            0.1f,
            Byte.MAX_VALUE,
            Short.MIN_VALUE,
            Integer.MAX_VALUE,
            Float.MIN_VALUE,
            new BigDecimal("-12345678.90"),
            LocalDate.of(1969, 7, 20),
            Instant.parse("1969-07-20T20:17:40.123456Z"),
            new byte[] {-1, 0, 1});

    private static final OtherTypes NULLS = new OtherTypes(
            Instant.ofEpochMilli(-1), (byte) 0, (short) 0, 0, 0, null, null, null, null, null, null, null, null);

    private static List<Object> withoutBytes(OtherTypes it) {
        return Arrays.asList(
                it.time(),
                it.i8(),
                it.i16(),
                it.i32(),
                it.f32(),
                it.maybeI8(),
                it.maybeI16(),
                it.maybeI32(),
                it.maybeF32(),
                it.price(),
                it.day(),
                it.seen());
    }

    private void runOther(Sink sink) throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<OtherTypes> input = pipeline.input("in", OtherTypes.class, Watermark.explicit());
        input.stream().to(sink);
        Job job = engine.run(pipeline);
        try (Producer<OtherTypes> producer = job.producer(input)) {
            producer.offer(OTHER);
            producer.offer(NULLS);
        }
        job.drain();
        job.await();
    }

    private <T> List<T> throughAPipeline(Class<T> type, List<T> records) throws InterruptedException {
        TestEngine engine = engines.test();
        Pipeline pipeline = Pipeline.create();
        Input<T> input = RecordColumns.eventTimeColumn(type) < 0
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
