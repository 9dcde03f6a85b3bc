package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.io.Sink;
import io.mullion.io.TransactionalSink;
import io.mullion.io.TransactionalSink.Prepared;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;

/// The end of a chain: hands rows to the user's sink.
///
/// A sink of micro-batches has a batch when it has seen its end. Where there are checkpoints, what it has been handed
/// of the batch that is open is kept, so that a sink in another process gets all of the batch; one that draws lines at
/// checkpoints has it already.
public final class SinkOperator implements Operator, Stateful, AutoCloseable {
    private final String name;
    private final Sink sink;
    private final BatchRows rows;
    /// Whether the rows come in micro-batches.
    private final boolean batched;

    private final Counters counters;
    /// The rows of the batch that is open; null where they are not kept.
    private final GatheredBatch open;

    private final SavedBatch saved;
    /// Whether what was handed to the sink of an earlier job has to be handed to this one.
    private boolean behind;

    private boolean unflushed;
    private boolean closed;

    /// @param batched whether the rows come in micro-batches: then these are what belongs together
    public SinkOperator(String name, Sink sink, Schema schema, boolean batched, OperatorContext context) {
        this.name = name;
        this.sink = sink;
        this.rows = new BatchRows(schema);
        this.batched = batched;
        counters = context.counters();
        if (sink instanceof TransactionalSink) {
            context.states().addSink(transactional().name(), this);
        }
        if (batched && !(sink instanceof TransactionalSink) && context.states().saved()) {
            MemoryAccount account = context.account("batches of " + name);
            open = context.scope().own(new GatheredBatch(schema, context, account));
            saved = new SavedBatch("rows", schema, null, account);
            context.states().add("open batch of a sink", this);
        } else {
            open = null;
            saved = null;
        }
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        if (active != 0) {
            throw new IllegalStateException("a sink takes dense rows; the plan puts a projection before it: " + name);
        }
        catchUp();
        handOn(batch, from, to);
        if (open != null) {
            open.add(batch, from, to);
        }
    }

    private void handOn(Batch batch, int from, int to) {
        unflushed = true;
        try {
            sink.accept(rows.show(batch, from, to));
        } catch (Exception | AssertionError e) {
            throw failed(e);
        } finally {
            rows.hide();
        }
        counters.rowsOut.add(to - from);
    }

    /// Hands on what the sink of an earlier job had of the batch that is open.
    private void catchUp() {
        if (behind) {
            behind = false;
            handOn(open.rows(), 0, open.rowCount());
        }
    }

    /// Tells the sink what is to come. *Thread*: the caller's, when the job starts.
    public void open() {
        try {
            sink.open(rows.schema());
        } catch (Exception | AssertionError e) {
            throw failed(e);
        }
    }

    @Override
    public void advance(long time) {
        if (batched && time > MicroBatches.START) {
            catchUp();
            flushSink();
            try {
                sink.endBatch(MicroBatches.UNIT.toNanos(time));
            } catch (Exception | AssertionError e) {
                throw failed(e);
            }
            if (open != null) {
                open.clear();
            }
        }
    }

    @Override
    public void flush() {
        if (!batched) {
            flushSink();
        }
    }

    private void flushSink() {
        if (unflushed) {
            unflushed = false;
            try {
                sink.flush();
            } catch (Exception | AssertionError e) {
                throw failed(e);
            }
        }
    }

    @Override
    public void writeTo(StateWriter out) {
        saved.write(out, open);
    }

    @Override
    public void readFrom(StateReader in) {
        saved.read(in, open);
    }

    @Override
    public void restored() {
        behind = open.rowCount() > 0;
    }

    /// What the sink took so far belongs to a checkpoint.
    public Prepared prepare(long checkpoint) {
        try {
            return transactional().prepare(checkpoint);
        } catch (Exception | AssertionError e) {
            throw failed(e);
        }
    }

    /// The checkpoint is whole.
    public void commit(long checkpoint) {
        try {
            transactional().commit(checkpoint);
        } catch (Exception | AssertionError e) {
            throw failed(e);
        }
    }

    /// The job has ended, without a checkpoint.
    public void commitAll() {
        try {
            transactional().prepare(1).persist();
            transactional().commit(1);
        } catch (Exception | AssertionError e) {
            throw failed(e);
        }
    }

    /// The job goes on from this checkpoint.
    public void restore(long checkpoint, String state) {
        try {
            transactional().restore(checkpoint, state);
        } catch (Exception | AssertionError e) {
            throw failed(e);
        }
    }

    private TransactionalSink transactional() {
        return (TransactionalSink) sink;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                sink.close();
            } catch (Exception | AssertionError e) {
                throw failed(e);
            }
        }
    }

    private MullionException failed(Throwable cause) {
        Reason reason = cause instanceof MullionException known && known.reason() == Reason.OUT_OF_MEMORY
                ? Reason.OUT_OF_MEMORY
                : Reason.USER_CODE;
        return new MullionException(reason, "sink failed: " + name + ": " + cause, cause);
    }
}
