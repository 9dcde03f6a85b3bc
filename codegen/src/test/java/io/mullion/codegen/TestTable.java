package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.LookupTable;
import io.mullion.expr.TimeUnit;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A look-up table beside what it was made of, since the table itself is what is tested.
///
/// @param rows the entries as values of columns: days and points in time are Longs
record TestTable(LookupTable table, DataType key, DataType value, Map<Object, Object> rows) {
    static final TestTable DENSE = dense();
    static final TestTable PRICES = prices();
    static final TestTable NUMBERS = of(
            DataType.INT64,
            DataType.FLOAT64,
            Map.of(1L, 0.5, 2L, -0.0, Long.MIN_VALUE, Double.NaN, Long.MAX_VALUE, 1e-300, 100L, 1e300));
    static final TestTable NAMES = of(
            DataType.INT64,
            DataType.UTF8,
            Map.of(0L, "", 1L, "one", -1L, "minus é", 3L, "\uD83D\uDE00", 5_000_000_000L, "five thousand million"));
    static final TestTable WORDS = of(
            DataType.UTF8,
            DataType.INT64,
            Map.of("", 0L, "a", 1L, "tree", 4L, "street", 6L, "a longer text than eight", 24L));
    static final TestTable CAPITALS =
            of(DataType.UTF8, DataType.UTF8, Map.of("a", "A", "é", "É", "tree", "TREE", "one", "ONE"));
    static final TestTable HOLIDAYS =
            of(DataType.DATE32, DataType.BOOL, Map.of(LocalDate.EPOCH, true, LocalDate.of(2024, 2, 29), false));
    static final TestTable EVENTS = of(
            DataType.timestamp(TimeUnit.MICROS),
            DataType.UTF8,
            Map.of(Instant.EPOCH, "epoch", Instant.parse("2024-03-31T01:00:00Z"), "clocks change"));

    static final List<TestTable> ALL = List.of(DENSE, PRICES, NUMBERS, NAMES, WORDS, CAPITALS, HOLIDAYS, EVENTS);

    static TestTable of(LookupTable table) {
        return ALL.stream().filter(it -> it.table == table).findFirst().orElseThrow();
    }

    private static TestTable dense() {
        long[] values = {10, 0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 7, 7};
        Map<Object, Object> rows = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            rows.put(-3L + i, values[i]);
        }
        return new TestTable(LookupTable.dense(-3, values), DataType.INT64, DataType.INT64, rows);
    }

    private static TestTable prices() {
        double[] values = {0.5, -0.0, Double.NaN};
        Map<Object, Object> rows = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            rows.put(1L + i, values[i]);
        }
        return new TestTable(LookupTable.dense(1, values), DataType.INT64, DataType.FLOAT64, rows);
    }

    private static TestTable of(DataType key, DataType value, Map<?, ?> entries) {
        Map<Object, Object> rows = new HashMap<>();
        entries.forEach((from, to) -> rows.put(columnValue(from), to));
        return new TestTable(LookupTable.of(entries), key, value, rows);
    }

    private static Object columnValue(Object key) {
        return switch (key) {
            case LocalDate day -> day.toEpochDay();
            case Instant instant -> instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
            default -> key;
        };
    }
}
