package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;

/// Hands on each micro-batch in one piece, also an empty one.
///
/// *Thread*: the worker. *Ownership*: the rows belong to the job.
public final class WholeBatches implements Operator, Stateful {
    private final GatheredBatch rows;
    private final SavedBatch saved;
    private final Operator next;

    public WholeBatches(String name, Schema schema, OperatorContext context, Operator next) {
        MemoryAccount account = context.account(name);
        rows = context.scope().own(new GatheredBatch(schema, context, account));
        context.states().add("whole batch", this);
        saved = new SavedBatch("rows", schema, null, account);
        this.next = next;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        rows.add(batch, from, to);
    }

    @Override
    public void advance(long time) {
        if (time > MicroBatches.START) {
            next.process(rows.rows(), 0, 0, rows.rowCount());
            rows.clear();
        }
        next.advance(time);
    }

    @Override
    public void flush() {
        next.flush();
    }

    @Override
    public void writeTo(StateWriter out) {
        saved.write(out, rows);
    }

    @Override
    public void readFrom(StateReader in) {
        saved.read(in, rows);
    }
}
