package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.mullion.expr.ExpressionException;
import io.mullion.routine.RawMemory;
import io.mullion.routine.VectorSupport;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `simd.table` says is so: at each width this CPU has, just the operators that are in it have a vector form, and
/// none of their vectors is an object.
class SimdTableTest {
    private static final int CASES_PER_LOOP = 4;

    static IntStream widths() {
        return IntStream.of(128, 256, 512).filter(bits -> bits <= VectorSupport.bits());
    }

    @Test
    void theTableHasEveryOperatorWithEveryTypeThatItTakes() throws IOException {
        TreeSet<String> expected = new TreeSet<>();
        for (String operator : SimdTable.OPERATORS.keySet()) {
            for (String type : SimdTable.TYPES.keySet()) {
                if (typeChecks(new SimdTable.Case(operator, type))) {
                    expected.add(operator + " of " + type);
                }
            }
        }
        TreeSet<String> actual = new TreeSet<>();
        SimdTable.table().keySet().forEach(it -> actual.add(it.toString()));

        TreeSet<String> missing = new TreeSet<>(expected);
        missing.removeAll(actual);
        actual.removeAll(expected);
        assertEquals(
                List.of(List.of(), List.of()),
                List.of(List.copyOf(missing), List.copyOf(actual)),
                "missing, and too many");
    }

    private static boolean typeChecks(SimdTable.Case it) {
        try {
            it.typed();
            return true;
        } catch (ExpressionException wrong) {
            assertNotEquals("", wrong.getMessage());
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("widths")
    void whatTheTableNamesAndNothingElseIsInVectors(int bits) throws IOException {
        SimdTable.table().forEach((it, widths) -> {
            boolean expected = Arrays.asList(widths.split(" ")).contains(Integer.toString(bits));
            String refusal = VectorCode.form(it.typed());
            assertEquals(expected, refusal == null, () -> it + " at " + bits + " bits: " + refusal);
        });
    }

    @ParameterizedTest
    @MethodSource("widths")
    void noVectorIsAnObject(int bits) throws IOException, InterruptedException {
        Assumptions.assumeTrue(VectorSupport.masks(bits), "kernels use no vectors of this width here");
        assertEquals(
                List.of(), allocating(bits, CASES_PER_LOOP, ""), "these make objects of vectors at " + bits + " bits");
    }

    /// Why [VectorSupport#masks] excludes a width. Should this fail with a new JDK, the exclusion can go.
    @ParameterizedTest
    @MethodSource("widths")
    void widthsThatKernelsLeaveOutMakeObjects(int bits) throws IOException, InterruptedException {
        Assumptions.assumeFalse(VectorSupport.masks(bits), "kernels use vectors of this width here");
        List<String> some = List.of("column of bool", "isNull of int64", "lt of int64", "when of float64");
        assertEquals(some, allocating(bits, 1, String.join(",", some)));
    }

    /// Those of the cases whose loops allocate after the JIT has done what it can, in a JVM of their own: other tests
    /// leave neither profiles nor a queue of methods to compile, and with `-Xbatch` the caller of a loop waits while it
    /// is compiled. So it is calls that count, never time.
    ///
    /// @param chosen names between commas, or nothing for all that the table has at the width
    private static List<String> allocating(int bits, int casesPerLoop, String chosen)
            throws IOException, InterruptedException {
        Assumptions.assumeFalse(RawMemory.CHECKED, "looking up live memory allocates");
        List<String> lines = ChildJvm.run(
                List.of("-Xbatch", "-XX:+UseSerialGC"),
                SimdGarbage.class,
                Integer.toString(bits),
                Integer.toString(casesPerLoop),
                chosen);
        assertEquals(1, lines.stream().filter(SimdGarbage.DONE::equals).count(), () -> String.join("\n", lines));
        return lines.stream()
                .filter(line -> line.startsWith(SimdGarbage.ALLOCATES))
                .map(line -> line.substring(SimdGarbage.ALLOCATES.length()))
                .toList();
    }
}
