package io.mullion.io;

import io.mullion.spec.MullionException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What of the files of a folder has been taken, by number of rows: who reads the files says what it comes to, the
/// worker asks how far its rows reach.
///
/// A position is the file at hand, with size and time of modification, a byte of it where a line begins, how many lines
/// to read over from there, and the names of all files that are there and done with. All of these stand side by side
/// with `/` between them, which no name has. *Thread*: that of the source, but for [#position], which is the worker's.
final class TakenFiles {
    private static final String SEPARATOR = "/";
    private static final int FIELDS_AT_HAND = 5;

    /// A file as it was when it was found.
    record Found(String name, long bytes, FileTime modified) {
        @Override
        public String toString() {
            return name + ", bytes=" + bytes + ", modified=" + modified;
        }
    }

    /// A place in a file: behind so many lines from a byte on.
    record Place(Found file, long offset, long lines) {}

    /// What is so once the worker has so many rows.
    private sealed interface Step {
        long rows();
    }

    /// The lines from a byte on are rows, one each, until the next step.
    ///
    /// @param before rows that were taken before them
    private record At(long rows, long before, Place place) implements Step {}

    private record Finished(long rows, String name) implements Step {}

    private record Gone(long rows, String name) implements Step {}

    private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
    /// Names, as far as the worker has come. *Thread*: the worker's, from the first step on.
    private final TreeSet<String> done = new TreeSet<>();
    /// The file at hand; null between two files.
    private At at;
    /// Whether nobody asks: then steps would only pile up.
    private volatile boolean unasked = true;

    /// Files that are not read at all. Before the first step.
    void doneBefore(List<String> names) {
        done.addAll(names);
    }

    /// From `place` on each line is a row.
    ///
    /// @param rows taken before
    /// @param refused whether a line was refused behind the last of these rows: it is told again rather than not at all
    void at(long rows, boolean refused, Place place) {
        add(new At(refused ? rows + 1 : rows, rows, place));
    }

    void finished(long rows, boolean refused, String name) {
        add(new Finished(refused ? rows + 1 : rows, name));
    }

    /// A file that was done with is there no more.
    void gone(long rows, String name) {
        add(new Gone(rows, name));
    }

    private void add(Step step) {
        if (!unasked) {
            steps.add(step);
        }
    }

    /// The position behind so many rows; never fewer than were asked about before.
    String position(long rows) {
        unasked = false;
        for (Step step = steps.peek(); step != null && step.rows() <= rows; step = steps.peek()) {
            switch (steps.remove()) {
                case At next -> at = next;
                case Finished(_, String name) -> {
                    at = null;
                    done.add(name);
                }
                case Gone(_, String name) -> done.remove(name);
            }
        }
        StringBuilder text = new StringBuilder();
        if (at == null) {
            text.repeat(SEPARATOR, FIELDS_AT_HAND - 1);
        } else {
            Place place = at.place;
            text.append(place.file.name).append(SEPARATOR).append(place.file.bytes);
            text.append(SEPARATOR).append(place.file.modified);
            text.append(SEPARATOR).append(place.offset);
            text.append(SEPARATOR).append(place.lines + rows - at.before);
        }
        done.forEach(name -> text.append(SEPARATOR).append(name));
        return text.toString();
    }

    /// Begins where a position is.
    ///
    /// @return the file at hand; null if there is none
    Place seek(String position) {
        String[] fields = position.split(SEPARATOR, -1);
        if (fields.length < FIELDS_AT_HAND) {
            throw MullionException.invalid("no position in a folder of files: position=" + position);
        }
        done.clear();
        done.addAll(List.of(fields).subList(FIELDS_AT_HAND, fields.length));
        if (fields[0].isEmpty()) {
            return null;
        }
        Found file = new Found(fields[0], Long.parseLong(fields[1]), FileTime.from(Instant.parse(fields[2])));
        Place place = new Place(file, Long.parseLong(fields[3]), Long.parseLong(fields[4]));
        at = new At(0, 0, place);
        return place;
    }

    /// Names of files that are not read any more. Before the first step.
    TreeSet<String> done() {
        return done;
    }
}
