package io.mullion.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The results of a windowed aggregate in the order in which they came.
///
/// @param rows cells: start and end of the window, the key columns, the aggregates, and the revision if there is one
/// @param keyCount number of key columns
/// @param sessions whether a window may take the place of others that it covers
/// @param revised whether there is a revision
record Results(List<List<Object>> rows, int keyCount, boolean sessions, boolean revised) {
    private static final Comparator<List<Object>> BY_TIME = Comparator.comparing(
                    (List<Object> row) -> (Long) row.get(1))
            .thenComparing(row -> (Long) row.get(0))
            .thenComparing(Answer::line);

    /// What is true in the end. Where a window has one result that is all of them, in their order; else the last one of
    /// each window and key, without those of sessions that a later one covers, in order of time.
    List<List<Object>> last() {
        if (!revised) {
            return rows;
        }
        Map<List<Object>, List<Object>> last = new LinkedHashMap<>();
        for (List<Object> row : rows) {
            if (sessions) {
                last.keySet().removeIf(earlier -> covers(row, earlier));
            }
            last.put(place(row), values(row));
        }
        return last.values().stream().sorted(BY_TIME).toList();
    }

    /// Checks what came on the way there: of each window and key some of the results that there were one after the
    /// other when each late row had its own, numbered upwards; where the window fired in time, with the first of them
    /// as number 0, and these in order of time.
    void requireSomeOf(Results each) {
        Map<List<Object>, List<List<Object>>> known = each.byPlace();
        long latest = Long.MIN_VALUE;
        Map<List<Object>, List<List<Object>>> ours = byPlace();
        for (List<Object> place : ours.keySet()) {
            List<List<Object>> possible = known.getOrDefault(place, List.of());
            if (possible.stream().filter(row -> revision(row) == 0).count() > 1) {
                // Of windows that grow several may end at the greatest int64.
                continue;
            }
            List<List<Object>> actual = ours.get(place);
            int at = 0;
            long revision = -1;
            for (List<Object> row : actual) {
                while (at < possible.size() && !values(possible.get(at)).equals(values(row))) {
                    at++;
                }
                assertTrue(at < possible.size(), () -> actual + " is not part of " + possible);
                assertTrue(revision(row) > revision, () -> "revisions grow: " + actual);
                revision = revision(row);
                at++;
            }
            if (revision(possible.getFirst()) == 0) {
                assertEquals(values(possible.getFirst()), values(actual.getFirst()));
                long end = (Long) place.get(1);
                long before = latest;
                assertTrue(end >= before, () -> place + " came after a window that ends at " + before);
                latest = end;
                assertTrue(sessions || revision(actual.getFirst()) == 0, () -> "in time: " + actual);
            }
        }
    }

    private Map<List<Object>, List<List<Object>>> byPlace() {
        Map<List<Object>, List<List<Object>>> byPlace = new LinkedHashMap<>();
        rows.forEach(row ->
                byPlace.computeIfAbsent(place(row), _ -> new ArrayList<>()).add(row));
        return byPlace;
    }

    /// A window and key, whatever its values.
    private List<Object> place(List<Object> row) {
        return row.subList(0, 2 + keyCount);
    }

    private List<Object> values(List<Object> row) {
        return row.subList(0, row.size() - 1);
    }

    private static long revision(List<Object> row) {
        return (Long) row.getLast();
    }

    private boolean covers(List<Object> row, List<Object> earlier) {
        return row.subList(2, 2 + keyCount).equals(earlier.subList(2, 2 + keyCount))
                && (Long) row.get(0) <= (Long) earlier.get(0)
                && (Long) row.get(1) >= (Long) earlier.get(1);
    }
}
