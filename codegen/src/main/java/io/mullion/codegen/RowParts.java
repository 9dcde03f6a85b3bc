package io.mullion.codegen;

import static io.mullion.codegen.Values.int32;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.Schema;
import io.mullion.routine.Scratch;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The parts of large expressions that row code computes in methods of their own, because HotSpot compiles no method
/// beyond 8,000 bytes. Such a method answers as a routine does: it returns the first word and leaves the second one,
/// validity and failure in the [Scratch].
///
/// Where an expression uses a large part of itself more than once, several methods need it; it is computed once a row
/// all the same, because methods keep what they have in the [Scratch]. Without that the time would double with each
/// level.
final class RowParts {
    /// What one method takes, in weights of nodes: some 3,000 bytes of code.
    private static final int WEIGHT_PER_METHOD = 150;
    /// What may stand in a method several times, where expressions are too large for one method.
    private static final int MAX_REPEATED_WEIGHT = 50;

    /// Nodes that may be computed again.
    private static final int SMALL_NODES = 10;

    private static final Code.Var IN = Rows.IN;
    private static final Code.Var ROW = new Code.Var("row", CD_int);

    private final KernelClass kernel;
    private final Schema schema;
    private final Target target;
    private final Map<Typed, String> methods;

    private final boolean shared;
    private final boolean within;
    private Set<Typed> repeated = Set.of();

    private RowParts(
            KernelClass kernel,
            Schema schema,
            Target target,
            Map<Typed, String> methods,
            boolean shared,
            boolean within) {
        this.kernel = kernel;
        this.schema = schema;
        this.target = target;
        this.methods = methods;
        this.shared = shared;
        this.within = within;
    }

    static RowParts none() {
        return new RowParts(null, null, null, Map.of(), false, false);
    }

    /// Cuts the expressions and adds the methods of their parts to the kernel, once for all loops of it.
    ///
    /// @param expressions each has a loop of its own
    static RowParts of(KernelClass kernel, Schema schema, Target target, List<Typed> expressions) {
        List<List<Typed>> loops = new ArrayList<>(expressions.size());
        for (Typed expression : expressions) {
            loops.add(List.of(expression));
        }
        return ofLoops(kernel, schema, target, loops);
    }

    /// Cuts the expressions of loops that compute several each.
    static RowParts ofLoops(KernelClass kernel, Schema schema, Target target, List<List<Typed>> loops) {
        List<Typed> expressions = new ArrayList<>();
        for (List<Typed> loop : loops) {
            expressions.addAll(loop);
        }
        boolean shared = SharedParts.among(expressions, SMALL_NODES);
        RowParts parts = new RowParts(kernel, schema, target, new LinkedHashMap<>(), shared, false);
        Map<Typed, Integer> weights = new IdentityHashMap<>();
        if (shared && Typed.anyLarger(expressions, WEIGHT_PER_METHOD)) {
            parts.repeated = SharedParts.repeated(expressions, SMALL_NODES);
        }
        for (List<Typed> loop : loops) {
            int weight = 0;
            for (Typed expression : loop) {
                weight += parts.weigh(expression, weights);
            }
            if (loop.size() > 1) {
                parts.cutInputs(loop, weight, weights);
            }
        }
        return parts;
    }

    boolean has(Typed typed) {
        return methods.containsKey(typed);
    }

    /// Before a call from outside of the parts: what they know is of another row.
    void begin(Body body, Code.Value scratch) {
        if (shared && !within) {
            body.run(Values.invoke(scratch, "nextRound", CD_void));
        }
    }

    /// `part0(in, row, progress)`
    Code.Value call(Typed typed, Code.Value row) {
        return Values.invoke(
                kernel.self(), methods.get(typed), Words.of(typed.type()).getFirst(), IN, row, Rows.PROGRESS);
    }

    /// How many nodes of the expression are left in the method that computes it. Where they would be too many, those
    /// of its inputs become parts, the largest first.
    private int weigh(Typed typed, Map<Typed, Integer> weights) {
        Integer known = weights.get(typed);
        if (known != null) {
            return has(typed) ? 1 : known;
        }
        List<Typed> inputs = typed.inputs();
        int weight = own(typed);
        for (Typed input : inputs) {
            weight += weigh(input, weights);
        }
        weight = cutInputs(inputs, weight, weights);
        weights.put(typed, weight);
        if (weight > MAX_REPEATED_WEIGHT && repeated.contains(typed)) {
            cut(typed);
            return 1;
        }
        return weight;
    }

    /// @param weight of the method that computes the inputs
    /// @return what is left of it
    private int cutInputs(List<Typed> inputs, int weight, Map<Typed, Integer> weights) {
        int left = weight;
        while (left > WEIGHT_PER_METHOD) {
            Typed largest = null;
            for (Typed input : inputs) {
                int mine = has(input) ? 1 : weights.get(input);
                if (mine > 1 && (largest == null || mine > weights.get(largest))) {
                    largest = input;
                }
            }
            if (largest == null) {
                break;
            }
            left -= weights.get(largest) - 1;
            cut(largest);
        }
        return left;
    }

    /// About ten bytes of code each.
    private static int own(Typed typed) {
        return switch (typed) {
            case Typed.Call _, Typed.Apply _ -> 6;
            case Typed.Choose _ -> 4;
            case Typed.Logic _, Typed.Comparison _ -> 2;
            case Typed.Column _,
                    Typed.Constant _,
                    Typed.Convert _,
                    Typed.Arithmetic _,
                    Typed.Unary _,
                    Typed.Not _,
                    Typed.IsNull _,
                    Typed.Known _ -> 1;
        };
    }

    // private long part0(ColumnAddresses in, int row, Progress progress) {
    //     if (scratch.knows(0)) { return scratch.recall(0); }    // where an expression shares parts
    //     (the expression)
    //     scratch.second = ...;
    //     scratch.valid = ...;
    //     scratch.remember(0, ...);
    //     return ...;
    // }
    private void cut(Typed typed) {
        if (has(typed)) {
            return;
        }
        int part = methods.size();
        String method = "part" + part;
        ClassDesc word = Words.of(typed.type()).getFirst();
        kernel.inner(method, word, List.of(IN, ROW, Rows.PROGRESS), prologue -> {
            Body body = prologue.sibling();
            ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked());
            Code.Value scratch = columns.scratch(Rows.PROGRESS);
            Code.Value nothing = Words.nothing(word);
            if (shared) {
                prologue.when(
                        Values.invoke(scratch, "knows", CD_boolean, int32(part)),
                        known -> known.give(fromBits(word, Values.invoke(scratch, "recall", CD_long, int32(part)))));
            }
            RowCode code = new RowCode(
                    columns,
                    kernel,
                    target,
                    Rows.PROGRESS,
                    (failed, failure) -> {
                        failed.put(scratch, "failure", failure);
                        failed.give(nothing);
                    },
                    new RowParts(kernel, schema, target, methods, shared, true));
            RowCode.Cell cell = code.cell(body, typed, ROW);
            if (cell.words().size() > 1) {
                Code.Value second = cell.second();
                body.put(scratch, "second", second.type().equals(CD_int) ? Values.widen(second) : second);
            }
            if (typed.nullable()) {
                body.put(scratch, "valid", cell.valid() == null ? Values.bool(true) : cell.valid());
            }
            Code.Value first = cell.value();
            if (shared) {
                first = body.hold("first", first);
                body.run(Values.invoke(scratch, "remember", CD_void, int32(part), toBits(first)));
            }
            body.give(first);
            prologue.append(body);
        });
        methods.put(typed, method);
    }

    private static Code.Value toBits(Code.Value word) {
        return switch (word.type().descriptorString()) {
            case "Z" -> Values.widen(new Code.Choose(word, int32(1), int32(0)));
            case "I" -> Values.widen(word);
            case "J" -> word;
            case "F" -> Values.widen(Values.call(Types.of(Float.class), "floatToRawIntBits", CD_int, word));
            case "D" -> Values.call(Types.of(Double.class), "doubleToRawLongBits", CD_long, word);
            default -> throw new IllegalStateException("no word: " + word);
        };
    }

    private static Code.Value fromBits(ClassDesc word, Code.Value bits) {
        return switch (word.descriptorString()) {
            case "Z" -> Values.not(Values.isZero64(bits));
            case "I" -> new Code.Cast(CD_int, bits);
            case "J" -> bits;
            case "F" -> Values.call(Types.of(Float.class), "intBitsToFloat", CD_float, new Code.Cast(CD_int, bits));
            case "D" -> Values.call(Types.of(Double.class), "longBitsToDouble", CD_double, bits);
            default -> throw new IllegalStateException("no word: " + word.displayName());
        };
    }
}
