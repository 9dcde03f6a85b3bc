package io.mullion.bench;

import static io.mullion.expr.Expressions.col;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.Progress;
import io.mullion.codegen.RawMemory;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.lang.foreign.Arena;
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
/// so both comparisons matter at 50 %.
///
/// `cache` filters one batch of 4096 rows over and over: what the kernel itself costs. A branch predictor learns some
/// of such a batch by heart, which flatters `byHandBranching`, and it only. `memory` streams 64 MiB of columns, where
/// the bandwidth is the limit.
///
/// The score is million rows a second (an operation is a row). The ratios to quote are `engineVector / byHandVector`
/// and `enginePlain / byHandBranchFree`.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@OperationsPerInvocation(FilterKernelBenchmark.ROWS)
public class FilterKernelBenchmark {
    static final int ROWS = 1 << 22;
    private static final int BATCH_ROWS = 4096;
    private static final int CALLS = ROWS / BATCH_ROWS;
    private static final long QUANTITY_LIMIT = 50;
    private static final double PRICE_LIMIT = 200;
    /// What kernels may write past the last row number.
    private static final int SLACK = 16;
    private static final int SLACK_BYTES = 64;

    @Param({"1", "50", "99"})
    public int selectivityPercent;

    @Param({"cache", "memory"})
    public String data;

    private int batches;
    private double least;
    private double[] prices;
    private long[] quantities;
    private int[] selected;
    private Arena arena;
    private ColumnAddresses[] columns;
    private long selection;
    private FilterKernel vector;
    private FilterKernel plain;
    private final Progress progress = new Progress();

    @Setup
    public void prepare() {
        batches = data.equals("cache") ? 1 : CALLS;
        generate();
        layOut();
        Schema schema = Schema.of(Field.of("price", DataType.FLOAT64), Field.of("quantity", DataType.INT64));
        Expr predicate = col("price").gt(least).and(col("quantity").lt(QUANTITY_LIMIT));
        vector = new KernelCompiler(new KernelOptions(true, false))
                .filter(schema, predicate)
                .kernel();
        plain = new KernelCompiler(new KernelOptions(false, false))
                .filter(schema, predicate)
                .kernel();
        requireSameAnswers();
    }

    @TearDown
    public void release() {
        arena.close();
    }

    @Benchmark
    public long engineVector() {
        return filterAll(vector);
    }

    @Benchmark
    public long enginePlain() {
        return filterAll(plain);
    }

    @Benchmark
    public long byHandVector() {
        long passed = 0;
        for (int call = 0; call < CALLS; call++) {
            passed += FilterByHand.vector(
                    prices, quantities, firstRow(call), BATCH_ROWS, least, QUANTITY_LIMIT, selected);
        }
        return passed;
    }

    @Benchmark
    public long byHandBranchFree() {
        long passed = 0;
        for (int call = 0; call < CALLS; call++) {
            passed += FilterByHand.branchFree(
                    prices, quantities, firstRow(call), BATCH_ROWS, least, QUANTITY_LIMIT, selected);
        }
        return passed;
    }

    @Benchmark
    public long byHandBranching() {
        long passed = 0;
        for (int call = 0; call < CALLS; call++) {
            passed += FilterByHand.branching(
                    prices, quantities, firstRow(call), BATCH_ROWS, least, QUANTITY_LIMIT, selected);
        }
        return passed;
    }

    private long filterAll(FilterKernel kernel) {
        long passed = 0;
        for (int call = 0; call < CALLS; call++) {
            passed += kernel.filter(columns[call % batches], 0, 0, BATCH_ROWS, selection, progress);
        }
        return passed;
    }

    private int firstRow(int call) {
        return call % batches * BATCH_ROWS;
    }

    private void generate() {
        double share = Math.sqrt(selectivityPercent / 100.0);
        least = PRICE_LIMIT * (1 - share);
        long quantities = Math.round(QUANTITY_LIMIT / share);
        SplitMix64 random = new SplitMix64(1);
        int rows = batches * BATCH_ROWS;
        prices = new double[rows];
        this.quantities = new long[rows];
        for (int row = 0; row < rows; row++) {
            prices[row] = PRICE_LIMIT * (random.below(1 << 20) + 0.5) / (1 << 20);
            this.quantities[row] = random.below(quantities);
        }
        selected = new int[BATCH_ROWS + SLACK];
    }

    private void layOut() {
        arena = Arena.ofShared();
        selection = arena.allocate(4L * BATCH_ROWS + SLACK_BYTES, 64).address();
        columns = new ColumnAddresses[batches];
        long bytes = 8L * BATCH_ROWS;
        long price = arena.allocate(bytes * batches + SLACK_BYTES, 64).address();
        long quantity = arena.allocate(bytes * batches + SLACK_BYTES, 64).address();
        for (int batch = 0; batch < batches; batch++) {
            ColumnAddresses addresses = new ColumnAddresses(2);
            addresses.set(0, ColumnAddresses.DATA, price + bytes * batch, bytes);
            addresses.set(1, ColumnAddresses.DATA, quantity + bytes * batch, bytes);
            addresses.rowLimit = BATCH_ROWS;
            for (int row = 0; row < BATCH_ROWS; row++) {
                int source = batch * BATCH_ROWS + row;
                RawMemory.putDouble(addresses.address(0, ColumnAddresses.DATA) + 8L * row, prices[source]);
                RawMemory.putLong(addresses.address(1, ColumnAddresses.DATA) + 8L * row, quantities[source]);
            }
            columns[batch] = addresses;
        }
    }

    private void requireSameAnswers() {
        int[] expected = new int[selected.length];
        long passed = 0;
        for (int call = 0; call < batches; call++) {
            int first = firstRow(call);
            int count = FilterByHand.branching(prices, quantities, first, BATCH_ROWS, least, QUANTITY_LIMIT, expected);
            passed += count;
            requireSelected(
                    "byHandBranchFree",
                    expected,
                    count,
                    FilterByHand.branchFree(prices, quantities, first, BATCH_ROWS, least, QUANTITY_LIMIT, selected));
            requireSelected(
                    "byHandVector",
                    expected,
                    count,
                    FilterByHand.vector(prices, quantities, first, BATCH_ROWS, least, QUANTITY_LIMIT, selected));
            requireSelected(
                    "engineVector",
                    expected,
                    count,
                    copied(vector.filter(columns[call], 0, 0, BATCH_ROWS, selection, progress)));
            requireSelected(
                    "enginePlain",
                    expected,
                    count,
                    copied(plain.filter(columns[call], 0, 0, BATCH_ROWS, selection, progress)));
        }
        double share = 100.0 * passed / (batches * (double) BATCH_ROWS);
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

    private void requireSelected(String variant, int[] expected, int expectedCount, int count) {
        if (!Arrays.equals(expected, 0, expectedCount, selected, 0, count)) {
            throw new IllegalStateException(
                    variant + " selects other rows: expected " + expectedCount + ", selected " + count);
        }
    }
}
