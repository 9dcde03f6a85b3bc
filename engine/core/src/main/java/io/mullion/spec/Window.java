package io.mullion.spec;

import io.mullion.expr.Expr;
import java.time.Duration;
import java.util.Objects;

/// Which rows are aggregated together.
///
/// Windows of time are half open, [start, end). Those on a grid start at the multiples of their slide, counted from
/// 1970-01-01T00:00Z, plus the offset.
public sealed interface Window {
    /// The most windows that one row may belong to: each of them fires.
    int MAX_OVERLAP = 1_000_000;

    /// Windows of equal size at equal distances: tumbling where the slide is the size, overlapping where it is less,
    /// with gaps where it is more.
    ///
    /// @param size length of a window, positive
    /// @param slide distance of the starts of two windows, positive; need not divide the size
    /// @param offset shifts all starts; |offset| < slide, may be negative
    record Sliding(Duration size, Duration slide, Duration offset) implements Window {
        public Sliding {
            requirePositive("size", size);
            requirePositive("slide", slide);
            if (wholeTimes(slide, size) > MAX_OVERLAP) {
                throw MullionException.invalid(
                        "a row may be in " + MAX_OVERLAP + " windows at most: size=" + size + ", slide=" + slide);
            }
            if (offset.abs().compareTo(slide) >= 0) {
                throw MullionException.invalid(
                        "window offset must be smaller than the slide: offset=" + offset + ", slide=" + slide);
            }
        }

        /// The same windows, shifted.
        public Sliding offset(Duration offset) {
            return new Sliding(size, slide, offset);
        }

        @Override
        public String toString() {
            String kind = size.equals(slide) ? "tumbling(" + size : "sliding(" + size + ", " + slide;
            return kind + (offset.isZero() ? ")" : ", offset " + offset + ")");
        }
    }

    /// Windows that grow: of each stretch of `size` the first step, the first two, and so on up to the whole.
    ///
    /// @param size length of the stretch, a multiple of the step
    /// @param step distance of the ends of two windows of a stretch, positive
    /// @param offset shifts all stretches; |offset| < size, may be negative
    record Cumulating(Duration size, Duration step, Duration offset) implements Window {
        public Cumulating {
            requirePositive("size", size);
            requirePositive("step", step);
            if (!step.multipliedBy(wholeTimes(step, size)).equals(size)) {
                throw MullionException.invalid(
                        "window size must be a multiple of the step: size=" + size + ", step=" + step);
            }
            if (wholeTimes(step, size) > MAX_OVERLAP) {
                throw MullionException.invalid(
                        "a row may be in " + MAX_OVERLAP + " windows at most: size=" + size + ", step=" + step);
            }
            if (offset.abs().compareTo(size) >= 0) {
                throw MullionException.invalid(
                        "window offset must be smaller than the size: offset=" + offset + ", size=" + size);
            }
        }

        /// The same windows, shifted.
        public Cumulating offset(Duration offset) {
            return new Cumulating(size, step, offset);
        }

        @Override
        public String toString() {
            return "cumulating(" + size + ", " + step + (offset.isZero() ? ")" : ", offset " + offset + ")");
        }
    }

    /// For each key, rows that follow each other by no more than a gap: a row at time t holds its session open up to
    /// t + gap, the end of the window if no further row comes. Sessions that touch are one.
    ///
    /// @param gap positive; null where each row brings its own
    /// @param rowGap the gap of a row, an integer in the unit of the stream; null where all have the same. A row whose
    /// gap is null or not positive is left out and counted
    record Session(Duration gap, Expr rowGap) implements Window {
        public Session {
            if (gap == null) {
                Objects.requireNonNull(rowGap, "rowGap");
            } else {
                requirePositive("gap", gap);
            }
        }

        @Override
        public String toString() {
            return "session(" + (gap == null ? rowGap : gap) + ")";
        }
    }

    /// For each key, its rows by number: windows of `size` rows, one every `slide` rows. Results have the numbers of
    /// their rows, [first_row, end_row), in the place of times. The end of input fires the windows that are not full.
    ///
    /// @param size rows of a window, positive
    /// @param slide rows between the starts of two windows, positive
    record Count(long size, long slide) implements Window {
        public Count {
            if (size <= 0 || slide <= 0) {
                throw MullionException.invalid("rows of a window must be positive: size=" + size + ", slide=" + slide);
            }
            if (size / slide > MAX_OVERLAP) {
                throw MullionException.invalid(
                        "a row may be in " + MAX_OVERLAP + " windows at most: size=" + size + ", slide=" + slide);
            }
        }

        @Override
        public String toString() {
            return size == slide ? "tumblingRows(" + size + ")" : "slidingRows(" + size + ", " + slide + ")";
        }
    }

    /// All rows since the start. Results come whenever the time of the stream passes a multiple of `every`, of the rows
    /// taken by then, and at the end of input; `revision` counts them.
    ///
    /// @param every distance of two emissions, positive
    /// @param changedOnly whether keys without new rows since the last emission are left out
    record Global(Duration every, boolean changedOnly) implements Window {
        public Global {
            requirePositive("every", every);
        }

        /// Only the keys that had rows since the last emission.
        public Global ofChanges() {
            return new Global(every, true);
        }

        @Override
        public String toString() {
            return "global(every " + every + (changedOnly ? ", changed only)" : ")");
        }
    }

    /// Windows that follow each other without overlap.
    static Sliding tumbling(Duration size) {
        return sliding(size, size);
    }

    /// Windows of `size`, one every `slide`.
    static Sliding sliding(Duration size, Duration slide) {
        return new Sliding(size, slide, Duration.ZERO);
    }

    /// Windows that start together every `size` and end `step` after one another.
    static Cumulating cumulating(Duration size, Duration step) {
        return new Cumulating(size, step, Duration.ZERO);
    }

    /// Rows of a key that are at most `gap` apart.
    static Session session(Duration gap) {
        return new Session(Objects.requireNonNull(gap, "gap"), null);
    }

    /// Rows of a key, each of which says how long it holds its session open.
    ///
    /// @param gap an integer in the unit of the stream
    static Session session(Expr gap) {
        return new Session(null, gap);
    }

    /// Every `size` rows of a key.
    static Count tumblingRows(long size) {
        return new Count(size, size);
    }

    /// The last `size` rows of a key, every `slide` rows.
    static Count slidingRows(long size, long slide) {
        return new Count(size, slide);
    }

    /// All rows of a key, with a result every so often.
    static Global global(Duration every) {
        return new Global(every, false);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw MullionException.invalid("window " + name + " must be positive: " + name + "=" + value);
        }
    }

    /// How often one duration fits into another. The division of Duration sets up the tables of BigDecimal, which the
    /// nanoseconds of less than three hundred years do not need.
    private static long wholeTimes(Duration part, Duration whole) {
        long days = Long.MAX_VALUE / 86_400_000_000_000L;
        return whole.toDays() < days && part.toDays() < days ? whole.toNanos() / part.toNanos() : whole.dividedBy(part);
    }
}
