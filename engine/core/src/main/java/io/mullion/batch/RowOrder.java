package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;

/// The order of rows of a batch by one or more columns: nulls first, NaN last, text by its bytes; rows that are equal
/// stay in the order they came in. A column that descends is the other way round, nulls last.
///
/// *Thread*: the worker. *Ownership*: borrows the batch until the next call of [#sort].
public final class RowOrder {
    private final CellKind[] kinds;
    /// Numbers of the columns, as their complements where they descend.
    private final int[] orders;

    private Batch batch;
    private int[] numbers = new int[0];
    private int[] merged = new int[0];

    /// @param orders numbers of the columns, the first one first, as their complements where they descend
    public RowOrder(Schema schema, int... orders) {
        this.kinds = CellKind.of(schema);
        this.orders = orders;
    }

    /// The numbers of the first `count` rows of a batch in their order, good until the next call; there may be more
    /// behind them.
    public int[] sort(Batch batch, int count) {
        this.batch = batch;
        if (numbers.length < count) {
            numbers = new int[Math.max(count, 2 * numbers.length)];
            merged = new int[numbers.length];
        }
        for (int i = 0; i < count; i++) {
            numbers[i] = i;
        }
        sort(count);
        return numbers;
    }

    /// Whether two rows of the batch are equal in the first so many columns of the order.
    public boolean equal(int a, int b, int columns) {
        return compare(a, b, columns) == 0;
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
            boolean takeLeft =
                    right == to || left < middle && compare(numbers[left], numbers[right], orders.length) <= 0;
            merged[i] = takeLeft ? numbers[left++] : numbers[right++];
        }
    }

    private int compare(int a, int b, int columns) {
        for (int i = 0; i < columns; i++) {
            int order = orders[i];
            int column = order < 0 ? ~order : order;
            int compared = compareCells(column, a, b);
            if (compared != 0) {
                return order < 0 ? -compared : compared;
            }
        }
        return 0;
    }

    private int compareCells(int column, int a, int b) {
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
