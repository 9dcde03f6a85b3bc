package io.mullion.state;

import java.util.Arrays;

/// Gives out group ids and takes them back: always the least that is free, so that what is kept by group id stays
/// short.
///
/// *Shape*: a bit for each free id, and above each 64 words a bit for each that is not 0, and so on, so that the least
/// is found in as many steps as there are levels. *Thread*: one.
final class GroupIds {
    /// 2^30 ids.
    private static final int LEVELS = 5;

    private final long[][] free = new long[LEVELS][1];
    private int limit;
    private int freeCount;

    /// All ids that are out are below.
    int limit() {
        return limit;
    }

    /// Ids that are out.
    int count() {
        return limit - freeCount;
    }

    boolean isFree(int id) {
        return id >= limit || (id >>> 6 < free[0].length && (free[0][id >>> 6] >>> id & 1) != 0);
    }

    int take() {
        if (freeCount == 0) {
            return limit++;
        }
        int at = 0;
        for (int level = LEVELS - 1; level >= 0; level--) {
            at = at << 6 | Long.numberOfTrailingZeros(free[level][at]);
        }
        clear(at);
        return at;
    }

    void give(int id) {
        if (isFree(id)) {
            throw new IllegalStateException("group freed twice: id=" + id);
        }
        set(id);
        while (limit > 0 && isFree(limit - 1)) {
            clear(limit - 1);
            limit--;
        }
    }

    private void set(int id) {
        freeCount++;
        int at = id;
        for (int level = 0; level < LEVELS; level++) {
            int word = at >>> 6;
            if (word >= free[level].length) {
                free[level] = Arrays.copyOf(free[level], Math.max(word + 1, free[level].length * 2));
            }
            long before = free[level][word];
            free[level][word] = before | 1L << at;
            if (before != 0) {
                return;
            }
            at = word;
        }
    }

    private void clear(int id) {
        freeCount--;
        int at = id;
        for (int level = 0; level < LEVELS; level++) {
            int word = at >>> 6;
            free[level][word] &= ~(1L << at);
            if (free[level][word] != 0) {
                return;
            }
            at = word;
        }
    }
}
