package io.mullion.codegen;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which parts of the expressions of one vector loop are computed before it, and whether the loop pays.
///
/// A part that has no vector form is computed by a loop over rows. A part of an expression whose vector code would
/// outgrow the JIT is computed by a vector loop of its own.
final class VectorPlan {
    /// Vector operations that one loop takes. Measured with 512 bits: in loops of 220 the JIT still makes instructions
    /// of all vectors, in one of 440 it makes objects; and from about 100 on, an operation takes more time the more
    /// there are, for want of registers.
    static final int OPERATIONS_PER_LOOP = 80;

    /// What may be used in several places of one loop, where expressions are too large for one loop: each use counts.
    private static final int MAX_REPEATED_OPERATIONS = 30;

    /// What a column of nulls, or a temporary one, costs to load.
    private static final int LOAD = 2;

    /// Operations in vectors that make up for the storing and loading of one temporary column.
    private static final int OPERATIONS_PER_ROW_PART = 2;

    /// @param byRows whether a row loop computes it
    record Part(Typed expression, boolean byRows) {}

    private enum How {
        VECTOR,
        ROWS,
        /// Neither: not a value of a lane.
        NOT
    }

    private final EqualNodes nodes;
    private final VectorForm form = new VectorForm();
    private final Map<Typed, How> how = new IdentityHashMap<>();
    private final Map<Typed, Integer> weights = new IdentityHashMap<>();
    private final Set<Typed> cut = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Part> parts = new ArrayList<>();
    private Set<Typed> repeated = Set.of();
    private final String refusal;

    private VectorPlan(EqualNodes nodes, List<Typed> expressions) {
        this.nodes = nodes;
        List<Typed> roots = roots(expressions);
        this.refusal = refused(roots);
        if (refusal == null) {
            if (Typed.anyLarger(roots, 2 * OPERATIONS_PER_LOOP)) {
                repeated = SharedParts.repeated(roots, MAX_REPEATED_OPERATIONS / 2);
            }
            fit(roots);
        }
    }

    /// The nodes of the expressions, each once.
    private List<Typed> roots(List<Typed> expressions) {
        Set<Typed> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Typed> roots = new ArrayList<>();
        for (Typed expression : expressions) {
            Typed root = nodes.of(expression);
            if (seen.add(root)) {
                roots.add(root);
            }
        }
        return roots;
    }

    static VectorPlan of(List<Typed> expressions) {
        return new VectorPlan(new EqualNodes(), expressions);
    }

    /// Why no vector loop computes the expressions; null if one does.
    String refusal() {
        return refusal;
    }

    /// What is computed before, in order: a part stands behind those that it needs.
    List<Part> parts() {
        return List.copyOf(parts);
    }

    EqualNodes nodes() {
        return nodes;
    }

    /// Why some part has no vector form; null if all have one.
    static String form(Typed expression) {
        return firstWithoutForm(expression, new VectorForm(), Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static String firstWithoutForm(Typed node, VectorForm form, Set<Typed> seen) {
        if (!seen.add(node)) {
            return null;
        }
        String reason = form.refusal(node);
        if (reason != null || needsNoValue(node)) {
            return reason;
        }
        for (Typed input : node.inputs()) {
            String inner = firstWithoutForm(input, form, seen);
            if (inner != null) {
                return inner;
            }
        }
        return null;
    }

    /// Validity of a column is all that it asks, which columns of all types have.
    private static boolean needsNoValue(Typed node) {
        return node instanceof Typed.IsNull it && it.input() instanceof Typed.Column;
    }

    private String refused(List<Typed> roots) {
        for (Typed root : roots) {
            if (root.fallible()) {
                return fallible(root);
            }
        }
        Set<Typed> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        int operations = 0;
        int rowParts = 0;
        List<Typed> open = new ArrayList<>(roots);
        String reason = null;
        while (!open.isEmpty()) {
            Typed node = open.removeLast();
            if (!seen.add(node)) {
                continue;
            }
            switch (how(node)) {
                case VECTOR -> {
                    operations += node.inputs().isEmpty() ? 0 : 1;
                    if (!needsNoValue(node)) {
                        open.addAll(node.inputs());
                    }
                }
                case ROWS -> {
                    rowParts++;
                    reason = reason == null ? form(node) : reason;
                }
                case NOT -> {
                    return form(node);
                }
            }
        }
        return operations >= OPERATIONS_PER_ROW_PART * rowParts ? null : reason;
    }

    /// The part that can fail.
    private static String fallible(Typed node) {
        for (Typed input : node.inputs()) {
            if (input.fallible()) {
                return fallible(input);
            }
        }
        String what = form(node);
        return what == null ? node.type() + " may fail" : what;
    }

    private How how(Typed node) {
        How known = how.get(node);
        if (known == null) {
            if (form.refusal(node) == null && (needsNoValue(node) || inputsHaveValues(node))) {
                known = How.VECTOR;
            } else {
                known = VectorForm.inLanes(node.type()) ? How.ROWS : How.NOT;
            }
            how.put(node, known);
        }
        return known;
    }

    private boolean inputsHaveValues(Typed node) {
        for (Typed input : node.inputs()) {
            if (how(input) == How.NOT) {
                return false;
            }
        }
        return true;
    }

    /// Cuts parts until what is left of all expressions fits into one loop.
    private void fit(List<Typed> roots) {
        int weight = 0;
        for (Typed root : roots) {
            weight += weigh(root);
        }
        if (weight <= OPERATIONS_PER_LOOP) {
            return;
        }
        List<Typed> largest = new ArrayList<>(roots);
        largest.sort((a, b) -> Integer.compare(weights.get(b), weights.get(a)));
        for (Typed root : largest) {
            if (weight > OPERATIONS_PER_LOOP && !cut.contains(root) && weights.get(root) > LOAD) {
                weight -= weights.get(root) - LOAD;
                cut(root, false);
            }
        }
    }

    /// Operations of the node in the loop that computes it, with all that is not cut off it.
    private int weigh(Typed node) {
        Integer known = weights.get(node);
        if (known != null) {
            return cut.contains(node) ? LOAD : known;
        }
        if (how(node) == How.ROWS) {
            cut(node, true);
            weights.put(node, LOAD);
            return LOAD;
        }
        int weight = own(node);
        List<Typed> inputs = needsNoValue(node) ? List.of() : node.inputs();
        for (Typed input : inputs) {
            weight += weigh(input);
        }
        while (weight > OPERATIONS_PER_LOOP) {
            Typed largest = null;
            for (Typed input : inputs) {
                if (!cut.contains(input) && (largest == null || weights.get(input) > weights.get(largest))) {
                    largest = input;
                }
            }
            if (largest == null || weights.get(largest) <= LOAD) {
                break;
            }
            weight -= weights.get(largest) - LOAD;
            cut(largest, false);
        }
        weights.put(node, weight);
        if (weight > MAX_REPEATED_OPERATIONS && repeated.contains(node)) {
            cut(node, false);
            return LOAD;
        }
        return weight;
    }

    private void cut(Typed node, boolean byRows) {
        cut.add(node);
        parts.add(new Part(node, byRows));
    }

    /// Operations of what is not yet in `seen`, where all has a vector form and nothing is cut.
    static int weight(Typed node, Set<Typed> seen) {
        if (!seen.add(node)) {
            return 0;
        }
        int weight = own(node);
        if (!needsNoValue(node)) {
            for (Typed input : node.inputs()) {
                weight += weight(input, seen);
            }
        }
        return weight;
    }

    private static int own(Typed node) {
        int nulls = node.nullable() ? 1 : 0;
        return switch (node) {
            case Typed.Column _ -> nulls;
            case Typed.Constant _ -> 0;
            case Typed.Convert _ -> 4;
            case Typed.Arithmetic it -> (it.type().byteWidth() == 4 ? 3 : 1) + nulls;
            case Typed.Unary it ->
                switch (it.op()) {
                    case NEGATE, ABS, SQRT -> 2;
                    case FLOOR, CEIL, ROUND -> 10;
                };
            case Typed.Comparison it ->
                (it.left().type().floating() && !RowComparison.number(it.right()) ? 5 : 2) + nulls;
            case Typed.Logic _ -> 1 + 5 * nulls;
            case Typed.Not _ -> 1;
            case Typed.IsNull _ -> 1;
            case Typed.Choose _ -> 2 + 3 * nulls;
            case Typed.Known _ -> 0;
            case Typed.Call _, Typed.Apply _ -> throw new IllegalStateException("no vector form: " + node);
        };
    }
}
