package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.lit;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.split;
import static io.mullion.expr.Expressions.sum;

import com.sun.management.ThreadMXBean;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A JVM that calls kernels of many groupings and keys, one after the other as a service that lives long does, and
/// prints those that allocate for good. What the JIT learns about methods of the Vector API from one kernel it uses for
/// the next, so that the order counts.
final class KernelGarbage {
    static final String ALLOCATES = "allocates: ";
    static final String DONE = "all kernels were called";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROWS = 500;
    private static final int GROUPS = 200;
    private static final int CALLS = 50;
    private static final int QUIET_ROUNDS = 3;
    private static final int ROUNDS = 200;

    private static final Schema SCHEMA = Schema.of(
            Field.of("a", DataType.INT64),
            Field.nullable("b", DataType.INT64),
            Field.of("x", DataType.FLOAT64),
            Field.nullable("y", DataType.FLOAT64),
            Field.of("i", DataType.INT32),
            Field.nullable("j", DataType.INT32),
            Field.of("h", DataType.INT16),
            Field.nullable("t", DataType.INT8),
            Field.nullable("f", DataType.FLOAT32),
            Field.nullable("q", DataType.BOOL));

    private static final int SHORT_TEXTS = 30_000;
    private static final Schema TEXTS = Schema.of(Field.of("s", DataType.UTF8));

    /// What the JIT sees before: few accumulators and many, with nulls and without.
    private static final List<List<Expr>> BEFORE = List.of(
            List.of(count()),
            List.of(min("a")),
            List.of(max("x")),
            List.of(sum("x")),
            List.of(sum("i")),
            List.of(sum("a")),
            List.of(count("b")),
            List.of(max("b")),
            List.of(min("a"), max("a"), sum("x")),
            List.of(count(), sum("a"), min("a"), max("a")));

    private static final List<List<Expr>> GROUPINGS = List.of(
            List.of(sum("b"), sum("x"), min("y"), max("b"), count("i")),
            List.of(min("y"), max("y"), min("b"), max("b")),
            List.of(sum("y"), sum("b"), sum("j"), sum("f")),
            List.of(sum(col("y").times(col("b"))), min(col("b").plus(col("j"))), max(col("y").minus(col("x")))));

    private static final List<String> COLUMNS = List.of("a", "b", "x", "y", "i", "j", "h", "t", "f");

    private static final List<Expr> PREDICATES = List.of(
            col("x").gt(0),
            col("b").lt(1000),
            col("q").and(col("y").gt(col("x"))),
            col("j").ne(3),
            col("q"),
            col("j").plus(1).le(21).or(col("q")),
            lit(9).minus(col("i")).gt(34).or(col("t").le(87)),
            col("b").eq(col("y")).or(col("i").negate().lt(col("f"))),
            col("f").negate().gt(col("j").plus(1)));

    private final TestMemory memory;
    private final TestColumns withNulls;
    private final TestColumns withoutNulls;
    private final long groups;
    private final long hashes;

    private KernelGarbage(TestMemory memory) {
        this.memory = memory;
        this.withNulls = columns(Samples.Nulls.SOME);
        this.withoutNulls = columns(Samples.Nulls.NONE);
        this.groups = memory.allocate(4 * ROWS, 64);
        this.hashes = memory.allocate(8 * ROWS, 64);
        for (int row = 0; row < ROWS; row++) {
            RawMemory.putInt(groups + 4L * row, row * 7 % GROUPS);
        }
    }

    private TestColumns columns(Samples.Nulls nulls) {
        return TestColumns.of(memory, SCHEMA, new Samples(31).rows(SCHEMA, ROWS, nulls));
    }

    /// @param arguments the widths in bits, with commas between them; how many random groupings there are beside the
    /// listed ones; their seed
    public static void main(String[] arguments) {
        List<Target> targets = Stream.of(arguments[0].split(","))
                .map(bits -> new Target(Integer.parseInt(bits), false))
                .toList();
        int randomGroupings = Integer.parseInt(arguments[1]);
        try (TestMemory memory = new TestMemory()) {
            KernelGarbage garbage = new KernelGarbage(memory);
            garbage.lookAtTexts(targets.getLast());
            BEFORE.forEach(aggregates -> garbage.look(targets.getLast(), null, aggregates));
            GROUPINGS.forEach(aggregates -> garbage.look(targets.getLast(), null, aggregates));
            SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[2]));
            for (int grouping = 0; grouping < randomGroupings; grouping++) {
                Target target = targets.get(random.nextInt(targets.size()));
                List<Expr> aggregates = new ArrayList<>();
                int size = 1 + random.nextInt(6);
                for (int aggregate = 0; aggregate < size; aggregate++) {
                    aggregates.add(aggregate(random).as("r" + aggregate));
                }
                Expr predicate = random.nextInt(3) == 0 ? null : PREDICATES.get(random.nextInt(PREDICATES.size()));
                garbage.look(target, predicate, aggregates);
                garbage.lookAtKey(target, random);
            }
        }
        System.out.println(DONE);
    }

    private static Expr aggregate(SplittableRandom random) {
        String column = COLUMNS.get(random.nextInt(COLUMNS.size()));
        return switch (random.nextInt(8)) {
            case 0 -> sum(column);
            case 1 -> min(column);
            case 2 -> max(column);
            case 3 -> count(column);
            case 4 -> sum(col(column).plus(1));
            case 5 -> min(col(column).minus(col("h")));
            case 6 -> count(col(column).plus(col("y")));
            default -> sum(col(column).plus(col("b")));
        };
    }

    private void look(Target target, Expr predicate, List<Expr> aggregates) {
        Accumulation accumulation = new KernelCompiler(target).accumulation(SCHEMA, predicate, aggregates);
        TestState state = new TestState(memory, accumulation.layout(), 256);
        AccumulateKernel kernel = accumulation.accumulate().kernel();
        look(kernel + " with groups", () -> kernel.accumulate(withNulls.addresses, 0, 0, ROWS, groups, state));
        look(kernel + " without nulls", () -> kernel.accumulate(withoutNulls.addresses, 0, 0, ROWS, 0, state));
        look(kernel + " with nulls", () -> kernel.accumulate(withNulls.addresses, 0, 0, ROWS, 0, state));
        CombineKernel combine = accumulation.combine().kernel();
        look(kernel + " combined", () -> combine.combine(state.pages()[0], state.pages()[0], GROUPS));
    }

    private void lookAtKey(Target target, SplittableRandom random) {
        List<String> names =
                Stream.of("a", "b", "x", "y").filter(_ -> random.nextBoolean()).toList();
        if (!names.isEmpty()) {
            HashKernel kernel = new KernelCompiler(target).hash(SCHEMA, names).kernel();
            look(kernel.toString(), () -> kernel.hash(withNulls.addresses, 0, 0, ROWS, hashes));
        }
    }

    /// Texts of a column that is shorter than a vector first, over and over, and now and then one that is not.
    private void lookAtTexts(Target target) {
        TestColumns oneShort = texts("to be");
        TestColumns oneLong = texts("whether 'tis nobler in the mind to suffer");
        TestColumns many =
                texts(IntStream.range(0, ROWS).mapToObj(row -> "row " + row).toArray(String[]::new));
        List<Expr> pieces = List.of(split(col("s"), " ").as("piece"));
        FlatMapKernel splitting =
                new KernelCompiler(target).flatMap(TEXTS, pieces).kernel();
        TestColumns out = TestColumns.empty(memory, KernelCompiler.flatMapSchema(TEXTS, pieces), 3 * ROWS, 20 * ROWS);
        FilterKernel searching = new KernelCompiler(target)
                .filter(TEXTS, col("s").contains("w 4"))
                .kernel();
        long selected = memory.allocate(4 * ROWS + 64, 64);
        Progress progress = new Progress();
        for (int i = 0; i < SHORT_TEXTS; i++) {
            TestColumns one = i % 50 == 0 ? oneLong : oneShort;
            splitting.flatMap(one.addresses, 0, 0, 1, out.addresses, progress.start());
            searching.filter(one.addresses, 0, 0, 1, selected, progress);
        }
        look(
                splitting.toString(),
                () -> splitting.flatMap(many.addresses, 0, 0, ROWS, out.addresses, progress.start()));
        look(searching.toString(), () -> searching.filter(many.addresses, 0, 0, ROWS, selected, progress));
    }

    private TestColumns texts(String... texts) {
        return TestColumns.of(
                memory, TEXTS, Stream.of(texts).map(text -> new Object[] {text}).toList());
    }

    /// Until the JIT has compiled a loop for good, its vectors are objects. It counts calls and turns, not time.
    private static void look(String kernel, Runnable call) {
        int quiet = 0;
        long bytes = 0;
        for (int round = 0; round < ROUNDS && quiet < QUIET_ROUNDS; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
            quiet = bytes == 0 ? quiet + 1 : 0;
        }
        if (quiet < QUIET_ROUNDS) {
            System.out.println(ALLOCATES + kernel + ", bytes a row: " + bytes / CALLS / ROWS);
        }
    }
}
