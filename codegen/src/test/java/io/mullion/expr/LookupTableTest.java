package io.mullion.expr;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LookupTableTest {
    @Test
    void denseTablesHaveConsecutiveKeys() {
        LookupTable table = LookupTable.dense(-1, new long[] {10, 20, 30});
        assertEquals(DataType.INT64, table.keyType());
        assertEquals(DataType.INT64, table.valueType());
        assertEquals(3, table.size());
        assertEquals(10L, table.get(-1));
        assertEquals(30L, table.get((short) 1));
        assertNull(table.get(2));
        assertNull(table.get(Long.MIN_VALUE));
        assertNull(table.get("1"));
        Map<Object, Object> entries = new HashMap<>();
        table.forEach(entries::put);
        assertEquals(Map.of(-1L, 10L, 0L, 20L, 1L, 30L), entries);
        LookupTable doubles = LookupTable.dense("rates", 5, new double[] {0.5, -0.0});
        assertEquals(DataType.FLOAT64, doubles.valueType());
        assertEquals(-0.0, doubles.get(6));
        assertArrayEquals(
                new long[] {Double.doubleToLongBits(0.5), Long.MIN_VALUE},
                doubles.denseWords().toArray());
        assertEquals("rates", doubles.toString());
    }

    @Test
    void tablesAreCopies() {
        long[] values = {1, 2};
        LookupTable dense = LookupTable.dense(0, values);
        values[0] = 9;
        assertEquals(1L, dense.get(0));
        Map<String, Integer> map = new HashMap<>(Map.of("a", 1));
        LookupTable hash = LookupTable.of(map);
        map.put("a", 9);
        assertEquals(1L, hash.get("a"));
        assertEquals("table(utf8 -> int64, size=1)", hash.toString());
    }

    @Test
    void numbersOfAllWidthsAreOneType() {
        Map<Object, Object> map = new HashMap<>(Map.of(1, 1.5f, 2L, 2.5, (byte) 3, -0.0));
        map.put((short) 4, null);
        LookupTable table = LookupTable.of(map);
        assertEquals(DataType.INT64, table.keyType());
        assertEquals(DataType.FLOAT64, table.valueType());
        assertEquals(4, table.size());
        assertEquals(1.5, table.get(1L));
        assertNull(table.get(4));
    }

    @Test
    void daysAndInstantsAreKeys() {
        assertEquals(
                DataType.DATE32,
                LookupTable.of(Map.of(LocalDate.of(1960, 2, 29), true)).keyType());
        Instant micro = Instant.ofEpochSecond(1, 1_000);
        Instant nano = Instant.ofEpochSecond(1, 1);
        assertEquals(
                DataType.timestamp(TimeUnit.MICROS),
                LookupTable.of(Map.of(micro, "a")).keyType());
        assertEquals(
                DataType.timestamp(TimeUnit.NANOS),
                LookupTable.of(Map.of(micro, "a", nano, "b")).keyType());
    }

    static Stream<Arguments> refused() {
        Map<Object, Object> nullKey = new HashMap<>();
        nullKey.put(null, 1);
        Map<Object, Object> noValue = new HashMap<>();
        noValue.put(1, null);
        return Stream.of(
                Arguments.of("a lookup table has 1 to 67108864 entries: size=0", Map.of()),
                Arguments.of("a lookup table has no null key", nullKey),
                Arguments.of("a lookup table needs a value, and all are null", noValue),
                Arguments.of("a lookup table has one value for a key: two keys are 1", Map.of(1, 1, 1L, 2)),
                Arguments.of("a lookup table takes no key of the class java.lang.Double: 1.5", Map.of(1.5, 1)),
                Arguments.of("a lookup table takes no value of the class java.lang.Character: x", Map.of(1, 'x')),
                Arguments.of("a text of a lookup table holds half of a surrogate pair: '\ud83d'", Map.of("\ud83d", 1)),
                Arguments.of(
                        "a key is no date32, whose days are an int32: +999999999-12-31", Map.of(LocalDate.MAX, 1)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsNoTableIsRefused(String message, Map<?, ?> entries) {
        assertEquals(
                message,
                assertThrows(ExpressionException.class, () -> LookupTable.of(entries))
                        .getMessage());
    }

    @Test
    void mixedTypesAreRefused() {
        String keys = assertThrows(ExpressionException.class, () -> LookupTable.of(Map.of(1, 1, "b", 2)))
                .getMessage();
        String start = "the keys of a lookup table have one type: ";
        assertEquals(
                true,
                Arrays.asList(start + "int64 and utf8", start + "utf8 and int64")
                        .contains(keys),
                keys);
        assertThrows(ExpressionException.class, () -> LookupTable.of(Map.of(1, 1, 2, 2.5)));
    }

    @Test
    void denseKeysThatLeaveInt64AreRefused() {
        assertEquals(1L, LookupTable.dense(Long.MAX_VALUE, new long[] {1}).get(Long.MAX_VALUE));
        assertEquals(
                "the keys of a dense table leave int64: base=9223372036854775807, size=2",
                assertThrows(ExpressionException.class, () -> LookupTable.dense(Long.MAX_VALUE, new long[] {1, 2}))
                        .getMessage());
        assertThrows(ExpressionException.class, () -> LookupTable.dense(0, new double[0]));
        assertThrows(
                IllegalStateException.class, () -> LookupTable.of(Map.of(1, 1)).denseBase());
    }
}
