package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.LookupTable;
import io.mullion.expr.TimeUnit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What kernels look up, against the table itself.
class LookupFormTest {
    private final Scratch scratch = new Scratch();

    private Object find(LookupForm form, DataType valueType, long key) {
        Object value = switch (form) {
            case DenseLookup it ->
                switch (valueType) {
                    case DataType.Int64 _ -> (Object) DenseLookup.int64(key, it, scratch);
                    case DataType.Float64 _ -> DenseLookup.float64(key, it, scratch);
                    case DataType.Bool _ -> DenseLookup.bool(key, it, scratch);
                    default -> text(DenseLookup.text(key, it, scratch));
                };
            case HashLookup it ->
                switch (valueType) {
                    case DataType.Int64 _ -> (Object) HashLookup.int64(key, it, scratch);
                    case DataType.Float64 _ -> HashLookup.float64(key, it, scratch);
                    case DataType.Bool _ -> HashLookup.bool(key, it, scratch);
                    default -> text(HashLookup.text(key, it, scratch));
                };
            case TextLookup it -> throw new AssertionError("numbers in " + it);
        };
        return scratch.valid ? value : null;
    }

    private Object find(TextLookup form, DataType valueType, long address, int length) {
        Object value = switch (valueType) {
            case DataType.Int64 _ -> (Object) TextLookup.int64(address, length, form, scratch);
            case DataType.Float64 _ -> TextLookup.float64(address, length, form, scratch);
            case DataType.Bool _ -> TextLookup.bool(address, length, form, scratch);
            default -> text(TextLookup.text(address, length, form, scratch));
        };
        return scratch.valid ? value : null;
    }

    private String text(long address) {
        return Utf8.decode(address, (int) scratch.second);
    }

    static Stream<Arguments> keys() {
        return Stream.of(
                Arguments.argumentSet("consecutive", DenseLookup.class, (LongUnaryOperator) i -> i + 100),
                Arguments.argumentSet("with gaps", DenseLookup.class, (LongUnaryOperator) i -> -3 * i),
                Arguments.argumentSet(
                        "at the end of int64", DenseLookup.class, (LongUnaryOperator) i -> Long.MAX_VALUE - 2 * i),
                Arguments.argumentSet("scattered", HashLookup.class, (LongUnaryOperator) i -> i * Hashing.GOLDEN),
                Arguments.argumentSet("strided", HashLookup.class, (LongUnaryOperator) i -> i << 32),
                Arguments.argumentSet("of both signs", HashLookup.class, (LongUnaryOperator)
                        i -> (i & 1) == 0 ? Long.MIN_VALUE + i : Long.MAX_VALUE - i));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void numbersAreFoundWhateverTheValuesAre(Class<?> form, LongUnaryOperator key) {
        for (int size : new int[] {2, 3, 100, 10_000}) {
            Map<Long, Object> int64 = new HashMap<>();
            Map<Long, Object> float64 = new HashMap<>();
            Map<Long, Object> bool = new HashMap<>();
            Map<Long, Object> utf8 = new HashMap<>();
            for (int i = 0; i < size; i++) {
                long it = key.applyAsLong(i);
                int64.put(it, i % 7 == 1 ? null : (Long) (i - 3L));
                float64.put(it, i % 5 == 1 ? Double.NaN : i / 4.0);
                bool.put(it, i % 3 == 0);
                utf8.put(it, i % 4 == 0 ? "" : "né-" + i);
            }
            for (Map<Long, Object> map : List.of(int64, float64, bool, utf8)) {
                LookupTable table = LookupTable.of(map);
                LookupForm it = LookupForm.of(table, DataType.INT64);
                if (size >= 100) {
                    assertInstanceOf(form, it);
                }
                for (long found : map.keySet()) {
                    for (long near = -1; near <= 1; near++) {
                        assertEquals(
                                map.get(found + near),
                                find(it, table.valueType(), found + near),
                                () -> it + ": " + found);
                    }
                }
                for (long outside : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 33, (1L << 32) + 101}) {
                    assertEquals(map.get(outside), find(it, table.valueType(), outside));
                }
            }
        }
    }

    @Test
    void denseTablesAreLookedUpByPlace() {
        LookupTable table = LookupTable.dense(10, new double[] {0.5, -0.0, Double.NaN});
        LookupForm form = LookupForm.of(table, DataType.INT64);
        assertInstanceOf(DenseLookup.class, form);
        for (long key = 8; key < 16; key++) {
            assertEquals(table.get(key), find(form, DataType.FLOAT64, key));
        }
        assertEquals(null, find(form, DataType.FLOAT64, 10 + (1L << 32)));
        assertEquals(null, find(form, DataType.FLOAT64, Long.MIN_VALUE));
        LookupForm last = LookupForm.of(LookupTable.dense(Long.MAX_VALUE - 1, new long[] {7, 8}), DataType.INT64);
        assertEquals(8L, find(last, DataType.INT64, Long.MAX_VALUE));
        assertEquals(null, find(last, DataType.INT64, Long.MIN_VALUE));
    }

    @Test
    void textsAreFoundByTheirBytes() {
        SplittableRandom random = new SplittableRandom(51);
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < 5000; i++) {
            map.put("é".repeat(random.nextInt(3)) + random.nextInt(4000), "value " + i);
        }
        map.put("", "of the empty text");
        map.put("nothing", null);
        Map<String, Object> numbers = new HashMap<>();
        map.forEach((key, value) -> numbers.put(key, value == null ? null : (Long) (long) key.length()));
        try (TestMemory memory = new TestMemory()) {
            for (Map<String, Object> entries : List.of(map, numbers)) {
                LookupTable table = LookupTable.of(entries);
                TextLookup form = (TextLookup) LookupForm.of(table, DataType.UTF8);
                for (int i = 0; i < 9000; i++) {
                    String key = i == 0 ? "" : i == 1 ? "nothing" : "é".repeat(random.nextInt(3)) + i;
                    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
                    long address = memory.allocate(bytes.length, 1);
                    RawMemory.copy(bytes, 0, address, bytes.length);
                    assertEquals(entries.get(key), find(form, table.valueType(), address, bytes.length), key);
                }
            }
        }
    }

    @Test
    void aMissingTextHasTheWordsOfSomeText() {
        HashLookup hash = (HashLookup) LookupForm.of(LookupTable.of(Map.of(1, "one", 1L << 40, "far")), DataType.INT64);
        long address = HashLookup.text(2, hash, scratch);
        assertFalse(scratch.valid);
        assertEquals("", Utf8.decode(address, (int) scratch.second));
        HashLookup.text(1, hash, scratch);
        assertTrue(scratch.valid);
        assertEquals(3, scratch.second);
    }

    @Test
    void daysAndInstantsAreFoundInColumnsOfAnyUnit() {
        LookupForm days = LookupForm.of(LookupTable.of(Map.of(LocalDate.EPOCH.minusDays(3), 5)), DataType.DATE32);
        assertEquals(5L, find(days, DataType.INT64, -3));
        Instant second = Instant.ofEpochSecond(-2);
        Instant milli = Instant.ofEpochMilli(1_001);
        Instant far = Instant.ofEpochSecond(1L << 40);
        LookupTable table = LookupTable.of(Map.of(second, 1, milli, 2, far, 3));
        Map<TimeUnit, long[]> words = Map.of(
                TimeUnit.SECONDS, new long[] {-2, 1, 1L << 40},
                TimeUnit.MILLIS, new long[] {-2_000, 1_001, (1L << 40) * 1_000},
                TimeUnit.MICROS, new long[] {-2_000_000, 1_001_000, (1L << 40) * 1_000_000},
                TimeUnit.NANOS, new long[] {-2_000_000_000, 1_001_000_000, (1L << 40) * 1_000_000_000});
        words.forEach((unit, times) -> {
            LookupForm form = LookupForm.of(table, DataType.timestamp(unit));
            assertEquals(1L, find(form, DataType.INT64, times[0]));
            assertEquals(unit == TimeUnit.SECONDS ? null : 2L, find(form, DataType.INT64, times[1]));
            assertEquals(unit == TimeUnit.NANOS ? null : 3L, find(form, DataType.INT64, times[2]));
        });
    }

    @Test
    void kernelsOfOneTableShareItsForm() {
        LookupTable table = LookupTable.of(Map.of("a", 1));
        assertSame(LookupForm.of(table, DataType.UTF8), LookupForm.of(table, DataType.UTF8));
        assertNotSame(
                LookupForm.of(table, DataType.UTF8), LookupForm.of(LookupTable.of(Map.of("a", 1)), DataType.UTF8));
    }
}
