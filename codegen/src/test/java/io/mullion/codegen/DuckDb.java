package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Rows of [Samples#WIDE] in a DuckDB of their own, and what it says of SQL over them.
final class DuckDb implements AutoCloseable {
    private static final int BATCH = 20;

    private final Connection connection;

    DuckDb(List<Object[]> rows) throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        execute("SET threads = 1");
        execute("SET TimeZone = 'Europe/Berlin'");
        // Otherwise a row fails, too, whose division nobody asked for.
        execute("SET error_on_division_by_zero = false");
        String columns = Samples.WIDE.fields().stream()
                .map(field -> field.name() + " " + DuckDbText.type(field.type()))
                .collect(Collectors.joining(", ", "number BIGINT, ", ""));
        execute("CREATE TABLE wide (" + columns + ")");
        for (int first = 0; first < rows.size(); first += BATCH) {
            List<String> tuples = new ArrayList<>();
            for (int row = first; row < Math.min(first + BATCH, rows.size()); row++) {
                tuples.add(tuple(row, rows.get(row)));
            }
            execute("INSERT INTO wide VALUES " + String.join(", ", tuples));
        }
    }

    private static String tuple(int number, Object[] row) {
        List<String> values = new ArrayList<>(List.of(String.valueOf(number)));
        for (int column = 0; column < row.length; column++) {
            Field field = Samples.WIDE.field(column);
            values.add(DuckDbText.value(row[column], field.type()));
        }
        return values.stream().collect(Collectors.joining(", ", "(", ")"));
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// A column of results: some SQL, and the type that its values have here.
    record Question(String sql, DataType type) {}

    /// The values of each question for each row, as an [Oracle] has values; null, too, where DuckDB cannot compute it.
    /// Empty if it refuses the whole, as it does, in spite of `TRY`, for some sums of literals.
    List<Optional<List<Object>>> values(List<Question> questions) {
        if (questions.isEmpty()) {
            return List.of();
        }
        try {
            return columns(questions).stream().map(Optional::of).toList();
        } catch (SQLException refused) {
            if (questions.size() == 1) {
                return List.of(Optional.empty());
            }
            // One of them is to blame, and the others are not to suffer.
            return questions.stream()
                    .map(question -> values(List.of(question)).getFirst())
                    .toList();
        }
    }

    private List<List<Object>> columns(List<Question> questions) throws SQLException {
        List<List<Object>> columns = new ArrayList<>();
        questions.forEach(_ -> columns.add(new ArrayList<>()));
        String sql = questions.stream()
                .map(question -> "TRY(" + question.sql() + ")")
                .collect(Collectors.joining(", ", "SELECT ", " FROM wide ORDER BY number"));
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery(sql)) {
            while (results.next()) {
                for (int i = 0; i < questions.size(); i++) {
                    columns.get(i)
                            .add(value(
                                    results.getObject(i + 1), questions.get(i).type()));
                }
            }
        }
        return columns;
    }

    private static Object value(Object value, DataType type) {
        if (value == null) {
            return null;
        }
        return switch (type) {
            case DataType.Int8 _,
                    DataType.Int16 _,
                    DataType.Int32 _,
                    DataType.Int64 _,
                    DataType.Date32 _,
                    DataType.Timestamp _ -> ((Number) value).longValue();
            case DataType.Decimal it -> ((BigDecimal) value).setScale(it.scale());
            case DataType.ListOf _ -> throw new IllegalArgumentException("no lists here");
            case DataType.Binary _ -> ByteBuffer.wrap(HexFormat.of().parseHex((String) value));
            default -> value;
        };
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
