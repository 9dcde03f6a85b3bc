package io.mullion.io;

import io.mullion.expr.Schema;
import io.mullion.io.BatchFilesSink.Format;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One file with each result once, in the order of results, also where the job dies and a checkpoint brings it back.
///
/// What came since the last checkpoint is in a *part*, a file beside it whose name begins with a point. When the
/// checkpoint is whole the part is written behind what the file has: at a place that the part's name says, so that
/// doing it twice does no harm. Parts are deleted once the file is on disk. So the file only ever has what no death
/// takes back; a job that ends without checkpoints writes it when it ends. What was in the file before a job that does
/// not go on from a checkpoint is gone.
public final class CommittedFileSink implements TransactionalSink {
    private final Path file;
    private final Function<OutputStream, Sink> format;
    private final Pattern partName;
    /// Parts that are not in the file yet, by checkpoint, ascending.
    private final List<Part> prepared = new ArrayList<>();
    /// Parts that are in the file, which may not be on disk.
    private final List<Part> applied = new ArrayList<>();
    private final Output output = new Output();
    private Sink rows;
    private Schema schema;
    /// Bytes of the file, with all parts that were prepared.
    private long length;
    /// Whether the job goes on from a checkpoint.
    private boolean restored;

    /// Bytes of the file from `start` on.
    private record Part(Path path, long checkpoint, long start) {}

    /// @param file made when there is something to commit; its folder is made if it is not there
    public CommittedFileSink(Path file, Format format) {
        this(file, format::sink);
    }

    /// @param format makes a sink that writes rows to a stream. It writes what stands at the beginning of a file when
    /// it is opened or flushed for the first time, and flushes before a checkpoint
    public CommittedFileSink(Path file, Function<OutputStream, Sink> format) {
        this.file = file.toAbsolutePath();
        this.format = format;
        partName = Pattern.compile(
                "\\." + Pattern.quote(file.getFileName().toString()) + "\\.(\\d{1,18})-(\\d{1,18})\\.part");
    }

    @Override
    public String name() {
        return "file " + file.getFileName();
    }

    @Override
    public void open(Schema schema) throws IOException {
        this.schema = schema;
        length = 0;
        restored = false;
        prepared.clear();
        applied.clear();
        Files.createDirectories(file.getParent());
    }

    @Override
    public void accept(BatchView batch) throws Exception {
        begin();
        rows.accept(batch);
    }

    @Override
    public Prepared prepare(long checkpoint) throws Exception {
        begin();
        rows.flush();
        Part part = new Part(sibling(checkpoint + "-" + length + ".part"), checkpoint, length);
        long bytes = output.end(part.path());
        if (bytes > 0) {
            prepared.add(part);
            length += bytes;
        }
        List<Path> parts = prepared.stream().map(Part::path).toList();
        List<Path> obsolete = applied.stream().map(Part::path).toList();
        applied.clear();
        return new Prepared() {
            private final long bytes = length;

            @Override
            public void persist() throws IOException {
                for (Path path : parts) {
                    force(path);
                }
                if (!obsolete.isEmpty()) {
                    force(file);
                    for (Path path : obsolete) {
                        Files.deleteIfExists(path);
                    }
                }
                force(file.getParent());
            }

            @Override
            public String state() {
                return Long.toString(bytes);
            }
        };
    }

    @Override
    public void commit(long checkpoint) throws IOException {
        while (!prepared.isEmpty() && prepared.getFirst().checkpoint() <= checkpoint) {
            Part part = prepared.getFirst();
            apply(part);
            prepared.removeFirst();
            applied.add(part);
        }
    }

    @Override
    public void restore(long checkpoint, String state) throws Exception {
        restored = true;
        length = Long.parseLong(state);
        for (Part part : parts()) {
            if (part.checkpoint() <= checkpoint) {
                apply(part);
            }
        }
        if (length > 0 && (!Files.exists(file) || Files.size(file) < length)) {
            throw new IOException("the file has less than the checkpoint has written: " + file + ", expected=" + length
                    + " bytes, and a part of it is missing or the file was changed");
        }
        if (Files.exists(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(length);
                channel.force(true);
            }
        }
        deleteParts();
    }

    @Override
    public void close() throws Exception {
        if (rows != null) {
            rows.close();
            rows = null;
        }
        output.abandon();
    }

    /// Before the first rows: only now it is known whether the job goes on from a checkpoint.
    private void begin() throws Exception {
        if (rows != null) {
            return;
        }
        if (!restored) {
            Files.deleteIfExists(file);
            deleteParts();
        }
        rows = format.apply(output);
        // What stands at the beginning of a file is there already.
        output.discards = length > 0;
        rows.open(schema);
        rows.flush();
        output.discards = false;
    }

    private void apply(Part part) throws IOException {
        try (FileChannel from = FileChannel.open(part.path());
                FileChannel to = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            long size = from.size();
            for (long done = 0; done < size; ) {
                done += to.transferFrom(from, part.start() + done, size - done);
            }
        }
    }

    /// Those that are on disk, by checkpoint, ascending.
    private List<Part> parts() throws IOException {
        List<Part> parts = new ArrayList<>();
        try (Stream<Path> files = Files.list(file.getParent())) {
            for (Path path : (Iterable<Path>) files::iterator) {
                Matcher name = partName.matcher(path.getFileName().toString());
                if (name.matches()) {
                    parts.add(new Part(path, Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
                }
            }
        }
        parts.sort((a, b) -> Long.compare(a.checkpoint(), b.checkpoint()));
        return parts;
    }

    private void deleteParts() throws IOException {
        for (Part part : parts()) {
            Files.delete(part.path());
        }
    }

    private Path sibling(String suffix) {
        return file.resolveSibling("." + file.getFileName() + "." + suffix);
    }

    /// The bytes of a file, or the names in a folder, are on disk.
    private static void force(Path path) throws IOException {
        StandardOpenOption how = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    /// Goes to the part of the present checkpoint, which is made with its first byte.
    private final class Output extends OutputStream {
        boolean discards;
        private OutputStream part;
        private long bytes;

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] values, int offset, int count) throws IOException {
            if (discards || count == 0) {
                return;
            }
            if (part == null) {
                part = new BufferedOutputStream(Files.newOutputStream(sibling("unfinished")), 1 << 16);
            }
            part.write(values, offset, count);
            bytes += count;
        }

        /// The part is whole and gets its name.
        ///
        /// @return bytes it has
        long end(Path name) throws IOException {
            if (part == null) {
                return 0;
            }
            part.close();
            part = null;
            Files.move(sibling("unfinished"), name, StandardCopyOption.ATOMIC_MOVE);
            long ended = bytes;
            bytes = 0;
            return ended;
        }

        void abandon() throws IOException {
            if (part != null) {
                part.close();
                part = null;
                Files.deleteIfExists(sibling("unfinished"));
            }
        }
    }
}
