package io.mullion.spec;

import java.time.Duration;

/// Which rows are aggregated together.
///
/// Windows are half open, [start, end). Their starts are the multiples of the slide, counted from 1970-01-01T00:00Z,
/// plus the offset.
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
            if (size.dividedBy(slide) > MAX_OVERLAP) {
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

        private static void requirePositive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw MullionException.invalid("window " + name + " must be positive: " + name + "=" + value);
            }
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
}
