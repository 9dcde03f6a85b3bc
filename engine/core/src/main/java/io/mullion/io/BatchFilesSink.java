package io.mullion.io;

import io.mullion.expr.Schema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Function;

/// Writes each micro-batch that has rows to a file of its own: `PREFIX-TIME.SUFFIX`, the time in milliseconds.
///
/// A file appears whole or not at all: it is written under a name that begins with a point and renamed when its batch
/// has ended. One that is there already is replaced.
public final class BatchFilesSink implements Sink {
    /// How rows lie in a file.
    public enum Format {
        /// Comma-separated values with a heading, as [CsvSink] has them.
        CSV("csv", CsvSink::new),
        /// An object a line, as [JsonLinesSink] has them.
        JSON_LINES("jsonl", JsonLinesSink::new),
        /// Arrow's streaming format, as [ArrowStreamSink] has it.
        ARROW("arrows", ArrowStreamSink::new);

        private final String suffix;
        private final Function<OutputStream, Sink> sink;

        Format(String suffix, Function<OutputStream, Sink> sink) {
            this.suffix = suffix;
            this.sink = sink;
        }

        /// One that writes to a stream, which stays the caller's.
        Sink sink(OutputStream stream) {
            return sink.apply(stream);
        }
    }

    private final Path folder;
    private final String prefix;
    private final Format format;
    private Schema schema;
    /// Of the present batch; null while it has no rows.
    private Path unfinished;

    private OutputStream stream;
    private Sink rows;

    /// @param folder made if it is not there
    public BatchFilesSink(Path folder, String prefix, Format format) {
        this.folder = folder;
        this.prefix = prefix;
        this.format = format;
    }

    @Override
    public void open(Schema schema) throws IOException {
        this.schema = schema;
        Files.createDirectories(folder);
    }

    @Override
    public void accept(BatchView batch) throws Exception {
        if (unfinished == null) {
            unfinished = folder.resolve("." + prefix + "." + format.suffix + ".unfinished");
            stream = Files.newOutputStream(unfinished);
            rows = format.sink(stream);
            rows.open(schema);
        }
        rows.accept(batch);
    }

    @Override
    public void endBatch(long timeNanos) throws Exception {
        if (unfinished != null) {
            rows.close();
            stream.close();
            Files.move(
                    unfinished,
                    folder.resolve(prefix + "-" + timeNanos / 1_000_000 + "." + format.suffix),
                    StandardCopyOption.ATOMIC_MOVE);
            unfinished = null;
        }
    }

    /// A batch that has not ended leaves nothing.
    @Override
    public void close() throws IOException {
        if (unfinished != null) {
            stream.close();
            Files.deleteIfExists(unfinished);
        }
    }
}
