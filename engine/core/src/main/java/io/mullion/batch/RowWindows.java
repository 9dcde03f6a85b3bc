package io.mullion.batch;

import io.mullion.codegen.HashKernel;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;

/// The rows of the last batches, all of them again for each slide: what a window of rows, and not of aggregates, is.
///
/// *Thread*: the worker. *Ownership*: the batches belong to the job.
public final class RowWindows implements Operator, Stateful {
    private static final String WINDOW = "window";

    private final String name;
    /// Those of the present window, in a ring.
    private final GatheredBatch[] window;
    /// From the oldest to the newest.
    private final SavedBatch[] saved;
    /// Where the oldest is; the one before it takes rows.
    private int oldest;

    private final long slide;
    private final Operator next;

    /// @param batches of a window
    /// @param slide between two windows, in the unit of [MicroBatches]
    /// @param schema of the rows
    /// @param hash says to which worker a row belongs; null where none does
    public RowWindows(
            String name,
            int batches,
            long slide,
            Schema schema,
            HashKernel hash,
            OperatorContext context,
            Operator next) {
        this.name = name;
        this.slide = slide;
        this.next = next;
        MemoryAccount account = context.account(name);
        context.states().add("window of batches", this);
        window = new GatheredBatch[batches];
        saved = new SavedBatch[batches];
        for (int i = 0; i < batches; i++) {
            window[i] = context.scope().own(new GatheredBatch(schema, context, account));
            saved[i] = new SavedBatch("batch " + i, schema, hash, account);
        }
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        window[(oldest + window.length - 1) % window.length].add(batch, from, to);
    }

    @Override
    public void advance(long time) {
        if (time > MicroBatches.START) {
            if (time % slide == 0) {
                for (int i = 0; i < window.length; i++) {
                    window[(oldest + i) % window.length].handOn(next);
                }
            }
            window[oldest].clear();
            oldest = (oldest + 1) % window.length;
        }
        if (time % slide == 0) {
            next.advance(time);
        }
    }

    @Override
    public void flush() {
        next.flush();
    }

    @Override
    public void writeTo(StateWriter out) {
        out.text(WINDOW, name);
        for (int i = 0; i < window.length; i++) {
            saved[i].write(out, window[(oldest + i) % window.length]);
        }
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(WINDOW, name);
        for (int i = 0; i < window.length; i++) {
            saved[i].read(in, window[(oldest + i) % window.length]);
        }
    }
}
