package io.mullion.examples.csv;

import io.mullion.expr.TimeUnit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A file and how it is to be read.
///
/// @param timeColumn the column of the event time
/// @param epoch the unit of times that are numbers since 1970; null where they are ISO-8601
/// @param nullText what stands for a null, beside cells that are empty or blank; or null
/// @param columns the other columns that are wanted; all the rest are not looked at
/// @param types the types that are told and not found out
/// @param maxTextBytes the longest text that can be used
public record CsvInput(
        Path file,
        String timeColumn,
        TimeUnit epoch,
        String nullText,
        Set<String> columns,
        Map<String, CellType> types,
        int maxTextBytes) {
    /// How much of a cell is shown in a message.
    private static final int SHOWN_BYTES = 60;

    /// What is told of a row that is not used.
    @FunctionalInterface
    public interface BrokenRows {
        /// @throws IOException to read no further
        void accept(long line, String reason) throws IOException;
    }

    /// What is told now and then of how far a file has been read.
    @FunctionalInterface
    public interface Progress {
        void at(long bytes);
    }

    /// All columns that are wanted, that of the time first.
    List<String> wanted() {
        Set<String> names = new LinkedHashSet<>();
        names.add(timeColumn);
        names.addAll(columns);
        return List.copyOf(names);
    }

    /// Whether a cell of [CsvRows] is a null.
    boolean isNull(String cell) {
        return cell.isBlank() || nullText != null && cell.strip().equals(asBytes(nullText));
    }

    /// The coarsest unit for times of so many digits behind the second and for windows of these lengths.
    static TimeUnit unit(int digits, List<Duration> lengths) {
        int least = digits;
        for (Duration length : lengths) {
            least = Math.max(least, length.getNano() == 0 ? 0 : TimeCell.digits(TimeUnit.MILLIS));
        }
        return TimeUnit.values()[Math.min((least + 2) / 3, TimeUnit.NANOS.ordinal())];
    }

    /// Reads a cell of the time column.
    ///
    /// @return what is wrong with it, or null
    String timeDefect(TimeCell time, String cell) {
        if (isNull(cell)) {
            return timeColumn + " is null: a row must have a time";
        }
        return defect(timeColumn, cell, time.parse(cell.strip()) ? null : time.expected() + " was expected");
    }

    /// What is wrong with a row because of a cell; null if `reason` is.
    String defect(String column, String cell, String reason) {
        if (reason == null) {
            return null;
        }
        String shown = cell.length() <= SHOWN_BYTES ? cell : cell.substring(0, SHOWN_BYTES) + "...";
        return column + " is '" + CsvRows.text(shown) + "': " + reason;
    }

    private static String asBytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
