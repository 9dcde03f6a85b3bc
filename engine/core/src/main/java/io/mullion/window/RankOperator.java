package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.GatheredBatch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RowOrder;
import io.mullion.batch.SavedBatch;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.HashKernel;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;

/// Hands on the rows of each window in order, or the first of them, as a selection.
///
/// All rows are kept until time has passed the end of their window; then they are sorted, and the next operator is told
/// where a window ends. *Order*: windows by their end. *Thread*: the worker. *Ownership*: the rows belong to the job.
public final class RankOperator implements Operator, Stateful {
    private static final String ORDER = "order";
    private static final String LEAST_END = "least end";

    /// What is ranked.
    ///
    /// @param window columns with the end of a row's window and, where there is one, its start
    /// @param keys columns within whose values rows are counted
    /// @param by columns of the order, the first one first, as their complements where they descend
    /// @param most how many rows of a window, or of a key of it, go on
    /// @param ties whether rows that are equal to the last of them go on, too; then those with a null in `by` do not
    /// @param owners of the keys, where several workers have rows; else null
    public record Terms(
            String name,
            Schema schema,
            int[] window,
            int[] keys,
            int[] by,
            long most,
            boolean ties,
            HashKernel owners) {
        private int[] orders() {
            int[] orders = new int[window.length + keys.length + by.length];
            System.arraycopy(window, 0, orders, 0, window.length);
            System.arraycopy(keys, 0, orders, window.length, keys.length);
            System.arraycopy(by, 0, orders, window.length + keys.length, by.length);
            return orders;
        }
    }

    private final Terms terms;
    private final RowOrder order;
    private final int orderColumns;
    private final Selection ranked;
    private final int mostRows;
    private final SavedBatch saved;
    private final Operator next;
    private GatheredBatch rows;
    /// Takes the rows of windows that have not ended while the others leave.
    private GatheredBatch other;
    /// No row's window ends before.
    private long leastEnd = Long.MAX_VALUE;

    public RankOperator(Terms terms, OperatorContext context, Operator next) {
        this.terms = terms;
        this.next = next;
        int[] orders = terms.orders();
        order = new RowOrder(terms.schema(), orders);
        orderColumns = orders.length;
        MemoryAccount account = context.account(terms.name());
        context.states().add("order of windows", this);
        saved = new SavedBatch("rows", terms.schema(), terms.owners(), account);
        rows = context.scope().own(new GatheredBatch(terms.schema(), context, account));
        other = context.scope().own(new GatheredBatch(terms.schema(), context, account));
        ranked = context.scope().own(new Selection(account, context.batchRows()));
        mostRows = context.batchRows();
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        long ends = batch.readable().address(terms.window()[0], ColumnAddresses.DATA);
        for (int position = from; position < to; position++) {
            leastEnd = Math.min(leastEnd, RawMemory.getLong(ends + 8L * Selection.row(active, position)));
        }
        rows.add(batch, active, from, to);
    }

    @Override
    public void advance(long time) {
        if (rows.rowCount() > 0 && leastEnd <= time) {
            handOnEnded(time);
        }
        next.advance(time);
    }

    /// Where a window ends is said when it has been put in order.
    @Override
    public void flush() {}

    @Override
    public void writeTo(StateWriter out) {
        out.text(ORDER, terms.name());
        out.value(LEAST_END, leastEnd);
        saved.write(out, rows);
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(ORDER, terms.name());
        leastEnd = Math.min(leastEnd, in.value(LEAST_END));
        saved.read(in, rows);
    }

    private void handOnEnded(long time) {
        Batch batch = rows.rows();
        int count = rows.rowCount();
        int[] numbers = order.sort(batch, count);
        long selection = ranked.address(count);
        int selected = 0;
        long taken = 0;
        int position = 0;
        int last = -1;
        for (; position < count; position++) {
            int row = numbers[position];
            if (batch.int64(terms.window()[0], row) > time) {
                break;
            }
            if (position > 0 && !order.equal(numbers[position - 1], row, terms.window().length)) {
                handOnWindow(batch, selection, selected);
                selected = 0;
                taken = 0;
            } else if (position > 0
                    && !order.equal(numbers[position - 1], row, terms.window().length + terms.keys().length)) {
                taken = 0;
            }
            if (takes(batch, row, taken, last)) {
                RawMemory.putInt(selection + 4L * selected++, row);
                taken++;
                last = row;
            }
        }
        handOnWindow(batch, selection, selected);
        keep(batch, numbers, position, count, selection);
    }

    /// @param taken rows before it
    /// @param last of them
    private boolean takes(Batch batch, int row, long taken, int last) {
        if (!terms.ties()) {
            return taken < terms.most();
        }
        for (int by : terms.by()) {
            if (batch.isNull(by < 0 ? ~by : by, row)) {
                return false;
            }
        }
        return taken < terms.most() || order.equal(last, row, orderColumns);
    }

    private void handOnWindow(Batch batch, long selection, int count) {
        for (int from = 0; from < count; from += mostRows) {
            next.process(batch, selection, from, Math.min(count, from + mostRows));
        }
        if (count > 0) {
            next.flush();
        }
    }

    /// The rows from a position on stay.
    private void keep(Batch batch, int[] numbers, int from, int count, long selection) {
        leastEnd = from < count ? batch.int64(terms.window()[0], numbers[from]) : Long.MAX_VALUE;
        for (int position = from; position < count; position++) {
            RawMemory.putInt(selection + 4L * position, numbers[position]);
        }
        other.add(batch, selection, from, count);
        rows.clear();
        GatheredBatch ended = rows;
        rows = other;
        other = ended;
    }
}
