package io.mullion.examples;

import io.mullion.DataStream;
import io.mullion.Engine;
import io.mullion.EngineConfig;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.JobCounters;
import io.mullion.Pipeline;
import io.mullion.WindowedStream;
import io.mullion.examples.csv.CsvException;
import io.mullion.examples.csv.CsvInput;
import io.mullion.examples.csv.CsvSource;
import io.mullion.examples.csv.CsvSurvey;
import io.mullion.examples.csv.CsvTable;
import io.mullion.expr.Expr;
import io.mullion.io.CommittedFileSink;
import io.mullion.io.Sink;
import io.mullion.spec.MullionException;
import io.mullion.spec.Window;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/// Any CSV file with a column of times: its rows aggregated over windows of that time, by key.
///
/// Example: windows - aggregates of a CSV file over windows of its time
///
/// The file is read twice, first for the types of its columns. What is wrong with a row goes to standard error, and the
/// others go on.
public final class Windows {
    /// A file has its own time and no clock waits for it; a long `--out-of-orderness` keeps many windows open.
    private static final EngineConfig CONFIG =
            EngineConfig.defaults().withLaneIdleTimeout(Duration.ZERO).withMemoryLimitBytes(2L << 30);

    private final WindowsOptions options;
    private final PrintStream out;
    private final PrintStream err;
    private final ProgressLine progress;
    private long brokenRows;

    private Windows(WindowsOptions options, PrintStream out, PrintStream err, ProgressLine progress) {
        this.options = options;
        this.out = out;
        this.err = err;
        this.progress = progress;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    /// @return the exit code
    static int run(PrintStream out, PrintStream err, String... args) {
        return ExampleMain.run(new WindowsOptions(), out, err, args, options -> {
            Window window = options.window();
            if (options.sizeIsIdle()) {
                err.println("windows: sessions have no size: --window is not used");
            }
            CsvInput input = options.input(CONFIG.batchDataBytes());
            try (ProgressLine progress = ProgressLine.of(err, Files.size(input.file()))) {
                new Windows(options, out, err, progress).aggregate(input, window);
            } catch (CsvException e) {
                throw options.refused(e.getMessage());
            }
        });
    }

    private void aggregate(CsvInput input, Window window) throws IOException, InterruptedException {
        CsvTable table = CsvSurvey.read(
                input,
                options.durations(),
                // The second reading tells of all broken rows; this one knows only of those that no type would mend.
                options.failFast ? this::fail : (_, _) -> {},
                bytes -> progress.show("finding types", bytes));
        WindowRows results = new WindowRows(options.keys().size(), printer(table), out, progress, false);
        CsvSource source = new CsvSource(
                table,
                () -> !results.unread(),
                options.failFast ? this::fail : this::report,
                bytes -> progress.show("aggregating", bytes));
        Pipeline pipeline = Pipeline.create().deadLetters(letter -> progress.note("dead letter: " + letter));
        DataStream rows = pipeline.from(source, input.timeColumn(), options.watermark(table.unit()));
        List<Expr> aggregates =
                options.asked().stream().map(AskedAggregate::expression).toList();
        WindowedStream windows = windowed(rows, window);
        try {
            windows.aggregate(aggregates.toArray(Expr[]::new)).to(options.out == null ? results : committed(table));
        } catch (MullionException e) {
            throw new MullionException(e.reason(), e.getMessage() + whyText(table, e.getMessage()), e);
        }
        JobCounters counters;
        JobConfig config = options.job();
        try (Engine engine = Engine.start(CONFIG)) {
            Job job = config.checkpoints() == null ? engine.run(pipeline, config) : engine.resume(pipeline, config);
            await(job);
            counters = job.counters();
        }
        progress.close();
        sumUp(table, window, counters);
    }

    /// @throws IOException if the file cannot be read to its end, or is not to be
    private static void await(Job job) throws IOException, InterruptedException {
        try {
            job.await();
        } catch (MullionException e) {
            if (e.reason() == MullionException.Reason.SOURCE && e.getCause().getCause() instanceof IOException broken) {
                throw broken;
            }
            throw e;
        }
    }

    /// Results to a file, each once.
    private Sink committed(CsvTable table) {
        return new CommittedFileSink(
                options.out,
                stream ->
                        new WindowRows(options.keys().size(), printer(table), new PrintStream(stream), progress, true));
    }

    private WindowedStream windowed(DataStream rows, Window window) {
        List<String> keys = options.keys();
        return keys.isEmpty()
                ? rows.window(window)
                : rows.keyBy(keys.toArray(String[]::new)).window(window);
    }

    private WindowPrinter printer(CsvTable table) {
        return switch (options.format()) {
            case CSV -> new WindowPrinter.Csv();
            case TABLE ->
                new WindowPrinter.Table(
                        options.keys().stream().mapToInt(table::width).toArray());
        };
    }

    private void report(long line, String reason) {
        brokenRows++;
        progress.note("line " + line + ": " + reason);
    }

    private void fail(long line, String reason) throws IOException {
        throw new IOException("line " + line + ": " + reason);
    }

    /// What a user does not know who is refused: which of the columns that the refusal names were found to be text, and
    /// because of what.
    private static String whyText(CsvTable table, String refusal) {
        return table.columns().stream()
                .filter(column -> column.culprit() != null && refusal.contains(column.name()))
                .map(column -> "; " + column.name() + " is text because of '" + PlainText.cut(column.culprit(), 40)
                        + "' in line " + column.culpritLine()
                        + " (if that says there is no value: --null; if the row is"
                        + " broken: --types " + column.name() + ":float64)")
                .collect(Collectors.joining());
    }

    private void sumUp(CsvTable table, Window window, JobCounters counters) {
        boolean overlapping =
                window instanceof Window.Sliding sliding && sliding.slide().compareTo(sliding.size()) < 0;
        boolean disorderly = table.disorder().compareTo(options.outOfOrderness) > 0;
        if (disorderly && (overlapping || counters.lateRows() > 0)) {
            String disorder = DurationText.atLeast(table.disorder());
            err.println("rows are up to " + disorder + " older than rows before them, and --out-of-orderness is "
                    + DurationText.atLeast(options.outOfOrderness) + ": " + counters.lateRows()
                    + " came too late" + (overlapping ? ", others perhaps for some of their windows" : "")
                    + "; --out-of-orderness " + disorder + " waits for all");
        }
        err.println(counters.rowsIn() + " rows in, " + brokenRows + " broken, " + counters.lateRows() + " late; "
                + counters.rowsOut() + " rows out, " + counters.deadLetters() + " dead letters");
        err.flush();
    }
}
