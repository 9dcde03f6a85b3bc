package io.mullion.examples;

import io.mullion.JobConfig;
import io.mullion.examples.csv.CellType;
import io.mullion.examples.csv.CsvException;
import io.mullion.examples.csv.CsvInput;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.Checkpoints;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// The command line of [Windows].
@Command(
        name = "windows",
        description = "Aggregates the rows of a CSV file over windows of their own time.",
        sortOptions = false)
final class WindowsOptions {
    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(1);

    /// What the results look like.
    enum Format {
        TABLE,
        CSV
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--csv", paramLabel = "FILE", required = true, description = "The file, with a heading. UTF-8.")
    Path file;

    @Option(
            names = "--time",
            paramLabel = "COLUMN[:UNIT]",
            required = true,
            description = "The column of the time: ISO-8601, in UTC where it has no offset; or, with s, ms, us or ns "
                    + "as UNIT, numbers since 1970.")
    private String time;

    @Option(
            names = "--null",
            paramLabel = "TEXT",
            description = "What stands for a missing value (NA, for example). Empty cells always do.")
    private String nullText;

    @Option(
            names = "--key",
            paramLabel = "A,B",
            description = "Columns by which rows are grouped. Default: all rows are one group.")
    private String keys;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            description = "How much time a window covers: 250ms, 10s, 5m, 24h.")
    private Duration size;

    @Option(
            names = "--slide",
            paramLabel = "TIME",
            description = "How often a window begins. Default: when the one before ends.")
    private Duration slide;

    @Option(
            names = "--session",
            paramLabel = "TIME",
            description = "Sessions in the place of windows of a size: rows of a group no further apart than this.")
    private Duration session;

    @Option(
            names = "--agg",
            paramLabel = "LIST",
            required = true,
            description =
                    "What is computed, with commas between: \"count(),avg(temp)\". Of a column: count, countIf, "
                            + "countDistinct, sum, sumDistinct, avg, min, max, first, last, variance, variancePopulation, stddev, stddevPopulation, "
                            + "boolAnd, boolOr, bitAnd, bitOr, bitXor, collectList, collectSet; of one by another: minBy, maxBy.")
    private String aggregates;

    @Option(
            names = "--out-of-orderness",
            paramLabel = "TIME",
            description = "By how much a row may be older than one before it. Default: 0s.")
    Duration outOfOrderness = Duration.ZERO;

    @Option(
            names = "--types",
            paramLabel = "A:TYPE,B:TYPE",
            description = "Types of columns that are not to be found out: int64, float64, bool, timestamp, date32, "
                    + "utf8.")
    private String types;

    @Option(names = "--fail-fast", description = "Ends at the first broken row. Default: broken rows are left out.")
    boolean failFast;

    @Option(
            names = "--format",
            paramLabel = "table|csv",
            description = "A table to look at, or CSV with all digits. Default: table, and CSV for --out.")
    private Format format;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where results go, as CSV; with --checkpoint each of them once, whatever happens in between.")
    Path out;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description =
                    "Where to keep, every second, what it takes to go on: the same command goes on where one that "
                            + "died was.")
    private Path checkpoint;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    /// @throws ParameterException if there is no such file
    CsvInput input(int maxTextBytes) {
        if (!Files.exists(file)) {
            throw refused("--csv: no such file: " + file);
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw refused("--csv: a file that can be read, and read twice, was expected: " + file);
        }
        int colon = time.lastIndexOf(':');
        TimeUnit unit = unit(time.substring(colon + 1));
        boolean epoch = colon >= 0 && unit != null;
        Set<String> columns = new LinkedHashSet<>(keys());
        asked().stream().map(AskedAggregate::columns).forEach(columns::addAll);
        return new CsvInput(
                file,
                (epoch ? time.substring(0, colon) : time).strip(),
                epoch ? unit : null,
                nullText,
                columns,
                types(),
                maxTextBytes);
    }

    Format format() {
        if (out != null && format == Format.TABLE) {
            throw refused("--out writes CSV: --format table is for a terminal");
        }
        return format != null ? format : out == null ? Format.TABLE : Format.CSV;
    }

    JobConfig job() {
        JobConfig job = JobConfig.defaults();
        return checkpoint == null
                ? job
                : job.withCheckpoints(Checkpoints.to(checkpoint).every(CHECKPOINT_EVERY));
    }

    List<String> keys() {
        return split(keys);
    }

    List<AskedAggregate> asked() {
        try {
            return AskedAggregate.parseAll(aggregates);
        } catch (TypeConversionException e) {
            throw refused("--agg: " + e.getMessage());
        }
    }

    /// Sessions have no size: where both are given, `--window` has nothing to say.
    ///
    /// @throws ParameterException if it is not said, or said twice
    Window window() {
        if (session != null) {
            if (slide != null) {
                throw refused("--slide and --session do not go together: sessions end by themselves");
            }
            return Window.session(session);
        }
        if (size == null) {
            throw refused("--window or --session is needed: how much time a window covers");
        }
        return Window.sliding(size, slide == null ? size : slide);
    }

    /// Whether a size was given for sessions.
    boolean sizeIsIdle() {
        return session != null && size != null;
    }

    /// @param unit of the times
    Watermark watermark(TimeUnit unit) {
        try {
            unit.of(outOfOrderness);
        } catch (IllegalArgumentException e) {
            throw refused("--out-of-orderness: " + e.getMessage());
        }
        return Watermark.bounded(outOfOrderness);
    }

    /// All durations that the unit of the times has to express.
    List<Duration> durations() {
        return Stream.of(size, slide, session, outOfOrderness)
                .filter(duration -> duration != null)
                .toList();
    }

    ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private Map<String, CellType> types() {
        Map<String, CellType> told = new LinkedHashMap<>();
        for (String type : split(types)) {
            int colon = type.lastIndexOf(':');
            if (colon < 1) {
                throw refused("--types: '" + type + "' is no COLUMN:TYPE");
            }
            try {
                told.put(
                        type.substring(0, colon).strip(),
                        CellType.of(type.substring(colon + 1).strip()));
            } catch (CsvException e) {
                throw refused("--types: " + e.getMessage());
            }
        }
        return told;
    }

    private static List<String> split(String list) {
        return list == null
                ? List.of()
                : Stream.of(list.split(",", -1)).map(String::strip).toList();
    }

    private static TimeUnit unit(String suffix) {
        return Stream.of(TimeUnit.values())
                .filter(unit -> unit.suffix().equals(suffix))
                .findFirst()
                .orElse(null);
    }
}
