package io.mullion.io;

import io.mullion.expr.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Reads the lines of text files as they appear in a folder, each file once.
///
/// The folder is looked at ten times a second. Files that are found together come in order of the time of their last
/// modification, then of their names; names that begin with a point or an underscore are passed over. A file must be
/// whole when it appears: write it elsewhere in the same file system, or under a name with a point, and move it. One
/// that is written to later, or replaced under the same name, is not read again.
public final class TextFilesSource implements Source {
    private static final int READ_BYTES = 1 << 16;
    private static final long POLL_MILLIS = 100;

    private final Path folder;
    private final boolean newOnly;
    private final CountDownLatch stopped = new CountDownLatch(1);
    /// Names of files that were there before, or have been read.
    private final Set<String> known = new HashSet<>();

    /// @param newOnly whether files that are there when the job starts are passed over
    public TextFilesSource(Path folder, boolean newOnly) {
        this.folder = folder;
        this.newOnly = newOnly;
    }

    private record Found(Path file, String name, FileTime modified) {}

    @Override
    public Schema schema() {
        return TextLines.SCHEMA;
    }

    @Override
    public void open() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        if (newOnly) {
            unread();
        }
    }

    @Override
    public void run(Producer<?> producer) throws Exception {
        do {
            for (Found found : unread()) {
                if (stopped.getCount() == 0 || !read(found.file, producer)) {
                    return;
                }
            }
        } while (!stopped.await(POLL_MILLIS, TimeUnit.MILLISECONDS));
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public void close() {}

    @Override
    public String name() {
        return "text files in " + folder;
    }

    /// The files that were not known, and are from now on.
    private List<Found> unread() throws IOException {
        List<Found> unread = new ArrayList<>();
        Set<String> there = new HashSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".") && !name.startsWith("_") && Files.isRegularFile(file)) {
                    there.add(name);
                    if (known.add(name)) {
                        find(file, name, unread);
                    }
                }
            }
        }
        // A name may come back.
        known.retainAll(there);
        unread.sort(Comparator.comparing(Found::modified).thenComparing(Found::name));
        return unread;
    }

    private static void find(Path file, String name, List<Found> unread) throws IOException {
        try {
            unread.add(new Found(file, name, Files.getLastModifiedTime(file)));
        } catch (NoSuchFileException e) {
            // It went as quickly as it came.
        }
    }

    /// @return whether the producer still takes rows
    private static boolean read(Path file, Producer<?> producer) throws IOException {
        TextLines lines = new TextLines(producer);
        byte[] chunk = new byte[READ_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                if (!lines.take(chunk, count)) {
                    return false;
                }
            }
        }
        return lines.end();
    }
}
