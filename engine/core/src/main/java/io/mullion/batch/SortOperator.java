package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;

/// Hands on the rows of each micro-batch in their [RowOrder], as a selection of them.
///
/// *Thread*: the worker. *Ownership*: the rows belong to the job.
public final class SortOperator implements Operator, Stateful {
    private static final String SORT = "sort";

    private final String name;
    private final GatheredBatch rows;
    private final SavedBatch saved;
    private final RowOrder order;
    private final Selection sorted;
    private final int mostRows;
    private final Operator next;

    /// @param orders numbers of the columns, the first one first, as their complements where they descend
    public SortOperator(String name, Schema schema, int[] orders, OperatorContext context, Operator next) {
        order = new RowOrder(schema, orders);
        this.name = name;
        this.next = next;
        MemoryAccount account = context.account(name);
        context.states().add("sorted batch", this);
        saved = new SavedBatch("rows", schema, null, account);
        rows = context.scope().own(new GatheredBatch(schema, context, account));
        sorted = context.scope().own(new Selection(account, context.batchRows()));
        mostRows = context.batchRows();
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        rows.add(batch, from, to);
    }

    @Override
    public void advance(long time) {
        if (rows.rowCount() > 0) {
            handOn(rows.rowCount());
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
        out.text(SORT, name);
        saved.write(out, rows);
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(SORT, name);
        saved.read(in, rows);
    }

    private void handOn(int count) {
        Batch batch = rows.rows();
        int[] numbers = order.sort(batch, count);
        long selection = sorted.address(count);
        for (int i = 0; i < count; i++) {
            RawMemory.putInt(selection + 4L * i, numbers[i]);
        }
        for (int from = 0; from < count; from += mostRows) {
            next.process(batch, selection, from, Math.min(count, from + mostRows));
        }
    }
}
