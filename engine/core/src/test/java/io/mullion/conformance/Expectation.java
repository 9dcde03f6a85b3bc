package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What the answer to a case has to be.
///
/// @param rows in order, or as a bag
/// @param until steps from this one on are not asserted
/// @param lastOnly whether only the last result of each key and window counts
/// @param repeated whether a window may repeat, when it ends, a result that it has had
/// @param keys grouping columns
/// @param late rows that must be reported as late, or null
/// @param lateCounts rows that each batch must count as late, or null, as each of them may be
record Expectation(
        List<Row> rows,
        boolean ordered,
        int until,
        boolean lastOnly,
        boolean repeated,
        List<String> keys,
        List<Row> late,
        List<Integer> lateCounts) {
    Expectation withRows(List<Row> rows) {
        return new Expectation(rows, ordered, until, lastOnly, repeated, keys, late, lateCounts);
    }

    Expectation until(int step) {
        return new Expectation(rows, ordered, step, lastOnly, repeated, keys, late, lateCounts);
    }

    Expectation withRepeated() {
        return new Expectation(rows, ordered, until, lastOnly, true, keys, late, lateCounts);
    }

    Expectation withoutLateCounts() {
        return new Expectation(rows, ordered, until, lastOnly, repeated, keys, late, null);
    }

    void check(Outcome outcome) {
        List<Row> came = outcome.rows().stream().filter(row -> row.at() < until).toList();
        List<Row> counting = lastOnly ? last(came) : came;
        if (repeated) {
            checkRepeated(counting);
        } else {
            assertRows(rows, counting, ordered, "results");
        }
        if (late != null) {
            assertRows(late, outcome.late(), false, "late rows");
        }
        if (lateCounts != null) {
            checkLateCounts(outcome.lateCounts());
        }
    }

    /// What was expected has come, and what has come beside it are windows that ended with what they had already said.
    private void checkRepeated(List<Row> came) {
        Collection<String> columns = columns(rows);
        List<Row> missing = new ArrayList<>(rows);
        List<Row> said = new ArrayList<>();
        for (Row row : came) {
            Row projected = columns.isEmpty() ? row : row.with(columns);
            if (!missing.remove(projected)) {
                assertTrue(
                        !row.early() && said.contains(projected.at(Row.ANY)),
                        () -> "not expected: " + row + ", of\n" + text(came));
            }
            said.add(projected.at(Row.ANY));
        }
        assertTrue(missing.isEmpty(), () -> "missing:\n" + text(missing) + "\nof\n" + text(came));
    }

    private void checkLateCounts(List<Long> counts) {
        long before = 0;
        for (int batch = 0; batch < lateCounts.size(); batch++) {
            if (lateCounts.get(batch) != null) {
                assertEquals((long) lateCounts.get(batch), counts.get(batch) - before, "late rows of batch " + batch);
            }
            before = counts.get(batch);
        }
    }

    private List<Row> last(List<Row> came) {
        Map<List<Object>, Row> last = new LinkedHashMap<>();
        for (Row row : came) {
            List<Object> window = new ArrayList<>(List.of(row.start(), row.end()));
            keys.forEach(key -> window.add(row.cells().get(key)));
            last.put(window, row);
        }
        return List.copyOf(last.values());
    }

    private static void assertRows(List<Row> expected, List<Row> came, boolean ordered, String what) {
        Collection<String> columns = columns(expected);
        boolean timed = expected.stream().anyMatch(row -> row.at() != Row.ANY);
        List<Row> compared = came.stream()
                .map(row -> (columns.isEmpty() ? row : row.with(columns)).at(timed ? row.at() : Row.ANY))
                .toList();
        assertEquals(text(expected, ordered), text(compared, ordered), what);
    }

    /// The columns that a case names: none where nothing is expected, and every row is one too many.
    private static Collection<String> columns(List<Row> rows) {
        return rows.stream()
                .flatMap(row -> row.cells().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(List<Row> rows, boolean ordered) {
        return ordered ? text(rows) : rows.stream().map(Row::toString).sorted().collect(Collectors.joining("\n"));
    }

    private static String text(List<Row> rows) {
        return rows.stream().map(Row::toString).collect(Collectors.joining("\n"));
    }
}
