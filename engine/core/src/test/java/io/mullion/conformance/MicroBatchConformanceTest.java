package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.mullion.spec.MullionException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Micro-batches against what the test suites of Spark Streaming laid down: each case is a test under its own name.
/// `-Dmullion.conformance.dir=DIR` runs the cases of another folder.
@Tag("checked")
class MicroBatchConformanceTest {
    private int passed;

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        List<Case> cases = Case.microBatches();
        return Stream.concat(
                cases.stream().map(one -> dynamicTest(one.id(), () -> run(one))),
                Stream.of(dynamicTest("summary", () -> summary(cases.size()))));
    }

    private void run(Case one) throws InterruptedException {
        try {
            check(one, true);
            if (!BatchTrial.needsToBeAsked(one)) {
                check(one, false);
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(one + "\n" + e.getMessage(), e);
        }
        passed++;
    }

    /// @param asked whether the engine asks for the batches; else producers offer their rows
    private static void check(Case one, boolean asked) throws InterruptedException {
        if (one.refused()) {
            assertThrows(MullionException.class, () -> BatchTrial.run(one, asked), "accepted");
            return;
        }
        List<List<JsonNode>> came = Set.of("socketTextStream", "fileStream").contains(one.operation())
                ? BatchDoors.run(one)
                : BatchTrial.run(one, asked);
        String compared = one.json().path("source_compare").asText();
        if (compared.equals("flattened")) {
            assertEquals(
                    text(one, one.expected()),
                    text(one, came.stream().flatMap(List::stream).toList()));
            return;
        }
        assertBatches(one, one.json().get("expected"), came);
    }

    /// @param expected a list of records for each batch
    static void assertBatches(Case one, JsonNode expected, List<List<JsonNode>> came) {
        assertEquals(text(one, Case.list(expected).stream().map(Case::list)), text(one, came.stream()));
    }

    private static String text(Case one, Stream<List<JsonNode>> batches) {
        List<String> lines = batches.map(batch -> text(one, batch)).toList();
        return String.join("\n", lines);
    }

    /// In an order of their own where the case asserts none; so do the values of a key.
    private static String text(Case one, List<JsonNode> records) {
        Stream<String> texts = records.stream().map(record -> text(one, record));
        return (one.ordered() ? texts : texts.sorted()).toList().toString();
    }

    private static String text(Case one, JsonNode value) {
        if (one.ordered()
                || !value.isArray()
                || value.size() != 2
                || !value.get(1).isArray()) {
            return value.toString();
        }
        List<String> elements = Case.list(value.get(1)).stream()
                .map(JsonNode::toString)
                .sorted()
                .toList();
        return "[" + value.get(0) + "," + elements + "]";
    }

    private void summary(int cases) {
        System.out.println(
                "micro-batch conformance: " + cases + " cases, " + passed + " pass, " + (cases - passed) + " fail");
        assertEquals(cases, passed, "cases that pass");
    }
}
