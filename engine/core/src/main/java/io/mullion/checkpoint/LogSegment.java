package io.mullion.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One file of a log, known by its name.
///
/// @param log whose it is
/// @param number among the files of the log: those that were begun later have greater ones
/// @param first number of its first record
/// @param file its name
public record LogSegment(Log log, long number, long first, String file) {
    private static final Pattern NAME =
            Pattern.compile("log-(\\d{1,9})-(\\d{1,9})-(\\d{1,18})-(\\d{1,18})-\\w*\\.arrows");
    private static final Pattern NOT_FOR_FILES = Pattern.compile("[^a-zA-Z0-9_]+");
    private static final int MOST_NAME = 40;

    /// What is logged.
    ///
    /// @param input number of the input in the pipeline
    /// @param worker number of the worker that takes its rows
    public record Log(int input, int worker) {}

    /// A file that is not there yet.
    ///
    /// @param name of the input, for people
    static LogSegment fresh(Log log, long number, long first, String name) {
        String plain = NOT_FOR_FILES.matcher(name).replaceAll("_");
        return new LogSegment(
                log,
                number,
                first,
                "log-" + log.input + "-" + log.worker + "-" + number + "-" + first + "-"
                        + plain.substring(0, Math.min(plain.length(), MOST_NAME)) + ".arrows");
    }

    /// The files of logs among those of a folder: log by log, in the order in which they were begun.
    public static List<LogSegment> of(Collection<String> names) {
        List<LogSegment> segments = new ArrayList<>();
        for (String name : names) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()) {
                segments.add(new LogSegment(
                        new Log(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))),
                        Long.parseLong(matcher.group(3)),
                        Long.parseLong(matcher.group(4)),
                        name));
            }
        }
        segments.sort(Comparator.<LogSegment>comparingInt(it -> it.log.input)
                .thenComparingInt(it -> it.log.worker)
                .thenComparingLong(LogSegment::number));
        return segments;
    }

    /// Deletes the files of a log that have nothing from a record on. What cannot be deleted now is when this is called
    /// again.
    public static void deleteBefore(Log log, long from, Disk disk, Path folder) throws IOException {
        List<LogSegment> segments = of(log, disk.list(folder));
        for (LogSegment segment : segments.subList(0, unneeded(segments, from))) {
            disk.delete(folder.resolve(segment.file));
        }
    }

    /// Those of one log.
    static List<LogSegment> of(Log log, Collection<String> names) {
        return of(names).stream().filter(it -> it.log.equals(log)).toList();
    }

    /// How many of the first segments of a log have nothing from a record on: what they have of it the next one has,
    /// too.
    static int unneeded(List<LogSegment> segments, long from) {
        int unneeded = 0;
        while (unneeded + 1 < segments.size() && segments.get(unneeded + 1).first <= from) {
            unneeded++;
        }
        return unneeded;
    }
}
