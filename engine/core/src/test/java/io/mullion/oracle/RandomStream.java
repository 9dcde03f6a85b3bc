package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.not;

import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.Window;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/// A stream of rows and a question about it, both made from a seed.
///
/// @param timeNullable whether rows may have no time
/// @param nullable whether other columns may have no value
/// @param lateness how long windows take rows after their end, in units
/// @param lateOutput whether late rows are asked for
/// @param keys the key columns, none for one group
/// @param beside other questions about the same rows by the same keys, asked in the same pipeline: they differ in
/// windows, lateness and aggregates
record RandomStream(
        long seed,
        TimeUnit unit,
        boolean timeNullable,
        boolean nullable,
        List<Arrival> arrivals,
        Strategy strategy,
        Shape shape,
        long lateness,
        boolean lateOutput,
        List<String> keys,
        Filter filter,
        Step step,
        List<Asked> asked,
        List<RandomStream> beside) {
    /// @param passes null, false or true, as SQL has it
    record Filter(Expr predicate, Function<Event, Boolean> passes) {}

    enum Step {
        NONE,
        SELECT,
        SPLIT
    }

    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "b",
            "ab",
            "ba",
            "a\u0000b",
            "äöü",
            "\uD83D\uDE00",
            "seven77",
            "eight888",
            "nine99999",
            "0123456789012345678901234567890123456789",
            "0123456789012345678901234567890123456780");

    private static final List<Filter> FILTERS = List.of(
            new Filter(col("x").gt(0), row -> row.x() == null ? null : row.x() > 0),
            new Filter(col("b"), Event::b),
            new Filter(not(col("b")), row -> row.b() == null ? null : !row.b()),
            new Filter(col("k").remainder(3).ne(0), row -> row.k() == null ? null : row.k() % 3 != 0),
            new Filter(
                    col("y").le(1.5).or(col("x").lt(0)),
                    row -> or(
                            row.y() == null ? null : Double.compare(row.y() + 0.0, 1.5) <= 0,
                            row.x() == null ? null : row.x() < 0)),
            new Filter(col("s").ge("b"), row -> row.s() == null ? null : row.s().compareTo("b") >= 0),
            new Filter(col("z").gt(99), row -> row.z() > 99));

    /// With rows behind the watermark.
    static RandomStream of(long seed) {
        return new Maker(seed, Kind.ANY).make();
    }

    /// With rows behind the watermark, which does not ask the engine's clock.
    static RandomStream withoutClock(long seed) {
        return new Maker(seed, Kind.WITHOUT_CLOCK).make();
    }

    /// With watermarks that hold whatever part of the rows they are derived from or stated for: no row is behind.
    static RandomStream withoutLateRows(long seed) {
        return new Maker(seed, Kind.IN_TIME).make();
    }

    /// Windows of panes by key with sums of int64 in one lane, of numbers that grow until that is not enough, or
    /// almost.
    static RandomStream ofSums(long seed) {
        return new Maker(seed, Kind.SUMS).make();
    }

    /// All questions.
    List<RandomStream> questions() {
        List<RandomStream> questions = new ArrayList<>(List.of(this));
        questions.addAll(beside);
        return questions;
    }

    /// The same question about other rows.
    RandomStream with(List<Arrival> arrivals) {
        return with(arrivals, keys, filter, step, asked);
    }

    private RandomStream withBeside(List<RandomStream> beside) {
        return new RandomStream(
                seed,
                unit,
                timeNullable,
                nullable,
                arrivals,
                strategy,
                shape,
                lateness,
                lateOutput,
                keys,
                filter,
                step,
                asked,
                beside);
    }

    /// The same question with one thing less, in all ways.
    List<RandomStream> simpler() {
        List<RandomStream> simpler = new ArrayList<>();
        for (RandomStream one : beside) {
            simpler.add(withBeside(without(beside, one)));
            simpler.add(one);
        }
        for (RandomStream one : beside) {
            for (Asked each : one.asked.size() > 1 ? one.asked : List.<Asked>of()) {
                List<RandomStream> others = new ArrayList<>(beside);
                others.set(beside.indexOf(one), one.with(arrivals, keys, filter, step, without(one.asked, each)));
                simpler.add(withBeside(others));
            }
        }
        if (filter != null) {
            simpler.add(with(arrivals, keys, null, step, asked));
        }
        if (step != Step.NONE) {
            simpler.add(with(arrivals, keys, filter, Step.NONE, asked));
        }
        for (String key : keys) {
            simpler.add(with(arrivals, without(keys, key), filter, step, asked));
        }
        for (Asked one : asked.size() > 1 ? asked : List.<Asked>of()) {
            simpler.add(with(arrivals, keys, filter, step, without(asked, one)));
        }
        return simpler;
    }

    private static <T> List<T> without(List<T> all, T one) {
        return all.stream().filter(each -> each != one).toList();
    }

    private RandomStream with(List<Arrival> arrivals, List<String> keys, Filter filter, Step step, List<Asked> asked) {
        return new RandomStream(
                seed,
                unit,
                timeNullable,
                nullable,
                arrivals,
                strategy,
                shape,
                lateness,
                lateOutput,
                keys,
                filter,
                step,
                asked,
                beside.stream()
                        .map(each -> each.with(arrivals, keys, filter, step, each.asked))
                        .toList());
    }

    Window window() {
        return shape.window(unit);
    }

    private static Boolean or(Boolean a, Boolean b) {
        if (Boolean.TRUE.equals(a) || Boolean.TRUE.equals(b)) {
            return true;
        }
        return a == null || b == null ? null : false;
    }

    @Override
    public String toString() {
        return "seed=" + seed + ", rows=" + arrivals.size() + ", unit=" + unit + ", timeNullable=" + timeNullable
                + ", nullable=" + nullable + ", " + strategy + ", " + shape + ", lateness=" + lateness
                + ", lateOutput=" + lateOutput + ", keys=" + keys + ", filter="
                + (filter == null ? null : filter.predicate()) + ", step=" + step + ", asked="
                + asked.stream().map(Asked::expression).toList()
                + (beside.isEmpty()
                        ? ""
                        : ", beside="
                                + beside.stream().map(RandomStream::question).toList());
    }

    private String question() {
        return shape + ", lateness=" + lateness + ", lateOutput=" + lateOutput + ", asked="
                + asked.stream().map(Asked::expression).toList();
    }

    private enum Kind {
        ANY,
        WITHOUT_CLOCK,
        IN_TIME,
        SUMS
    }

    private static final class Maker {
        private final long seed;
        private final Kind kind;
        private final Random random;
        private final boolean timeNullable;
        private final boolean nullable;
        private final boolean scattered;
        private final boolean many;
        private final long lateness;
        private final boolean hugeNumbers;
        /// The number of the row from which on numbers are large.
        private final long growsAt;
        /// Where times begin.
        private final long low;

        Maker(long seed, Kind kind) {
            this.seed = seed;
            this.kind = kind;
            random = new Random(seed * 0x9E3779B97F4A7C15L + kind.ordinal());
            timeNullable = oneIn(4);
            nullable = random.nextBoolean();
            scattered = oneIn(4);
            many = oneIn(80) && kind != Kind.SUMS;
            lateness =
                    oneIn(2) ? 0 : oneIn(20) ? Long.MAX_VALUE / 1_000_000_000 : 1 + random.nextInt(oneIn(2) ? 10 : 60);
            // Where a result that cannot be stated may be corrected it depends on the cut how often it is tried.
            hugeNumbers = lateness == 0 && oneIn(4);
            growsAt = kind == Kind.SUMS && !oneIn(4) ? random.nextInt(150) : Long.MAX_VALUE;
            low = switch (random.nextInt(8)) {
                case 0 -> Long.MIN_VALUE;
                case 1 -> Long.MAX_VALUE - 400;
                case 2 -> 1_700_000_000_000L;
                case 3 -> -1_700_000_000_000L;
                default -> -50;
            };
        }

        RandomStream make() {
            Strategy strategy = strategy();
            long behind = 1 + random.nextInt(oneIn(3) ? 100 : 20);
            if (kind == Kind.IN_TIME && strategy instanceof Strategy.Bounded(long disorder)) {
                behind = disorder;
            }
            List<Event> rows = events(behind);
            Step step = many || kind == Kind.SUMS || oneIn(2) ? Step.NONE : oneIn(2) ? Step.SELECT : Step.SPLIT;
            RandomStream stream = new RandomStream(
                    seed,
                    TimeUnit.values()[random.nextInt(4)],
                    timeNullable,
                    nullable,
                    arrivals(rows),
                    strategy,
                    shape(),
                    lateness,
                    oneIn(2),
                    many || kind == Kind.SUMS ? List.of(pick("k", "s")) : keys(step),
                    many || oneIn(2) ? null : FILTERS.get(random.nextInt(FILTERS.size())),
                    step,
                    asked(),
                    List.of());
            return stream.withBeside(beside(stream));
        }

        /// For every third stream.
        private List<RandomStream> beside(RandomStream stream) {
            List<RandomStream> beside = new ArrayList<>();
            for (int count = pick(0, 0, 0, 0, 1, 2); count > 0; count--) {
                boolean once = hugeNumbers || kind == Kind.SUMS && lateness == 0;
                long sometimes = once || oneIn(2) ? 0 : 1 + random.nextInt(40);
                beside.add(new RandomStream(
                        seed,
                        stream.unit,
                        timeNullable,
                        nullable,
                        stream.arrivals,
                        stream.strategy,
                        oneIn(4) ? shape() : related(stream.shape),
                        oneIn(3) ? lateness : sometimes,
                        oneIn(2),
                        stream.keys,
                        stream.filter,
                        stream.step,
                        oneIn(4) ? stream.asked : asked(),
                        List.of()));
            }
            return beside;
        }

        /// Windows that have bounds where those of another shape have some.
        private Shape related(Shape shape) {
            return switch (shape) {
                case Shape.Sliding(long size, long slide, long offset) -> {
                    long times = 1 + random.nextInt(4);
                    long rest = oneIn(2) ? size % slide : 0;
                    yield oneIn(4)
                            ? new Shape.Cumulating(slide * times, slide, offset)
                            : new Shape.Sliding(
                                    slide * times * random.nextInt(1, 6)
                                            + (oneIn(2) ? rest : slide * random.nextInt(4)),
                                    slide * times,
                                    oneIn(3) ? offset + slide * random.nextLong(times) * (offset < 0 ? 1 : 0) : offset);
                }
                case Shape.Cumulating(long size, long step, long offset) ->
                    oneIn(3)
                            ? new Shape.Cumulating(size * random.nextInt(1, 4), oneIn(2) ? step : size, offset)
                            : new Shape.Sliding(
                                    step * random.nextInt(1, 9), step * random.nextInt(1, 3), offset % step);
                case Shape.Sessions _, Shape.RowSessions _ -> shape();
            };
        }

        private Strategy strategy() {
            return switch (random.nextInt(kind == Kind.ANY ? 8 : 6)) {
                case 0, 1 -> new Strategy.Explicit();
                case 2 -> oneIn(2) ? new Strategy.None() : new Strategy.Bounded(random.nextInt(100));
                case 3, 4, 5 -> new Strategy.Bounded(oneIn(4) ? 0 : random.nextInt(20));
                default -> new Strategy.PerBatch(oneIn(4) ? 0 : random.nextInt(20));
            };
        }

        private Shape shape() {
            // Numbers of panes of one unit leave int64 at its edges.
            boolean atEdge = low == Long.MIN_VALUE || low == Long.MAX_VALUE - 400;
            long slide = (atEdge ? 3 : 1) + random.nextInt(oneIn(4) ? 40 : 8);
            long offset = oneIn(2) ? 0 : random.nextLong(-slide + 1, slide);
            return switch (random.nextInt(kind == Kind.SUMS ? 9 : 12)) {
                case 0, 1 -> new Shape.Sliding(slide, slide, offset);
                case 2, 3 -> new Shape.Sliding(slide * (1 + random.nextInt(oneIn(4) ? 60 : 6)), slide, offset);
                case 4, 5, 6 -> new Shape.Sliding(1 + random.nextInt(oneIn(3) ? 120 : 40), slide, offset);
                case 7, 8 -> {
                    long size = slide * (1 + random.nextInt(8));
                    yield new Shape.Cumulating(size, slide, oneIn(2) ? 0 : random.nextLong(-size + 1, size));
                }
                case 9, 10 -> new Shape.Sessions(1 + random.nextInt(oneIn(2) ? 4 : 30));
                default -> new Shape.RowSessions();
            };
        }

        private List<String> keys(Step step) {
            List<String> all = new ArrayList<>(Event.KEYS);
            Collections.shuffle(all, random);
            List<String> keys = new ArrayList<>(all.subList(0, pick(0, 1, 1, 1, 2, 2, 3)));
            if (step == Step.SPLIT && oneIn(2) && !keys.contains("s")) {
                keys.add("s");
            }
            return keys;
        }

        private List<Asked> asked() {
            List<Asked> all = Asked.all();
            if (kind == Kind.SUMS) {
                return oneIn(2)
                        ? Asked.sums()
                        : all.stream()
                                .filter(it -> List.of("n", "sx", "lx", nullable ? "" : "hx")
                                        .contains(it.name()))
                                .toList();
            }
            List<Asked> some = new ArrayList<>();
            // The first two are counts and the fourth is an integer sum: such panes can be retracted, others cannot.
            boolean retractable = oneIn(3);
            // Panes are shared where there is none of these.
            boolean collecting = oneIn(3);
            for (int i = 0; i < all.size(); i++) {
                Asked each = all.get(i);
                boolean fits = !retractable || i < 4 || each.divides() || each.collects();
                if (oneIn(many ? 10 : 3) && fits && (collecting || !each.collects())) {
                    some.add(each);
                }
            }
            return some.isEmpty() ? List.of(all.getFirst()) : some;
        }

        /// @param behind how far rows may be behind the greatest time before them, at most
        private List<Event> events(long behind) {
            int count =
                    many ? 5000 : kind == Kind.SUMS ? pick(7, 200, 300, 400) : pick(0, 1, 2, 7, 63, 64, 65, 200, 400);
            List<Event> rows = new ArrayList<>();
            long now = low;
            long greatest = low;
            for (int i = 0; i < count; i++) {
                now = step(now, i);
                long time = Math.max(low, sum(now, -random.nextLong(behind + 1)));
                if (kind == Kind.IN_TIME) {
                    time = Math.max(time, sum(greatest, -behind));
                }
                greatest = Math.max(greatest, time);
                rows.add(event(timeNullable && oneIn(10) ? null : time, i));
            }
            return rows;
        }

        private long step(long now, int i) {
            if (many && i < 4500) {
                // Most keys come in a few moments, so that later panes have few of many.
                return now + (i % 1500 == 0 ? 1 : 0);
            }
            if (low == Long.MAX_VALUE - 400) {
                return Math.min(Long.MAX_VALUE - random.nextInt(3), now + random.nextInt(3));
            }
            return switch (random.nextInt(40)) {
                case 0 -> now + random.nextInt(200);
                case 1 -> now + 10_000L * random.nextInt(100);
                default -> now + random.nextInt(3);
            };
        }

        private List<Arrival> arrivals(List<Event> rows) {
            long[] leastToCome = new long[rows.size() + 1];
            leastToCome[rows.size()] = Long.MAX_VALUE;
            for (int i = rows.size() - 1; i >= 0; i--) {
                Long time = rows.get(i).time();
                leastToCome[i] = time == null ? leastToCome[i + 1] : Math.min(leastToCome[i + 1], time);
            }
            List<Arrival> arrivals = new ArrayList<>();
            int batch = 1 + random.nextInt(20);
            for (int i = 0; i < rows.size(); i++) {
                long wrong = kind == Kind.IN_TIME ? -random.nextInt(3) : random.nextInt(oneIn(4) ? 100 : 12) - 3;
                arrivals.add(new Arrival(
                        rows.get(i),
                        kind == Kind.ANY && oneIn(batch) ? 1 + random.nextInt(oneIn(5) ? 40 : 12) : 0,
                        oneIn(5) ? sum(leastToCome[i], wrong) : Long.MIN_VALUE));
            }
            return arrivals;
        }

        private Event event(Long time, long id) {
            return new Event(
                    time,
                    orNull(
                            many
                                    ? Long.valueOf(random.nextInt(8000))
                                    : scattered
                                            ? pick(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, random.nextLong())
                                            : Long.valueOf(random.nextInt(7) - 3)),
                    orNull(
                            many || scattered && oneIn(2)
                                    ? "text " + random.nextInt(many ? 8000 : 500)
                                    : TEXTS.get(random.nextInt(TEXTS.size()))),
                    orNull(random.nextInt(5) * 1_000_000_000L),
                    orNull(pick(
                            0.0,
                            -0.0,
                            Double.NaN,
                            Double.longBitsToDouble(0xFFF8_0000_0000_0001L),
                            1.5,
                            -2.25,
                            Double.POSITIVE_INFINITY,
                            Double.MIN_VALUE)),
                    orNull(random.nextBoolean()),
                    orNull(
                            kind == Kind.SUMS
                                    ? growing(id)
                                    : hugeNumbers
                                            ? pick(
                                                    Long.MAX_VALUE,
                                                    Long.MIN_VALUE,
                                                    1L << 62,
                                                    -(1L << 62),
                                                    random.nextLong())
                                            : Long.valueOf(random.nextInt(2001) - 1000)),
                    orNull(
                            oneIn(30)
                                    ? pick(Double.NaN, -0.0, Double.POSITIVE_INFINITY)
                                    : Double.valueOf(0.25 * (random.nextInt(4001) - 2000))),
                    oneIn(12) ? 0 : 1 + random.nextInt(200),
                    orNull(words()),
                    orNull((long) (scattered ? random.nextInt() : random.nextInt(5) - 2)),
                    orNull(decimal()),
                    orNull(oneIn(10) ? random.nextLong(-1, 1) : 1 + random.nextLong(oneIn(20) ? 1000 : 20)),
                    id);
        }

        /// Where results may be corrected no sum leaves int64: few numbers are large.
        private Long growing(long id) {
            long small = random.nextInt(2001) - 1000;
            if (id < growsAt) {
                return small;
            }
            if (lateness > 0) {
                return id % 16 == 0 ? small << 47 : small;
            }
            return oneIn(3) ? small : random.nextLong() >> random.nextInt(8);
        }

        private BigDecimal decimal() {
            return new BigDecimal(BigInteger.valueOf(random.nextInt(5) - 2).shiftLeft(oneIn(2) ? 64 : 0), 2);
        }

        private String words() {
            List<String> words = new ArrayList<>();
            for (int count = random.nextInt(5); count > 0; count--) {
                words.add(pick("", "to", "be", "or", "not", "façade", "a-longer-word"));
            }
            return String.join(" ", words);
        }

        private <T> T orNull(T value) {
            return nullable && oneIn(6) ? null : value;
        }

        private boolean oneIn(int count) {
            return random.nextInt(count) == 0;
        }

        @SafeVarargs
        private <T> T pick(T... values) {
            return values[random.nextInt(values.length)];
        }

        private static long sum(long a, long b) {
            try {
                return Math.addExact(a, b);
            } catch (ArithmeticException e) {
                return b < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
            }
        }
    }
}
