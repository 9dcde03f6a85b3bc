package io.mullion.oracle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the design says about time, windows and values, computed from lists: each row is judged by the rows before it,
/// joins the windows that are still open, and a window is recomputed from its rows.
final class NaiveWindows {
    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger GREATEST = BigInteger.valueOf(Long.MAX_VALUE);

    private final RandomStream stream;
    /// By number of the window, then by key.
    private final TreeMap<BigInteger, Map<List<Object>, List<Event>>> windows = new TreeMap<>();

    private long lateRows;
    private long deadLetters;

    private NaiveWindows(RandomStream stream) {
        this.stream = stream;
    }

    static Answer answer(RandomStream stream) {
        NaiveWindows naive = new NaiveWindows(stream);
        long greatest = Long.MIN_VALUE;
        long stated = Long.MIN_VALUE;
        boolean first = true;
        for (int i = 0; i < stream.rows().size(); i++) {
            Event row = stream.rows().get(i);
            stated = Math.max(stated, stream.statements().get(i));
            BigInteger watermark = BigInteger.valueOf(stated);
            if (!stream.explicit()) {
                watermark =
                        first ? LEAST : BigInteger.valueOf(greatest).subtract(BigInteger.valueOf(stream.disorder()));
            }
            naive.take(row, watermark);
            greatest = Math.max(greatest, row.time());
            first = false;
        }
        return naive.results();
    }

    private void take(Event row, BigInteger watermark) {
        if (stream.filter() != null
                && !Boolean.TRUE.equals(stream.filter().passes().apply(row))) {
            return;
        }
        for (Event derived : derived(row)) {
            if (derived.z() == 0
                    && derived.x() != null
                    && stream.asked().stream().anyMatch(Asked::divides)) {
                deadLetters++;
            } else {
                assign(derived, watermark);
            }
        }
    }

    private List<Event> derived(Event row) {
        return switch (stream.step()) {
            case NONE -> List.of(row);
            case SELECT ->
                List.of(row.withNumbers(row.x() == null ? null : row.x() + 1, row.y() == null ? null : row.y() * 2));
            case SPLIT ->
                row.words() == null
                        ? List.of()
                        : Arrays.stream(row.words().split(" ", -1))
                                .map(row::withText)
                                .toList();
        };
    }

    private void assign(Event row, BigInteger watermark) {
        BigInteger time = BigInteger.valueOf(row.time());
        BigInteger size = BigInteger.valueOf(stream.size());
        BigInteger slide = BigInteger.valueOf(stream.slide());
        BigInteger window = floorDiv(time.subtract(BigInteger.valueOf(stream.offset())), slide);
        int belongs = 0;
        int open = 0;
        while (start(window).add(size).compareTo(time) > 0) {
            belongs++;
            // The end of input is W at the greatest int64, and no end is later.
            if (saturated(start(window).add(size)).compareTo(watermark) > 0) {
                open++;
                windows.computeIfAbsent(window, _ -> new HashMap<>())
                        .computeIfAbsent(key(row), _ -> new ArrayList<>())
                        .add(row);
            }
            window = window.subtract(BigInteger.ONE);
        }
        if (belongs > 0 && open == 0) {
            lateRows++;
        }
    }

    private List<Object> key(Event row) {
        return Arrays.asList(stream.keys().stream().map(row::key).toArray());
    }

    private Answer results() {
        List<String> lines = new ArrayList<>();
        windows.forEach((window, groups) -> {
            List<String> ofWindow = new ArrayList<>();
            groups.forEach((key, rows) -> result(window, key, rows, ofWindow));
            Collections.sort(ofWindow);
            lines.addAll(ofWindow);
        });
        return new Answer(lines, lateRows, deadLetters);
    }

    private void result(BigInteger window, List<Object> key, List<Event> rows, List<String> lines) {
        List<Object> cells = new ArrayList<>();
        cells.add(saturated(start(window)));
        cells.add(saturated(start(window).add(BigInteger.valueOf(stream.size()))));
        cells.addAll(key);
        for (Asked asked : stream.asked()) {
            cells.add(asked.answer().apply(rows));
        }
        if (cells.contains(Asked.OVERFLOW)) {
            deadLetters++;
        } else {
            lines.add(Answer.line(cells));
        }
    }

    private BigInteger start(BigInteger window) {
        return window.multiply(BigInteger.valueOf(stream.slide())).add(BigInteger.valueOf(stream.offset()));
    }

    private static BigInteger saturated(BigInteger value) {
        return value.max(LEAST).min(GREATEST);
    }

    private static BigInteger floorDiv(BigInteger a, BigInteger b) {
        BigInteger[] parts = a.divideAndRemainder(b);
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }
}
