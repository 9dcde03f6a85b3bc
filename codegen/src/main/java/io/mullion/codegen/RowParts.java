package io.mullion.codegen;

import static java.lang.constant.ConstantDescs.CD_int;

import io.mullion.expr.Schema;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parts of large expressions that row code computes in methods of their own, because HotSpot compiles no method
/// beyond 8,000 bytes. Such a method answers as a routine does: it returns the first word and leaves the second one,
/// validity and failure in the [Scratch].
final class RowParts {
    /// Nodes of an expression that one method takes.
    private static final int NODES_PER_METHOD = 150;
    private static final Code.Var IN = Rows.IN;
    private static final Code.Var ROW = new Code.Var("row", CD_int);

    private final KernelClass kernel;
    private final Schema schema;
    private final Target target;
    private final Map<Typed, String> methods = new LinkedHashMap<>();

    private RowParts(KernelClass kernel, Schema schema, Target target) {
        this.kernel = kernel;
        this.schema = schema;
        this.target = target;
    }

    static RowParts none() {
        return new RowParts(null, null, null);
    }

    /// Cuts the expressions and adds the methods of their parts to the kernel, once for all loops of it.
    static RowParts of(KernelClass kernel, Schema schema, Target target, List<Typed> expressions) {
        RowParts parts = new RowParts(kernel, schema, target);
        Map<Typed, Integer> weights = new IdentityHashMap<>();
        expressions.forEach(expression -> parts.weigh(expression, weights));
        return parts;
    }

    boolean has(Typed typed) {
        return methods.containsKey(typed);
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
        int weight = 1;
        for (Typed input : inputs) {
            weight += weigh(input, weights);
        }
        while (weight > NODES_PER_METHOD) {
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
            weight -= weights.get(largest) - 1;
            cut(largest);
        }
        weights.put(typed, weight);
        return weight;
    }

    // private long part0(ColumnAddresses in, int row, Progress progress) {
    //     (the expression)
    //     scratch.second = ...;
    //     scratch.valid = ...;
    //     return ...;
    // }
    private void cut(Typed typed) {
        if (has(typed)) {
            return;
        }
        String method = "part" + methods.size();
        kernel.inner(method, Words.of(typed.type()).getFirst(), List.of(IN, ROW, Rows.PROGRESS), prologue -> {
            Body body = prologue.sibling();
            ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked());
            Code.Value scratch = columns.scratch(Rows.PROGRESS);
            Code.Value nothing = Words.nothing(Words.of(typed.type()).getFirst());
            RowCode code = new RowCode(
                    columns,
                    kernel,
                    target,
                    Rows.PROGRESS,
                    (failed, failure) -> {
                        failed.put(scratch, "failure", failure);
                        failed.give(nothing);
                    },
                    this);
            RowCode.Cell cell = code.cell(body, typed, ROW);
            if (cell.words().size() > 1) {
                Code.Value second = cell.second();
                body.put(scratch, "second", second.type().equals(CD_int) ? Values.widen(second) : second);
            }
            if (typed.nullable()) {
                body.put(scratch, "valid", cell.valid() == null ? Values.bool(true) : cell.valid());
            }
            body.give(cell.value());
            prologue.append(body);
        });
        methods.put(typed, method);
    }
}
