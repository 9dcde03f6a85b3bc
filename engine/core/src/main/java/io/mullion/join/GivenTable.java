package io.mullion.join;

import io.mullion.batch.ArrowRows;
import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.state.StateCells;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// A table of a job whose rows are given.
///
/// Loading goes on beside the job, on a thread of somebody else: rows are brought to each join that asks the table,
/// which keeps them for itself ([GivenRows]), and become those of the table all at once, when they are whole. Where
/// loading fails the table stays as it was.
///
/// *Thread*: any; each write holds the lock of the table, for the job may end, and take the memory back, while somebody
/// loads. Workers do not wait for it. *Ownership*: what it holds belongs to the job's scope.
public final class GivenTable implements AutoCloseable {
    private final String name;
    private final TableRows source;
    private final MemoryAccount account;
    private final StateCells cells;
    /// Rows on their way, which are records.
    private final Batch in;

    private final ArrowRows vectors;
    /// One load after the other.
    private final ReentrantLock loads = new ReentrantLock();

    private int inCount;
    private final List<GivenRows> readers = new ArrayList<>();
    private boolean closed;

    GivenTable(String name, TableRows source, OperatorContext context) {
        this.name = name;
        this.source = source;
        account = context.account("table " + name);
        cells = context.scope().own(new StateCells(source.schema(), account));
        in = context.batch(source.schema(), account);
        vectors = new ArrowRows("table " + name, source.schema(), context, account, new Collecting());
        context.scope().own(this);
    }

    public String name() {
        return name;
    }

    /// Is charged for the rows.
    MemoryAccount account() {
        return account;
    }

    /// A further join will ask for the rows, from the next load on. *Thread*: that which plans the job.
    synchronized void addReader(GivenRows reader) {
        readers.add(reader);
    }

    /// Loads all rows anew, on the calling thread.
    ///
    /// @throws MullionException if that fails: the rows stay those that they were
    void load() {
        loads.lock();
        try {
            begin();
            fill();
            become();
        } catch (MullionException e) {
            throw e;
        } catch (Exception e) {
            throw new MullionException(Reason.SOURCE, "table failed to load: " + name + ": " + e, e);
        } finally {
            giveUp();
            loads.unlock();
        }
    }

    private synchronized void begin() {
        requireOpen();
        readers.forEach(GivenRows::begin);
        in.clear();
        inCount = 0;
    }

    private void fill() throws Exception {
        switch (source) {
            case TableRows.Records<?> records -> fill(records);
            case TableRows.Vectors given ->
                given.rows().load(root -> {
                    synchronized (this) {
                        requireOpen();
                        vectors.handOn(root);
                    }
                });
        }
    }

    private <T> void fill(TableRows.Records<T> records) throws Exception {
        for (T record : records.rows().call()) {
            synchronized (this) {
                requireOpen();
                records.encoder().encode(record, cells);
                add(record);
            }
        }
    }

    /// Adds the row that the cells have.
    private void add(Object record) {
        String refusal = cells.takeRefusal();
        if (refusal != null) {
            throw new MullionException(Reason.BAD_ROW, "table " + name + ": " + refusal + ": " + record);
        }
        if (inCount == in.capacity() || !fits()) {
            collect();
            if (!fits()) {
                throw new MullionException(
                        Reason.BAD_ROW,
                        "table " + name + ": a row is too large for a batch: batchDataBytes=" + in.dataBytes() + ": "
                                + record);
            }
        }
        for (int column = 0; column < source.schema().size(); column++) {
            cells.write(column, in, column, inCount);
        }
        inCount++;
    }

    private boolean fits() {
        for (int column = 0; column < source.schema().size(); column++) {
            if (!cells.fits(column, in, column, inCount)) {
                return false;
            }
        }
        return true;
    }

    private void handOut(Batch batch, long active, int from, int to) {
        for (GivenRows reader : readers) {
            reader.add(batch, active, from, to);
        }
    }

    private void collect() {
        handOut(in.readableRows(inCount), 0, 0, inCount);
        in.clear();
        inCount = 0;
    }

    private synchronized void become() {
        requireOpen();
        if (inCount > 0) {
            collect();
        }
        readers.forEach(GivenRows::become);
    }

    /// Lets go of what has not become the table.
    private synchronized void giveUp() {
        readers.forEach(GivenRows::giveUp);
    }

    private void requireOpen() {
        if (closed) {
            throw new MullionException(Reason.STOPPED, "the job has ended: table=" + name);
        }
    }

    /// Whether the job has ended.
    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        readers.forEach(GivenRows::close);
    }

    /// Takes the rows of Arrow vectors.
    private final class Collecting implements Operator {
        @Override
        public void process(Batch batch, long active, int from, int to) {
            handOut(batch, active, from, to);
        }

        @Override
        public void advance(long time) {}

        @Override
        public void flush() {}
    }
}
