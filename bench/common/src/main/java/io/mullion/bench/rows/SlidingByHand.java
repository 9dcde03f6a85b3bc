package io.mullion.bench.rows;

/// Q2 as an expert would write it for this one query: one thread, arrays, a pane of accumulators for each slide,
/// nothing else.
///
/// *Shape*: the accumulators of a group lie side by side, so that a row touches one cache line: count, sum, and, if
/// asked for, min, max. With dense keys the key is the group; scattered keys go through a hash table of their own with
/// open addressing, a quarter full.
///
/// Counts and sums keep a running total: the pane that enters is added, the one that leaves is subtracted. With minima
/// there are two stacks: panes behind the last flip are folded into one; at a flip each of them becomes the fold of
/// itself and all later ones, in place, so that a window is always two rows folded.
final class SlidingByHand implements ByHand {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final SlidingRows rows;
    private final boolean dense;
    private final boolean extremes;
    private final int keyCount;
    private final int width;
    private final Answer answer;
    private final long paneMillis;
    /// Panes of a window.
    private final int paneCount;
    /// Pane number p is at p modulo their count; all of them are there, empty or not.
    private final long[][] panes;

    /// The running total, or the fold of the panes behind the last flip.
    private final long[] total;

    private final int slotMask;
    private final int hashShift;
    private final long[] slotKeys;
    private final int[] slotGroups;
    private final long[] groupKeys;
    private int groups;
    private boolean started;
    private long pane;
    private long paneEnd;
    /// Panes from this one on are not folded into later ones yet.
    private long firstBehindFlip;

    SlidingByHand(SlidingRows rows, Answer answer) {
        this.rows = rows;
        this.answer = answer;
        paneMillis = rows.slideMillis;
        paneCount = (int) (rows.sizeMillis / rows.slideMillis);
        panes = new long[paneCount][];
        dense = rows.dense;
        extremes = rows.extremes;
        keyCount = rows.keyCount;
        slotMask = 4 * Integer.highestOneBit(2 * keyCount - 1) - 1;
        hashShift = Long.numberOfLeadingZeros(slotMask);
        slotKeys = dense ? null : new long[slotMask + 1];
        slotGroups = dense ? null : new int[slotMask + 1];
        groupKeys = new long[keyCount];
        width = extremes ? 4 : 2;
        total = new long[width * keyCount];
        clear(total);
        for (int i = 0; i < paneCount; i++) {
            panes[i] = new long[width * keyCount];
            clear(panes[i]);
        }
        for (int key = 0; dense && key < keyCount; key++) {
            groupKeys[key] = key;
        }
    }

    @Override
    public void rows(int from, int to, long shift) {
        if (!started) {
            start(rows.times[from] + shift);
        }
        if (extremes) {
            countSumMinMax(from, to, shift);
        } else {
            countSum(from, to, shift);
        }
    }

    @Override
    public void end() {
        for (int i = 0; i < paneCount; i++) {
            slide();
        }
    }

    private void countSum(int from, int to, long shift) {
        long[] keys = rows.keys;
        long[] values = rows.values;
        long[] times = rows.times;
        long[] open = panes[(int) (pane % paneCount)];
        for (int row = from; row < to; row++) {
            if (times[row] + shift >= paneEnd) {
                open = slideTo(times[row] + shift);
            }
            int at = 2 * group(keys[row]);
            open[at]++;
            open[at + 1] += values[row];
        }
    }

    private void countSumMinMax(int from, int to, long shift) {
        long[] keys = rows.keys;
        long[] values = rows.values;
        long[] times = rows.times;
        long[] open = panes[(int) (pane % paneCount)];
        for (int row = from; row < to; row++) {
            if (times[row] + shift >= paneEnd) {
                open = slideTo(times[row] + shift);
            }
            int at = 4 * group(keys[row]);
            long value = values[row];
            open[at]++;
            open[at + 1] += value;
            open[at + 2] = Math.min(open[at + 2], value);
            open[at + 3] = Math.max(open[at + 3], value);
        }
    }

    private int group(long key) {
        return dense ? (int) key : probe(key);
    }

    private int probe(long key) {
        int slot = (int) (key * GOLDEN >>> hashShift);
        while (true) {
            int group = slotGroups[slot];
            if (slotKeys[slot] == key && group != 0) {
                return group - 1;
            }
            if (group == 0) {
                groupKeys[groups] = key;
                slotKeys[slot] = key;
                slotGroups[slot] = ++groups;
                return groups - 1;
            }
            slot = slot + 1 & slotMask;
        }
    }

    private void start(long time) {
        started = true;
        pane = Math.floorDiv(time, paneMillis);
        paneEnd = (pane + 1) * paneMillis;
        firstBehindFlip = pane;
    }

    private long[] slideTo(long time) {
        while (time >= paneEnd) {
            slide();
        }
        return panes[(int) (pane % paneCount)];
    }

    /// The open pane is complete: fires the window that ends with it and opens the next pane in the place of the one
    /// that leaves.
    private void slide() {
        if (extremes) {
            slideStacks();
        } else {
            slideTotal();
        }
        pane++;
        paneEnd += paneMillis;
    }

    private void slideTotal() {
        add(total, panes[(int) (pane % paneCount)]);
        for (int group = 0, at = 0; group < keyCount; group++, at += 2) {
            if (total[at] != 0) {
                answer.add(paneEnd, groupKeys[group], total[at], total[at + 1]);
            }
        }
        long[] leaving = panes[(int) ((pane + 1) % paneCount)];
        subtract(total, leaving);
        clear(leaving);
    }

    private void slideStacks() {
        long oldest = pane + 1 - paneCount;
        fold(total, panes[(int) (pane % paneCount)]);
        if (oldest >= firstBehindFlip) {
            flip(oldest);
        }
        long[] front = panes[(int) ((pane + 1) % paneCount)];
        for (int group = 0, at = 0; group < keyCount; group++, at += 4) {
            long count = front[at] + total[at];
            if (count != 0) {
                long sum = front[at + 1] + total[at + 1];
                long min = Math.min(front[at + 2], total[at + 2]);
                long max = Math.max(front[at + 3], total[at + 3]);
                answer.add(paneEnd, groupKeys[group], count, sum, min, max);
            }
        }
        clear(front);
    }

    /// Makes each pane of [oldest, pane] the fold of itself and all later ones.
    private void flip(long oldest) {
        for (long number = pane - 1; number >= oldest; number--) {
            fold(panes[(int) (number % paneCount)], panes[(int) ((number + 1) % paneCount)]);
        }
        clear(total);
        firstBehindFlip = pane + 1;
    }

    private static void add(long[] to, long[] from) {
        for (int i = 0; i < to.length; i++) {
            to[i] += from[i];
        }
    }

    private static void subtract(long[] from, long[] what) {
        for (int i = 0; i < from.length; i++) {
            from[i] -= what[i];
        }
    }

    private static void fold(long[] to, long[] from) {
        for (int at = 0; at < to.length; at += 4) {
            to[at] += from[at];
            to[at + 1] += from[at + 1];
            to[at + 2] = Math.min(to[at + 2], from[at + 2]);
            to[at + 3] = Math.max(to[at + 3], from[at + 3]);
        }
    }

    private void clear(long[] rows) {
        for (int at = 0; at < rows.length; at += width) {
            rows[at] = 0;
            rows[at + 1] = 0;
            if (extremes) {
                rows[at + 2] = Long.MAX_VALUE;
                rows[at + 3] = Long.MIN_VALUE;
            }
        }
    }
}
