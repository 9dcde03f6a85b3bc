package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.VectorSupport;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which kernels a JVM makes, and why, stands in its log once.
class VariantLogTest {
    private static final String CHOSEN = "kernels: ";

    /// Run in a JVM of its own.
    static final class Kernels {
        private Kernels() {}

        public static void main(String[] arguments) {
            Schema schema = new Schema(List.of(new Field("price", DataType.FLOAT64, false)));
            new KernelCompiler(KernelOptions.best()).filter(schema, col("price").gt(1.5));
            System.out.println("made");
            VectorSupport.log();
            VectorSupport.log();
        }
    }

    @Test
    void theChoiceIsLoggedOnceAndAfterTheFirstKernel() throws Exception {
        List<String> lines = ChildJvm.run(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=info"), Kernels.class);

        List<String> told = lines.stream()
                .filter(line -> line.equals("made") || line.contains(CHOSEN))
                .toList();
        assertEquals(2, told.size(), lines::toString);
        assertEquals("made", told.getFirst());
        String expected = VectorSupport.available() ? "vector " + VectorSupport.bits() + " bits" : "plain, because ";
        assertTrue(told.getLast().contains(CHOSEN + expected), told::getLast);
    }
}
