package io.mullion.codegen;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Equal nodes of expressions as one object each, so that they can be found by identity: the nodes are records, which
/// look at all of their inputs when they are compared, and that takes too long for large expressions.
final class EqualNodes {
    /// Where nodes that were seen went.
    private final Map<Typed, Typed> known = new IdentityHashMap<>();
    /// Their inputs are the one object of theirs, so comparing two takes no time.
    private final Map<Typed, Typed> one = new HashMap<>();

    /// The one node of those that are equal to this one. So are the inputs of it.
    Typed of(Typed node) {
        Typed found = known.get(node);
        if (found == null) {
            found = unify(node);
            known.put(node, found);
            known.put(found, found);
        }
        return found;
    }

    private Typed unify(Typed node) {
        List<Typed> inputs = node.inputs();
        int size = inputs.size();
        List<Typed> unified = new ArrayList<>(size);
        boolean same = true;
        for (int i = 0; i < size; i++) {
            Typed input = inputs.get(i);
            Typed found = of(input);
            unified.add(found);
            same &= input == found;
        }
        Typed own = same ? node : Typed.withInputs(node, unified);
        Typed first = one.putIfAbsent(own, own);
        return first == null ? own : first;
    }
}
