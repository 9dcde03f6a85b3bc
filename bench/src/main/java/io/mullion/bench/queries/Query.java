package io.mullion.bench.queries;

import io.mullion.Input;
import io.mullion.Pipeline;
import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.ByHand;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.io.Sink;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import java.time.Duration;

/// One of the queries as a pipeline of the engine, over its rows.
///
/// The watermark follows the rows at once. *Thread*: one.
abstract class Query {
    static final Field TIME = Field.of("time", DataType.timestamp(TimeUnit.MILLIS));

    private final QueryRows rows;

    Query(QueryRows rows) {
        this.rows = rows;
    }

    /// As [QueryRows#named] has them.
    static Query named(String name) {
        return of(QueryRows.named(name));
    }

    static Query of(QueryRows rows) {
        return switch (rows) {
            case AdRows ads -> new AdQuery(ads);
            case SlidingRows sliding -> new SlidingQuery(sliding);
            case PriceRows prices -> new FilterSumQuery(prices);
            case WordRows words -> new WordQuery(words);
            case SessionRows sessions -> new SessionQuery(sessions);
        };
    }

    final QueryRows rows() {
        return rows;
    }

    /// How far times move on from block to block.
    final long blockMillis() {
        return rows.blockMillis();
    }

    final ByHand byHand(Answer answer) {
        return rows.byHand(answer);
    }

    /// Adds the query to a pipeline.
    abstract Input<Void> addTo(Pipeline pipeline, Sink results);

    /// Puts each result row into the answer.
    abstract Sink sink(Answer answer);

    /// Writes the rows [`from`, `to`) of the block, their times moved on by `shift`.
    abstract void write(Producer<Void> producer, int from, int to, long shift);

    /// Writes the rows of a block, their times moved on by `shift`.
    final void write(Producer<Void> producer, long shift) {
        write(producer, 0, QueryRows.ROWS, shift);
    }

    /// Refuses to go on if the engine answers something else than the loop by hand, to the very end of the input.
    final void requireSameAnswers() throws InterruptedException {
        Answer expected = new Answer();
        ByHand byHand = byHand(expected);
        Answer given = new Answer();
        try (QueryRun run = new QueryRun(this, QueryRun.frontDoor(), given)) {
            for (int block = 0; block < rows.telling(); block++) {
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
}
