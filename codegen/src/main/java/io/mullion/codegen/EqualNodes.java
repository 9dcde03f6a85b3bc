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

    /// The one node of those that are equal to this one.
    Typed of(Typed node) {
        Typed found = known.get(node);
        if (found == null) {
            found = unify(node);
            known.put(node, found);
        }
        return found;
    }

    /// The inputs of a node, in order.
    List<Typed> inputs(Typed node) {
        List<Typed> inputs = new ArrayList<>();
        for (Typed input : node.inputs()) {
            inputs.add(of(input));
        }
        return inputs;
    }

    /// A node is known by what it is itself and by stand-ins of its inputs. It stays the object that it was: a copy
    /// would be compared with it part by part.
    private Typed unify(Typed node) {
        List<Typed> shallow = new ArrayList<>();
        for (Typed input : inputs(node)) {
            shallow.add(standIn(input));
        }
        Typed known = byShape.putIfAbsent(Typed.withInputs(node, shallow), node);
        return known == null ? node : known;
    }

    private Typed standIn(Typed input) {
        Typed known = standIns.get(input);
        if (known == null) {
            known = new Typed.Constant((long) standIns.size(), input.type());
            standIns.put(input, known);
        }
        return known;
    }
}
