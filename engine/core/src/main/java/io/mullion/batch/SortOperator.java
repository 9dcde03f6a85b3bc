package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;

/// Hands on the rows of each micro-batch in order, as a selection of them: nulls first, NaN last, text by its bytes;
/// rows that are equal stay in the order they came in. Descending is the other way round, nulls last.
///
/// *Thread*: the worker. *Ownership*: the rows belong to the job.
public final class SortOperator implements Operator {
    private final GatheredBatch rows;
    private final CellKind[] kinds;
    /// Numbers of the columns, as their complements where they descend.
    private final int[] orders;

    private final Selection sorted;
    private final int mostRows;
    private final Operator next;
    private Batch batch;
    private int[] numbers = new int[0];
    private int[] merged = new int[0];

    /// @param orders numbers of the columns, the first one first, as their complements where they descend
    public SortOperator(String name, Schema schema, int[] orders, OperatorContext context, Operator next) {
        this.orders = orders;
        this.next = next;
        this.kinds = CellKind.of(schema);
        MemoryAccount account = context.account(name);
        context.states().addUncovered(name);
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

    private void handOn(int count) {
        batch = rows.rows();
        if (numbers.length < count) {
            numbers = new int[Math.max(count, 2 * numbers.length)];
            merged = new int[numbers.length];
        }
        for (int i = 0; i < count; i++) {
            numbers[i] = i;
        }
        sort(count);
        long selection = sorted.address(count);
        for (int i = 0; i < count; i++) {
            RawMemory.putInt(selection + 4L * i, numbers[i]);
        }
        for (int from = 0; from < count; from += mostRows) {
            next.process(batch, selection, from, Math.min(count, from + mostRows));
        }
    }

    /// Merges neighbouring runs of 1, 2, 4, ... rows: stable, without a call of a comparator object.
    private void sort(int count) {
        for (int run = 1; run < count; run *= 2) {
            for (int from = 0; from < count; from += 2 * run) {
                merge(from, Math.min(from + run, count), Math.min(from + 2 * run, count));
            }
            int[] source = numbers;
            numbers = merged;
            merged = source;
        }
    }

    private void merge(int from, int middle, int to) {
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            boolean takeLeft = right == to || left < middle && compare(numbers[left], numbers[right]) <= 0;
            merged[i] = takeLeft ? numbers[left++] : numbers[right++];
        }
    }

    private int compare(int a, int b) {
        for (int order : orders) {
            int column = order < 0 ? ~order : order;
            int compared = compare(column, a, b);
            if (compared != 0) {
                return order < 0 ? -compared : compared;
            }
        }
        return 0;
    }

    private int compare(int column, int a, int b) {
        boolean nullA = batch.isNull(column, a);
        boolean nullB = batch.isNull(column, b);
        if (nullA || nullB) {
            return Boolean.compare(nullB, nullA);
        }
        return switch (kinds[column]) {
            case BYTE, SHORT, INT, LONG -> Long.compare(batch.int64(column, a), batch.int64(column, b));
            // Adding zero makes -0.0 the 0.0 that it is equal to.
            case FLOAT, DOUBLE -> Double.compare(batch.float64(column, a) + 0.0, batch.float64(column, b) + 0.0);
            case BIT -> Boolean.compare(batch.bool(column, a), batch.bool(column, b));
            case DECIMAL -> {
                int high = Long.compare(batch.decimalHigh(column, a), batch.decimalHigh(column, b));
                yield high != 0 ? high : Long.compareUnsigned(batch.decimalLow(column, a), batch.decimalLow(column, b));
            }
            case TEXT, BINARY, LIST -> compareBytes(column, a, b);
        };
    }

    private int compareBytes(int column, int a, int b) {
        long bytesA = batch.utf8Address(column, a);
        long bytesB = batch.utf8Address(column, b);
        int lengthA = batch.utf8Length(column, a);
        int lengthB = batch.utf8Length(column, b);
        for (int i = 0; i < Math.min(lengthA, lengthB); i++) {
            int compared = Byte.compareUnsigned(RawMemory.getByte(bytesA + i), RawMemory.getByte(bytesB + i));
            if (compared != 0) {
                return compared;
            }
        }
        return Integer.compare(lengthA, lengthB);
    }
}
