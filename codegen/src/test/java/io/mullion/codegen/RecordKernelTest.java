package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Functions of the user's over records, in loops.
@Tag("checked")
class RecordKernelTest {
    record Every(
            boolean bit,
            byte i8,
            short i16,
            int i32,
            long i64,
            float f32,
            double f64,
            Boolean maybeBit,
            Byte maybe8,
            Short maybe16,
            Integer maybe32,
            Long maybe64,
            Float maybeF32,
            Double maybeF64,
            String text,
            byte[] bytes,
            BigDecimal decimal,
            LocalDate day,
            Instant time) {}

    record Number(long n) {}

    record Word(long n, String word) {}

    record Timed(long time, long n) {}

    record Wide(long i8, long time, double f32) {}

    private static final Schema EVERY = Schema.of(
            Field.of("bit", DataType.BOOL),
            Field.of("i8", DataType.INT8),
            Field.of("i16", DataType.INT16),
            Field.of("i32", DataType.INT32),
            Field.of("i64", DataType.INT64),
            Field.of("f32", DataType.FLOAT32),
            Field.of("f64", DataType.FLOAT64),
            Field.nullable("maybeBit", DataType.BOOL),
            Field.nullable("maybe8", DataType.INT8),
            Field.nullable("maybe16", DataType.INT16),
            Field.nullable("maybe32", DataType.INT32),
            Field.nullable("maybe64", DataType.INT64),
            Field.nullable("maybeF32", DataType.FLOAT32),
            Field.nullable("maybeF64", DataType.FLOAT64),
            Field.nullable("text", DataType.UTF8),
            Field.nullable("bytes", DataType.BINARY),
            Field.nullable("decimal", DataType.decimal(30, 2)),
            Field.nullable("day", DataType.DATE32),
            Field.nullable("time", DataType.timestamp(TimeUnit.MILLIS)));
    private static final Schema NUMBER = Schema.of(Field.of("n", DataType.INT64));
    private static final Schema WORD = Schema.of(Field.of("n", DataType.INT64), Field.nullable("word", DataType.UTF8));
    private static final Schema TIMED =
            Schema.of(Field.of("time", DataType.timestamp(TimeUnit.SECONDS)), Field.of("n", DataType.INT64));

    private final KernelCompiler compiler = new KernelCompiler(new Target(0, RawMemory.CHECKED));
    private final TestMemory memory = new TestMemory();
    private final Progress progress = new Progress();

    @AfterEach
    void free() {
        memory.close();
    }

    @Test
    void everyTypeGoesThroughARecordUnchanged() {
        List<Object[]> rows = new Samples(77).rows(EVERY, 300, Samples.Nulls.SOME);
        // Of a time only what an int64 of nanoseconds could say is a LocalDate's or Instant's business.
        TestColumns in = TestColumns.of(memory, EVERY, rows);
        ProjectKernel kernel = map(EVERY, Every.class, Every.class, EVERY, (Every it) -> it);
        TestColumns out = TestColumns.empty(memory, EVERY, 300, 100_000);
        assertEquals(300, kernel.project(in.addresses, 0, 0, 300, out.addresses, progress.start()));
        assertEquals(in.rows(300), out.rows(300));
    }

    @Test
    void aSelectionIsMappedInItsOrder() {
        TestColumns in = numbers(20);
        long selection = selection(3, 5, 8, 13);
        ProjectKernel kernel = map(NUMBER, Number.class, Number.class, NUMBER, (Number it) -> new Number(it.n() * 2));
        TestColumns out = TestColumns.empty(memory, NUMBER, 20, 0);
        assertEquals(3, kernel.project(in.addresses, selection, 1, 4, out.addresses, progress.start()));
        assertEquals(List.of(List.of(10L), List.of(16L), List.of(26L)), out.rows(3));
    }

    @Test
    void wideComponentsReadNarrowColumns() {
        List<Object[]> rows = new Samples(5).rows(EVERY, 50, Samples.Nulls.NONE);
        TestColumns in = TestColumns.of(memory, EVERY, rows);
        List<Wide> seen = new ArrayList<>();
        Schema schema = withoutNulls(EVERY);
        FilterKernel kernel = filter(schema, Wide.class, (Wide it) -> seen.add(it));
        long out = memory.allocate(4 * 50 + 64, 64);
        assertEquals(50, kernel.filter(in.addresses, 0, 0, 50, out, progress.start()));
        for (int row = 0; row < 50; row++) {
            assertEquals(
                    new Wide((Long) in.get(EVERY.indexOf("i8"), row), (Long) in.get(EVERY.indexOf("time"), row), (Float)
                            in.get(EVERY.indexOf("f32"), row)),
                    seen.get(row));
        }
    }

    @Test
    void aFilterSelectsTheRowsForWhichThePredicateIsTrue() {
        TestColumns in = numbers(40);
        FilterKernel kernel = filter(NUMBER, Number.class, (Number it) -> it.n() % 7 == 3);
        long out = memory.allocate(4 * 40 + 64, 64);
        assertEquals(6, kernel.filter(in.addresses, 0, 0, 40, out, progress.start()));
        assertEquals(List.of(3, 10, 17, 24, 31, 38), ints(out, 6));
        assertEquals(2, kernel.filter(in.addresses, selection(2, 3, 4, 10), 0, 4, out, progress.start()));
        assertEquals(List.of(3, 10), ints(out, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 100})
    void aMapIsAskedOnceForEachRowHoweverSmallTheOutput(int rowLimit) {
        AtomicInteger calls = new AtomicInteger();
        ProjectKernel kernel = map(NUMBER, Number.class, Word.class, WORD, (Number it) -> {
            calls.incrementAndGet();
            return word(it.n());
        });
        List<List<Object>> rows = new ArrayList<>();
        drive((in, from, out) -> kernel.project(in, 0, from, 30, out, progress), 30, WORD, rowLimit, 12, rows);
        assertEquals(words(30, 1), rows);
        assertEquals(30, calls.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 100})
    void whatAFlatMapEmitsIsWrittenOnceAndInOrderHoweverSmallTheOutput(int rowLimit) {
        AtomicInteger calls = new AtomicInteger();
        BiConsumer<Number, Consumer<Word>> function = (it, words) -> {
            calls.incrementAndGet();
            for (int i = 0; i < it.n() % 5; i++) {
                words.accept(word(it.n()));
            }
        };
        FlatMapKernel kernel = flatMap(NUMBER, Number.class, Word.class, WORD, function);
        List<List<Object>> rows = new ArrayList<>();
        drive((in, from, out) -> kernel.flatMap(in, 0, from, 30, out, progress), 30, WORD, rowLimit, 12, rows);
        List<List<Object>> expected = new ArrayList<>();
        for (long n = 0; n < 30; n++) {
            for (int i = 0; i < n % 5; i++) {
                expected.add(Arrays.asList(n, word(n).word()));
            }
        }
        assertEquals(expected, rows);
        assertEquals(30, calls.get());
    }

    @Test
    void aFlatMapOfASelectionEmitsForItsRows() {
        FlatMapKernel kernel = flatMap(NUMBER, Number.class, Number.class, NUMBER, (Number it, Consumer<Number> to) -> {
            to.accept(it);
            to.accept(new Number(-it.n()));
        });
        TestColumns out = TestColumns.empty(memory, NUMBER, 10, 0);
        assertEquals(4, kernel.flatMap(numbers(9).addresses, selection(4, 7), 0, 2, out.addresses, progress.start()));
        assertEquals(List.of(List.of(4L), List.of(-4L), List.of(7L), List.of(-7L)), out.rows(4));
    }

    @Test
    void anEmitterIsRefusedOutsideOfTheCall() {
        List<Consumer<Number>> kept = new ArrayList<>();
        FlatMapKernel kernel =
                flatMap(NUMBER, Number.class, Number.class, NUMBER, (Number _, Consumer<Number> to) -> kept.add(to));
        TestColumns out = TestColumns.empty(memory, NUMBER, 10, 0);
        assertEquals(0, kernel.flatMap(numbers(1).addresses, 0, 0, 1, out.addresses, progress.start()));
        assertThrows(IllegalStateException.class, () -> kept.getFirst().accept(new Number(1)));
    }

    @Test
    void anExceptionOfTheUsersComesOutAndTheRowIsNamed() {
        IllegalStateException unlucky = new IllegalStateException("unlucky");
        ProjectKernel kernel = map(NUMBER, Number.class, Number.class, NUMBER, (Number it) -> {
            if (it.n() == 13) {
                throw unlucky;
            }
            return it;
        });
        TestColumns in = numbers(20);
        TestColumns out = TestColumns.empty(memory, NUMBER, 20, 0);
        assertSame(
                unlucky,
                assertThrows(
                        IllegalStateException.class,
                        () -> kernel.project(in.addresses, 0, 0, 20, out.addresses, progress.start())));
        assertEquals(13, in.addresses.currentRow);
    }

    @Test
    void noResultIsAnException() {
        ProjectKernel map = map(NUMBER, Number.class, Number.class, NUMBER, (Number _) -> null);
        TestColumns in = numbers(1);
        TestColumns out = TestColumns.empty(memory, NUMBER, 1, 0);
        NullPointerException none = assertThrows(
                NullPointerException.class, () -> map.project(in.addresses, 0, 0, 1, out.addresses, progress.start()));
        assertEquals("the function returned null", none.getMessage());
    }

    @Test
    void aResultThatIsNoValueOfItsColumnFailsTheRow() {
        record Amount(BigDecimal amount) {}
        record Text(String text) {}
        record Day(LocalDate day) {}
        Schema amount = Schema.of(Field.nullable("amount", DataType.decimal(4, 2)));
        assertFails(Failure.OUT_OF_RANGE, Amount.class, amount, n -> new Amount(BigDecimal.valueOf(n * 100, 2)));
        Schema day = Schema.of(Field.nullable("day", DataType.DATE32));
        assertFails(Failure.OUT_OF_RANGE, Day.class, day, n -> new Day(LocalDate.ofEpochDay(n * 10_000_000)));
        Schema text = Schema.of(Field.nullable("text", DataType.UTF8));
        assertFails(Failure.MALFORMED, Text.class, text, n -> new Text(n < 215 ? "" : "\ud800"));
        assertFails(Failure.VALUE_TOO_LARGE, Text.class, text, n -> new Text(n < 215 ? "" : "x".repeat(50)));
    }

    /// From row 215 on.
    private <R> void assertFails(Failure failure, Class<R> type, Schema schema, Function<Long, R> function) {
        TestColumns in = numbers(300);
        ProjectKernel map = map(NUMBER, Number.class, type, schema, (Number it) -> function.apply(it.n()));
        BiConsumer<Number, Consumer<R>> emit = (it, to) -> to.accept(function.apply(it.n()));
        FlatMapKernel flatMap = flatMap(NUMBER, Number.class, type, schema, emit);
        for (FlatMapKernel kernel : List.of((FlatMapKernel) map::project, flatMap)) {
            TestColumns out = TestColumns.empty(memory, schema, 300, 40);
            int from = 0;
            progress.start();
            do {
                kernel.flatMap(in.addresses, 0, from, 300, out.addresses, progress);
                from = progress.next;
            } while (progress.status == Progress.Status.OUTPUT_FULL);
            assertEquals(Progress.Status.ROW_FAILED, progress.status);
            assertEquals(failure, progress.failure);
            assertTrue(progress.next == 215 || progress.next == 100, () -> "row " + progress.next);
        }
    }

    @Test
    void aColumnThatIsKeptIsAddedOrMustNotChange() {
        TestColumns in = TestColumns.of(
                memory,
                TIMED,
                IntStream.range(0, 10)
                        .mapToObj(i -> new Object[] {100L + i, (long) i})
                        .toList());
        RecordFunction added =
                new RecordFunction(RecordForms.of(Timed.class), RecordForms.of(Number.class), NUMBER, List.of("time"));
        Schema both = Schema.of(NUMBER.field(0), TIMED.field(0));
        assertEquals(both, added.schema(TIMED));
        TestColumns out = TestColumns.empty(memory, both, 10, 0);
        Function<Timed, Number> toNumber = it -> new Number(it.n() + 1);
        compiler.mapRecords(TIMED, added, toNumber)
                .kernel()
                .project(in.addresses, 0, 0, 10, out.addresses, progress.start());
        assertEquals(List.of(8L, 107L), out.rows(10).get(7));

        RecordFunction replaced =
                new RecordFunction(RecordForms.of(Timed.class), RecordForms.of(Timed.class), TIMED, List.of("time"));
        Function<Timed, Timed> wayward = it -> new Timed(it.time() + it.n() / 6, it.n());
        TestColumns timed = TestColumns.empty(memory, TIMED, 10, 0);
        compiler.mapRecords(TIMED, replaced, wayward)
                .kernel()
                .project(in.addresses, 0, 0, 10, timed.addresses, progress.start());
        assertEquals(Failure.TIME_CHANGED, progress.failure);
        assertEquals(6, progress.next);

        Schema plain = Schema.of(Field.of("time", DataType.INT64), Field.of("n", DataType.INT64));
        RecordFunction wrong =
                new RecordFunction(RecordForms.of(Timed.class), RecordForms.of(Timed.class), plain, List.of("time"));
        ExpressionException refused = assertThrows(ExpressionException.class, () -> wrong.schema(TIMED));
        assertEquals(
                "record Timed cannot replace column time, which is timestamp(s, UTC): its component time is int64",
                refused.getMessage());
    }

    @Test
    void aNullableColumnDoesNotBecomeAPrimitive() {
        Schema nullable = Schema.of(Field.nullable("n", DataType.INT64));
        ExpressionException refused =
                assertThrows(ExpressionException.class, () -> filter(nullable, Number.class, (Number _) -> true));
        assertEquals(
                "record Number cannot take a null: its component n is long and column n may be null; use the boxed type",
                refused.getMessage());
    }

    @Test
    void theListingReadsAsJavaDoes() {
        Predicate<Number> predicate = it -> it.n() > 3;
        Compiled<FilterKernel> compiled = compiler.filterRecords(NUMBER, RecordForms.of(Number.class), predicate);
        assertTrue(compiled.listing().startsWith("// filter Number"), compiled::listing);
        assertTrue(compiled.listing().contains("Object record = newNumber.invokeExact(n);"), compiled::listing);
        assertTrue(compiled.listing().contains("boolean pass = function.test(record);"), compiled::listing);
        assertTrue(compiled.variant().startsWith("plain"), compiled::variant);
        assertFalse(compiled.variant().contains("too large"), compiled::variant);
        assertNull(progress.failure);
    }

    private interface Step {
        int run(ColumnAddresses in, int from, ColumnAddresses out);
    }

    private void drive(Step step, int count, Schema schema, int rowLimit, int textBytes, List<List<Object>> rows) {
        TestColumns in = numbers(count);
        progress.start();
        int from = 0;
        do {
            TestColumns out = TestColumns.empty(memory, schema, rowLimit, textBytes);
            int written = step.run(in.addresses, from, out.addresses);
            assertEquals(written, progress.outRows);
            assertTrue(written > 0 || progress.status == Progress.Status.DONE, () -> "nothing written");
            rows.addAll(out.rows(written));
            from = progress.next;
        } while (progress.status == Progress.Status.OUTPUT_FULL);
        assertEquals(Progress.Status.DONE, progress.status);
    }

    private static Word word(long n) {
        return new Word(n, n % 4 == 1 ? null : "w" + "ö".repeat((int) (n % 5)));
    }

    private static List<List<Object>> words(int count, int each) {
        List<List<Object>> words = new ArrayList<>();
        for (long n = 0; n < count; n++) {
            for (int i = 0; i < each; i++) {
                words.add(Arrays.asList(n, word(n).word()));
            }
        }
        return words;
    }

    private TestColumns numbers(int count) {
        return TestColumns.of(
                memory,
                NUMBER,
                IntStream.range(0, count).mapToObj(i -> new Object[] {(long) i}).toList());
    }

    private long selection(int... rows) {
        long address = memory.allocate(4L * rows.length, 64);
        for (int i = 0; i < rows.length; i++) {
            RawMemory.putInt(address + 4L * i, rows[i]);
        }
        return address;
    }

    private static List<Integer> ints(long address, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> RawMemory.getInt(address + 4L * i))
                .toList();
    }

    private static Schema withoutNulls(Schema schema) {
        return new Schema(schema.fields().stream()
                .map(field -> Field.of(field.name(), field.type()))
                .toList());
    }

    private <T> FilterKernel filter(Schema in, Class<T> type, Predicate<T> predicate) {
        return compiler.filterRecords(in, RecordForms.of(type), predicate).kernel();
    }

    private <T, R> ProjectKernel map(Schema in, Class<T> from, Class<R> to, Schema columns, Function<T, R> function) {
        RecordFunction records = new RecordFunction(RecordForms.of(from), RecordForms.of(to), columns, List.of());
        return compiler.mapRecords(in, records, function).kernel();
    }

    private <T, R> FlatMapKernel flatMap(
            Schema in, Class<T> from, Class<R> to, Schema columns, BiConsumer<T, Consumer<R>> function) {
        RecordFunction records = new RecordFunction(RecordForms.of(from), RecordForms.of(to), columns, List.of());
        return compiler.flatMapRecords(in, records, function).kernel();
    }

    @Test
    void bytesAreCopiedIntoTheRecord() {
        record Raw(byte[] bytes) {}
        Schema schema = Schema.of(Field.nullable("bytes", DataType.BINARY));
        List<byte[]> seen = new ArrayList<>();
        TestColumns in = TestColumns.of(
                memory, schema, List.of(new Object[] {ByteBuffer.wrap(new byte[] {1, 2})}, new Object[] {null}));
        FilterKernel kernel = filter(schema, Raw.class, (Raw it) -> seen.add(it.bytes()));
        kernel.filter(in.addresses, 0, 0, 2, memory.allocate(4 * 2 + 64, 64), progress.start());
        assertEquals(List.of((byte) 1, (byte) 2), List.of(seen.get(0)[0], seen.get(0)[1]));
        assertNull(seen.get(1));
    }
}
