package io.mullion.io;

import io.mullion.expr.DataType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// A value as text: what sinks that write for people and programs agree on.
///
/// Numbers are as Java writes them, decimals with all digits of their scale, days and timestamps ISO-8601
/// (`2024-01-31`, `2024-01-31T10:00:00.250Z`, in the offset that the type's zone has then), bytes in hexadecimal,
/// lists `[a, b]`. A
/// timestamp beyond the years that ISO-8601 has here is its number with the unit: `9223372036854775807s`.
public final class CellText {
    private CellText() {}

    /// @param ifNull what stands for a null
    public static String of(BatchView batch, int column, int row, String ifNull) {
        if (batch.isNull(column, row)) {
            return ifNull;
        }
        return switch (batch.schema().field(column).type()) {
            case DataType.Bool _ -> String.valueOf(batch.bool(column, row));
            case DataType.Int8 _, DataType.Int16 _, DataType.Int32 _, DataType.Int64 _ ->
                String.valueOf(batch.int64(column, row));
            case DataType.Float32 _ -> Float.toString((float) batch.float64(column, row));
            case DataType.Float64 _ -> Double.toString(batch.float64(column, row));
            case DataType.Decimal _ -> batch.decimal(column, row).toPlainString();
            case DataType.Utf8 _ -> batch.utf8(column, row);
            case DataType.Binary _ -> HexFormat.of().formatHex(batch.binary(column, row));
            case DataType.ListOf list -> list(list.element(), batch.list(column, row));
            case DataType.Date32 _ ->
                LocalDate.ofEpochDay(batch.int64(column, row)).toString();
            case DataType.Timestamp timestamp -> instant(timestamp, batch.int64(column, row));
        };
    }

    /// `[a, b]`.
    private static String list(DataType type, List<Object> elements) {
        return elements.stream().map(it -> element(type, it)).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String element(DataType type, Object element) {
        return switch (element) {
            case Double number when type instanceof DataType.Float32 -> Float.toString(number.floatValue());
            case BigDecimal number -> number.toPlainString();
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case Long time when type instanceof DataType.Timestamp timestamp -> instant(timestamp, time);
            default -> element.toString();
        };
    }

    private static String instant(DataType.Timestamp type, long value) {
        try {
            Instant instant = type.unit().toInstant(value);
            if (type.zone().equals("UTC")) {
                return instant.toString();
            }
            ZoneOffset offset = ZoneId.of(type.zone()).getRules().getOffset(instant);
            String local = instant.plusSeconds(offset.getTotalSeconds()).toString();
            return local.substring(0, local.length() - 1) + offset.getId();
        } catch (DateTimeException e) {
            return value + type.unit().suffix();
        }
    }
}
