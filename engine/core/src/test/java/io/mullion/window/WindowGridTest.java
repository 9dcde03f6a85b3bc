package io.mullion.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.TimeUnit;
import io.mullion.spec.MullionException;
import io.mullion.spec.Window;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// The arithmetic of panes and windows against their definition: window k is [k * slide + offset, that + size), a pane
/// is a stretch between two neighbouring bounds of windows.
class WindowGridTest {
    @Test
    void allSmallGridsAreAsDefined() {
        for (long slide = 1; slide <= 9; slide++) {
            for (long size = 1; size <= 14; size++) {
                for (long offset = -slide + 1; offset < slide; offset++) {
                    checkGrid(size, slide, offset);
                }
            }
        }
    }

    private static void checkGrid(long size, long slide, long offset) {
        WindowGrid grid = grid(size, slide, offset);
        for (long time = -40; time <= 40; time++) {
            long pane = grid.paneOf(time);
            assertTrue(grid.paneStart(pane) <= time && time <= grid.paneLast(pane));
            // Panes meet, and they begin where a window begins or ends.
            assertEquals(grid.paneStart(pane + 1) - 1, grid.paneLast(pane));
            long begin = Math.floorMod(grid.paneStart(pane) - offset, slide);
            assertTrue(begin == 0 || begin == size % slide);
            boolean inSome = false;
            for (long window = -60; window <= 60; window++) {
                long start = window * slide + offset;
                boolean inWindow = start <= time && time < start + size;
                inSome |= inWindow;
                long t = time;
                long w = window;
                Supplier<String> of = () ->
                        "size=" + size + ", slide=" + slide + ", offset=" + offset + ", time=" + t + ", window=" + w;
                assertEquals(inWindow, grid.firstPane(window) <= pane && pane < grid.endPane(window), of);
                if (!grid.inGap(pane)) {
                    assertEquals(inWindow, grid.firstWindowOf(pane) <= window && window <= grid.lastWindowOf(pane), of);
                } else {
                    assertTrue(grid.lastWindowOf(pane) < grid.firstWindowOf(pane), of);
                }
                assertEquals(start + size <= time, window <= grid.lastEndedWindow(time), of);
                assertEquals(start, grid.windowStart(window));
                assertEquals(start + size, grid.windowEnd(window));
            }
            assertEquals(!inSome, grid.inGap(pane));
        }
        assertEquals(grid.endPane(3) - grid.firstPane(3), grid.panesPerWindow());
    }

    @Test
    void growingWindowsStartTogether() {
        for (long step = 1; step <= 4; step++) {
            for (long steps = 1; steps <= 4; steps++) {
                for (long offset = -step * steps + 1; offset < step * steps; offset++) {
                    checkGrowing(step, steps, offset);
                }
            }
        }
    }

    private static void checkGrowing(long step, long steps, long offset) {
        Duration size = Duration.ofSeconds(step * steps);
        WindowGrid grid = WindowGrid.of(
                Window.cumulating(size, Duration.ofSeconds(step)).offset(Duration.ofSeconds(offset)), TimeUnit.SECONDS);
        for (long time = -20; time <= 20; time++) {
            long pane = grid.paneOf(time);
            assertTrue(grid.paneStart(pane) <= time && time <= grid.paneLast(pane));
            for (long window = -30; window <= 30; window++) {
                long start = Math.floorDiv(window, steps) * step * steps + offset;
                long end = window * step + step + offset;
                assertEquals(start, grid.windowStart(window));
                assertEquals(end, grid.windowEnd(window));
                boolean inWindow = start <= time && time < end;
                assertEquals(inWindow, grid.firstPane(window) <= pane && pane < grid.endPane(window));
                assertEquals(inWindow, grid.firstWindowOf(pane) <= window && window <= grid.lastWindowOf(pane));
                assertEquals(end <= time, window <= grid.lastEndedWindow(time));
            }
        }
        assertEquals(steps, grid.panesPerWindow());
    }

    @Test
    void atTheEdgesOfInt64BoundsSaturateAndNothingElseDoes() {
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            long slide = 2 + random.nextInt(1000);
            long size = 1 + random.nextInt(3000);
            long offset = random.nextLong(-slide + 1, slide);
            long time = random.nextBoolean()
                    ? Long.MIN_VALUE + random.nextInt(5000)
                    : Long.MAX_VALUE - 1 - random.nextInt(5000);
            checkEdge(grid(size, slide, offset), size, slide, offset, time);
        }
    }

    private static void checkEdge(WindowGrid grid, long size, long slide, long offset, long time) {
        long pane = grid.paneOf(time);
        String of = "size=" + size + ", slide=" + slide + ", offset=" + offset + ", time=" + time;
        assertTrue(grid.paneStart(pane) <= time && time <= grid.paneLast(pane), of);
        BigInteger last = floorDiv(big(time).subtract(big(offset)), big(slide));
        BigInteger first =
                floorDiv(big(time).subtract(big(offset + size)), big(slide)).add(BigInteger.ONE);
        assertEquals(first.compareTo(last) > 0, grid.inGap(pane), of);
        assertEquals(first.subtract(BigInteger.ONE), big(grid.lastEndedWindow(time)), of);
        for (BigInteger window = first; window.compareTo(last) <= 0; window = window.add(BigInteger.ONE)) {
            long k = window.longValueExact();
            BigInteger start = window.multiply(big(slide)).add(big(offset));
            assertEquals(saturated(start), grid.windowStart(k), of);
            assertEquals(saturated(start.add(big(size))), grid.windowEnd(k), of);
            assertTrue(grid.firstPane(k) <= pane && pane < grid.endPane(k), of);
        }
    }

    @Test
    void theEndOfInputEndsAllWindows() {
        assertEquals(Long.MAX_VALUE, grid(60, 10, 3).lastEndedWindow(Long.MAX_VALUE));
    }

    @Test
    void aDurationThatIsNoWholeNumberOfUnitsIsRefused() {
        MullionException size = assertThrows(
                MullionException.class,
                () -> WindowGrid.of(Window.tumbling(Duration.ofMillis(1500)), TimeUnit.SECONDS));
        assertEquals(MullionException.Reason.INVALID_PIPELINE, size.reason());
        assertTrue(size.getMessage().contains("size") && size.getMessage().contains("PT1.5S"), size::getMessage);
        MullionException offset = assertThrows(
                MullionException.class,
                () -> WindowGrid.of(
                        Window.tumbling(Duration.ofSeconds(2)).offset(Duration.ofNanos(1)), TimeUnit.MICROS));
        assertTrue(offset.getMessage().contains("offset"), offset::getMessage);
        MullionException large = assertThrows(
                MullionException.class, () -> WindowGrid.of(Window.tumbling(Duration.ofDays(365_000)), TimeUnit.NANOS));
        assertTrue(large.getMessage().contains("int64"), large::getMessage);
    }

    private static WindowGrid grid(long size, long slide, long offset) {
        return WindowGrid.of(
                Window.sliding(Duration.ofSeconds(size), Duration.ofSeconds(slide))
                        .offset(Duration.ofSeconds(offset)),
                TimeUnit.SECONDS);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }

    private static long saturated(BigInteger value) {
        return value.max(big(Long.MIN_VALUE)).min(big(Long.MAX_VALUE)).longValueExact();
    }

    private static BigInteger floorDiv(BigInteger a, BigInteger b) {
        BigInteger[] parts = a.divideAndRemainder(b);
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }
}
