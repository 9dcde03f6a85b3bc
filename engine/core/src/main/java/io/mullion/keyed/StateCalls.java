package io.mullion.keyed;

import io.mullion.batch.OperatorContext;
import io.mullion.ingest.RecordDecoder;
import io.mullion.ingest.RecordEncoder;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.StateCells;

/// Makes records of states and takes them apart. Each operation has [a copy][OwnProfile] of this class.
final class StateCalls<S> extends KeyAtHand<S> {
    private final RecordDecoder<S> decoder;
    private final RecordEncoder<S> encoder;
    private final StateCells written;

    StateCalls(
            KeyedColumns columns,
            RecordDecoder<S> decoder,
            RecordEncoder<S> encoder,
            KeyedGroups groups,
            OperatorContext context,
            MemoryAccount account) {
        super(columns, groups, context, account);
        this.decoder = decoder;
        this.encoder = encoder;
        written = states.toWrite(cells);
    }

    @Override
    public S get() {
        return cells.exists() ? decoder.decode(cells) : null;
    }

    @Override
    public void update(S state) {
        if (state == null || timingOut) {
            throw notUpdated(state == null);
        }
        encoder.encode(state, written);
        states.end(group(), cells);
    }
}
