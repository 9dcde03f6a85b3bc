package io.mullion.window;

import io.mullion.expr.TimeUnit;
import io.mullion.spec.MullionException;
import io.mullion.spec.Window;
import java.time.Duration;

/// The arithmetic of windows on a grid, and of the panes they are made of.
///
/// A pane is a stretch of time between two neighbouring bounds of windows, so that rows of one pane belong to the same
/// windows: one pane for each slide where the slide divides the size, else two of unequal length. Windows and panes
/// have numbers; window k of a sliding grid starts at k * slide + offset.
/// *Units*: times in the stream's unit; panes and windows by number. Times before 1970 are ordinary; what would leave
/// int64 saturates.
/// *Source*: S. Krishnamurthy, C. Wu, M. Franklin, "On-the-fly sharing for streamed aggregation", SIGMOD 2006, for
/// paired panes.
public final class WindowGrid {
    /// Distance of the ends of two windows.
    private final long step;
    private final long offset;
    /// Length of the first pane of a step: the step itself where it is one pane.
    private final long firstPaneSize;
    private final int panesPerStep;
    /// Panes of a window; of the largest where windows grow.
    private final long panesPerWindow;
    /// Length of a window; the first one of a stretch where windows grow.
    private final long size;
    /// Windows that start together where windows grow, else 0.
    private final long stretch;

    private WindowGrid(long step, long size, long offset, long stretch) {
        this.step = step;
        this.size = size;
        this.offset = offset;
        this.stretch = stretch;
        long rest = size % step;
        panesPerStep = rest == 0 ? 1 : 2;
        firstPaneSize = rest == 0 ? step : rest;
        panesPerWindow = stretch > 0 ? stretch : size / step * panesPerStep + (rest == 0 ? 0 : 1);
    }

    /// @throws MullionException if the unit cannot express the window
    public static WindowGrid of(Window.Sliding window, TimeUnit unit) {
        long size = units("size", window.size(), unit);
        return new WindowGrid(units("slide", window.slide(), unit), size, units("offset", window.offset(), unit), 0);
    }

    /// @throws MullionException if the unit cannot express the window
    public static WindowGrid of(Window.Cumulating window, TimeUnit unit) {
        long step = units("step", window.step(), unit);
        return new WindowGrid(
                step, step, units("offset", window.offset(), unit), units("size", window.size(), unit) / step);
    }

    /// Windows of rows by number.
    public static WindowGrid of(Window.Count window) {
        return new WindowGrid(window.slide(), window.size(), 0, 0);
    }

    /// Panes of a window; of the largest where windows grow.
    public long panesPerWindow() {
        return panesPerWindow;
    }

    /// Panes between the ends of two windows.
    public int panesPerStep() {
        return panesPerStep;
    }

    /// Whether the windows of a stretch start together and end one after another.
    public boolean cumulating() {
        return stretch > 0;
    }

    /// Whether panes are the same, by number, too.
    public boolean samePanes(WindowGrid other) {
        return step == other.step
                && offset == other.offset
                && panesPerStep == other.panesPerStep
                && firstPaneSize == other.firstPaneSize;
    }

    /// Whether each pane lies within one pane of the other grid: the bounds of that one's panes are bounds of panes
    /// here.
    public boolean refines(WindowGrid other) {
        return other.step % step == 0
                && isBound(other.offset)
                && (other.panesPerStep == 1 || isBound(saturatedAdd(other.offset, other.firstPaneSize)));
    }

    private boolean isBound(long time) {
        long rest = Math.floorMod(Math.floorMod(time, step) - Math.floorMod(offset, step), step);
        return rest == 0 || panesPerStep == 2 && rest == firstPaneSize;
    }

    /// The pane of another grid that a pane of this one begins in.
    long paneIn(WindowGrid other, long pane) {
        return other == this ? pane : other.paneOf(paneStart(pane));
    }

    /// The pane of a time.
    public long paneOf(long time) {
        long index = floorDivDifference(time, offset, step);
        if (panesPerStep == 1) {
            return index;
        }
        // What is left is less than a step, so it comes out right even if a term wraps.
        long rest = time - offset - index * step;
        return 2 * index + (rest >= firstPaneSize ? 1 : 0);
    }

    /// The first time of a pane, or the least int64 if that is later.
    public long paneStart(long pane) {
        if (panesPerStep == 1) {
            return multiplyAdd(pane, step, offset);
        }
        return multiplyAdd(pane >> 1, step, (pane & 1) == 0 ? offset : saturatedAdd(offset, firstPaneSize));
    }

    /// The last time of a pane, or the greatest int64 if that is earlier.
    public long paneLast(long pane) {
        boolean whole = panesPerStep == 1 || (pane & 1) == 1;
        return multiplyAdd(
                panesPerStep == 1 ? pane : pane >> 1, step, saturatedAdd(offset, whole ? step - 1 : firstPaneSize - 1));
    }

    /// The first window that a pane belongs to. Where windows have gaps it may begin after the pane.
    public long firstWindowOf(long pane) {
        if (stretch > 0) {
            return pane;
        }
        return saturatedAdd(floorDivDifference(pane, panesPerWindow, panesPerStep), 1);
    }

    /// The last window that a pane belongs to, or, for a pane in a gap, the last that ends before it.
    public long lastWindowOf(long pane) {
        if (stretch > 0) {
            return multiplyAdd(Math.floorDiv(pane, stretch), stretch, stretch - 1);
        }
        return Math.floorDiv(pane, panesPerStep);
    }

    /// Whether the pane lies between two windows.
    public boolean inGap(long pane) {
        return firstWindowOf(pane) > lastWindowOf(pane);
    }

    /// The last window that has ended when time has come to `time`.
    public long lastEndedWindow(long time) {
        return time == Long.MAX_VALUE ? Long.MAX_VALUE : floorDivDifference(time, saturatedAdd(offset, size), step);
    }

    public long firstPane(long window) {
        return stretch > 0
                ? multiplyAdd(Math.floorDiv(window, stretch), stretch, 0)
                : multiplyAdd(window, panesPerStep, 0);
    }

    /// One past the last pane of a window.
    public long endPane(long window) {
        return stretch > 0 ? saturatedAdd(window, 1) : multiplyAdd(window, panesPerStep, panesPerWindow);
    }

    public long windowStart(long window) {
        return multiplyAdd(stretch > 0 ? firstPane(window) : window, step, offset);
    }

    public long windowEnd(long window) {
        return multiplyAdd(window, step, saturatedAdd(offset, size));
    }

    public static long saturatedAdd(long a, long b) {
        long sum = a + b;
        // Overflow iff both operands have the sign that the sum has not.
        if (((a ^ sum) & (b ^ sum)) < 0) {
            return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    /// a * b + c, exact before it saturates: the product alone may leave int64 where the sum does not.
    private static long multiplyAdd(long a, long b, long c) {
        long low = a * b;
        long sum = low + c;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        long high = Math.multiplyHigh(a, b) + (c >> 63) + carry;
        if (high == sum >> 63) {
            return sum;
        }
        return high < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    /// floor((a - b) / divisor), exact where the difference leaves int64.
    private static long floorDivDifference(long a, long b, long divisor) {
        long quotient = Math.floorDiv(a, divisor);
        long rest = a - quotient * divisor;
        return saturatedAdd(quotient, Math.floorDiv(saturatedAdd(rest, -b), divisor));
    }

    private static long units(String name, Duration value, TimeUnit unit) {
        try {
            return unit.of(value);
        } catch (IllegalArgumentException e) {
            throw MullionException.invalid(
                    "window " + name + " does not fit the unit of the stream: " + e.getMessage());
        }
    }
}
