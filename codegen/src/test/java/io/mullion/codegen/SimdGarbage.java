package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;

import com.sun.management.ThreadMXBean;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.TestMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A JVM that calls a vector loop of each case of [SimdTable] and prints those whose loop allocates for good.
final class SimdGarbage {
    static final String ALLOCATES = "allocates: ";
    static final String DONE = "all loops were called";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROWS = 256;
    private static final int CALLS = 20;
    private static final int QUIET_ROUNDS = 3;
    /// The JIT has compiled a loop for good after some 90 at most: HotSpot's thresholds count calls and turns, not
    /// time.
    private static final int ROUNDS = 1000;

    private SimdGarbage() {}

    /// @param arguments the width in bits; how many cases share a loop; the cases with commas between them, or nothing
    /// for all
    public static void main(String[] arguments) throws IOException {
        int bits = Integer.parseInt(arguments[0]);
        int casesPerLoop = Integer.parseInt(arguments[1]);
        List<String> chosen = Arrays.asList(arguments[2].split(","));
        List<SimdTable.Case> cases = SimdTable.vectors(bits).stream()
                .filter(it -> arguments[2].isEmpty() || chosen.contains(it.toString()))
                .toList();
        List<Field> fields = new ArrayList<>();
        SimdTable.TYPES.forEach((name, type) -> {
            fields.add(Field.of("a" + name, type));
            fields.add(Field.nullable("b" + name, type));
        });
        Schema in = new Schema(fields);
        TypeCheck check = new TypeCheck(in);
        List<Typed> expressions = cases.stream()
                .map(it -> check.check(it.of(col("a" + it.type()), col("b" + it.type()))))
                .toList();
        Schema out = new Schema(IntStream.range(0, expressions.size())
                .mapToObj(i -> new Field(
                        "r" + i, expressions.get(i).type(), expressions.get(i).nullable()))
                .toList());
        try (TestMemory memory = new TestMemory()) {
            TestColumns columns = TestColumns.of(memory, in, new Samples(bits).rows(in, ROWS, Samples.Nulls.SOME));
            TestColumns results = TestColumns.empty(memory, out, ROWS, 0);
            Compiled<ProjectKernel> compiled =
                    LaneProjection.of(new Target(bits, false), in, out, expressions, true, casesPerLoop);
            Progress progress = new Progress();
            progress.scratch.use(memory.allocate(compiled.scratchBytes(), 64), compiled.scratchBytes());
            for (int first = 0; first < cases.size(); first += casesPerLoop) {
                long loop = first / casesPerLoop + 1;
                if (!getsQuiet(() ->
                        compiled.kernel().project(columns.addresses, loop, 0, ROWS, results.addresses, progress))) {
                    cases.subList(first, Math.min(first + casesPerLoop, cases.size()))
                            .forEach(it -> System.out.println(ALLOCATES + it));
                }
            }
        }
        System.out.println(DONE);
    }

    /// Until the JIT has compiled a loop for good, its vectors are objects.
    private static boolean getsQuiet(Runnable call) {
        int quiet = 0;
        for (int round = 0; round < ROUNDS && quiet < QUIET_ROUNDS; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            quiet = THREADS.getCurrentThreadAllocatedBytes() == before ? quiet + 1 : 0;
        }
        return quiet == QUIET_ROUNDS;
    }
}
