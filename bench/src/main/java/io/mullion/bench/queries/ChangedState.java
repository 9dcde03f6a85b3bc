package io.mullion.bench.queries;

import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SlidingRows;
import java.util.Arrays;

/// How much of a query's state rows change: each key in each pane that they touch, once, with 8 bytes for each
/// aggregate; of panes that no window needs any more nothing. Less cannot be written of them.
final class ChangedState {
    private static final long AD_WINDOW_ROWS = AdRows.ROWS_PER_MILLI * AdRows.WINDOW_MILLIS;
    private static final long SLIDING_WINDOW_ROWS = SlidingRows.ROWS_PER_MILLI * SlidingRows.SIZE_MILLIS;

    private ChangedState() {}

    /// @param count rows, from the first of a block on, which is looped with its times moved on
    static long bytes(QueryRows rows, long count) {
        return switch (rows) {
            case AdRows ads ->
                Long.BYTES * touched(ads, Math.min(count, AD_WINDOW_ROWS), AdRows.WINDOW_MILLIS, AdRows.CAMPAIGNS);
            case SlidingRows sliding ->
                Long.BYTES
                        * (sliding.extremes ? 4 : 2)
                        * touched(
                                sliding,
                                Math.min(count, SLIDING_WINDOW_ROWS),
                                SlidingRows.SLIDE_MILLIS,
                                sliding.keyCount);
            default -> throw new IllegalArgumentException("nobody counts the state of " + rows.getClass());
        };
    }

    private static long touched(QueryRows rows, long count, long paneMillis, int keys) {
        long[] lastPane = new long[keys];
        Arrays.fill(lastPane, -1);
        long touched = 0;
        for (long at = 0; at < count; at++) {
            int row = (int) (at % QueryRows.ROWS);
            int key = key(rows, row);
            long pane = (rows.times[row] + at / QueryRows.ROWS * rows.blockMillis()) / paneMillis;
            if (key >= 0 && lastPane[key] != pane) {
                lastPane[key] = pane;
                touched++;
            }
        }
        return touched;
    }

    /// -1 for a row that is filtered out.
    private static int key(QueryRows rows, int row) {
        return switch (rows) {
            case AdRows ads -> ads.types[row] == AdRows.VIEW ? AdRows.campaign((int) ads.ads[row]) : -1;
            case SlidingRows sliding -> (int) sliding.keys[row];
            default -> throw new IllegalArgumentException("nobody knows the keys of " + rows.getClass());
        };
    }
}
