package io.mullion.examples.csv;

import io.mullion.expr.DataType;
import io.mullion.expr.TimeUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What the cells of a column are read as.
public enum CellType {
    INT64,
    FLOAT64,
    BOOL,
    /// In the unit that its column needs, see [TypeEvidence].
    TIMESTAMP,
    DATE32,
    UTF8;

    /// The type of that name.
    ///
    /// @throws CsvException if there is none
    public static CellType of(String name) {
        return Arrays.stream(values())
                .filter(type -> type.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new CsvException("no type named " + name + ": write "
                        + Arrays.stream(values()).map(CellType::toString).collect(Collectors.joining(", "))));
    }

    DataType dataType(TimeUnit unit) {
        return switch (this) {
            case INT64 -> DataType.INT64;
            case FLOAT64 -> DataType.FLOAT64;
            case BOOL -> DataType.BOOL;
            case TIMESTAMP -> DataType.timestamp(unit);
            case DATE32 -> DataType.DATE32;
            case UTF8 -> DataType.UTF8;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
