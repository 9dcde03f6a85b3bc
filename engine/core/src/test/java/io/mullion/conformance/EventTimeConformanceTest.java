package io.mullion.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.mullion.spec.MullionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Windows, watermarks and lateness against what the test suites of Spark, Flink, Beam and Jet laid down: each case is
/// a test under its own name. `-Dmullion.conformance.dir=DIR` runs the cases of another folder.
@Tag("checked")
class EventTimeConformanceTest {
    private final Map<String, List<String>> different = new TreeMap<>();
    private final List<Case> passed = new ArrayList<>();

    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        List<Case> cases = Case.eventTime();
        return Stream.concat(
                cases.stream().map(one -> dynamicTest(one.id(), () -> run(one))),
                Stream.of(dynamicTest("summary", () -> summary(cases.size()))));
    }

    private void run(Case one) throws InterruptedException {
        List<String> changes;
        try {
            changes = check(one);
        } catch (MullionException refusal) {
            throw new AssertionError(one.toString(), refusal);
        } catch (AssertionError e) {
            throw new AssertionError(one + "\n" + e.getMessage(), e);
        }
        passed.add(one);
        changes.forEach(reason ->
                different.computeIfAbsent(reason, _ -> new ArrayList<>()).add(one.id()));
    }

    /// Returns where our answer is another one by design. What is to be refused, and is not by design, is accepted.
    private static List<String> check(Case one) throws InterruptedException {
        if (JoinTrial.translates(one)) {
            return JoinTrial.check(one);
        }
        if (DuplicatesTrial.translates(one)) {
            return DuplicatesTrial.check(one);
        }
        if (WatermarkTrial.translates(one)) {
            return WatermarkTrial.check(one);
        }
        List<Difference> differences = Difference.of(one);
        if (one.refused() && differences.isEmpty()) {
            checkRefused(one);
            return List.of();
        }
        Trial trial = Trial.of(one);
        Trial ours = trial;
        List<String> changes = new ArrayList<>();
        for (Difference difference : differences) {
            Trial changed = difference.change(one, ours);
            if (one.refused() || !changed.equals(ours)) {
                changes.add(difference.reason);
                difference.checkOurs(ours);
            }
            ours = changed;
        }
        ours.run();
        return changes;
    }

    private static void checkRefused(Case one) {
        MullionException refusal = assertThrows(
                MullionException.class, () -> Outcome.of(Trial.of(one).question()), "accepted");
        assertEquals(MullionException.Reason.INVALID_PIPELINE, refusal.reason());
    }

    /// How many cases ran, and where our answer is another one.
    private void summary(int cases) {
        System.out.println("conformance: " + cases + " cases, " + passed.size() + " pass");
        different.forEach((why, ids) -> System.out.println("  by design, " + why + ": " + ids.size() + " " + ids));
        assertEquals(cases, passed.size(), "cases that pass");
    }
}
