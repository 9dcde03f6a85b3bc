package io.mullion.join;

import io.mullion.batch.ArrowRows;
import io.mullion.batch.Batch;
import io.mullion.batch.GatheredBatch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RowCopy;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.state.StateCells;
import java.util.concurrent.locks.ReentrantLock;

/// A table of a job whose rows are given, from when they were loaded until each join that asks it has copied them.
///
/// Loading goes on beside the job, on a thread of somebody else: rows are collected off the heap, and become those of
/// the table all at once, when they are whole. Where loading fails the table stays as it was. Joins look at [#version]
/// between rows, and copy what is new in one go.
///
/// *Thread*: any; each write and each copy holds the lock of the table, for the job may end, and take the memory back,
/// while somebody loads. *Ownership*: what it holds belongs to the job's scope.
public final class GivenTable implements AutoCloseable {
    private final String name;
    private final TableRows source;
    private final OperatorContext context;
    private final MemoryAccount account;
    private final StateCells cells;
    /// Rows on their way in, which are records, and on their way out.
    private final Batch in;

    private final Batch out;
    private final ArrowRows vectors;
    /// One load after the other.
    private final ReentrantLock loads = new ReentrantLock();

    private int inCount;
    /// Null while nobody loads.
    private GatheredBatch loading;
    /// Null when all joins have copied it.
    private GatheredBatch loaded;

    private int readers;
    /// Readers that have not copied what is loaded.
    private int waiting;

    private boolean closed;
    private volatile long version;

    GivenTable(String name, TableRows source, OperatorContext context) {
        this.name = name;
        this.source = source;
        this.context = context;
        account = context.account("table " + name);
        cells = context.scope().own(new StateCells(source.schema(), account));
        in = context.batch(source.schema(), account);
        out = context.batch(source.schema(), account);
        vectors = new ArrowRows("table " + name, source.schema(), context, account, new Collecting());
        context.scope().own(this);
    }

    public String name() {
        return name;
    }

    /// Changes when the table has been loaded.
    long version() {
        return version;
    }

    /// A further join will ask for the rows. *Thread*: that which plans the job.
    synchronized void addReader() {
        readers++;
        waiting++;
    }

    /// Hands on all rows, piece by piece.
    ///
    /// @param next only its [Operator#process] is called
    /// @return the version that they are
    synchronized long copy(Operator next) {
        for (int row = 0; row < loaded.rowCount(); ) {
            out.clear();
            int taken = RowCopy.append(loaded.rows(), 0, row, loaded.rowCount(), out, 0);
            next.process(out.readableRows(taken), 0, 0, taken);
            row += taken;
        }
        waiting--;
        if (waiting == 0) {
            loaded.close();
            loaded = null;
        }
        return version;
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
        loading = new GatheredBatch(source.schema(), context, account);
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

    private void collect() {
        loading.add(in.readableRows(inCount), 0, inCount);
        in.clear();
        inCount = 0;
    }

    private synchronized void become() {
        requireOpen();
        if (inCount > 0) {
            collect();
        }
        if (loaded != null) {
            loaded.close();
        }
        loaded = loading;
        loading = null;
        waiting = readers;
        version++;
    }

    /// Lets go of what has not become the table.
    private synchronized void giveUp() {
        if (loading != null) {
            loading.close();
            loading = null;
        }
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
        giveUp();
        if (loaded != null) {
            loaded.close();
            loaded = null;
        }
    }

    /// Takes the rows of Arrow vectors.
    private final class Collecting implements Operator {
        @Override
        public void process(Batch batch, long active, int from, int to) {
            loading.add(batch, active, from, to);
        }

        @Override
        public void advance(long time) {}

        @Override
        public void flush() {}
    }
}
