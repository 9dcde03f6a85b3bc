package io.mullion.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.RowWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The columns of a case's rows: int64, float64, bool and utf8 as the values are, decimal where numbers are written as
/// text, nullable where a value is missing; the event time is `ts`, in milliseconds.
record CaseColumns(Schema schema) {
    static final String TIME = "ts";

    /// Says which input a row is for.
    private static final String SIDE = "side";

    static CaseColumns of(List<JsonNode> rows, Set<String> decimals) {
        Map<String, List<JsonNode>> columns = new LinkedHashMap<>();
        for (JsonNode row : rows) {
            row.fieldNames().forEachRemaining(name -> columns.put(name, new ArrayList<>()));
        }
        columns.remove(SIDE);
        for (JsonNode row : rows) {
            columns.forEach((name, values) -> values.add(row.path(name)));
        }
        List<Field> fields = new ArrayList<>();
        columns.forEach((name, values) -> fields.add(
                new Field(name, type(name, values, decimals), values.stream().anyMatch(CaseColumns::none))));
        return new CaseColumns(new Schema(fields));
    }

    /// The time, and others of int64: for a case that may have no rows.
    static CaseColumns of(String... others) {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of(TIME, DataType.timestamp(TimeUnit.MILLIS)));
        for (String other : others) {
            fields.add(Field.of(other, DataType.INT64));
        }
        return new CaseColumns(new Schema(fields));
    }

    boolean timed() {
        return schema.find(TIME) >= 0;
    }

    void write(JsonNode values, RowWriter row) {
        for (int column = 0; column < schema.size(); column++) {
            Field field = schema.field(column);
            JsonNode value = values.path(field.name());
            if (none(value)) {
                row.setNull(column);
                continue;
            }
            switch (field.type()) {
                case DataType.Int64 _, DataType.Timestamp _ -> row.setLong(column, value.longValue());
                case DataType.Float64 _ -> row.setDouble(column, value.doubleValue());
                case DataType.Bool _ -> row.setBool(column, value.booleanValue());
                case DataType.Decimal _ -> row.setDecimal(column, new BigDecimal(value.textValue()));
                case DataType.Utf8 _ -> row.setUtf8(column, value.textValue());
                default -> throw new IllegalStateException("a column of no case: " + field);
            }
        }
    }

    private static DataType type(String name, List<JsonNode> values, Set<String> decimals) {
        List<JsonNode> known = values.stream().filter(value -> !none(value)).toList();
        if (name.equals(TIME)) {
            return DataType.timestamp(TimeUnit.MILLIS);
        }
        if (known.stream().allMatch(JsonNode::isIntegralNumber)) {
            return DataType.INT64;
        }
        if (known.stream().allMatch(JsonNode::isNumber)) {
            return DataType.FLOAT64;
        }
        if (known.stream().allMatch(JsonNode::isBoolean)) {
            return DataType.BOOL;
        }
        if (known.stream().allMatch(JsonNode::isTextual)) {
            return decimals.contains(name) ? DataType.decimal(38, scale(known)) : DataType.UTF8;
        }
        throw new IllegalArgumentException("values of several types: column=" + name + ", values=" + known);
    }

    private static int scale(List<JsonNode> numbers) {
        return numbers.stream()
                .mapToInt(number -> new BigDecimal(number.textValue()).scale())
                .max()
                .orElse(0);
    }

    private static boolean none(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }
}
