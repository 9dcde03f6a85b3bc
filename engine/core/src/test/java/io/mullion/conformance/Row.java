package io.mullion.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.expr.Schema;
import io.mullion.window.WindowSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A row that came out, or has to: its values by column, comparable whatever they were read from.
///
/// @param at index of the item, or of the batch, on whose arrival it comes; [#ANY] where that is not asserted
/// @param cells numbers as decimals without zeros at their end, lists in order of their elements
record Row(int at, Map<String, Object> cells) {
    static final int ANY = -1;

    /// @param decimals columns whose numbers are written as text
    static Row of(JsonNode expected, int at, Set<String> decimals) {
        Map<String, Object> cells = new TreeMap<>();
        expected.properties()
                .forEach(cell -> cells.put(cell.getKey(), value(cell.getValue(), decimals.contains(cell.getKey()))));
        cells.remove("at");
        return new Row(expected.path("at").asInt(at), cells);
    }

    static Row of(List<Object> cells, Schema schema, int at) {
        Map<String, Object> named = new TreeMap<>();
        for (int i = 0; i < schema.size(); i++) {
            named.put(schema.field(i).name(), value(cells.get(i)));
        }
        return new Row(at, named);
    }

    /// The same with these columns only.
    Row with(Collection<String> columns) {
        Map<String, Object> kept = new TreeMap<>();
        for (String column : columns) {
            if (!cells.containsKey(column)) {
                throw new IllegalStateException("results have no column " + column + ": " + cells.keySet());
            }
            kept.put(column, cells.get(column));
        }
        return new Row(at, kept);
    }

    Row at(int at) {
        return new Row(at, cells);
    }

    /// The same with another value in one column.
    Row with(String column, Object value) {
        Map<String, Object> changed = new TreeMap<>(cells);
        changed.put(column, value);
        return new Row(at, changed);
    }

    long start() {
        return number(WindowSchema.START);
    }

    long end() {
        return number(WindowSchema.END);
    }

    boolean hasBounds() {
        return cells.containsKey(WindowSchema.START) && cells.containsKey(WindowSchema.END);
    }

    /// Whether it is a result from before the end of its window.
    boolean early() {
        return number(WindowSchema.REVISION) < 0;
    }

    private long number(String column) {
        return ((BigDecimal) cells.get(column)).longValueExact();
    }

    private static Object value(JsonNode node, boolean decimal) {
        if (node.isArray()) {
            List<Object> elements = new ArrayList<>();
            node.forEach(element -> elements.add(value(element, decimal)));
            return sorted(elements);
        }
        if (node.isNumber() || decimal && node.isTextual()) {
            return number(new BigDecimal(node.asText()));
        }
        return node.isNull() ? null : node.isBoolean() ? (Object) node.asBoolean() : node.asText();
    }

    private static Object value(Object cell) {
        return switch (cell) {
            case Number number -> number(new BigDecimal(number.toString()));
            case List<?> list -> sorted(list.stream().map(Row::value).toList());
            case null, default -> cell;
        };
    }

    static BigDecimal number(BigDecimal value) {
        return value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    /// Collected values are bags.
    static List<Object> sorted(Collection<?> elements) {
        List<Object> list = new ArrayList<>(elements);
        list.sort((a, b) -> a instanceof BigDecimal x && b instanceof BigDecimal y
                ? x.compareTo(y)
                : String.valueOf(a).compareTo(String.valueOf(b)));
        return list;
    }

    @Override
    public String toString() {
        Map<String, Object> plain = new LinkedHashMap<>();
        cells.forEach((name, value) -> plain.put(
                name,
                switch (value) {
                    case BigDecimal number -> number.toPlainString();
                    case String text -> '"' + text + '"';
                    case null, default -> value;
                }));
        return (at == ANY ? "" : "at " + at + ": ") + plain;
    }
}
