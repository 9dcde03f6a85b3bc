package io.mullion.bench.kernels;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.split;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FlatMapKernel;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.Progress;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.lang.foreign.MemorySegment;
import java.util.List;
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

/// What does it cost to split lines into words?
///
/// Lines of 6 words and 50 bytes on average, four batches of them. A word becomes a row: its bytes are copied, and it
/// gets an offset. By hand with a loop over bytes, and with vectors that squeeze the separators out of a piece of a
/// line.
///
/// The score is million lines a second (an operation is a line).
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@OperationsPerInvocation(SplitKernelBenchmark.ROWS)
public class SplitKernelBenchmark {
    static final int ROWS = 1 << 18;
    private static final int CALLS = ROWS / Columns.BATCH_ROWS;
    private static final int BATCHES = 4;
    private static final int MAX_WORDS = 11 * Columns.BATCH_ROWS;
    private static final int MAX_BYTES = 12 * MAX_WORDS;

    @Param({"0", "10"})
    public int nullPercent;

    private TextRows lines;
    private Columns columns;
    private Columns words;
    private FlatMapKernel vector;
    private FlatMapKernel plain;
    private SplitByHand byHand;
    private Progress progress;

    @Setup
    public void prepare() {
        lines = TextRows.lines(BATCHES * Columns.BATCH_ROWS, nullPercent);
        Schema schema = Schema.of(new Field("line", DataType.UTF8, nullPercent > 0));
        columns = Columns.batches(schema, BATCHES, lines.bytes().length);
        columns.put(0, lines.bytes(), lines.ends());
        columns.putValidity(0, lines.validity());
        List<Expr> outputs = List.of(split(col("line"), " ").as("word"));
        words = Columns.output(KernelCompiler.flatMapSchema(schema, outputs), MAX_WORDS, MAX_BYTES);
        Compiled<FlatMapKernel> vectorLoop =
                new KernelCompiler(new KernelOptions(true, false)).flatMap(schema, outputs);
        Compiled<FlatMapKernel> plainLoop =
                new KernelCompiler(new KernelOptions(false, false)).flatMap(schema, outputs);
        vector = vectorLoop.kernel();
        plain = plainLoop.kernel();
        progress = columns.progress(vectorLoop, plainLoop);
        byHand = new SplitByHand(MAX_BYTES, MAX_WORDS);
        requireSameAnswers();
    }

    @TearDown
    public void release() {
        columns.close();
        words.close();
    }

    @Benchmark
    public long engineVector() {
        long found = 0;
        for (int call = 0; call < CALLS; call++) {
            found += words(vector, call);
        }
        return found;
    }

    @Benchmark
    public long enginePlain() {
        long found = 0;
        for (int call = 0; call < CALLS; call++) {
            found += words(plain, call);
        }
        return found;
    }

    @Benchmark
    public long byHandBytes() {
        long found = 0;
        for (int call = 0; call < CALLS; call++) {
            found += byHand.bytes(lines, firstRow(call), Columns.BATCH_ROWS);
        }
        return found;
    }

    @Benchmark
    public long byHandVector() {
        long found = 0;
        for (int call = 0; call < CALLS; call++) {
            found += byHand.vector(lines, firstRow(call), Columns.BATCH_ROWS);
        }
        return found;
    }

    private int words(FlatMapKernel kernel, int call) {
        ColumnAddresses in = columns.batch(call % BATCHES);
        return kernel.flatMap(in, 0, 0, Columns.BATCH_ROWS, words.batch(0), progress.start());
    }

    private int firstRow(int call) {
        return call % BATCHES * Columns.BATCH_ROWS;
    }

    private void requireSameAnswers() {
        SplitByHand expected = new SplitByHand(MAX_BYTES, MAX_WORDS);
        for (int call = 0; call < BATCHES; call++) {
            int count = expected.bytes(lines, firstRow(call), Columns.BATCH_ROWS);
            requireSame("byHandVector", expected, count, byHand.vector(lines, firstRow(call), Columns.BATCH_ROWS));
            requireSameWords("engineVector", expected, count, words(vector, call));
            requireSameWords("enginePlain", expected, count, words(plain, call));
        }
    }

    private void requireSame(String variant, SplitByHand expected, int expectedCount, int count) {
        requireEqual(
                variant,
                expected,
                expectedCount,
                MemorySegment.ofArray(byHand.bytes),
                MemorySegment.ofArray(byHand.ends),
                count);
    }

    private void requireSameWords(String variant, SplitByHand expected, int expectedCount, int count) {
        requireEqual(variant, expected, expectedCount, words.data(0), words.offsets(0), count);
    }

    private static void requireEqual(
            String variant,
            SplitByHand expected,
            int expectedCount,
            MemorySegment bytes,
            MemorySegment ends,
            int count) {
        long offsetBytes = 4L * (expectedCount + 1);
        int length = expected.ends[expectedCount];
        if (count != expectedCount
                || MemorySegment.ofArray(expected.ends).asSlice(0, offsetBytes).mismatch(ends.asSlice(0, offsetBytes))
                        >= 0
                || MemorySegment.ofArray(expected.bytes).asSlice(0, length).mismatch(bytes.asSlice(0, length)) >= 0) {
            throw new IllegalStateException(
                    variant + " has other words: expected " + expectedCount + ", found " + count);
        }
    }
}
