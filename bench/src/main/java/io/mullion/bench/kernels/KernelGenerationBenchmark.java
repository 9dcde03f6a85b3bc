package io.mullion.bench.kernels;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// How long does it take to make a kernel, from the expression to an object that can be called?
///
/// `first` is the first kernel of a fresh JVM, twenty times, with all that is loaded for it: our classes, and those of
/// the JDK that neither are in its archive nor came with JMH. Not in it: the logger, which a job starts after its
/// kernels are made, and the memory and the vectors that the kernel touches when it runs. The others are the next
/// hundred of a JVM that young, which has compiled little of the compiler yet: `newShape` of a shape that was not there
/// before (a class is generated, defined and verified), `knownShape` of one that differs from one in use in its
/// literals only. `filter` has two comparisons and an operation, `project` computes ten columns, `accumulate` is all
/// kernels of four aggregates by key. Kernels have the loops for all rows; those for a selection, and for a single
/// group, are made when they are called, and are not in it.
///
/// The score is milliseconds. What JMH prints is the mean; the page (`bench/run report`) has the median over all
/// kernels of all JVMs, which is the one to quote: the mean has the few kernels in it during which the JIT took the
/// core. What the JIT does later is not in it.
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class KernelGenerationBenchmark {
    @Param({"filter", "project", "accumulate"})
    public String kind;

    private KernelShapes shapes;
    private int next;
    private double literal;
    private Object inUse;

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Fork(20)
    @Warmup(iterations = 0)
    @Measurement(iterations = 1)
    public Object first() {
        return new KernelShapes().make(kind, 0, 1.5);
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Fork(12)
    @Warmup(iterations = 1)
    @Measurement(iterations = 100)
    public Object newShape() {
        next = (next + 1) % KernelShapes.COUNT;
        return shapes().make(kind, next, 1.5);
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Fork(2)
    @Warmup(iterations = 1)
    @Measurement(iterations = 100)
    public Object knownShape() {
        literal++;
        inUse = shapes().make(kind, 0, literal);
        return inUse;
    }

    /// Not in a set-up: `first` is to find nothing loaded.
    private KernelShapes shapes() {
        if (shapes == null) {
            shapes = new KernelShapes();
        }
        return shapes;
    }
}
