package io.mullion.window;

import io.mullion.expr.TimeUnit;
import io.mullion.spec.MullionException;
import io.mullion.spec.Window;
import java.time.Duration;

/// Where the windows and panes of a sliding window lie, in the stream's own unit.
///
/// Panes are as long as the greatest common divisor of size and slide, so that every window is a whole number of panes;
/// pane and window starts are shifted by the offset. Window k is [k * slide + offset, k * slide + offset + size), pane
/// p is [p * pane + phase, (p + 1) * pane + phase).
/// *Units*: times in the stream's unit; panes and windows by number. Times before 1970 are ordinary; what would leave
/// int64 saturates.
/// *Source*: J. Li et al., "No Pane, No Gain", SIGMOD Record 34(1), 2005, for panes.
public final class WindowGrid {
    private final long size;
    private final long slide;
    private final long offset;
    private final long pane;
    private final long phase;
    private final long panesPerWindow;
    private final long panesPerSlide;
    private final long offsetPanes;

    public WindowGrid(Window.Sliding window, TimeUnit unit) {
        size = units("size", window.size(), unit);
        slide = units("slide", window.slide(), unit);
        offset = units("offset", window.offset(), unit);
        pane = gcd(size, slide);
        phase = Math.floorMod(offset, pane);
        panesPerWindow = size / pane;
        panesPerSlide = slide / pane;
        offsetPanes = Math.floorDiv(offset, pane);
    }

    /// Length of a pane in units of time.
    public long paneSize() {
        return pane;
    }

    public long panesPerWindow() {
        return panesPerWindow;
    }

    /// The pane of a time.
    public long paneOf(long time) {
        long quotient = Math.floorDiv(time, pane);
        return time - quotient * pane >= phase ? quotient : quotient - 1;
    }

    /// The first time of a pane, or the least int64 if that is later.
    public long paneStart(long index) {
        return multiplyAdd(index, pane, phase);
    }

    /// The last time of a pane, or the greatest int64 if that is earlier.
    public long paneLast(long index) {
        return multiplyAdd(index, pane, saturatedAdd(phase, pane - 1));
    }

    /// The first window that a pane belongs to. Where windows have gaps it may begin after the pane.
    public long firstWindowOf(long paneIndex) {
        return saturatedAdd(floorDivDifference(paneIndex, saturatedAdd(offsetPanes, panesPerWindow), panesPerSlide), 1);
    }

    /// The last window that a pane belongs to, or, for a pane in a gap, the last that ends before it.
    public long lastWindowOf(long paneIndex) {
        return floorDivDifference(paneIndex, offsetPanes, panesPerSlide);
    }

    /// Whether the pane lies between two windows.
    public boolean inGap(long paneIndex) {
        return firstWindowOf(paneIndex) > lastWindowOf(paneIndex);
    }

    /// The last window that has ended when time has come to `time`.
    public long lastEndedWindow(long time) {
        return time == Long.MAX_VALUE ? Long.MAX_VALUE : floorDivDifference(time, saturatedAdd(offset, size), slide);
    }

    public long firstPane(long window) {
        return multiplyAdd(window, panesPerSlide, offsetPanes);
    }

    /// One past the last pane of a window.
    public long endPane(long window) {
        return multiplyAdd(window, panesPerSlide, saturatedAdd(offsetPanes, panesPerWindow));
    }

    public long windowStart(long window) {
        return multiplyAdd(window, slide, offset);
    }

    public long windowEnd(long window) {
        return multiplyAdd(window, slide, saturatedAdd(offset, size));
    }

    static long saturatedAdd(long a, long b) {
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

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
