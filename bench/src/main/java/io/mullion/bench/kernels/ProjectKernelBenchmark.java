package io.mullion.bench.kernels;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.Progress;
import io.mullion.codegen.ProjectKernel;
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

/// What does it cost to compute ten columns from five?
///
/// Sums, differences, products and a quotient of int64, int32 and float64: 36 bytes of a row are read, 80 written, two
/// batches over and over. By hand row by row, column by column (loops of which the JIT makes vectors itself), and with
/// the Vector API. With nulls each input has its share of them, independently.
///
/// The score is million rows a second (an operation is a row).
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@OperationsPerInvocation(ProjectKernelBenchmark.ROWS)
public class ProjectKernelBenchmark {
    static final int ROWS = 1 << 22;
    private static final int CALLS = ROWS / Columns.BATCH_ROWS;
    private static final int BATCHES = 2;

    @Param({"0", "10"})
    public int nullPercent;

    private ProjectRows rows;
    private Columns out;
    private ProjectKernel vector;
    private ProjectKernel plain;
    private ProjectByHand byHand;
    private Progress progress;

    @Setup
    public void prepare() {
        rows = new ProjectRows(BATCHES, nullPercent);
        out = Columns.output(KernelCompiler.projectSchema(rows.schema, ProjectRows.outputs()), Columns.BATCH_ROWS, 0);
        Compiled<ProjectKernel> vectorLoop =
                new KernelCompiler(new KernelOptions(true, false)).project(rows.schema, ProjectRows.outputs());
        Compiled<ProjectKernel> plainLoop =
                new KernelCompiler(new KernelOptions(false, false)).project(rows.schema, ProjectRows.outputs());
        vector = vectorLoop.kernel();
        plain = plainLoop.kernel();
        progress = out.progress(vectorLoop, plainLoop);
        byHand = new ProjectByHand(rows);
        requireSameAnswers();
    }

    @TearDown
    public void release() {
        rows.close();
        out.close();
    }

    @Benchmark
    public long engineVector() {
        long projected = 0;
        for (int call = 0; call < CALLS; call++) {
            projected += project(vector, call);
        }
        return projected;
    }

    @Benchmark
    public long enginePlain() {
        long projected = 0;
        for (int call = 0; call < CALLS; call++) {
            projected += project(plain, call);
        }
        return projected;
    }

    @Benchmark
    public Object byHandRows() {
        for (int call = 0; call < CALLS; call++) {
            byHand.rows(firstRow(call));
        }
        return byHand;
    }

    @Benchmark
    public Object byHandColumns() {
        for (int call = 0; call < CALLS; call++) {
            byHand.columns(firstRow(call));
        }
        return byHand;
    }

    @Benchmark
    public Object byHandVector() {
        for (int call = 0; call < CALLS; call++) {
            byHand.vector(firstRow(call));
        }
        return byHand;
    }

    private int project(ProjectKernel kernel, int call) {
        ColumnAddresses in = rows.columns.batch(call % BATCHES);
        return kernel.project(in, 0, 0, Columns.BATCH_ROWS, out.batch(0), progress.start());
    }

    private static int firstRow(int call) {
        return call % BATCHES * Columns.BATCH_ROWS;
    }

    private void requireSameAnswers() {
        for (int call = 0; call < BATCHES; call++) {
            byHand.rows(firstRow(call));
            project(vector, call);
            requireSame("engineVector");
            project(plain, call);
            requireSame("enginePlain");
            byHand.columns(firstRow(call));
            requireSame("byHandColumns");
            byHand.vector(firstRow(call));
            requireSame("byHandVector");
        }
    }

    /// What is by hand now is what the engine has in its output.
    private void requireSame(String variant) {
        long[][] longs = {byHand.sum, byHand.difference, byHand.scaled, byHand.product};
        double[][] doubles = {byHand.total, byHand.area, byHand.half, byHand.ratio, byHand.amount, byHand.weighted};
        for (int row = 0; row < Columns.BATCH_ROWS; row++) {
            for (int column = 0; column < longs.length + doubles.length; column++) {
                boolean valid = nullPercent == 0 || Validity.bit(byHand.validity[column], row) != 0;
                boolean same = out.valid(column, row) == valid
                        && (!valid
                                || (column < longs.length
                                        ? out.int64(column, row) == longs[column][row]
                                        : out.float64(column, row) == doubles[column - longs.length][row]));
                if (!same) {
                    throw new IllegalStateException(
                            variant + " computes something else: column=" + column + ", row=" + row);
                }
            }
        }
    }
}
