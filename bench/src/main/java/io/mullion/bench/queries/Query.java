package io.mullion.bench.queries;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.bench.SplitMix64;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import java.time.Duration;

/// One of the queries: its rows, a block of them that is made once and looped with its times moved on, its pipeline,
/// and the same by hand.
///
/// Rows come in order of time, the watermark follows them at once, and partial windows at both ends count. *Thread*:
/// one.
abstract class Query {
    /// Rows of a block.
    static final int ROWS = 4_200_000;
    /// Time of the first row: a multiple of 60 s.
    static final long START_MILLIS = 1_800_000_000_000L;

    static final Field TIME = Field.of("time", DataType.timestamp(TimeUnit.MILLIS));

    private final int rowsPerMilli;
    final long[] times = new long[ROWS];

    /// One query, as an expert would write it for it alone: one thread, arrays, nothing else.
    interface ByHand {
        /// Takes a block of rows, their times moved on by `shift`.
        void rows(long shift);

        /// The end of input: fires what is left.
        void end();
    }

    Query(int rowsPerMilli) {
        this.rowsPerMilli = rowsPerMilli;
        for (int row = 0; row < ROWS; row++) {
            times[row] = START_MILLIS + row / rowsPerMilli;
        }
    }

    /// `ysb`, `sliding`, `million` and `session` with keys that are `dense` or `scattered`, as in `ysb scattered`;
    /// `filter-map-sum` and `wordcount`.
    static Query named(String name) {
        boolean dense = !name.endsWith(" scattered");
        return switch (name.split(" ")[0]) {
            case "ysb" -> new AdQuery(dense);
            case "sliding" -> new SlidingQuery(1_000, dense, true);
            case "million" -> new SlidingQuery(1_000_000, dense, true);
            case "filter-map-sum" -> new FilterSumQuery();
            case "wordcount" -> new WordQuery();
            case "session" -> new SessionQuery(dense);
            default -> throw new IllegalArgumentException("no such query: " + name);
        };
    }

    /// How far times move on from block to block.
    final long blockMillis() {
        return ROWS / rowsPerMilli;
    }

    /// Adds the query to a pipeline.
    abstract Input<Void> addTo(Pipeline pipeline, Sink results);

    /// Puts each result row into the answer.
    abstract Sink sink(Answer answer);

    /// Writes the rows of a block, their times moved on by `shift`.
    abstract void write(Producer<Void> producer, long shift);

    abstract ByHand byHand(Answer answer);

    /// How many blocks show all that the query does, panes that leave and windows that fire.
    int telling() {
        return 3;
    }

    /// Refuses to go on if the engine answers something else than the loop by hand, to the very end of the input.
    final void requireSameAnswers() throws InterruptedException {
        Answer expected = new Answer();
        ByHand byHand = byHand(expected);
        Answer given = new Answer();
        try (QueryRun run = new QueryRun(this, QueryRun.frontDoor(), given)) {
            for (int block = 0; block < telling(); block++) {
                byHand.rows(block * blockMillis());
                run.write(block * blockMillis());
                run.work();
            }
            byHand.end();
            run.end();
        }
        expected.requireSame(given);
    }

    static Input<Void> input(Pipeline pipeline, Schema schema) {
        return pipeline.input("rows", schema, "time", Watermark.bounded(Duration.ZERO), Overload.BLOCK);
    }

    /// Scatters a dense key over int64, or leaves it.
    static long key(long key, boolean dense) {
        return dense ? key : SplitMix64.mix(key + 1);
    }
}
