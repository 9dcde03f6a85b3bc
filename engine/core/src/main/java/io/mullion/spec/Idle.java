package io.mullion.spec;

import java.time.Duration;

/// What a job's worker does while there is nothing to do, and a producer while it waits for room: the trade of a CPU
/// against the time until a row is seen.
public sealed interface Idle {
    /// Looks again at once: a committed row is seen within a look at the lanes. Takes a CPU of its own.
    record BusySpin() implements Idle {}

    /// Looks again at once, but lets other threads on the CPU first.
    record Yield() implements Idle {}

    /// Spins, then yields, then parks for longer and longer.
    ///
    /// @param most the longest park: a row is seen within it, and the time that the system takes to wake a thread
    record BackOff(Duration most) implements Idle {
        public BackOff {
            require(most, Duration.ofNanos(1_000));
        }
    }

    /// Parks at once.
    ///
    /// @param time of each park: a row is seen within it, and the time that the system takes to wake a thread
    record Park(Duration time) implements Idle {
        public Park {
            require(time, Duration.ofNanos(1));
        }
    }

    static Idle busySpin() {
        return new BusySpin();
    }

    static Idle yielding() {
        return new Yield();
    }

    /// With parks of at most 50 us.
    static Idle backOff() {
        return backOff(Duration.ofNanos(50_000));
    }

    static Idle backOff(Duration most) {
        return new BackOff(most);
    }

    static Idle park(Duration time) {
        return new Park(time);
    }

    /// A stop is seen as late as a row is.
    private static void require(Duration park, Duration least) {
        if (park.compareTo(least) < 0 || park.compareTo(Duration.ofSeconds(1)) > 0) {
            throw MullionException.invalid("parks must be from " + least + " to PT1S: park=" + park);
        }
    }
}
