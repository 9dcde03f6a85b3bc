package io.mullion.keyed;

import io.mullion.batch.BatchRows;
import io.mullion.ingest.RecordDecoder;
import io.mullion.io.KeyedFunction;

/// Calls a function with a row. Each operation has [a copy][OwnProfile] of this class.
final class RowCalls<R, S, O> implements KeyedOperator.Calls<S, O> {
    private final KeyedFunction<R, S, O> function;
    private final RecordDecoder<R> decoder;

    RowCalls(KeyedFunction<R, S, O> function, RecordDecoder<R> decoder) {
        this.function = function;
        this.decoder = decoder;
    }

    @Override
    public void onRow(BatchRows rows, int row, KeyAtHand<S> key, MadeRows<O> made) {
        function.onRow(decoder.decode(rows.row(row)), key, key, made);
    }
}
