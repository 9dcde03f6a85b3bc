package io.mullion.conformance;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What micro-batch cases ask for that is not there: the one list of it. A line goes when its feature comes.
///
/// @param what the missing feature
/// @param asked whether a case needs it
record BatchPending(String what, Predicate<Case> asked) {
    private static final List<BatchPending> RULES = List.of(new BatchPending(
            "save and restore: issue of checkpoints",
            one -> one.has("stop_after_batches") || one.operation().equals("recovery")));

    static Optional<String> of(Case one) {
        return RULES.stream()
                .filter(rule -> rule.asked.test(one))
                .map(BatchPending::what)
                .findFirst();
    }
}
