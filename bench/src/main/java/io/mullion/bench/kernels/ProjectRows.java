package io.mullion.bench.kernels;

import static io.mullion.expr.Expressions.col;

import io.mullion.bench.rows.SplitMix64;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.List;

/// The rows of [ProjectKernelBenchmark] as arrays and as columns, and what is asked of them.
///
/// *Ownership*: owns the columns.
final class ProjectRows implements AutoCloseable {
    /// Bytes of a row without validity: two int64, an int32 and two float64 in, ten columns of 8 bytes out.
    static final int ROW_BYTES = 36 + 80;

    final Schema schema;
    final Columns columns;
    final long[] a;
    final long[] b;
    final int[] q;
    final double[] x;
    final double[] y;
    /// Of the columns in their order; each null if there are no nulls.
    final long[][] validity = new long[5][];

    ProjectRows(int batches, int nullPercent) {
        int rows = batches * Columns.BATCH_ROWS;
        boolean nulls = nullPercent > 0;
        schema = Schema.of(
                new Field("a", DataType.INT64, nulls),
                new Field("b", DataType.INT64, nulls),
                new Field("q", DataType.INT32, nulls),
                new Field("x", DataType.FLOAT64, nulls),
                new Field("y", DataType.FLOAT64, nulls));
        SplitMix64 random = new SplitMix64(5);
        a = new long[rows];
        b = new long[rows];
        q = new int[rows];
        x = new double[rows];
        y = new double[rows];
        for (int row = 0; row < rows; row++) {
            a[row] = random.next() >> 20;
            b[row] = random.next() >> 40;
            q[row] = (int) random.below(100);
            x[row] = random.below(800) / 4.0;
            y[row] = (random.below(400) + 1) / 8.0;
        }
        columns = Columns.batches(schema, batches, 0);
        columns.put(0, a);
        columns.put(1, b);
        columns.put(2, q);
        columns.put(3, x);
        columns.put(4, y);
        for (int column = 0; column < validity.length; column++) {
            validity[column] = Validity.random(random, rows, nullPercent);
            columns.putValidity(column, validity[column]);
        }
    }

    /// Four int64 and six float64.
    static List<Expr> outputs() {
        return List.of(
                col("a").plus(col("b")).as("sum"),
                col("a").minus(col("b")).as("difference"),
                col("a").times(3).plus(7).as("scaled"),
                col("a").times(col("b")).as("product"),
                col("x").plus(col("y")).as("total"),
                col("x").times(col("y")).as("area"),
                col("x").minus(col("y")).times(0.5).as("half"),
                col("x").dividedBy(col("y")).as("ratio"),
                col("x").times(col("q")).as("amount"),
                col("b").times(col("y")).as("weighted"));
    }

    /// Which two columns each output is made of (the same one twice where it is one).
    static int[][] inputs() {
        return new int[][] {{0, 1}, {0, 1}, {0, 0}, {0, 1}, {3, 4}, {3, 4}, {3, 4}, {3, 4}, {3, 2}, {1, 4}};
    }

    @Override
    public void close() {
        columns.close();
    }
}
