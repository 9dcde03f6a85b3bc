package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import io.mullion.routine.VectorSupport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which kernels a JVM gets, by its flags: where the JIT would make objects of vectors, plain ones, which say why.
class ChosenVariantTest {
    private static final int ROWS = 100;
    private static final String VARIANT = "variant=";
    private static final String FOUND = "found=";

    /// What the child JVM does: a filter of 100 rows, a third of which is null.
    static final class Filter {
        public static void main(String[] arguments) {
            Schema schema = Schema.of(Field.nullable("a", DataType.INT64));
            Compiled<FilterKernel> compiled = new KernelCompiler(KernelOptions.best()).filter(schema, col("a").lt(50));
            System.out.println(VARIANT + compiled.variant());
            List<Object[]> rows = new ArrayList<>();
            for (long row = 0; row < ROWS; row++) {
                rows.add(new Object[] {row % 3 == 0 ? null : row});
            }
            try (TestMemory memory = new TestMemory()) {
                TestColumns in = TestColumns.of(memory, schema, rows);
                long out = memory.allocate(4 * ROWS + 64, 64);
                int found = compiled.kernel().filter(in.addresses, 0, 0, ROWS, out, new Progress());
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < found; i++) {
                    text.append(RawMemory.getInt(out + 4L * i)).append(' ');
                }
                System.out.println(FOUND + text);
            }
        }
    }

    @BeforeEach
    void childrenHaveTheModuleIfThisJvmHas() {
        assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:CompilationMode=quick-only"})
    void withoutC2KernelsArePlainAndSaySo(String flag) throws IOException, InterruptedException {
        String variant = variant(flag);
        assertTrue(variant.startsWith("plain: C2, which alone"), variant);
        assertTrue(variant.contains("java.vm.info="), variant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:UseAVX=0", "-XX:UseAVX=1", "-XX:MaxVectorSize=16"})
    void onX86VectorsOf128BitsArePlainAndSaySo(String flag) throws IOException, InterruptedException {
        assumeTrue(VectorSupport.bits() >= 128 && !VectorSupport.masks(128));
        String variant = variant(flag);
        assertTrue(variant.startsWith("plain: the preferred vectors of this CPU have only 128 bits"), variant);
    }

    @Test
    void aNarrowerWidthIsTaken() throws IOException, InterruptedException {
        assumeTrue(VectorSupport.bits() > 256);
        assertEquals("vector 256", variant("-XX:MaxVectorSize=32"));
    }

    @Test
    void withC2KernelsAreVectors() throws IOException, InterruptedException {
        assumeTrue(VectorSupport.available());
        assertEquals("vector " + VectorSupport.bits(), variant("-XX:+TieredCompilation"));
    }

    /// Of a filter in a JVM with the flag, after a look at what it finds.
    private static String variant(String flag) throws IOException, InterruptedException {
        List<String> lines = ChildJvm.run(List.of(flag), Filter.class);
        StringBuilder expected = new StringBuilder();
        for (int row = 0; row < 50; row++) {
            expected.append(row % 3 == 0 ? "" : row + " ");
        }
        assertTrue(lines.contains(FOUND + expected), () -> String.join("\n", lines));
        return lines.stream()
                .filter(line -> line.startsWith(VARIANT))
                .map(line -> line.substring(VARIANT.length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(String.join("\n", lines)));
    }
}
