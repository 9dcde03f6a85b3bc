package io.mullion.io;

import io.mullion.expr.Schema;
import io.mullion.io.TakenFiles.Found;
import io.mullion.io.TakenFiles.Place;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
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
///
/// A job that goes on from a checkpoint goes on in the file it was in, and then with the files that it had not come to,
/// those that have appeared meanwhile among them. *Failure*: the file it was in must still be there as it was, by size
/// and time of modification; files that were done with may go. A line that was refused just before a checkpoint may
/// become a dead letter again.
public final class TextFilesSource implements ReplayableSource {
    private static final int READ_BYTES = 1 << 16;
    private static final long POLL_MILLIS = 100;

    private final Path folder;
    private final boolean newOnly;
    private final CountDownLatch stopped = new CountDownLatch(1);
    /// Names of files that were there before, or have been read.
    private final Set<String> known = new HashSet<>();

    private final TakenFiles taken = new TakenFiles();
    /// The file to go on in; null if there is none.
    private Place first;

    private long rows;
    /// Whether a line was refused behind the last row.
    private boolean refused;

    /// @param newOnly whether files that are there when the job starts are passed over
    public TextFilesSource(Path folder, boolean newOnly) {
        this.folder = folder;
        this.newOnly = newOnly;
    }

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
            taken.doneBefore(unread().stream().map(Found::name).toList());
        }
    }

    @Override
    public void seek(String position) throws IOException {
        first = taken.seek(position);
        known.clear();
        known.addAll(taken.done());
        if (first != null) {
            known.add(first.file().name());
            requireUnchanged(first.file());
        }
    }

    @Override
    public String position(long rows) {
        return taken.position(rows);
    }

    @Override
    public void run(Producer<?> producer) throws Exception {
        if (first != null && !read(first, producer)) {
            return;
        }
        do {
            for (Found found : unread()) {
                if (stopped.getCount() == 0 || !read(new Place(found, 0, 0), producer)) {
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

    private void requireUnchanged(Found file) throws IOException {
        Path path = folder.resolve(file.name());
        Found now;
        try {
            now = found(path, file.name());
        } catch (NoSuchFileException e) {
            throw changed("is there no more", file);
        }
        if (!now.equals(file)) {
            throw changed("has changed: now bytes=" + now.bytes() + ", modified=" + now.modified(), file);
        }
    }

    private MullionException changed(String what, Found file) {
        return new MullionException(
                Reason.SOURCE,
                "the file that a checkpoint is in the middle of " + what + ": folder=" + folder + ", file=" + file);
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
        forget(there);
        unread.sort(Comparator.comparing(Found::modified).thenComparing(Found::name));
        return unread;
    }

    /// A name that is gone may come back.
    private void forget(Set<String> there) {
        for (String name : List.copyOf(known)) {
            if (!there.contains(name)) {
                known.remove(name);
                taken.gone(rows, name);
            }
        }
    }

    private static void find(Path file, String name, List<Found> unread) throws IOException {
        try {
            unread.add(found(file, name));
        } catch (NoSuchFileException e) {
            // It went as quickly as it came.
        }
    }

    private static Found found(Path file, String name) throws IOException {
        return new Found(name, Files.size(file), Files.getLastModifiedTime(file));
    }

    /// @return whether the producer still takes rows
    private boolean read(Place from, Producer<?> producer) throws IOException {
        Found file = from.file();
        long before = rows;
        TextLines lines = new TextLines(producer, from.lines(), (taken, bytes) -> {
            came(before + taken);
            refused = true;
            this.taken.at(rows, true, new Place(file, from.offset() + bytes, 0));
        });
        byte[] chunk = new byte[READ_BYTES];
        taken.at(rows, refused, from);
        try (InputStream in = Files.newInputStream(folder.resolve(file.name()))) {
            in.skipNBytes(from.offset());
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                boolean open = lines.take(chunk, count);
                if (lines.skipped()) {
                    came(before + lines.rows());
                    taken.at(rows, refused, new Place(file, from.offset() + lines.bytes(), 0));
                }
                if (!open) {
                    return false;
                }
            }
        }
        boolean open = lines.end();
        if (!lines.skipped()) {
            throw changed("has fewer lines than were taken of it", file);
        }
        came(before + lines.rows());
        if (open) {
            taken.finished(rows, refused, file.name());
        }
        return open;
    }

    private void came(long count) {
        refused &= count == rows;
        rows = count;
    }
}
