package io.mullion.bench.kernels;

import static io.mullion.expr.Expressions.col;

import io.mullion.bench.rows.SplitMix64;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.Progress;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How close does a generated filter kernel come to the best loop that one would write by hand for the same predicate?
///
/// The predicate is `price > x and quantity < 50` (float64, int64: 16 bytes a row); the result is the numbers of the
/// rows that pass, batch by batch. Each condition is true for the square root of `selectivityPercent`, independently,
/// so both comparisons matter at 50 %. With nulls a share of each column is null, and such rows do not pass.
///
/// `cache` filters eight batches of 4096 rows over and over, which fit the second-level cache and are more than a
/// branch predictor learns by heart. `memory` streams 256 MiB of columns, where the bandwidth is the limit.
///
/// The score is million rows a second (an operation is a row). The ratios to quote are `engineVector / byHandVector`
/// and `enginePlain` to the better of the two scalar loops.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@OperationsPerInvocation(FilterKernelBenchmark.ROWS)
public class FilterKernelBenchmark {
    static final int ROWS = 1 << 24;
    private static final int CALLS = ROWS / Columns.BATCH_ROWS;
    private static final int CACHED_BATCHES = 8;
    private static final int COMPARED_BATCHES = 64;
    private static final long QUANTITY_LIMIT = 50;
    private static final double PRICE_LIMIT = 200;
    /// What kernels may write past the last row number.
    private static final int SLACK = 16;

    @Param({"0", "1", "50", "99", "100"})
    public int selectivityPercent;

    @Param({"0", "10"})
    public int nullPercent;

    @Param({"cache", "memory"})
    public String data;

    private int batches;
    private double least;
    private double[] prices;
    private long[] quantities;
    private long[] priceValidity;
    private long[] quantityValidity;
    private int[] selected;
    private Columns columns;
    private long selection;
    private FilterKernel vector;
    private FilterKernel plain;
    private Progress progress;

    /// One batch, by one of the loops.
    private interface Loop {
        int filter(int call);
    }

    @Setup
    public void prepare() {
        batches = data.equals("cache") ? CACHED_BATCHES : CALLS;
        boolean nulls = nullPercent > 0;
        Schema schema =
                Schema.of(new Field("price", DataType.FLOAT64, nulls), new Field("quantity", DataType.INT64, nulls));
        generate(schema);
        Expr predicate = col("price").gt(least).and(col("quantity").lt(QUANTITY_LIMIT));
        Compiled<FilterKernel> vectorLoop =
                new KernelCompiler(new KernelOptions(true, false)).filter(schema, predicate);
        Compiled<FilterKernel> plainLoop =
                new KernelCompiler(new KernelOptions(false, false)).filter(schema, predicate);
        vector = vectorLoop.kernel();
        plain = plainLoop.kernel();
        progress = columns.progress(vectorLoop, plainLoop);
        requireSameAnswers();
    }

    @TearDown
    public void release() {
        columns.close();
    }

    @Benchmark
    public long engineVector() {
        long passed = 0;
        for (int call = 0; call < CALLS; call++) {
            passed += filter(vector, call);
        }
        return passed;
    }

    @Benchmark
    public long enginePlain() {
        long passed = 0;
        for (int call = 0; call < CALLS; call++) {
            passed += filter(plain, call);
        }
        return passed;
    }

    @Benchmark
    public long byHandVector() {
        long passed = 0;
        for (int call = 0; call < CALLS; call++) {
            passed += vectorByHand(call);
        }
        return passed;
    }

    @Benchmark
    public long byHandBranchFree() {
        long passed = 0;
        for (int call = 0; call < CALLS; call++) {
            passed += branchFreeByHand(call);
        }
        return passed;
    }

    @Benchmark
    public long byHandBranching() {
        long passed = 0;
        for (int call = 0; call < CALLS; call++) {
            passed += branchingByHand(call);
        }
        return passed;
    }

    private int filter(FilterKernel kernel, int call) {
        return kernel.filter(columns.batch(call % batches), 0, 0, Columns.BATCH_ROWS, selection, progress);
    }

    private int vectorByHand(int call) {
        int first = firstRow(call);
        int rows = Columns.BATCH_ROWS;
        return nullPercent == 0
                ? FilterByHand.vector(prices, quantities, first, rows, least, QUANTITY_LIMIT, selected)
                : FilterWithNullsByHand.vector(
                        prices,
                        priceValidity,
                        quantities,
                        quantityValidity,
                        first,
                        rows,
                        least,
                        QUANTITY_LIMIT,
                        selected);
    }

    private int branchFreeByHand(int call) {
        int first = firstRow(call);
        int rows = Columns.BATCH_ROWS;
        return nullPercent == 0
                ? FilterByHand.branchFree(prices, quantities, first, rows, least, QUANTITY_LIMIT, selected)
                : FilterWithNullsByHand.branchFree(
                        prices,
                        priceValidity,
                        quantities,
                        quantityValidity,
                        first,
                        rows,
                        least,
                        QUANTITY_LIMIT,
                        selected);
    }

    private int branchingByHand(int call) {
        int first = firstRow(call);
        int rows = Columns.BATCH_ROWS;
        return nullPercent == 0
                ? FilterByHand.branching(prices, quantities, first, rows, least, QUANTITY_LIMIT, selected)
                : FilterWithNullsByHand.branching(
                        prices,
                        priceValidity,
                        quantities,
                        quantityValidity,
                        first,
                        rows,
                        least,
                        QUANTITY_LIMIT,
                        selected);
    }

    private int firstRow(int call) {
        return call % batches * Columns.BATCH_ROWS;
    }

    private void generate(Schema schema) {
        double share = Math.sqrt(selectivityPercent / 100.0);
        least = PRICE_LIMIT * (1 - share);
        // At 0 % no price passes, and half of the quantities do.
        long differentQuantities = Math.round(QUANTITY_LIMIT / (share == 0 ? 0.5 : share));
        SplitMix64 random = new SplitMix64(1);
        int rows = batches * Columns.BATCH_ROWS;
        prices = new double[rows];
        quantities = new long[rows];
        for (int row = 0; row < rows; row++) {
            prices[row] = PRICE_LIMIT * (random.below(1 << 20) + 0.5) / (1 << 20);
            quantities[row] = random.below(differentQuantities);
        }
        priceValidity = Validity.random(random, rows, nullPercent);
        quantityValidity = Validity.random(random, rows, nullPercent);
        selected = new int[Columns.BATCH_ROWS + SLACK];
        columns = Columns.batches(schema, batches, 0);
        columns.put(0, prices);
        columns.put(1, quantities);
        columns.putValidity(0, priceValidity);
        columns.putValidity(1, quantityValidity);
        selection = columns.allocate(4L * Columns.BATCH_ROWS);
    }

    private void requireSameAnswers() {
        long passed = 0;
        int compared = Math.min(batches, COMPARED_BATCHES);
        for (int call = 0; call < compared; call++) {
            int count = branchingByHand(call);
            int[] expected = Arrays.copyOf(selected, count);
            passed += count;
            requireSelected("byHandBranchFree", expected, this::branchFreeByHand, call);
            requireSelected("byHandVector", expected, this::vectorByHand, call);
            requireSelected("engineVector", expected, it -> copied(filter(vector, it)), call);
            requireSelected("enginePlain", expected, it -> copied(filter(plain, it)), call);
        }
        double valid = 1 - nullPercent / 100.0;
        double share = 100.0 * passed / (compared * (double) Columns.BATCH_ROWS) / (valid * valid);
        if (Math.abs(share - selectivityPercent) > 3) {
            throw new IllegalStateException("selectivity is off: wanted " + selectivityPercent + " %, is " + share);
        }
    }

    private int copied(int count) {
        for (int i = 0; i < count; i++) {
            selected[i] = RawMemory.getInt(selection + 4L * i);
        }
        return count;
    }

    private void requireSelected(String variant, int[] expected, Loop loop, int call) {
        Arrays.fill(selected, -1);
        int count = loop.filter(call);
        if (!Arrays.equals(expected, 0, expected.length, selected, 0, count)) {
            throw new IllegalStateException(
                    variant + " selects other rows: expected " + expected.length + ", selected " + count);
        }
    }
}
