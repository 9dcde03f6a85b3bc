package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The shape of the house: imports point down only, every package says what lives in it, no file holds two ideas.
class LayeringTest {
    private static final int MOST_LINES = 500;

    @Test
    void importsPointDownOnly() {
        List<Path> layered = Stream.of("codegen", "engine/core")
                .flatMap(module -> sources(module).stream())
                .filter(source -> !source.endsWith("module-info.java"))
                .toList();
        assertFalse(layered.isEmpty(), "no sources below " + root());

        List<String> violations = layered.stream()
                .flatMap(source -> Layering.violations(nameOf(source), read(source)).stream())
                .toList();

        assertNone("mentions that the layers forbid", violations);
    }

    @Test
    void everyPackageSaysWhatLivesInIt() {
        List<String> silent = mainSources().stream()
                .filter(source -> !source.endsWith("module-info.java"))
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                .map(LayeringTest::nameOf)
                .sorted()
                .toList();

        assertNone("packages without a package-info.java", silent);
    }

    @Test
    void noFileHoldsTwoIdeas() {
        List<String> crowded = mainSources().stream()
                .filter(source -> lineCount(source) > MOST_LINES)
                .map(source -> nameOf(source) + ": " + lineCount(source) + " lines")
                .sorted()
                .toList();

        assertNone("files past " + MOST_LINES + " lines", crowded);
    }

    @Test
    void upwardImportIsFound() {
        String source = """
                package io.mullion.state;

                import io.mullion.batch.Batch;
                import io.mullion.runtime.Worker;
                """;

        assertEquals(
                List.of("Made.java:4: io.mullion.state mentions io.mullion.runtime.Worker:"
                        + " io.mullion.runtime is above it"),
                Layering.violations("Made.java", source));
    }

    @Test
    void everyFormOfMentionIsFound() {
        String source = """
                package io.mullion.memory;

                import static io.mullion.batch.Batch.EMPTY;
                import io.mullion.plan.*;

                class Made {
                    io.mullion.Engine engine; // io.mullion.Engine
                    String name = "io.mullion.window.Pane";
                }
                """;

        assertEquals(List.of(3, 4, 7, 8), lines(Layering.violations("Made.java", source)));
    }

    @Test
    void commentsAndTheLayersBelowAreNoMentions() {
        String source = """
                package io.mullion.runtime;

                import io.mullion.codegen.FilterKernel;
                import io.mullion.expr.Schema;
                import io.mullion.spec.Window;

                /// See [io.mullion.Engine], "io.mullion.Engine".
                class Made {
                    /* sun.misc.Unsafe,
                       jdk.internal.misc */
                    String address = "http://example.org"; // io.mullion.Engine
                    char quote = '"'; // "io.mullion.Engine"
                    String module = "open the package to io.mullion.engine";
                }
                """;

        assertEquals(List.of(), Layering.violations("Made.java", source));
    }

    @Test
    void doorsAreKept() {
        assertRefused("io.mullion.spec", "org.apache.arrow.vector.BigIntVector");
        assertRefused("io.mullion.ingest", "org.apache.arrow.memory.ArrowBuf");
        assertRefused("io.mullion.codegen", "org.apache.arrow.vector.BigIntVector");
        assertRefused("io.mullion.memory", "sun.misc.Unsafe");
        assertRefused("io.mullion.codegen", "jdk.internal.misc.Unsafe");
        assertRefused("io.mullion.batch", "jdk.incubator.vector.LongVector");
        assertRefused("io.mullion.expr", "jdk.incubator.vector.LongVector");
        assertRefused("io.mullion.expr", "io.mullion.routine.RawMemory");
        assertRefused("io.mullion.spec", "io.mullion.routine.RawMemory");
        assertRefused("io.mullion.codegen", "io.mullion.spec.Window");
        assertRefused("io.mullion", "io.micrometer.core.instrument.MeterRegistry");
        assertRefused("io.mullion", "io.mullion.metrics.JobMetrics");
        assertAllowed("io.mullion.metrics", "io.micrometer.core.instrument.MeterRegistry");
        assertAllowed("io.mullion.batch", "org.apache.arrow.vector.BigIntVector");
        assertAllowed("io.mullion.codegen", "jdk.incubator.vector.LongVector");
        assertAllowed("io.mullion.state", "io.mullion.routine.RawMemory");
    }

    @Test
    void packageOutsideOfTheTableIsFound() {
        List<String> violations = Layering.violations("Made.java", "package io.mullion.helpers;\n\nclass Made {}\n");

        assertEquals(List.of("Made.java:1: io.mullion.helpers is not in the table of layers"), violations);
    }

    private static void assertNone(String what, List<String> found) {
        assertTrue(found.isEmpty(), () -> what + ":\n" + String.join("\n", found));
    }

    private static void assertRefused(String owner, String mention) {
        assertEquals(List.of(3), lines(Layering.violations("Made.java", importing(owner, mention))), mention);
    }

    private static void assertAllowed(String owner, String mention) {
        assertEquals(List.of(), Layering.violations("Made.java", importing(owner, mention)));
    }

    private static String importing(String owner, String mention) {
        return "package " + owner + ";\n\nimport " + mention + ";\n";
    }

    private static List<Integer> lines(List<String> violations) {
        return violations.stream()
                .map(line -> Integer.valueOf(line.split(":")[1]))
                .toList();
    }

    private static List<Path> mainSources() {
        List<Path> sources = Stream.of("codegen", "engine", "bench", "examples")
                .flatMap(module -> sources(module).stream())
                .toList();
        assertTrue(sources.size() > 2, "hardly a source below " + root());
        return sources;
    }

    private static List<Path> sources(String module) {
        Path folder = root().resolve(module);
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> folder.relativize(file)
                            .toString()
                            .replace('\\', '/')
                            .contains("src/main/java/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lineCount(Path source) {
        return read(source).lines().count();
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String nameOf(Path source) {
        return root().relativize(source).toString();
    }

    /// The top of the project: tests start in the folder of their module, or of the project.
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("engine/core/pom.xml"))) {
            folder = folder.getParent();
            assertTrue(folder != null, "the tests run outside of the project");
        }
        return folder;
    }
}
