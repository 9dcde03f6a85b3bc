package io.mullion.codegen;

import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.invoke;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The temporary columns of one vector loop: parts of its expressions (see [VectorPlan]) that are computed before it,
/// for a chunk of rows, into working memory, from where the loop loads them like columns.
///
/// A temporary column holds what is in the lanes: 8 bytes a row, or a bit for a bool, and a bit of validity where it
/// can be null. It holds as many rows as the vector loop takes of the chunk; the row loop that takes the rest computes
/// the parts itself.
final class Temporaries {
    /// Rows of a chunk: a few temporary columns stay in the first cache.
    static final int CHUNK_ROWS = 1024;

    /// Loops that one method calls: what the JIT compiles.
    private static final int MAX_CALLS = 200;

    /// What a driver does for the rows [`start`, `end`).
    interface Chunk {
        void call(Body body, Code.Value start, Code.Value end);
    }

    /// Where a temporary column lies, in bytes from the front of the working memory.
    ///
    /// @param validity -1 if it cannot be null
    record Column(int index, Typed expression, String method, long data, long validity) {
        boolean nullable() {
            return validity >= 0;
        }

        Column withoutNulls() {
            return new Column(index, expression, method, data, -1);
        }
    }

    private final EqualNodes nodes;
    private final Map<Typed, Column> columns = new IdentityHashMap<>();
    private final TemporaryLayout layout;

    private Temporaries(EqualNodes nodes, TemporaryLayout layout) {
        this.nodes = nodes;
        this.layout = layout;
    }

    /// Why no vector loop computes the expressions, all in one loop; null if one does, with temporary columns if need
    /// be.
    static String refusal(List<Typed> expressions) {
        boolean simple = true;
        for (Typed expression : expressions) {
            simple = simple && !expression.fallible() && VectorPlan.form(expression) == null;
        }
        return simple ? null : VectorPlan.of(expressions).refusal();
    }

    /// For a loop that needs none.
    static Temporaries none() {
        return new Temporaries(new EqualNodes(), TemporaryLayout.EMPTY);
    }

    /// Plans the temporary columns of a loop that is not refused, and adds the methods that compute them to the kernel.
    ///
    /// @param parts of the row loops of the kernel
    /// @param suffix behind the names of the methods
    /// @param nulls whether any nullable column has nulls in the rows of the loop
    static Temporaries of(
            KernelClass kernel,
            Schema schema,
            Target target,
            RowParts parts,
            List<Typed> expressions,
            String suffix,
            boolean nulls) {
        VectorPlan plan = VectorPlan.of(expressions);
        if (plan.refusal() != null) {
            throw new IllegalStateException("no vector loop: " + plan.refusal());
        }
        List<Typed> temporary = new ArrayList<>();
        for (VectorPlan.Part part : plan.parts()) {
            temporary.add(part.expression());
        }
        TemporaryLayout layout = TemporaryLayout.of(plan.nodes(), temporary, expressions, CHUNK_ROWS);
        Temporaries temporaries = new Temporaries(plan.nodes(), layout);
        for (int index = 0; index < temporary.size(); index++) {
            Column column = new Column(
                    index,
                    temporary.get(index),
                    "temporary" + index + suffix,
                    layout.data(index),
                    layout.validity(index));
            TemporaryLoop loop = new TemporaryLoop(kernel, schema, target, column, layout.bytes(), nulls);
            boolean nullable = plan.parts().get(index).byRows() ? loop.ofRows(parts) : loop.ofVectors(temporaries);
            temporaries.columns.put(column.expression(), nullable ? column : column.withoutNulls());
        }
        return temporaries;
    }

    boolean isEmpty() {
        return columns.isEmpty();
    }

    /// Bytes that they take at the front of the working memory, a multiple of 64.
    long bytes() {
        return layout.bytes();
    }

    EqualNodes nodes() {
        return nodes;
    }

    /// The column that holds the node, which is one of [#nodes]; or null.
    Column find(Typed node) {
        return columns.get(node);
    }

    // int start = from;
    // while (start < to) {
    //     int end = Math.min(start + 1024, to);
    //     temporary0All(in, start, end, progress);
    //     (content)
    //     start = end;
    // }
    /// Computes the temporary columns of each chunk before `content` is called for its rows; just calls it for all rows
    /// where there are none.
    void inChunks(KernelClass kernel, Body body, Code.Value from, Code.Value to, Chunk content) {
        if (isEmpty()) {
            content.call(body, from, to);
            return;
        }
        Code.Var start = body.let("start", from);
        body.loop(test(start, Code.Relation.LT, to), inside -> {
            Code.Var end =
                    inside.let("end", call(Types.of(Math.class), "min", CD_int, add(start, int32(CHUNK_ROWS)), to));
            List<String> methods = columns.values().stream()
                    .sorted(Comparator.comparingInt(Column::index))
                    .map(Column::method)
                    .toList();
            (methods.size() <= MAX_CALLS ? methods : grouped(kernel, methods))
                    .forEach(method -> inside.run(invoke(kernel.self(), method, CD_void, IN, start, end, PROGRESS)));
            content.call(inside, start, end);
            inside.assign(start, end);
        });
    }

    /// Methods that call so many of the methods each.
    private static List<String> grouped(KernelClass kernel, List<String> methods) {
        List<String> groups = new ArrayList<>();
        for (int first = 0; first < methods.size(); first += MAX_CALLS) {
            List<String> some = methods.subList(first, Math.min(first + MAX_CALLS, methods.size()));
            String group = "group_" + some.getFirst();
            kernel.inner(group, CD_void, List.of(IN, Rows.FROM, Rows.TO, PROGRESS), body -> {
                some.forEach(
                        method -> body.run(invoke(kernel.self(), method, CD_void, IN, Rows.FROM, Rows.TO, PROGRESS)));
                body.give(null);
            });
            groups.add(group);
        }
        return groups;
    }
}
