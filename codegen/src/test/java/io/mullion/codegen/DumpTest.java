package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.split;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `-Dmullion.dump=DIR` writes class and listing of every kernel.
class DumpTest {
    /// The main program of the child JVM.
    static final class Kernels {
        private Kernels() {}

        public static void main(String[] arguments) {
            KernelCompiler compiler = new KernelCompiler(KernelOptions.best().withVector(false));
            compiler.filter(Samples.SCHEMA, col("a").gt(5));
            compiler.flatMap(Samples.SCHEMA, List.of(split(col("s"), " ").as("word")));
        }
    }

    @Test
    void classAndListingOfEveryKernelAreWritten(@TempDir Path directory) throws IOException, InterruptedException {
        Path dump = directory.resolve("not/there/yet");
        ChildJvm.run(List.of("-Dmullion.dump=" + dump), Kernels.class);
        try (Stream<Path> files = Files.list(dump)) {
            assertEquals(
                    List.of(
                            "FilterKernel$Generated.1.class",
                            "FilterKernel$Generated.1.java",
                            "FlatMapKernel$Generated.2.class",
                            "FlatMapKernel$Generated.2.java"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        List<String> listing = Files.readAllLines(dump.resolve("FilterKernel$Generated.1.java"));
        assertTrue(listing.get(0).startsWith("// plain: "), listing.get(0));
        assertEquals("// filter a > 5", listing.get(1));
        assertEquals("final class FilterKernel$Generated implements FilterKernel {", listing.get(2));
        ClassModel model = ClassFile.of().parse(dump.resolve("FilterKernel$Generated.1.class"));
        assertTrue(
                model.methods().stream().anyMatch(method -> method.methodName().equalsString("filterAll")));
    }
}
