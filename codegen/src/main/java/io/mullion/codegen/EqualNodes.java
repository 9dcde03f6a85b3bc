package io.mullion.codegen;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Equal nodes of expressions as one object each, so that they can be found by identity: the nodes are records, which
/// look at all of their inputs when they are compared, and that takes too long for large expressions.
final class EqualNodes {
    private final Map<Typed, Typed> known = new IdentityHashMap<>();
    private final Map<Typed, Typed> byShape = new HashMap<>();
    private final Map<Typed, Typed> standIns = new IdentityHashMap<>();

    /// The one node that is equal to this one.
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
        List<Typed> inputs = new ArrayList<>();
        List<Typed> shallow = new ArrayList<>();
        boolean same = true;
        for (Typed input : node.inputs()) {
            Typed one = of(input);
            same &= one == input;
            inputs.add(one);
            shallow.add(standIns.computeIfAbsent(one, it -> new Typed.Constant((long) standIns.size(), it.type())));
        }
        Typed rebuilt = same ? node : Typed.withInputs(node, inputs);
        return byShape.computeIfAbsent(Typed.withInputs(node, shallow), _ -> rebuilt);
    }
}
