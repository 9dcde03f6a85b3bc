package io.mullion.keyed;

import io.mullion.ingest.RecordEncoder;
import io.mullion.state.StateCells;

/// Takes apart the records that become rows. Each operation has [a copy][OwnProfile] of this class.
final class MadeCalls<O> extends MadeRows<O> {
    private final RecordEncoder<O> encoder;

    MadeCalls(KeyedOutput output, RecordEncoder<O> encoder, StateCells cells) {
        super(output, cells);
        this.encoder = encoder;
    }

    @Override
    public void accept(O record) {
        if (record == null) {
            throw new NullPointerException("a row is a record, and not null");
        }
        encoder.encode(record, cells);
        add();
    }
}
