package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.routine.VectorSupport;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratedClassTest {
    static Stream<Target> targets() {
        return Samples.targets();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void randomKernelsPassTheVerifierOfTheClassFileApi(Target target) {
        for (long seed = 1000; seed < 1050; seed++) {
            Expr predicate = new Samples(seed).expression(DataType.BOOL, 5);
            for (Rows rows : Rows.values()) {
                KernelClass kernel = filter(predicate, target, rows);
                List<VerifyError> errors = ClassFile.of().verify(kernel.bytes());
                assertEquals(List.of(), errors, () -> predicate + "\n" + kernel.listing());
            }
        }
    }

    private static KernelClass filter(Expr predicate, Target target, Rows rows) {
        Typed typed = new TypeCheck(Samples.SCHEMA).predicate(predicate);
        return new FilterGenerator(Samples.SCHEMA, typed, "filter", target, null, rows).build();
    }

    /// Inlined they may run at a third of the speed: see [CodeEmitter].
    @ParameterizedTest
    @MethodSource("targets")
    void methodsWithLoopsAreTooLargeToBeInlined(Target target) {
        KernelClass kernel = filter(col("a").gt(5), target, Rows.ALL);
        List<MethodModel> loops = ClassFile.of().parse(kernel.bytes()).methods().stream()
                .filter(GeneratedClassTest::loops)
                .toList();
        assertFalse(loops.isEmpty(), kernel::listing);
        for (MethodModel method : loops) {
            int bytes = ((CodeAttribute) method.code().orElseThrow()).codeLength();
            // FreqInlineSize of HotSpot on x86 and AArch64.
            assertTrue(bytes > 325, () -> method.methodName() + " has " + bytes + " bytes");
        }
    }

    /// Such a method is not compiled, but it runs.
    @Test
    void branchesMayBeFurtherThanTwoBytesSay() {
        KernelClass kernel = new KernelClass(OrderKernel.class, "a large loop");
        Code.Var numbers = new Code.Var("numbers", CD_long);
        Code.Var from = new Code.Var("from", CD_int);
        Code.Var to = new Code.Var("to", CD_int);
        kernel.open("ascending", CD_boolean, List.of(numbers, from, to), body -> {
            Code.Var i = body.let("i", from);
            Code.Var steps = body.let("steps", Values.int32(0));
            body.loop(Values.test(i, Code.Relation.LT, to), inside -> {
                for (int step = 0; step < 5_000; step++) {
                    inside.increment(steps, 1_000);
                }
                inside.when(
                        Values.test(i, Code.Relation.EQ, from),
                        first -> first.assign(steps, Values.int32(1)),
                        other -> other.increment(steps, 1));
                inside.increment(i, 1);
            });
            body.give(Values.test(steps, Code.Relation.EQ, Values.int32(5_000_002)));
        });
        assertEquals(List.of(), ClassFile.of().verify(kernel.bytes()));
        Compiled<OrderKernel> large = kernel.define(OrderKernel.class, "plain");
        assertEquals("plain, too large for the JIT: runs interpreted", large.variant());
        assertTrue(large.kernel().ascending(0, 3, 5));
        assertFalse(large.kernel().ascending(0, 3, 4));
    }

    private static boolean loops(MethodModel method) {
        Set<Label> seen = new HashSet<>();
        for (CodeElement element : method.code().orElseThrow()) {
            if (element instanceof LabelTarget target) {
                seen.add(target.label());
            } else if (element instanceof BranchInstruction branch && seen.contains(branch.target())) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aKernelNamesItsExpression() {
        Compiled<FilterKernel> filter =
                new KernelCompiler(new Target(0, false)).filter(Samples.SCHEMA, col("x").gt(100));
        assertEquals("filter x > 100", filter.kernel().toString());
        assertTrue(filter.kernel().getClass().isHidden());
        assertTrue(filter.kernel().getClass().getName().startsWith("io.mullion.codegen.FilterKernel$Generated"));
    }

    @Test
    void theVariantSaysWhyItIsPlain() {
        KernelCompiler plain = new KernelCompiler(new Target(0, false));
        assertTrue(plain.filter(Samples.SCHEMA, col("p")).variant().startsWith("plain: "));
        if (VectorSupport.available()) {
            KernelCompiler vector = new KernelCompiler(new Target(256, false));
            assertEquals("vector 256", vector.filter(Samples.SCHEMA, col("p")).variant());
            assertEquals(
                    "plain: int64 division",
                    vector.filter(Samples.SCHEMA, col("a").dividedBy(2).gt(1)).variant());
            assertEquals(
                    "vector 256, plain for s: utf8 (s)",
                    vector.project(Samples.SCHEMA, List.of(col("a"), col("s"))).variant());
        }
    }

    @Test
    void aClassGoesAwayWithItsKernel() throws InterruptedException {
        WeakReference<Class<?>> reference = new WeakReference<>(new KernelCompiler(new Target(0, false))
                .filter(Samples.SCHEMA, col("a").gt(5))
                .kernel()
                .getClass());
        for (int i = 0; i < 50 && reference.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertNull(reference.get());
    }

    @Test
    void methodsAreNotTooLargeForTheCompiler() {
        KernelCompiler compiler = new KernelCompiler(new Target(0, false));
        for (int terms : new int[] {64, 1024, 4096}) {
            Compiled<FilterKernel> filter =
                    compiler.filter(Samples.SCHEMA, balancedSum(0, terms).gt(0));
            assertFalse(filter.variant().contains("too large"), filter.variant());
        }
    }

    @Test
    void aKernelIsHeldWhileItsLoopsReadTheMemoryOfItsLiterals() {
        String fence = "Reference.reachabilityFence(this)";
        for (Target target : targets().toList()) {
            KernelCompiler compiler = new KernelCompiler(target);
            Expr text = col("s").eq("tree");
            assertTrue(compiler.filter(Samples.SCHEMA, text).listing().contains(fence));
            assertTrue(compiler.project(Samples.SCHEMA, List.of(text)).listing().contains(fence));
            assertFalse(
                    compiler.filter(Samples.SCHEMA, col("x").gt(100)).listing().contains(fence));
        }
    }

    private static Expr balancedSum(int from, int to) {
        if (to - from == 1) {
            return col("y").times(from);
        }
        int middle = (from + to) / 2;
        return balancedSum(from, middle).plus(balancedSum(middle, to));
    }
}
