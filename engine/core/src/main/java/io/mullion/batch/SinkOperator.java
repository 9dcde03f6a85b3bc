package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.io.Sink;
import io.mullion.io.TransactionalSink;
import io.mullion.io.TransactionalSink.Prepared;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;

/// The end of a chain: hands rows to the user's sink.
public final class SinkOperator implements Operator, AutoCloseable {
    private final String name;
    private final Sink sink;
    private final BatchRows rows;
    /// Whether the rows come in micro-batches.
    private final boolean batched;

    private final Counters counters;
    private boolean unflushed;
    private boolean closed;

    /// @param batched whether the rows come in micro-batches: then these are what belongs together
    public SinkOperator(String name, Sink sink, Schema schema, boolean batched, Counters counters) {
        this.name = name;
        this.sink = sink;
        this.rows = new BatchRows(schema);
        this.batched = batched;
        this.counters = counters;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        if (active != 0) {
            throw new IllegalStateException("a sink takes dense rows; the plan puts a projection before it: " + name);
        }
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
            flushSink();
            try {
                sink.endBatch(MicroBatches.UNIT.toNanos(time));
            } catch (Exception | AssertionError e) {
                throw failed(e);
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
