package io.mullion.keyed;

import io.mullion.batch.OperatorContext;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordCodec;
import io.mullion.ingest.RecordEncoder;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.StateCells;
import java.util.Objects;
import java.util.function.Consumer;

/// Takes the records that a user's function makes of the key at hand.
///
/// *Failure*: a record with a value that its column cannot hold becomes a dead letter. What fails behind it is thrown
/// through the user's function and kept, so that it is not taken for the function's own failure.
final class MadeRows<O> implements Consumer<O> {
    private final KeyedOutput output;
    private final RecordEncoder<O> encoder;
    private final StateCells cells;
    private Throwable failure;

    /// The key at hand.
    int group;

    /// Of the rows that are made.
    long time;

    /// @param made the columns of the records
    MadeRows(KeyedOutput output, Class<O> type, Schema made, OperatorContext context, MemoryAccount account) {
        this.output = output;
        encoder = RecordCodec.encoder(type);
        cells = context.scope().own(new StateCells(made, account));
    }

    @Override
    public void accept(O record) {
        encoder.encode(Objects.requireNonNull(record, "a record for a row"), cells);
        String refusal = cells.takeRefusal();
        try {
            if (refusal == null) {
                output.add(cells, group, time);
            } else {
                output.refuse(refusal, group);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
    }

    /// What failed behind it, or null.
    Throwable failure() {
        return failure;
    }
}
