package io.mullion.batch;

import io.mullion.io.BatchSource;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.time.Duration;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Asks a source for the rows of each batch.
///
/// *Thread*: made on the thread that starts the job, which opens the source; then the worker. *Ownership*: the source
/// is closed with the job.
public final class BatchSourceReader implements MicroBatches.Reader {
    private final BatchSource source;
    private final boolean always;
    private final ArrowRows rows;
    private final Counters counters;

    /// @param always whether the source must have a batch, if only one without rows
    /// @param next takes the rows
    public BatchSourceReader(BatchSource source, boolean always, OperatorContext context, Operator next) {
        this.source = source;
        this.always = always;
        this.counters = context.counters();
        rows = new ArrowRows(source.name(), source.schema(), context, context.account(source.name()), next);
        context.scope().own(this::close);
        try {
            source.open();
        } catch (Exception e) {
            throw new MullionException(Reason.SOURCE, "cannot open " + source.name() + ": " + e.getMessage(), e);
        }
        context.site().batches().add(this);
    }

    @Override
    public void read(long end) {
        Duration time = Duration.ofNanos(MicroBatches.UNIT.toNanos(end));
        if (!next(time) && always) {
            throw new MullionException(
                    Reason.SOURCE,
                    "a source that a union or a transform reads has a batch each time, if only an empty one: source="
                            + source.name() + ", time=" + time);
        }
    }

    private void take(VectorSchemaRoot root) {
        counters.rowsIn.add(root.getRowCount());
        counters.batches.add(1);
        rows.handOn(root);
    }

    private boolean next(Duration time) {
        try {
            return source.next(time, this::take);
        } catch (MullionException e) {
            throw e;
        } catch (Exception e) {
            throw new MullionException(Reason.SOURCE, "source failed: " + source.name() + ": " + e, e);
        }
    }

    private void close() {
        try {
            source.close();
        } catch (Exception e) {
            throw new MullionException(Reason.SOURCE, "source failed to close: " + source.name() + ": " + e, e);
        }
    }
}
