package io.mullion.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What micro-batch cases ask for that is not there: the one list of it. A line goes when its feature comes.
///
/// @param what the missing feature
/// @param asked whether a case needs it
record BatchPending(String what, Predicate<Case> asked) {
    private static final List<BatchPending> RULES = List.of(
            new BatchPending(
                    "save and restore: issue of checkpoints",
                    one -> one.has("stop_after_batches") || one.operation().equals("recovery")),
            new BatchPending(
                    "joins: issue of operations",
                    one -> uses(one, "join", "leftOuterJoin", "rightOuterJoin", "fullOuterJoin", "cogroup")));

    static Optional<String> of(Case one) {
        return RULES.stream()
                .filter(rule -> rule.asked.test(one))
                .map(BatchPending::what)
                .findFirst();
    }

    /// Whether one of these operations is in the pipeline, or in that of a side.
    private static boolean uses(Case one, String... operations) {
        Set<String> names = Set.of(operations);
        for (JsonNode op : one.params().findValues("op")) {
            if (names.contains(op.asText())) {
                return true;
            }
        }
        return names.contains(one.operation());
    }
}
