package io.mullion.oracle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// What came of a stream as text: windows in their order, the rows of each sorted, because the order of keys is not
/// defined, and what happened to rows that are in none.
///
/// @param lateLines the rows that were late, in their order; empty if nobody asked for them
record Answer(List<String> lines, List<String> lateLines, Lost lost) {
    /// Numbers of rows, and of results in `deadLetters`.
    record Lost(long lateRows, long deadLetters, long withoutTime, long withoutGap) {
        static final Lost NOTHING = new Lost(0, 0, 0, 0);

        Lost plus(Lost more) {
            return new Lost(
                    lateRows + more.lateRows,
                    deadLetters + more.deadLetters,
                    withoutTime + more.withoutTime,
                    withoutGap + more.withoutGap);
        }
    }

    /// From rows as a sink got them. Neighbouring rows of one window belong together; if a window came in two pieces,
    /// it shows.
    static Answer of(List<List<Object>> rows, List<String> lateLines, Lost lost) {
        List<String> lines = new ArrayList<>();
        List<String> ofWindow = new ArrayList<>();
        List<Object> window = List.of();
        for (List<Object> row : rows) {
            List<Object> bounds = row.subList(0, 2);
            if (!bounds.equals(window)) {
                Collections.sort(ofWindow);
                lines.addAll(ofWindow);
                ofWindow.clear();
                window = bounds;
            }
            ofWindow.add(line(row));
        }
        Collections.sort(ofWindow);
        lines.addAll(ofWindow);
        return new Answer(lines, lateLines, lost);
    }

    /// Of several questions to one pipeline, whose counters tell nobody apart.
    static Answer together(List<Answer> answers) {
        if (answers.size() == 1) {
            return answers.getFirst();
        }
        List<String> lines = new ArrayList<>();
        List<String> lateLines = new ArrayList<>();
        Lost lost = new Lost(0, 0, answers.getFirst().lost.withoutTime, 0);
        for (Answer answer : answers) {
            lines.add("question:");
            lines.addAll(answer.lines);
            lateLines.add("question:");
            lateLines.addAll(answer.lateLines);
            lost = new Lost(
                    lost.lateRows + answer.lost.lateRows,
                    lost.deadLetters + answer.lost.deadLetters,
                    lost.withoutTime,
                    lost.withoutGap + answer.lost.withoutGap);
        }
        return new Answer(lines, lateLines, lost);
    }

    static Answer of(List<List<Object>> rows) {
        return of(rows, List.of(), Lost.NOTHING);
    }

    /// The same where several workers give no order to windows with the same end, and none to late rows.
    Answer ofSeveralWorkers() {
        List<String> ordered = new ArrayList<>();
        List<String> ofEnd = new ArrayList<>();
        String end = "";
        for (String line : lines) {
            String[] cells = line.split(" \\| ", 3);
            String next = cells.length < 2 ? line : cells[1];
            if (!next.equals(end)) {
                Collections.sort(ofEnd);
                ordered.addAll(ofEnd);
                ofEnd.clear();
                end = next;
            }
            ofEnd.add(line);
        }
        Collections.sort(ofEnd);
        ordered.addAll(ofEnd);
        return new Answer(ordered, lateLines.stream().sorted().toList(), lost);
    }

    static String line(List<Object> cells) {
        return cells.stream().map(Objects::toString).collect(Collectors.joining(" | "));
    }

    @Override
    public String toString() {
        return lost + "\n" + String.join("\n", lines) + "\nlate rows:\n" + String.join("\n", lateLines);
    }
}
