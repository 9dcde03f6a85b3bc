package io.mullion.codegen;

import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.bool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// A predicate as conditions that all have to be true, in two stages: what a vector loop asks of all rows, and what is
/// asked of the rows that are left, in the order in which it was written.
///
/// A condition that can fail, or calls a function of the user's, is asked just of the rows for which all conditions
/// written before it are true. So a condition moves to the first stage only if no such one stands before it; among each
/// other the conditions that cannot fail may be asked in any order.
record Conjunction(List<Typed> first, List<Typed> rest) {
    /// Conditions that one loop asks. Few rows are left for those behind.
    static final int PER_LOOP = 20;

    /// @param vector whether there are vector loops: the first stage is empty without
    static Conjunction of(Typed predicate, boolean vector) {
        List<Typed> conditions = Typed.conjuncts(predicate);
        List<Typed> movable = new ArrayList<>();
        for (Typed condition : conditions) {
            if (!vector || condition.fallible() || callsUser(condition)) {
                break;
            }
            movable.add(condition);
        }
        Set<Typed> first = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Typed condition : movable) {
            if (first.size() < PER_LOOP && VectorCode.form(condition) == null) {
                first.add(condition);
            }
        }
        if (first.isEmpty()) {
            // In parts at least: the others are temporary columns.
            for (Typed condition : movable) {
                if (first.size() < PER_LOOP && VectorCode.refusal(condition) == null) {
                    first.add(condition);
                }
            }
        }
        return new Conjunction(those(conditions, first, true), those(conditions, first, false));
    }

    /// The conditions that are, or are not, of the first stage, in order.
    private static List<Typed> those(List<Typed> conditions, Set<Typed> first, boolean included) {
        List<Typed> those = new ArrayList<>();
        for (Typed condition : conditions) {
            if (first.contains(condition) == included) {
                those.add(condition);
            }
        }
        return List.copyOf(those);
    }

    /// The conditions of each loop, in order.
    static List<List<Typed>> loops(List<Typed> conditions) {
        List<List<Typed>> loops = new ArrayList<>();
        for (int first = 0; first < conditions.size(); first += PER_LOOP) {
            loops.add(conditions.subList(first, Math.min(first + PER_LOOP, conditions.size())));
        }
        return loops;
    }

    private static boolean callsUser(Typed condition) {
        Set<Typed> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Typed> open = new ArrayList<>(List.of(condition));
        while (!open.isEmpty()) {
            Typed node = open.removeLast();
            if (node instanceof Typed.Apply) {
                return true;
            }
            if (seen.add(node)) {
                open.addAll(node.inputs());
            }
        }
        return false;
    }

    // boolean pass = price > 100.0 & quantityValid & quantity < 50;
    // if (pass) { pass = TextFunctions.like(..); }
    /// Whether all conditions are true for a row. What costs or can fail is asked only if all before it are.
    static Code.Value holds(Body body, RowCode code, List<Typed> conditions, Code.Value row) {
        Code.Value cheap = null;
        Code.Var pass = null;
        for (Typed condition : conditions) {
            boolean costly = condition.fallible() || condition.calls();
            if (pass == null && (!costly || cheap == null)) {
                Code.Value holds = code.holds(body, condition, row);
                cheap = cheap == null ? holds : and(cheap, holds);
            } else {
                pass = pass == null ? body.let("pass", cheap) : pass;
                Code.Var result = pass;
                body.when(result, inside -> inside.assign(result, code.holds(inside, condition, row)));
            }
        }
        return pass != null ? pass : cheap == null ? bool(true) : cheap;
    }
}
