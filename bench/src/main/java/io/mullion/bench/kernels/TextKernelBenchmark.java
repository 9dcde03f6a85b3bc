package io.mullion.bench.kernels;

import static io.mullion.expr.Expressions.col;

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
import java.nio.charset.StandardCharsets;
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

/// What does a predicate over text cost a row: equality, `like 'prefix%'`, `like '%middle%'`?
///
/// Topics of some 24 bytes, eight batches of them; the result is the numbers of the rows that pass. `equals` is true
/// for a tenth of the rows, `prefix` for 21 %, `middle` for 15 %.
///
/// By hand once as one writes it over a `byte[]`, where the JIT has its own vectors for `Arrays.equals`, and once with
/// the Vector API by somebody who knows that no topic is longer than 32 bytes.
///
/// The score is million rows a second (an operation is a row).
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@OperationsPerInvocation(TextKernelBenchmark.ROWS)
public class TextKernelBenchmark {
    static final int ROWS = 1 << 20;
    private static final int CALLS = ROWS / Columns.BATCH_ROWS;
    private static final int BATCHES = 8;
    private static final int SLACK = 16;

    @Param({"equals", "prefix", "middle"})
    public String predicate;

    @Param({"0", "10"})
    public int nullPercent;

    private TextRows rows;
    private byte[] pattern;
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
        rows = TextRows.topics(BATCHES * Columns.BATCH_ROWS, nullPercent);
        Schema schema = Schema.of(new Field("topic", DataType.UTF8, nullPercent > 0));
        columns = Columns.batches(schema, BATCHES, rows.bytes().length);
        columns.put(0, rows.bytes(), rows.ends());
        columns.putValidity(0, rows.validity());
        selection = columns.allocate(4L * Columns.BATCH_ROWS);
        selected = new int[Columns.BATCH_ROWS + SLACK];
        Expr expression = switch (predicate) {
            case "equals" -> col("topic").eq(TextRows.FREQUENT_TOPIC);
            case "prefix" -> col("topic").like(TextRows.PREFIX + "%");
            default -> col("topic").like("%" + TextRows.MIDDLE + "%");
        };
        pattern = switch (predicate) {
            case "equals" -> TextRows.FREQUENT_TOPIC.getBytes(StandardCharsets.US_ASCII);
            case "prefix" -> TextRows.PREFIX.getBytes(StandardCharsets.US_ASCII);
            default -> TextRows.MIDDLE.getBytes(StandardCharsets.US_ASCII);
        };
        Compiled<FilterKernel> vectorLoop =
                new KernelCompiler(new KernelOptions(true, false)).filter(schema, expression);
        Compiled<FilterKernel> plainLoop =
                new KernelCompiler(new KernelOptions(false, false)).filter(schema, expression);
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
    public long byHandBytes() {
        long passed = 0;
        for (int call = 0; call < CALLS; call++) {
            passed += bytesByHand(call);
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

    private int filter(FilterKernel kernel, int call) {
        return kernel.filter(columns.batch(call % BATCHES), 0, 0, Columns.BATCH_ROWS, selection, progress);
    }

    private int bytesByHand(int call) {
        int first = call % BATCHES * Columns.BATCH_ROWS;
        return switch (predicate) {
            case "equals" -> TextByHand.equalBytes(rows, first, Columns.BATCH_ROWS, pattern, selected);
            case "prefix" -> TextByHand.prefixBytes(rows, first, Columns.BATCH_ROWS, pattern, selected);
            default -> TextByHand.middleBytes(rows, first, Columns.BATCH_ROWS, pattern, selected);
        };
    }

    private int vectorByHand(int call) {
        int first = call % BATCHES * Columns.BATCH_ROWS;
        return switch (predicate) {
            case "equals" -> TextByHand.equalVector(rows, first, Columns.BATCH_ROWS, pattern, selected);
            case "prefix" -> TextByHand.prefixVector(rows, first, Columns.BATCH_ROWS, pattern, selected);
            default -> TextByHand.middleVector(rows, first, Columns.BATCH_ROWS, pattern, selected);
        };
    }

    private void requireSameAnswers() {
        for (int call = 0; call < BATCHES; call++) {
            int count = bytesByHand(call);
            int[] expected = Arrays.copyOf(selected, count);
            requireSelected("byHandVector", expected, this::vectorByHand, call);
            requireSelected("engineVector", expected, it -> copied(filter(vector, it)), call);
            requireSelected("enginePlain", expected, it -> copied(filter(plain, it)), call);
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
