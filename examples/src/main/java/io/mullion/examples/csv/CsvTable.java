package io.mullion.examples.csv;

import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import java.time.Duration;
import java.util.List;

/// What a survey found in a file: its columns as an input of a pipeline, that of the time first.
///
/// @param unit of the times
/// @param columns the wanted columns behind that of the time
/// @param rows how many rows can be used
/// @param disorder how far a row's time is behind the greatest of the rows before it, at most
public record CsvTable(CsvInput input, TimeUnit unit, List<Column> columns, long rows, Duration disorder) {
    /// A column.
    ///
    /// @param unit of its timestamps, if it has such
    /// @param width characters of its longest cell
    /// @param culprit the cell because of which it is text and nothing else, or null
    /// @param culpritLine where that is
    public record Column(String name, CellType type, TimeUnit unit, int width, String culprit, long culpritLine) {
        Field field() {
            return Field.nullable(name, type.dataType(unit));
        }
    }

    public CsvTable {
        columns = List.copyOf(columns);
    }

    /// Characters of the longest cell of a column; 0 for that of the time.
    public int width(String column) {
        return columns.stream()
                .filter(other -> other.name().equals(column))
                .mapToInt(Column::width)
                .findFirst()
                .orElse(0);
    }

    public Schema schema() {
        Field[] fields = new Field[columns.size() + 1];
        fields[0] = Field.of(input.timeColumn(), CellType.TIMESTAMP.dataType(unit));
        for (int i = 0; i < columns.size(); i++) {
            fields[i + 1] = columns.get(i).field();
        }
        return Schema.of(fields);
    }
}
