package io.mullion.keyed;

import io.mullion.batch.OperatorContext;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordCodec;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.StateCells;
import java.util.function.Consumer;

/// Takes the records that a user's function makes of the key at hand.
///
/// *Failure*: a record with a value that its column cannot hold becomes a dead letter. What fails behind it is thrown
/// through the user's function and kept, so that it is not taken for the function's own failure.
abstract class MadeRows<O> implements Consumer<O> {
    private final KeyedOutput output;
    final StateCells cells;
    private Throwable failure;

    /// The key at hand.
    int group;

    /// Of the rows that are made.
    long time;

    MadeRows(KeyedOutput output, StateCells cells) {
        this.output = output;
        this.cells = cells;
    }

    /// @param made the columns of the records
    static <O> MadeRows<O> of(
            KeyedOutput output, Class<O> type, Schema made, OperatorContext context, MemoryAccount account) {
        StateCells cells = context.scope().own(new StateCells(made, account));
        return OwnProfile.copy(MadeCalls.class, output, RecordCodec.encoder(type), cells);
    }

    /// Adds the row that was written to the cells.
    final void add() {
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
    final Throwable failure() {
        return failure;
    }
}
