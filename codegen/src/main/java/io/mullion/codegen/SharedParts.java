package io.mullion.codegen;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// What both branches of a choice compute. It is computed before them: code in one branch is not seen by the other, and
/// nested choices over the same values, of which `least` is made, would grow exponentially.
final class SharedParts {
    /// Nodes of a branch that are looked at: choices share what stands near their top.
    private static final int NODES = 64;

    private SharedParts() {}

    /// The largest parts that both have, as far as they cannot fail.
    static List<Typed> of(Typed one, Typed other) {
        Set<Typed> parts = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(one, parts);
        List<Typed> shared = new ArrayList<>();
        find(other, parts, shared, Collections.newSetFromMap(new IdentityHashMap<>()));
        return shared;
    }

    /// Whether a part of more than `nodes` nodes is used in more than one place.
    static boolean among(List<Typed> expressions, int nodes) {
        return !repeated(expressions, nodes).isEmpty();
    }

    /// The parts of more than `nodes` nodes that are used in more than one place.
    static Set<Typed> repeated(List<Typed> expressions, int nodes) {
        Set<Typed> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Typed> repeated = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Typed> open = new ArrayDeque<>();
        for (Typed expression : expressions) {
            open.addLast(expression);
        }
        while (!open.isEmpty()) {
            Typed node = open.pop();
            if (node.facts().nodes() > nodes) {
                if (seen.add(node)) {
                    for (Typed input : node.inputs()) {
                        open.push(input);
                    }
                } else {
                    repeated.add(node);
                }
            }
        }
        return repeated;
    }

    private static void collect(Typed node, Set<Typed> parts) {
        if (parts.size() < NODES && !node.inputs().isEmpty() && parts.add(node)) {
            asked(node).forEach(input -> collect(input, parts));
        }
    }

    private static void find(Typed node, Set<Typed> parts, List<Typed> shared, Set<Typed> seen) {
        if (seen.size() >= NODES || node.inputs().isEmpty() || !seen.add(node)) {
            return;
        }
        if (parts.contains(node) && !node.fallible()) {
            shared.add(node);
        } else {
            asked(node).forEach(input -> find(input, parts, shared, seen));
        }
    }

    /// The inputs that are asked for every row for which the node is: a function of the user's behind another condition
    /// must not be called for rows that do not fulfil it.
    private static List<Typed> asked(Typed node) {
        return switch (node) {
            case Typed.Choose it -> List.of(it.condition());
            case Typed.Logic it -> List.of(it.left());
            default -> node.inputs();
        };
    }
}
