package io.mullion.bench.kernels;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.sum;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Expr;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
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

/// How close does the engine's filter, map and sum come to the best loops by hand, and to the bandwidth of memory?
///
/// `select sum(price * quantity) where price > 100 and quantity < 50`, no groups; a quarter of the rows passes.
///
/// `cache` folds eight batches over and over, which fit the second-level cache and are more than a branch predictor
/// learns by heart; `memory` 384 or 512 MiB of columns. `engineTwoLoops` makes a selection first; `readBandwidth` reads
/// the same columns, batch by batch, and does nothing with them. With nulls each column has its share of them,
/// independently.
///
/// The score is million rows a second (an operation is a row). The ratios to quote are `engineVector` to the best
/// scalar loop (`byHandBranching`, `byHandMasking`, `byHandWeighing`, `byHandWeighingSegment`), to `byHandVector` and
/// to `readBandwidth`.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@OperationsPerInvocation(FilterSumKernelBenchmark.ROWS)
public class FilterSumKernelBenchmark {
    static final int ROWS = 1 << 25;
    private static final int CALLS = ROWS / Columns.BATCH_ROWS;
    private static final int CACHED_BATCHES = 8;
    /// Enough of them for the answers to be compared on, and to show a wrong offset.
    private static final int COMPARED_BATCHES = 64;

    @Param({"float64 int32", "int64 int64"})
    public String types;

    @Param({"0", "10"})
    public int nullPercent;

    @Param({"cache", "memory"})
    public String data;

    private int batches;
    private FilterSumRows rows;
    private FilterSumByHand byHand;
    private UngroupedSum vector;
    private UngroupedSum plain;
    private UngroupedSum selecting;

    @Setup
    public void prepare() {
        batches = data.equals("cache") ? CACHED_BATCHES : CALLS;
        rows = FilterSumRows.generate(types.startsWith("float64"), nullPercent, batches);
        byHand = rows.byHand;
        Expr predicate =
                col("price").gt(FilterSumByHand.LEAST_PRICE).and(col("quantity").lt(FilterSumByHand.QUANTITY_LIMIT));
        Expr aggregate = sum(col("price").times(col("quantity"))).as("total");
        vector = UngroupedSum.inOneLoop(rows, predicate, aggregate, true);
        plain = UngroupedSum.inOneLoop(rows, predicate, aggregate, false);
        selecting = UngroupedSum.inTwoLoops(rows, predicate, aggregate, true);
        requireSameAnswers();
    }

    @TearDown
    public void release() {
        vector.close();
        plain.close();
        selecting.close();
        rows.close();
    }

    @Benchmark
    public Number engineVector() {
        return total(vector, CALLS);
    }

    @Benchmark
    public Number enginePlain() {
        return total(plain, CALLS);
    }

    @Benchmark
    public Number engineTwoLoops() {
        return total(selecting, CALLS);
    }

    @Benchmark
    public Number byHandBranching() {
        byHand.clear();
        for (int call = 0; call < CALLS; call++) {
            byHand.branching(firstRow(call), Columns.BATCH_ROWS);
        }
        return byHand.total();
    }

    @Benchmark
    public Number byHandMasking() {
        byHand.clear();
        for (int call = 0; call < CALLS; call++) {
            byHand.masking(firstRow(call), Columns.BATCH_ROWS);
        }
        return byHand.total();
    }

    @Benchmark
    public Number byHandWeighing() {
        byHand.clear();
        for (int call = 0; call < CALLS; call++) {
            byHand.weighing(firstRow(call), Columns.BATCH_ROWS);
        }
        return byHand.total();
    }

    @Benchmark
    public Number byHandWeighingSegment() {
        byHand.clear();
        for (int call = 0; call < CALLS; call++) {
            byHand.weighingSegment(firstRow(call), Columns.BATCH_ROWS);
        }
        return byHand.total();
    }

    @Benchmark
    public Number byHandVector() {
        byHand.clear();
        for (int call = 0; call < CALLS; call++) {
            byHand.vector(firstRow(call), Columns.BATCH_ROWS);
        }
        return byHand.total();
    }

    @Benchmark
    public long readBandwidth() {
        long read = 0;
        for (int call = 0; call < CALLS; call++) {
            ColumnAddresses columns = rows.columns.batch(call % batches);
            for (int slot = 0; slot < columns.addresses.length; slot++) {
                read ^= ReadBandwidth.xor(columns.addresses[slot], columns.limits[slot]);
            }
        }
        return read;
    }

    private Number total(UngroupedSum sum, int calls) {
        sum.clear();
        for (int call = 0; call < calls; call++) {
            sum.fold(call % batches);
        }
        return sum.total();
    }

    private int firstRow(int call) {
        return call % batches * Columns.BATCH_ROWS;
    }

    private void requireSameAnswers() {
        Number expected = byHand(first -> byHand.branching(first, Columns.BATCH_ROWS));
        requireSame("masking", expected, byHand(first -> byHand.masking(first, Columns.BATCH_ROWS)));
        requireSame("weighing", expected, byHand(first -> byHand.weighing(first, Columns.BATCH_ROWS)));
        requireSame("segment", expected, byHand(first -> byHand.weighingSegment(first, Columns.BATCH_ROWS)));
        requireSame("vector by hand", expected, byHand(first -> byHand.vector(first, Columns.BATCH_ROWS)));
        requireSame("engine, vector", expected, total(vector, COMPARED_BATCHES));
        requireSame("engine, plain", expected, total(plain, COMPARED_BATCHES));
        requireSame("engine, two loops", expected, total(selecting, COMPARED_BATCHES));
    }

    private Number byHand(IntConsumer loop) {
        byHand.clear();
        for (int call = 0; call < COMPARED_BATCHES; call++) {
            loop.accept(firstRow(call));
        }
        return byHand.total();
    }

    private static void requireSame(String variant, Number expected, Number total) {
        if (!expected.equals(total)) {
            throw new IllegalStateException(variant + " has another sum: expected " + expected + ", is " + total);
        }
    }
}
