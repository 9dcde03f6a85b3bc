package io.mullion.expr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SchemaTest {
    private final Schema schema =
            Schema.of(Field.of("time", DataType.timestamp(TimeUnit.MICROS)), Field.nullable("word", DataType.UTF8));

    @Test
    void columnsAreFoundByName() {
        assertEquals(1, schema.indexOf("word"));
        assertEquals(-1, schema.find("nothing"));
        assertEquals(DataType.UTF8, schema.field("word").type());
        assertEquals("(time timestamp(us, UTC), word utf8 null)", schema.toString());
    }

    @Test
    void aMissingColumnIsNamedWithThoseThatExist() {
        assertEquals(
                "no column named nothing: the columns are (time timestamp(us, UTC), word utf8 null)",
                assertThrows(ExpressionException.class, () -> schema.indexOf("nothing"))
                        .getMessage());
    }

    @Test
    void emptyAndDuplicateNamesAreRefused() {
        Field field = Field.of("a", DataType.BOOL);
        assertThrows(ExpressionException.class, () -> Schema.of(field, field));
        assertThrows(ExpressionException.class, () -> Schema.of(Field.of("", DataType.BOOL)));
    }

    @Test
    void anUnknownZoneIsRefusedWhereTheTypeIsMade() {
        assertEquals(
                "time zone is not known: zone=Europe/Berln (a region as Europe/Berlin, an offset as +01:00 or UTC is"
                        + " expected)",
                assertThrows(ExpressionException.class, () -> DataType.timestamp(TimeUnit.MILLIS, "Europe/Berln"))
                        .getMessage());
        assertEquals(
                "timestamp(s, +05:30)",
                DataType.timestamp(TimeUnit.SECONDS, "+05:30").toString());
    }

    @Test
    void durationsBecomeUnitsWithoutLossOrNotAtAll() {
        assertEquals(1_500, TimeUnit.MILLIS.of(Duration.ofNanos(1_500_000_000)));
        assertEquals(-1_500, TimeUnit.MILLIS.of(Duration.ofNanos(-1_500_000_000)));
        assertEquals(Long.MAX_VALUE, TimeUnit.NANOS.of(Duration.ofNanos(Long.MAX_VALUE)));
        assertEquals(Long.MIN_VALUE, TimeUnit.NANOS.of(Duration.ofNanos(Long.MIN_VALUE)));
        assertThrows(IllegalArgumentException.class, () -> TimeUnit.MILLIS.of(Duration.ofNanos(1)));
        assertThrows(IllegalArgumentException.class, () -> TimeUnit.NANOS.of(Duration.ofDays(200_000)));
        assertThrows(
                IllegalArgumentException.class,
                () -> TimeUnit.NANOS.of(Duration.ofNanos(Long.MIN_VALUE).minusNanos(1)));
    }

    @Test
    void unitsCountFrom1970InBothDirections() {
        assertEquals(Instant.parse("1969-12-31T23:59:59.999Z"), TimeUnit.MILLIS.toInstant(-1));
        assertEquals(Instant.parse("1970-01-01T00:00:00.000001Z"), TimeUnit.MICROS.toInstant(1));
        assertEquals(-1, TimeUnit.MILLIS.fromNanos(-1));
        assertEquals(2, TimeUnit.SECONDS.fromNanos(2_999_999_999L));
        assertEquals("us", TimeUnit.MICROS.suffix());
    }
}
