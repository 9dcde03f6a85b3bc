package io.mullion.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/// A join that is drawn from a seed, its rows, and what it comes to by comparing every row with every other.
final class RandomJoin {
    enum Kind {
        INNER,
        LEFT,
        RIGHT,
        FULL,
        SEMI,
        ANTI
    }

    enum Where {
        NOTHING,
        LEFT,
        RIGHT,
        BOTH
    }

    enum Meeting {
        NEAR,
        TUMBLING,
        SLIDING,
        CUMULATING,
        ANY
    }

    record Event(boolean left, long time, String key, Long value, String text) {}

    /// A row that is not late, in one window or in none.
    private record Entry(Event event, long window) {}

    static final long OPEN = Long.MAX_VALUE;
    static final long SIZE = 12;
    static final long SLIDE = 5;

    final long seed;
    final Kind kind;
    final Where where;
    final Meeting meeting;
    final boolean keyed;
    final boolean nullsEqual;
    final boolean timeOfRight;
    /// How long left rows may be before and after right ones.
    final long before;

    final long after;
    final long leftDisorder;
    final long rightDisorder;
    /// Stretches of rows of one side.
    final List<List<Event>> stretches = new ArrayList<>();

    /// Rows that are late, as [#expected] has counted them.
    long late;

    RandomJoin(long seed) {
        this.seed = seed;
        Random random = new Random(seed);
        kind = pick(random, Kind.values());
        where = pick(random, Where.values());
        meeting = random.nextInt(3) > 0 ? Meeting.NEAR : pick(random, Meeting.values());
        keyed = random.nextInt(8) > 0;
        nullsEqual = random.nextInt(3) == 0;
        timeOfRight = (kind == Kind.INNER || kind == Kind.RIGHT) && random.nextBoolean();
        before = random.nextInt(8) == 0 ? OPEN : random.nextLong(30) - 8;
        after = random.nextInt(8) == 0 ? OPEN : random.nextLong(30) - 8;
        leftDisorder = random.nextLong(12);
        rightDisorder = random.nextLong(12);
        rows(random);
    }

    private static <T> T pick(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private void rows(Random random) {
        int keys = 1 + random.nextInt(20);
        int longest = pick(random, new Integer[] {1, 5, 70, 200});
        long start = random.nextBoolean() ? -40 : 1_000;
        int count = 100 + random.nextInt(500);
        for (int made = 0; made < count; ) {
            boolean left = random.nextBoolean();
            List<Event> stretch = new ArrayList<>();
            for (int i = 1 + random.nextInt(longest); i > 0; i--) {
                long late = random.nextInt(40) == 0 ? 40 : 0;
                long time = start + made++ / 4 + random.nextLong(20) - late;
                String key = random.nextInt(12) == 0
                        ? null
                        : "key " + "k".repeat(random.nextInt(3) * 6) + random.nextInt(keys);
                Long value = random.nextInt(10) == 0 ? null : random.nextLong(10);
                String text =
                        random.nextInt(10) == 0 ? null : "t".repeat(random.nextInt(random.nextInt(10) == 0 ? 60 : 12));
                stretch.add(new Event(left, time, key, value, text));
            }
            stretches.add(stretch);
        }
    }

    /// All results, in order of their text.
    List<String> expected() {
        late = 0;
        List<Entry> lefts = new ArrayList<>();
        List<Entry> rights = new ArrayList<>();
        long leftTime = Long.MIN_VALUE;
        long rightTime = Long.MIN_VALUE;
        for (List<Event> stretch : stretches) {
            for (Event event : stretch) {
                take(event, Math.min(leftTime, rightTime), event.left() ? lefts : rights);
                if (event.left()) {
                    leftTime = Math.max(leftTime, event.time() - leftDisorder);
                } else {
                    rightTime = Math.max(rightTime, event.time() - rightDisorder);
                }
            }
        }
        List<String> results = new ArrayList<>();
        boolean[] rightMet = new boolean[rights.size()];
        for (Entry left : lefts) {
            boolean met = false;
            for (int i = 0; i < rights.size(); i++) {
                if (meet(left, rights.get(i))) {
                    met = true;
                    rightMet[i] = true;
                    if (kind != Kind.SEMI && kind != Kind.ANTI) {
                        results.add(text(left, rights.get(i)));
                    }
                }
            }
            if (met ? kind == Kind.SEMI : kind == Kind.LEFT || kind == Kind.FULL || kind == Kind.ANTI) {
                results.add(text(left, null));
            }
        }
        for (int i = 0; i < rights.size(); i++) {
            if (!rightMet[i] && (kind == Kind.RIGHT || kind == Kind.FULL)) {
                results.add(text(null, rights.get(i)));
            }
        }
        results.sort(null);
        return results;
    }

    private void take(Event event, long time, List<Entry> into) {
        switch (meeting) {
            case ANY -> into.add(new Entry(event, 0));
            case NEAR -> {
                if (event.time() < time) {
                    late++;
                } else {
                    into.add(new Entry(event, 0));
                }
            }
            case TUMBLING, SLIDING, CUMULATING -> {
                List<Long> ends = ends(event.time());
                List<Long> open = ends.stream().filter(end -> end > time).toList();
                late += open.isEmpty() && !ends.isEmpty() ? 1 : 0;
                open.forEach(end -> into.add(new Entry(event, end)));
            }
        }
    }

    private List<Long> ends(long time) {
        List<Long> ends = new ArrayList<>();
        if (meeting == Meeting.CUMULATING) {
            long stretch = Math.floorDiv(time, 2 * SLIDE) * 2 * SLIDE;
            if (time < stretch + SLIDE) {
                ends.add(stretch + SLIDE);
            }
            ends.add(stretch + 2 * SLIDE);
            return ends;
        }
        long step = meeting == Meeting.TUMBLING ? SIZE : SLIDE;
        for (long start = Math.floorDiv(time, step) * step; start + SIZE > time; start -= step) {
            ends.add(start + SIZE);
        }
        return ends;
    }

    private boolean meet(Entry left, Entry right) {
        Event l = left.event();
        Event r = right.event();
        boolean equal = !keyed
                || (l.key() == null || r.key() == null
                        ? nullsEqual && l.key() == r.key()
                        : l.key().equals(r.key()));
        boolean near = meeting != Meeting.NEAR
                || (before == OPEN || l.time() >= r.time() - before) && (after == OPEN || l.time() <= r.time() + after);
        return equal && near && left.window() == right.window() && holds(l, r);
    }

    private boolean holds(Event left, Event right) {
        return switch (where) {
            case NOTHING -> true;
            case LEFT -> left.value() != null && left.value() > 3;
            case RIGHT -> right.value() != null && right.value() > 3;
            case BOTH -> left.value() != null && right.value() != null && left.value() <= right.value();
        };
    }

    boolean windows() {
        return meeting != Meeting.NEAR && meeting != Meeting.ANY;
    }

    private String text(Entry left, Entry right) {
        List<Object> cells = new ArrayList<>();
        if (windows()) {
            cells.add(Objects.requireNonNullElse(left, right).window());
        }
        add(left, cells);
        if (kind != Kind.SEMI && kind != Kind.ANTI) {
            add(right, cells);
        }
        return cells.toString();
    }

    private static void add(Entry entry, List<Object> cells) {
        Event event = entry == null ? new Event(true, 0, null, null, null) : entry.event();
        cells.addAll(Arrays.asList(entry == null ? null : event.time(), event.key(), event.value(), event.text()));
    }

    @Override
    public String toString() {
        return "seed=" + seed + ": " + kind + ", where " + where + ", " + meeting + ", keyed=" + keyed + ", nullsEqual="
                + nullsEqual + ", before=" + before + ", after=" + after + ", disorder=" + leftDisorder + ", "
                + rightDisorder;
    }
}
