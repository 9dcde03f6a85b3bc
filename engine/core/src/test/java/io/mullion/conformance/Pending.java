package io.mullion.conformance;

import io.mullion.spec.MullionException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What cases ask for that is not there: the one list of it. A line goes when its feature comes.
///
/// @param what the missing feature
/// @param asked whether a case needs it
/// @param refusal part of the message with which the engine refuses it: a case is pending when it is refused so, and
/// has to be right as soon as it is not. Null where the question cannot even be put
record Pending(String what, Predicate<Case> asked, String refusal) {
    private static final List<Pending> RULES = List.of(inexpressible(
            "save and restore of joins: issue of checkpoints",
            one -> one.has("restart_before_batch") && one.operation().endsWith("join")));

    private static Pending inexpressible(String what, Predicate<Case> asked) {
        return new Pending(what, asked, null);
    }

    private static Pending refused(String what, Predicate<Case> asked, String refusal) {
        return new Pending(what, asked, refusal);
    }

    /// What a case asks for that no call of the API says.
    static Optional<Pending> inexpressible(Case one) {
        return RULES.stream()
                .filter(rule -> rule.refusal == null && rule.asked.test(one))
                .findFirst();
    }

    /// What a case asks for that the engine says it has not yet.
    static Optional<Pending> refused(Case one, MullionException refusal) {
        return refusal.reason() != MullionException.Reason.INVALID_PIPELINE
                ? Optional.empty()
                : RULES.stream()
                        .filter(rule -> rule.refusal != null
                                && rule.asked.test(one)
                                && refusal.getMessage().contains(rule.refusal))
                        .findFirst();
    }

    /// Those that some of these cases ask for, and get.
    ///
    /// @param refused what has been refused
    static List<String> there(List<Case> passed, Collection<Pending> refused) {
        return RULES.stream()
                .filter(rule -> rule.refusal != null && !refused.contains(rule))
                .filter(rule -> passed.stream().anyMatch(rule.asked))
                .map(Pending::what)
                .toList();
    }
}
