package io.mullion.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Records of a micro-batch case as rows: a pair has the columns `k` and `v`, any other record the column `v`. Columns
/// are int64 or utf8; where a case has values of both types in one column, they are JSON behind a mark.
///
/// @param pairs whether the records are pairs
record CaseValues(boolean pairs, Schema schema, List<Boolean> mixed) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String MARK = "\u0001";

    static CaseValues of(List<JsonNode> records) {
        boolean pairs = !records.isEmpty() && records.getFirst().isArray();
        List<String> names = pairs ? List.of("k", "v") : List.of("v");
        List<Field> fields = new ArrayList<>();
        List<Boolean> mixed = new ArrayList<>();
        for (int column = 0; column < names.size(); column++) {
            int at = column;
            List<JsonNode> values = records.stream()
                    .map(record -> pairs ? record.get(at) : record)
                    .toList();
            boolean numbers = values.stream().allMatch(JsonNode::isNumber);
            fields.add(Field.of(names.get(column), numbers ? DataType.INT64 : DataType.UTF8));
            mixed.add(!numbers && values.stream().anyMatch(JsonNode::isNumber));
        }
        return new CaseValues(pairs, new Schema(fields), mixed);
    }

    /// The cells of a record: Long or String.
    List<Object> cells(JsonNode record) {
        List<Object> cells = new ArrayList<>();
        for (int column = 0; column < schema.size(); column++) {
            JsonNode value = pairs ? record.get(column) : record;
            cells.add(
                    mixed.get(column)
                            ? MARK + value
                            : value.isNumber() ? (Object) value.longValue() : value.textValue());
        }
        return cells;
    }

    /// A cell as the case would have it.
    static JsonNode json(Object cell) {
        return switch (cell) {
            case null -> JsonNodeFactory.instance.nullNode();
            case Number number -> JsonNodeFactory.instance.numberNode(number.longValue());
            case String text when text.startsWith(MARK) -> parsed(text.substring(MARK.length()));
            case String text -> JsonNodeFactory.instance.textNode(text);
            case List<?> list -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                list.forEach(element -> array.add(json(element)));
                yield array;
            }
            default -> throw new IllegalStateException("a cell of no case: " + cell);
        };
    }

    private static JsonNode parsed(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
