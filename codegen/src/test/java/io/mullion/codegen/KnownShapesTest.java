package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.ExpressionTree;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A kernel that is made without generating code is the one that would have been generated.
class KnownShapesTest {
    private static final Schema SCHEMA = Schema.of(
            Field.of("n", DataType.INT64), Field.of("i", DataType.INT32), Field.nullable("x", DataType.FLOAT64));
    private static final int TREES = 1_500;
    private static final int VARIANTS = 3;

    private final Target target = Samples.targets().findFirst().orElseThrow();
    private final KernelCompiler compiler = new KernelCompiler(target);

    @Test
    void randomTreesWithOtherNumbersAreTheKernelsThatWouldBeGenerated() {
        List<Target> targets = Samples.targets().toList();
        long before = KnownShapes.hits();
        for (long seed = 0; seed < TREES; seed++) {
            Expr tree = new RandomExpressions(seed).expression(1 + (int) (seed % 4));
            SplittableRandom random = new SplittableRandom(seed);
            List<Compiled<?>> alive = new ArrayList<>();
            for (int variant = 0; variant < VARIANTS; variant++) {
                Target one = targets.get((int) (seed % targets.size()));
                Expr other = otherNumbers(tree, random);
                if (accepted(other)) {
                    assertSameKernel(List.of(other), one, alive, "seed=" + seed);
                }
            }
            Reference.reachabilityFence(alive);
        }
        assertTrue(KnownShapes.hits() - before > TREES / 10, () -> "hits=" + (KnownShapes.hits() - before));
    }

    /// Beyond a hundred, numbers are in the code.
    @Test
    void kernelsOfManyNumbersAreTheKernelsThatWouldBeGenerated() {
        List<Compiled<?>> alive = new ArrayList<>();
        for (int first = 1; first < 4; first++) {
            List<Expr> outputs = new ArrayList<>();
            for (int column = 0; column < 130; column++) {
                outputs.add(col("long1").plus(1_000 * first + column).as("c" + column));
            }
            assertSameKernel(outputs, target, alive, "first=" + first);
        }
        Reference.reachabilityFence(alive);
    }

    private static void assertSameKernel(List<Expr> trees, Target target, List<Compiled<?>> alive, String place) {
        for (Rows rows : Rows.values()) {
            assertSameKernel(trees, target, rows, alive, place + ", " + rows);
        }
    }

    private static void assertSameKernel(
            List<Expr> trees, Target target, Rows rows, List<Compiled<?>> alive, String place) {
        Compiled<ProjectKernel> known = new KernelCompiler(target).project(Samples.WIDE, trees, rows);
        TypeCheck check = new TypeCheck(Samples.WIDE);
        List<Typed> typed = new ArrayList<>();
        for (Expr tree : trees) {
            typed.add(check.check(tree));
        }
        Schema outputs = KernelCompiler.projectSchema(Samples.WIDE, trees);
        String text = known.kernel().toString();
        boolean temporaries = target.vector() && !VectorPlan.of(typed).parts().isEmpty();
        Rows made = temporaries ? Rows.ALL : rows;
        Compiled<ProjectKernel> generated =
                new ProjectGenerator(Samples.WIDE, outputs, typed, text, target, null, made).generate();
        alive.add(known);
        assertTrue(text.startsWith("project " + trees.getFirst()), text);
        // Of large expressions all forms are made at once.
        String listing = known.listing();
        assertTrue(listing.contains(generated.listing()), () -> place + "\n" + listing);
        assertEquals(generated.variant(), known.variant(), place);
        assertEquals(generated.scratchBytes(), known.scratchBytes(), place);
        assertEquals(numbers(generated.kernel()), numbers(known.kernel()), () -> place + "\n" + known.listing());
    }

    /// Some functions refuse some numbers.
    private static boolean accepted(Expr tree) {
        try {
            KernelCompiler.projectSchema(Samples.WIDE, List.of(tree));
            return true;
        } catch (ExpressionException refused) {
            return false;
        }
    }

    /// Few numbers, so that some of them are equal, and some are 0.
    private static Expr otherNumbers(Expr tree, SplittableRandom random) {
        if (tree instanceof Expr.Literal(Long _, DataType type) && !(type instanceof DataType.Timestamp)) {
            return new Expr.Literal((long) random.nextInt(4), type);
        }
        if (tree instanceof Expr.Literal(Double _, DataType type)) {
            int number = random.nextInt(5);
            return new Expr.Literal(number == 4 ? Double.NaN : number / 2.0, type);
        }
        List<Expr> inputs = new ArrayList<>();
        for (Expr input : ExpressionTree.inputs(tree)) {
            inputs.add(otherNumbers(input, random));
        }
        return ExpressionTree.withInputs(tree, inputs);
    }

    /// The literals of a kernel that are numbers, by their fields.
    private static Map<String, Object> numbers(Object kernel) {
        Map<String, Object> numbers = new TreeMap<>();
        for (java.lang.reflect.Field field : kernel.getClass().getDeclaredFields()) {
            if (field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
                try {
                    field.setAccessible(true);
                    numbers.put(field.getName(), field.get(kernel));
                } catch (IllegalAccessException hidden) {
                    throw new AssertionError(hidden);
                }
            }
        }
        return numbers;
    }

    @Test
    void numbersThatAreEqualAreOneLiteralAndOthersAreTwo() {
        Compiled<FilterKernel> one = filter(col("n").gt(1).or(col("n").times(2).lt(1)));
        Compiled<FilterKernel> two = filter(col("n").gt(1).or(col("n").times(2).lt(3)));
        assertEquals(2, numbers(one.kernel()).size());
        assertEquals(3, numbers(two.kernel()).size());
    }

    @Test
    void theShapeIsKnownFromWhatTheCodeAsksAboutNumbers() {
        Compiled<FilterKernel> divided = filter(col("n").dividedBy(2).gt(1));
        assertNotSame(
                divided.kernel().getClass(),
                filter(col("n").dividedBy(0).gt(1)).kernel().getClass());
        Compiled<FilterKernel> compared = filter(col("x").gt(2.0));
        assertNotSame(
                compared.kernel().getClass(),
                filter(col("x").gt(Double.NaN)).kernel().getClass());
        assertSame(
                compared.kernel().getClass(), filter(col("x").gt(-7.5)).kernel().getClass());
    }

    @Test
    void aGroupingOverOtherExpressionsIsCombinedAndReadByTheSameCode() {
        Accumulation first = compiler.accumulation(SCHEMA, List.of(count(), sum(col("n").times(2)), max("i")));
        long hits = KnownShapes.hits();
        Accumulation other = compiler.accumulation(SCHEMA, List.of(count(), sum(col("n").plus(3)), max("i")));
        assertEquals("sum(n + 3)", other.results().field(1).name());
        assertNotSame(
                first.accumulate().kernel().getClass(),
                other.accumulate().kernel().getClass());
        assertSame(first.combine().kernel().getClass(), other.combine().kernel().getClass());
        assertSame(first.result().kernel().getClass(), other.result().kernel().getClass());
        assertEquals(hits + 2, KnownShapes.hits());
        Accumulation literals = compiler.accumulation(SCHEMA, List.of(count(), sum(col("n").plus(4)), max("i")));
        assertSame(
                other.accumulate().kernel().getClass(),
                literals.accumulate().kernel().getClass());
        assertEquals(Map.of("literal0", 4L), numbers(literals.accumulate().kernel()));
        Reference.reachabilityFence(List.of(first, other, literals));
    }

    @Test
    void aShapeGoesWithTheLastOfItsKernels() throws InterruptedException {
        List<Compiled<FilterKernel>> kernels = new ArrayList<>();
        kernels.add(filter(col("n").times(3).minus(col("i")).gt(1)));
        kernels.add(filter(col("n").times(5).minus(col("i")).gt(2)));
        WeakReference<Class<?>> shape =
                new WeakReference<>(kernels.getFirst().kernel().getClass());
        assertSame(shape.get(), kernels.getLast().kernel().getClass());
        kernels.clear();
        for (int i = 0; i < 100 && shape.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertNull(shape.get());
    }

    private Compiled<FilterKernel> filter(Expr predicate) {
        return compiler.filter(SCHEMA, predicate);
    }
}
