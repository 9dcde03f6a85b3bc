package io.mullion.oracle;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.not;

import io.mullion.expr.Expr;
import io.mullion.expr.TimeUnit;
import io.mullion.spec.Window;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/// A stream of rows and a question about it, both made from a seed.
///
/// @param disorder of a bounded watermark in units, or -1 where watermarks are stated
/// @param statements the watermark that is stated before each row, `Long.MIN_VALUE` for none
/// @param size of the windows, in units as all times here
/// @param keys the key columns, none for one group
record RandomStream(
        long seed,
        TimeUnit unit,
        boolean nullable,
        List<Event> rows,
        long disorder,
        List<Long> statements,
        long size,
        long slide,
        long offset,
        List<String> keys,
        Filter filter,
        Step step,
        List<Asked> asked) {
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
        return new Maker(seed, true).make();
    }

    /// With watermarks that hold whatever part of the rows they are derived from or stated for: no row is behind.
    static RandomStream withoutLateRows(long seed) {
        return new Maker(seed, false).make();
    }

    boolean explicit() {
        return disorder < 0;
    }

    Window.Sliding window() {
        return Window.sliding(duration(unit, size), duration(unit, slide)).offset(duration(unit, offset));
    }

    Duration disorderDuration() {
        return duration(unit, disorder);
    }

    private static Duration duration(TimeUnit unit, long count) {
        return switch (unit) {
            case SECONDS -> Duration.ofSeconds(count);
            case MILLIS -> Duration.ofMillis(count);
            case MICROS -> Duration.ofNanos(count * 1000);
            case NANOS -> Duration.ofNanos(count);
        };
    }

    private static Boolean or(Boolean a, Boolean b) {
        if (Boolean.TRUE.equals(a) || Boolean.TRUE.equals(b)) {
            return true;
        }
        return a == null || b == null ? null : false;
    }

    @Override
    public String toString() {
        return "seed=" + seed + ", rows=" + rows.size() + ", unit=" + unit + ", nullable=" + nullable + ", disorder="
                + disorder
                + ", size=" + size + ", slide=" + slide + ", offset=" + offset + ", keys=" + keys + ", filter="
                + (filter == null ? null : filter.predicate()) + ", step=" + step + ", asked="
                + asked.stream().map(Asked::expression).toList();
    }

    private static final class Maker {
        private final long seed;
        private final boolean late;
        private final Random random;
        private final boolean nullable;
        private final boolean scattered;
        private final boolean hugeNumbers;

        Maker(long seed, boolean late) {
            this.seed = seed;
            this.late = late;
            random = new Random(seed * 0x9E3779B97F4A7C15L + (late ? 1 : 0));
            nullable = random.nextBoolean();
            scattered = oneIn(4);
            hugeNumbers = oneIn(6);
        }

        RandomStream make() {
            long disorder = oneIn(3) ? -1 : random.nextInt(20);
            List<Event> rows = events(late ? 2 * Math.max(disorder, 10) : disorder < 0 ? 10 : disorder);
            // Not one unit: at the least int64 the numbers of such windows would leave int64.
            long slide = 2 + random.nextInt(oneIn(4) ? 40 : 12);
            long size = switch (random.nextInt(4)) {
                case 0 -> slide;
                case 1 -> slide * (1 + random.nextInt(6));
                default -> 1 + random.nextInt(40);
            };
            long offset = oneIn(2) ? 0 : random.nextLong(-slide + 1, slide);
            Step step = oneIn(2) ? Step.NONE : oneIn(2) ? Step.SELECT : Step.SPLIT;
            return new RandomStream(
                    seed,
                    TimeUnit.values()[random.nextInt(4)],
                    nullable,
                    rows,
                    disorder,
                    statements(rows),
                    size,
                    slide,
                    offset,
                    keys(step),
                    oneIn(2) ? null : FILTERS.get(random.nextInt(FILTERS.size())),
                    step,
                    asked());
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
            List<Asked> some = new ArrayList<>();
            // The first two are counts and the fourth is an integer sum: such panes can be retracted, others cannot.
            boolean retractable = oneIn(3);
            for (int i = 0; i < all.size(); i++) {
                if (oneIn(3) && (!retractable || i < 4 || all.get(i).divides())) {
                    some.add(all.get(i));
                }
            }
            return some.isEmpty() ? List.of(all.getFirst()) : some;
        }

        /// @param behind how far rows may be behind the greatest time before them, at most
        private List<Event> events(long behind) {
            int count = pick(0, 1, 2, 7, 63, 64, 65, 200, 400);
            long low = switch (random.nextInt(8)) {
                case 0 -> Long.MIN_VALUE;
                case 1 -> Long.MAX_VALUE - 400;
                case 2 -> 1_700_000_000_000L;
                case 3 -> -1_700_000_000_000L;
                default -> -50;
            };
            List<Event> rows = new ArrayList<>();
            long now = low;
            long greatest = low;
            for (int i = 0; i < count; i++) {
                now = step(now, low);
                long time = Math.max(low, sum(now, -random.nextLong(behind + 1)));
                if (!late) {
                    time = Math.max(time, sum(greatest, -behind));
                }
                greatest = Math.max(greatest, time);
                rows.add(event(time));
            }
            return rows;
        }

        private long step(long now, long low) {
            if (low == Long.MAX_VALUE - 400) {
                return Math.min(Long.MAX_VALUE - random.nextInt(3), now + random.nextInt(3));
            }
            return switch (random.nextInt(40)) {
                case 0 -> now + random.nextInt(200);
                case 1 -> now + 10_000L * random.nextInt(100);
                default -> now + random.nextInt(3);
            };
        }

        private List<Long> statements(List<Event> rows) {
            List<Long> statements = new ArrayList<>();
            long[] leastToCome = new long[rows.size() + 1];
            leastToCome[rows.size()] = Long.MAX_VALUE;
            for (int i = rows.size() - 1; i >= 0; i--) {
                leastToCome[i] = Math.min(leastToCome[i + 1], rows.get(i).time());
            }
            for (int i = 0; i < rows.size(); i++) {
                long truth = leastToCome[i];
                statements.add(
                        oneIn(5) ? sum(truth, late ? random.nextInt(12) - 3 : -random.nextInt(3)) : Long.MIN_VALUE);
            }
            return statements;
        }

        private Event event(long time) {
            return new Event(
                    time,
                    orNull(
                            scattered
                                    ? pick(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, random.nextLong())
                                    : Long.valueOf(random.nextInt(7) - 3)),
                    orNull(
                            scattered && oneIn(2)
                                    ? "text " + random.nextInt(500)
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
                            hugeNumbers
                                    ? pick(Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62, -(1L << 62), random.nextLong())
                                    : Long.valueOf(random.nextInt(2001) - 1000)),
                    orNull(
                            oneIn(30)
                                    ? pick(Double.NaN, -0.0, Double.POSITIVE_INFINITY)
                                    : Double.valueOf(0.25 * (random.nextInt(4001) - 2000))),
                    oneIn(12) ? 0 : 1 + random.nextInt(200),
                    orNull(words()),
                    orNull((long) (scattered ? random.nextInt() : random.nextInt(5) - 2)),
                    orNull(decimal()));
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
