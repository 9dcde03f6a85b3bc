package io.mullion.oracle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Windows at equal distances, those that overlap and those that grow.
final class NaiveGrid implements NaiveWindows.Windows {
    record Bounds(BigInteger start, BigInteger end) {}

    private static final class Rows {
        final Map<List<Object>, List<Event>> byKey = new HashMap<>();
        boolean fired;
    }

    private final RandomStream stream;
    private final NaiveWindows naive;
    private final BigInteger lateness;
    private final TreeMap<Bounds, Rows> windows =
            new TreeMap<>(Comparator.comparing(Bounds::end).thenComparing(Bounds::start));

    NaiveGrid(RandomStream stream, NaiveWindows naive) {
        this.stream = stream;
        this.naive = naive;
        lateness = BigInteger.valueOf(stream.lateness());
    }

    @Override
    public void advance(BigInteger watermark) {
        for (Iterator<Map.Entry<Bounds, Rows>> each = windows.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Bounds, Rows> window = each.next();
            Bounds bounds = window.getKey();
            Rows rows = window.getValue();
            if (!NaiveWindows.passed(bounds.end(), watermark)) {
                return;
            }
            if (!rows.fired) {
                rows.fired = true;
                rows.byKey.forEach((key, ofKey) -> naive.result(bounds.start(), bounds.end(), key, ofKey, true));
            }
            if (expired(bounds, watermark)) {
                each.remove();
            }
        }
    }

    @Override
    public boolean take(Event row, List<Object> key, BigInteger watermark) {
        List<Bounds> all = windowsOf(BigInteger.valueOf(row.time()));
        boolean late = !all.isEmpty();
        for (Bounds bounds : all) {
            if (!expired(bounds, watermark)) {
                late = false;
                Rows rows = windows.computeIfAbsent(bounds, _ -> new Rows());
                List<Event> ofKey = rows.byKey.computeIfAbsent(key, _ -> new ArrayList<>());
                ofKey.add(row);
                if (NaiveWindows.passed(bounds.end(), watermark)) {
                    rows.fired = true;
                    naive.result(bounds.start(), bounds.end(), key, ofKey, false);
                }
            }
        }
        return late;
    }

    private boolean expired(Bounds bounds, BigInteger watermark) {
        return NaiveWindows.passed(NaiveWindows.saturated(bounds.end()).add(lateness), watermark);
    }

    private List<Bounds> windowsOf(BigInteger time) {
        List<Bounds> windows = new ArrayList<>();
        switch (stream.shape()) {
            case Shape.Sliding(long size, long slide, long offset) -> {
                BigInteger start = startOf(time, slide, offset);
                while (start.add(BigInteger.valueOf(size)).compareTo(time) > 0) {
                    windows.add(new Bounds(start, start.add(BigInteger.valueOf(size))));
                    start = start.subtract(BigInteger.valueOf(slide));
                }
            }
            case Shape.Cumulating(long size, long step, long offset) -> {
                BigInteger start = startOf(time, size, offset);
                for (long length = step; length <= size; length += step) {
                    BigInteger end = start.add(BigInteger.valueOf(length));
                    if (end.compareTo(time) > 0) {
                        windows.add(new Bounds(start, end));
                    }
                }
            }
            case Shape.Sessions _, Shape.RowSessions _ -> throw new IllegalStateException("no grid");
        }
        return windows;
    }

    /// The last start that is not after a time.
    private static BigInteger startOf(BigInteger time, long distance, long offset) {
        BigInteger beyond = time.subtract(BigInteger.valueOf(offset)).mod(BigInteger.valueOf(distance));
        return time.subtract(beyond);
    }
}
