package io.mullion;

import io.mullion.expr.Schema;
import io.mullion.ingest.RecordCodec;
import io.mullion.ingest.RecordColumns;
import io.mullion.ingest.RecordDecoder;
import io.mullion.io.ArrowStreamSink;
import io.mullion.io.BatchFilesSink;
import io.mullion.io.BatchView;
import io.mullion.io.CommittedFileSink;
import io.mullion.io.CsvSink;
import io.mullion.io.JsonLinesSink;
import io.mullion.io.PrintSink;
import io.mullion.io.RowView;
import io.mullion.io.Sink;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.Consumer;

/// The sinks that come with the engine. Each is for one place in one running pipeline.
public final class Sinks {
    private Sinks() {}

    /// Prints rows to standard output as a table with a heading, window by window.
    public static Sink print() {
        return print(System.out);
    }

    public static Sink print(PrintStream out) {
        return new PrintSink(out);
    }

    /// Prints the time of each micro-batch and its first rows.
    ///
    /// @param rows at most
    public static Sink printBatches(PrintStream out, long rows) {
        return PrintSink.firstOfBatch(out, rows);
    }

    /// Writes each micro-batch that has rows to a file of its own, which appears whole or not at all.
    public static Sink files(Path folder, String prefix, BatchFilesSink.Format format) {
        return new BatchFilesSink(folder, prefix, format);
    }

    /// Writes results to one file, each of them once, also where the job dies and goes on from a checkpoint: what the
    /// file has nothing takes back.
    public static Sink committed(Path file, BatchFilesSink.Format format) {
        return new CommittedFileSink(file, format);
    }

    /// Writes rows as JSON, an object a line. Flushes after each window.
    ///
    /// *Ownership*: the stream stays the caller's.
    public static Sink jsonLines(OutputStream out) {
        return new JsonLinesSink(out);
    }

    /// Writes rows in Arrow's streaming format. Flushes after each window. Needs
    /// `--add-opens=java.base/java.nio=ALL-UNNAMED`.
    ///
    /// *Ownership*: the stream stays the caller's.
    public static Sink arrow(OutputStream out) {
        return new ArrowStreamSink(out);
    }

    /// Writes comma-separated values with a heading (RFC 4180), timestamps as ISO-8601 in UTC. Flushes after each
    /// window.
    ///
    /// *Ownership*: the stream stays the caller's.
    public static Sink csv(OutputStream out) {
        return new CsvSink(out);
    }

    /// Writes comma-separated values to a file, which is made anew when the job starts and closed when it ends.
    public static Sink csv(Path file) {
        return new CsvSink(file);
    }

    /// Calls `action` with each row, through a flyweight that is only good during the call. Allocates nothing.
    public static Sink forEachRow(Consumer<? super RowView> action) {
        return batch -> batch.forEachRow(action);
    }

    /// Calls `action` with each batch, which is only good during the call.
    public static Sink forEachBatch(Consumer<? super BatchView> action) {
        return action::accept;
    }

    /// Calls `action` with a new record for each row; its components are the columns of the same names. Costs that
    /// record.
    public static <T> Sink forEach(Class<T> type, Consumer<? super T> action) {
        return new Sink() {
            private RecordDecoder<T> decoder;

            @Override
            public void check(Schema schema) {
                RecordColumns.columns(type, schema);
            }

            @Override
            public void open(Schema schema) {
                decoder = RecordCodec.decoder(type, schema);
            }

            @Override
            public void accept(BatchView batch) {
                batch.forEachRow(row -> action.accept(decoder.decode(row)));
            }
        };
    }
}
