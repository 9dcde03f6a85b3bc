package io.mullion.bench.rows;

/// The rows of one of the queries: a block of them that is made once from a fixed seed and looped with its times moved
/// on, and the same query by hand over them.
///
/// Rows come in order of time, and partial windows at both ends count. What a query asks, and what goes into the
/// [Answer] for each of its result rows, stands at the class of its rows.
public abstract sealed class QueryRows permits AdRows, PriceRows, SessionRows, SlidingRows, WordRows {
    /// Rows of a block.
    public static final int ROWS = 4_200_000;
    /// Time of the first row: a multiple of 60 s.
    public static final long START_MILLIS = 1_800_000_000_000L;

    /// `sliding` over 1 s by 20 ms, a million rows a second: the one of which each row comes when it is due.
    public static final String LATENCY = "latency";

    private static final String SLIDE = "slide-";
    /// The size of the windows of which the slide is swept.
    private static final long SWEPT_MILLIS = 10_000;

    /// Rows in a millisecond of event time.
    public final int rowsPerMilli;
    /// Milliseconds since 1970, never falling.
    public final long[] times = new long[ROWS];

    QueryRows(int rowsPerMilli) {
        this.rowsPerMilli = rowsPerMilli;
        for (int row = 0; row < ROWS; row++) {
            times[row] = START_MILLIS + row / rowsPerMilli;
        }
    }

    /// `ysb`, `sliding`, `sliding-1m` and `session`, with keys that are dense or, as in `ysb scattered`, scattered over
    /// int64; `filter-map-sum` and `wordcount`; and, as in `slide-100ms`, `sliding` over 10 s by that slide, which is a
    /// number of `s` or `ms`; and [#LATENCY].
    public static QueryRows named(String name) {
        boolean dense = !name.endsWith(" scattered");
        if (name.startsWith(SLIDE)) {
            return new SlidingRows(
                    SlidingRows.ROWS_PER_MILLI,
                    SWEPT_MILLIS,
                    millis(name.substring(SLIDE.length())),
                    1_000,
                    true,
                    true);
        }
        return switch (name.split(" ")[0]) {
            case "ysb" -> new AdRows(dense);
            case "sliding" -> new SlidingRows(1_000, dense, true);
            case "sliding-1m" -> new SlidingRows(1_000_000, dense, true);
            case "filter-map-sum" -> new PriceRows();
            case "wordcount" -> new WordRows();
            case LATENCY -> new SlidingRows(1_000, 1_000, 20, 1_000, dense, true);
            case "session" -> new SessionRows(dense);
            default -> throw new IllegalArgumentException("no such query: " + name);
        };
    }

    private static long millis(String text) {
        return text.endsWith("ms")
                ? Long.parseLong(text.substring(0, text.length() - 2))
                : 1_000 * Long.parseLong(text.substring(0, text.length() - 1));
    }

    /// How far times move on from block to block.
    public final long blockMillis() {
        return ROWS / rowsPerMilli;
    }

    /// The query as an expert would write it for it alone: one thread, arrays, nothing else.
    public abstract ByHand byHand(Answer answer);

    /// How many blocks show all that the query does, panes that leave and windows that fire.
    public int telling() {
        return 3;
    }

    /// Scatters a dense key over int64, or leaves it.
    public static long key(long key, boolean dense) {
        return dense ? key : SplitMix64.mix(key + 1);
    }
}
