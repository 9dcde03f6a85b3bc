package io.mullion.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.RowWriter;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a row writer makes of a value that is not quite what the column has: nothing is cut off in silence.
@Tag("checked")
class LaneTypesTest {
    private static final BigInteger GREATEST = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "int8, -128, 127",
        "int16, -32768, 32767",
        "int32, -2147483648, 2147483647",
        "date32, -2147483648, 2147483647"
    })
    void integersThatDoNotFitAreDeadLetters(String type, long least, long greatest) {
        for (boolean nullable : new boolean[] {false, true}) {
            try (LanePair lane = lane(typeOf(type), nullable)) {
                for (long value : new long[] {least, -1, 0, 1, greatest}) {
                    assertEquals(Offer.ACCEPTED, write(lane, row -> row.setLong(0, value)));
                    assertEquals(value, lane.lastBatch.int64(0, lane.lastTo - 1));
                }
                for (long value : new long[] {least - 1, greatest + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
                    assertDeadLetter(lane, row -> row.setLong(0, value), type, String.valueOf(value));
                }
                assertEquals(5, lane.read.size());
            }
        }
    }

    @Test
    void aDoubleBecomesTheNearestFloatUnlessItWouldBecomeInfinite() {
        for (boolean nullable : new boolean[] {false, true}) {
            try (LanePair lane = lane(DataType.FLOAT32, nullable)) {
                double[] values = {0.1, -0.0, Double.MIN_VALUE, Float.MAX_VALUE, 3.4028235E38, Double.NaN, 1e-50};
                for (double value : values) {
                    assertEquals(Offer.ACCEPTED, write(lane, row -> row.setDouble(0, value)));
                    assertEquals((float) value, lane.lastBatch.float64(0, lane.lastTo - 1));
                }
                assertEquals(Offer.ACCEPTED, write(lane, row -> row.setDouble(0, Double.NEGATIVE_INFINITY)));
                assertDeadLetter(lane, row -> row.setDouble(0, 1e39), "float32", "1.0E39");
                assertDeadLetter(
                        lane, row -> row.setDouble(0, -Double.MAX_VALUE), "float32", "-1.7976931348623157E308");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "-1.5", "1.500", "99999999.99", "-99999999.990", "1E2", "0E-50", "0E+50", "1e7"})
    void decimalsThatFitAreKeptExactly(String number) {
        try (LanePair lane = lane(DataType.decimal(10, 2), true)) {
            BigDecimal value = new BigDecimal(number);
            assertEquals(Offer.ACCEPTED, write(lane, row -> row.setDecimal(0, value)));
            String unscaled = value.movePointRight(2).toBigIntegerExact().toString();
            assertEquals(Long.parseLong(unscaled), lane.lastBatch.decimalLow(0, 0));
            assertEquals(value.signum() < 0 ? -1 : 0, lane.lastBatch.decimalHigh(0, 0));
        }
    }

    /// The last two would not end if their digits were written out.
    @ParameterizedTest
    @Timeout(10)
    @ValueSource(
            strings = {"0.001", "1.005", "100000000", "-100000000.00", "1e8", "1E-3", "1e999999999", "-1e-999999999"})
    void decimalsThatWouldHaveToBeRoundedOrCutAreDeadLetters(String number) {
        try (LanePair lane = lane(DataType.decimal(10, 2), false)) {
            BigDecimal value = new BigDecimal(number);
            assertDeadLetter(lane, row -> row.setDecimal(0, value), "decimal(10, 2)", value.toString());
        }
    }

    @Test
    void halvesOfADecimalAreHeldToItsDigits() {
        try (LanePair lane = lane(DataType.decimal(38, 0), false)) {
            for (BigInteger value : List.of(GREATEST, GREATEST.negate(), BigInteger.ZERO, BigInteger.ONE.negate())) {
                assertEquals(Offer.ACCEPTED, writeHalves(lane, value));
            }
            for (BigInteger value : List.of(
                    GREATEST.add(BigInteger.ONE),
                    GREATEST.negate().subtract(BigInteger.ONE),
                    BigInteger.TWO.pow(127).negate(),
                    BigInteger.TWO.pow(127).subtract(BigInteger.ONE))) {
                assertEquals(Offer.DEAD_LETTERED, writeHalves(lane, value));
                assertEquals(value.toString(), lane.deadLetters.getLast().row());
            }
        }
        try (LanePair lane = lane(DataType.decimal(3, 1), true)) {
            assertEquals(Offer.ACCEPTED, writeHalves(lane, BigInteger.valueOf(-999)));
            assertDeadLetter(lane, row -> row.setDecimal(0, 0, 1000), "decimal(3, 1)", "100.0");
        }
    }

    @Test
    void daysThatAnInt32DoesNotCountAreDeadLetters() {
        try (LanePair lane = lane(DataType.DATE32, false)) {
            assertEquals(Offer.ACCEPTED, write(lane, row -> row.setDate(0, LocalDate.of(1969, 12, 31))));
            assertEquals(-1, lane.lastBatch.int64(0, 0));
            assertDeadLetter(
                    lane, row -> row.setDate(0, LocalDate.MAX), "date32", String.valueOf(LocalDate.MAX.toEpochDay()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "SECONDS, -2, 1706695200",
        "MILLIS, -1001, 1706695200123",
        "MICROS, -1000001, 1706695200123456",
        "NANOS, -1000000001, 1706695200123456789"
    })
    void instantsAreCutToTheUnitTowardsThePast(TimeUnit unit, long beforeTheEpoch, long after) {
        try (LanePair lane = lane(DataType.timestamp(unit), false)) {
            Instant before = Instant.EPOCH.minusSeconds(1).minusNanos(1);
            assertEquals(Offer.ACCEPTED, write(lane, row -> row.setInstant(0, before)));
            assertEquals(beforeTheEpoch, lane.lastBatch.int64(0, 0));
            Instant later = Instant.parse("2024-01-31T10:00:00.123456789Z");
            assertEquals(Offer.ACCEPTED, write(lane, row -> row.setInstant(0, later)));
            assertEquals(after, lane.lastBatch.int64(0, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void everyValueOfATimestampIsAnInstantAndBack(long value) {
        for (TimeUnit unit : List.of(TimeUnit.MILLIS, TimeUnit.MICROS, TimeUnit.NANOS)) {
            try (LanePair lane = lane(DataType.timestamp(unit), true)) {
                assertEquals(Offer.ACCEPTED, write(lane, row -> row.setInstant(0, unit.toInstant(value))));
                assertEquals(value, lane.lastBatch.int64(0, 0));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"MILLIS, 1000000", "MICROS, 1000", "NANOS, 1"})
    void instantsBeyondInt64AreDeadLetters(TimeUnit unit, long nanosPerUnit) {
        Duration step = Duration.ofNanos(nanosPerUnit);
        String type = DataType.timestamp(unit).toString();
        try (LanePair lane = lane(DataType.timestamp(unit), false)) {
            Instant after = unit.toInstant(Long.MAX_VALUE).plus(step);
            assertDeadLetter(lane, row -> row.setInstant(0, after), type, after.toString());
            Instant before = unit.toInstant(Long.MIN_VALUE).minusNanos(1);
            assertDeadLetter(lane, row -> row.setInstant(0, before), type, before.toString());
            assertDeadLetter(lane, row -> row.setInstant(0, Instant.MAX), type, Instant.MAX.toString());
            assertDeadLetter(lane, row -> row.setInstant(0, Instant.MIN), type, Instant.MIN.toString());
        }
    }

    @Test
    void nullsOfObjectsAreNulls() {
        assertNull(DataType.decimal(5, 1), row -> row.setDecimal(0, null));
        assertNull(DataType.DATE32, row -> row.setDate(0, null));
        assertNull(DataType.timestamp(TimeUnit.SECONDS), row -> row.setInstant(0, null));
        assertNull(DataType.BINARY, row -> row.setBinary(0, null));
        assertNull(DataType.UTF8, row -> row.setUtf8(0, null));
    }

    @Test
    void settersNameTheColumnThatIsNotTheirs() {
        assertMisuse(DataType.FLOAT64, row -> row.setLong(0, 1), "float64, given a long");
        assertMisuse(DataType.INT32, row -> row.setDouble(0, 1), "int32, given a double");
        assertMisuse(DataType.INT32, row -> row.setDate(0, LocalDate.EPOCH), "int32, given a date");
        assertMisuse(DataType.INT64, row -> row.setInstant(0, Instant.EPOCH), "int64, given an instant");
        assertMisuse(DataType.INT64, row -> row.setInstant(0, null), "int64, given an instant");
        assertMisuse(DataType.INT64, row -> row.setDecimal(0, BigDecimal.ONE), "int64, given a decimal");
        assertMisuse(DataType.INT64, row -> row.setDecimal(0, 0, 1), "int64, given a decimal");
        assertMisuse(DataType.UTF8, row -> row.setBinary(0, new byte[1]), "utf8, given bytes");
        assertMisuse(DataType.UTF8, row -> row.setBinary(0, null), "utf8, given bytes");
        assertMisuse(DataType.BINARY, row -> row.setUtf8(0, "a"), "binary, given text");
    }

    @Test
    void aRowThatIsBackPressuredIsNoDeadLetterWhateverItsCells() {
        Schema schema = Schema.of(
                Field.of("i", DataType.INT8),
                Field.of("f", DataType.FLOAT32),
                Field.of("d", DataType.decimal(3, 0)),
                Field.of("t", DataType.timestamp(TimeUnit.NANOS)),
                Field.of("b", DataType.BINARY));
        try (LanePair lane = new LanePair(schema, 2, 1, 4, Overload.FAIL, false)) {
            for (int i = 0; i < 3; i++) {
                RowWriter row = lane.writer.begin();
                boolean refused = i == 2;
                row.setLong(0, refused ? 1000 : 1)
                        .setDouble(1, refused ? 1e300 : 1)
                        .setDecimal(2, refused ? new BigDecimal("1e9") : BigDecimal.ONE)
                        .setInstant(3, refused ? Instant.MAX : Instant.EPOCH)
                        .setBinary(4, new byte[refused ? 10 : 4]);
                assertEquals(refused ? Offer.BACK_PRESSURED : Offer.ACCEPTED, row.commit());
            }
            assertEquals(List.of(), lane.deadLetters);
        }
    }

    @Test
    void cellsOfAllWidthsMoveOnWithTheirRow() {
        Schema schema = Schema.of(
                Field.of("i8", DataType.INT8),
                Field.nullable("i16", DataType.INT16),
                Field.of("i32", DataType.INT32),
                Field.nullable("f", DataType.FLOAT32),
                Field.of("d", DataType.decimal(38, 0)),
                Field.nullable("bytes", DataType.BINARY),
                Field.nullable("text", DataType.UTF8));
        try (LanePair lane = new LanePair(schema, 4, 100, 8, Overload.FAIL, false)) {
            for (int i = 0; i < 3; i++) {
                lane.writer
                        .begin()
                        .setLong(0, -1 - i)
                        .setLong(1, 300 + i)
                        .setLong(2, -70_000 - i)
                        .setDouble(3, i + 0.5)
                        .setDecimal(4, new BigDecimal(GREATEST.negate()))
                        .setBinary(5, new byte[] {(byte) i, 2, 3})
                        // The second row meets a full data area here, and goes on in the next batch.
                        .setUtf8(6, "12345")
                        .commit();
            }
            assertEquals(
                    List.of(
                            "{i8=-1, i16=300, i32=-70000, f=0.5, d=-" + GREATEST + ", bytes=000203, text=12345}",
                            "{i8=-2, i16=301, i32=-70001, f=1.5, d=-" + GREATEST + ", bytes=010203, text=12345}",
                            "{i8=-3, i16=302, i32=-70002, f=2.5, d=-" + GREATEST + ", bytes=020203, text=12345}"),
                    lane.readAll());
        }
    }

    @Test
    void bytesLargerThanTheDataAreaAreADeadLetter() {
        try (LanePair lane = lane(DataType.BINARY, false)) {
            assertEquals(Offer.ACCEPTED, write(lane, row -> row.setBinary(0, new byte[64])));
            assertEquals(Offer.DEAD_LETTERED, write(lane, row -> row.setBinary(0, new byte[65])));
            assertTrue(
                    lane.deadLetters.getFirst().reason().contains("64 bytes, it has 65"), lane.deadLetters::toString);
            assertThrows(
                    IndexOutOfBoundsException.class, () -> lane.writer.begin().setBinary(0, new byte[2], 1, 2));
            lane.writer.abort();
        }
    }

    private static LanePair lane(DataType type, boolean nullable) {
        return new LanePair(Schema.of(new Field("c", type, nullable)), 2, 16, 64, Overload.FAIL, false);
    }

    private static Offer write(LanePair lane, Consumer<RowWriter> cells) {
        RowWriter row = lane.writer.begin();
        cells.accept(row);
        Offer offer = row.commit();
        lane.poll();
        return offer;
    }

    private static Offer writeHalves(LanePair lane, BigInteger value) {
        return write(lane, row -> row.setDecimal(0, value.shiftRight(64).longValue(), value.longValue()));
    }

    private static void assertDeadLetter(LanePair lane, Consumer<RowWriter> cells, String type, String value) {
        assertEquals(Offer.DEAD_LETTERED, write(lane, cells));
        assertEquals(
                "value does not fit " + type + ": column=c",
                lane.deadLetters.getLast().reason());
        assertEquals(value, lane.deadLetters.getLast().row());
    }

    private static void assertNull(DataType type, Consumer<RowWriter> cells) {
        try (LanePair lane = lane(type, true)) {
            assertEquals(Offer.ACCEPTED, write(lane, cells));
            assertTrue(lane.lastBatch.isNull(0, 0), type.toString());
        }
        assertMisuse(type, cells, "not nullable: column=c");
    }

    private static void assertMisuse(DataType type, Consumer<RowWriter> cells, String part) {
        try (LanePair lane = lane(type, false)) {
            RowWriter row = lane.writer.begin();
            MullionException misuse = assertThrows(MullionException.class, () -> cells.accept(row));
            assertEquals(MullionException.Reason.MISUSE, misuse.reason());
            assertTrue(misuse.getMessage().contains(part), misuse::getMessage);
            row.abort();
        }
    }

    private static DataType typeOf(String name) {
        return List.of(DataType.INT8, DataType.INT16, DataType.INT32, DataType.DATE32).stream()
                .filter(type -> type.toString().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
