package io.mullion.oracle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// The results of a windowed aggregate as text: windows in their order, the rows of each sorted, because the order of
/// keys is not defined.
record Answer(List<String> lines, long lateRows, long deadLetters) {
    /// From rows as a sink got them. Neighbouring rows of one window belong together; if a window came in two pieces,
    /// it shows.
    static Answer of(List<List<Object>> rows, long lateRows, long deadLetters) {
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
        return new Answer(lines, lateRows, deadLetters);
    }

    static String line(List<Object> cells) {
        return cells.stream().map(Objects::toString).collect(Collectors.joining(" | "));
    }

    @Override
    public String toString() {
        return "late=" + lateRows + ", dead letters=" + deadLetters + "\n" + String.join("\n", lines);
    }
}
