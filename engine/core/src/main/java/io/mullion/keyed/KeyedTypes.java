package io.mullion.keyed;

import io.mullion.batch.OperatorContext;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordCodec;
import io.mullion.ingest.RecordDecoder;
import io.mullion.ingest.RecordEncoder;
import io.mullion.io.RowView;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.StateRows;
import java.util.List;
import java.util.Map;

/// The records of an operation on keyed state.
///
/// @param row what rows are read as: a record type, or [RowView] itself
/// @param state of a key
/// @param out what the function makes; null where that is the state
/// @param outSchema the columns of `out`
/// @param initial states that are there from the start, by the values of the key columns
/// @param share which of them are this worker's; null if all are
public record KeyedTypes<R, S, O>(
        Class<R> row, Class<S> state, Class<O> out, Schema outSchema, Map<List<Object>, S> initial, KeyShare share) {
    RecordDecoder<R> rowDecoder(Schema rows) {
        return row == RowView.class ? row::cast : RecordCodec.decoder(row, rows);
    }

    /// Enters the initial states.
    void enterInitial(KeyedColumns columns, KeyedGroups groups, StateRows states, OperatorContext context) {
        if (initial.isEmpty()) {
            return;
        }
        RecordEncoder<S> encoder = RecordCodec.encoder(state);
        MemoryAccount account = context.account(columns.name() + ", initial states");
        try (InitialKeys keys = new InitialKeys(columns, share, context, account)) {
            for (Map.Entry<List<Object>, S> entry : initial.entrySet()) {
                if (keys.moveTo(entry.getKey())) {
                    int group = keys.group(groups);
                    states.ensure(groups.table.groupCount());
                    states.put(group, encoder, entry.getValue());
                }
            }
        }
    }
}
