package io.mullion.bench.rows;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Q4 by hand: a hash table over the bytes of the words, a count for each word and pane, a running total of them.
///
/// No word is longer than sixteen bytes, so that it is two numbers: two loads, a mask for what is behind its end, and
/// no loop. The table is at most a third full.
final class WordsByHand implements ByHand {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long PANE_MILLIS = 10_000;
    private static final int PANES = 6;
    private static final int SLOTS = 2 * Integer.highestOneBit(2 * WordRows.WORDS - 1);
    private static final int HASH_SHIFT = Long.numberOfLeadingZeros(SLOTS - 1);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long ODD = 0xC2B2AE3D27D4EB4FL;

    private final WordRows rows;
    private final Answer answer;
    /// The first eight bytes of a word, and the rest of it.
    private final long[] slots = new long[2 * SLOTS];

    private final int[] slotWords = new int[SLOTS];
    private final int[] hashCodes = new int[WordRows.WORDS];
    private final long[][] panes = new long[PANES][WordRows.WORDS];
    private final long[] total = new long[WordRows.WORDS];
    private int words;
    private long pane = Long.MIN_VALUE;
    private long paneEnd;

    WordsByHand(WordRows rows, Answer answer) {
        this.rows = rows;
        this.answer = answer;
    }

    @Override
    public void rows(int from, int to, long shift) {
        long[] times = rows.times;
        int[] offsets = rows.offsets;
        byte[] bytes = rows.bytes;
        if (pane == Long.MIN_VALUE) {
            pane = Math.floorDiv(times[from] + shift, PANE_MILLIS);
            paneEnd = (pane + 1) * PANE_MILLIS;
        }
        long[] open = panes[(int) (pane % PANES)];
        int start = offsets[from];
        for (int row = from; row < to; row++) {
            while (times[row] + shift >= paneEnd) {
                slide();
                open = panes[(int) (pane % PANES)];
            }
            int end = offsets[row + 1];
            open[word(bytes, start, end - start)]++;
            start = end;
        }
    }

    @Override
    public void end() {
        for (int i = 0; i < PANES; i++) {
            slide();
        }
    }

    private int word(byte[] bytes, int start, int length) {
        long first = (long) LONG.get(bytes, start);
        long rest = 0;
        if (length < Long.BYTES) {
            first &= (1L << 8 * length) - 1;
        } else if (length > Long.BYTES) {
            rest = (long) LONG.get(bytes, start + Long.BYTES) & (1L << 8 * (length - Long.BYTES)) - 1;
        }
        int slot = (int) ((first ^ rest * ODD) * GOLDEN >>> HASH_SHIFT);
        while (true) {
            int word = slotWords[slot];
            if (slots[2 * slot] == first && slots[2 * slot + 1] == rest && word != 0) {
                return word - 1;
            }
            if (word == 0) {
                hashCodes[words] = new String(bytes, start, length, StandardCharsets.US_ASCII).hashCode();
                slots[2 * slot] = first;
                slots[2 * slot + 1] = rest;
                slotWords[slot] = ++words;
                return words - 1;
            }
            slot = slot + 1 & SLOTS - 1;
        }
    }

    /// The open pane is complete: fires the window that ends with it and opens the next pane in the place of the one
    /// that leaves.
    private void slide() {
        long[] entering = panes[(int) (pane % PANES)];
        long[] leaving = panes[(int) ((pane + 1) % PANES)];
        for (int word = 0; word < words; word++) {
            long count = total[word] + entering[word];
            if (count != 0) {
                answer.add(paneEnd, hashCodes[word], count);
            }
            total[word] = count - leaving[word];
            leaving[word] = 0;
        }
        pane++;
        paneEnd += PANE_MILLIS;
    }
}
