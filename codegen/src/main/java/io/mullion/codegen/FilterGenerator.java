package io.mullion.codegen;

import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.getInt;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.putInt;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.ExpressionException;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;

/// Generates [FilterKernel]s: a cascade. The conditions of a conjunction that have a vector form are asked of all rows
/// in one vector loop, the others of the rows that are left, in place.
final class FilterGenerator {
    private static final Code.Var OUT = new Code.Var("out", CD_long);

    private static final List<Code.Var> PARAMETERS = List.of(IN, ACTIVE, FROM, TO, OUT, PROGRESS);

    /// Loops behind the first one.
    private static final int MAX_CALLS = 300;

    private final Schema schema;
    private final Typed predicate;
    private final Conjunction conjunction;
    private final Target target;
    private final KernelClass kernel;
    private final List<List<Typed>> loops;
    private final List<List<Typed>> restLoops;
    private final RowParts parts;
    /// Null where the form has no vector loop.
    private final FilterVectors vectors;
    private final Forms<FilterKernel> forms;
    private final Rows form;

    /// @param forms of this kernel, by [Rows]
    /// @param form the one to generate
    FilterGenerator(Schema schema, Typed predicate, Object title, Target target, Forms<FilterKernel> forms, Rows form) {
        this.schema = schema;
        this.predicate = predicate;
        this.conjunction = Conjunction.of(predicate, target.vector());
        this.target = target;
        this.forms = forms;
        this.form = form;
        this.kernel = new KernelClass(FilterKernel.class, title);
        this.loops = Conjunction.loops(Typed.conjuncts(predicate));
        this.restLoops = Conjunction.loops(conjunction.rest());
        boolean vector = form == Rows.ALL && !conjunction.first().isEmpty();
        List<List<Typed>> all = new ArrayList<>(vector ? restLoops : loops);
        if (vector) {
            all.add(conjunction.first());
        }
        this.parts = RowParts.ofLoops(kernel, schema, target, all);
        this.vectors = vector ? new FilterVectors(schema, conjunction.first(), target, kernel, parts) : null;
    }

    Compiled<FilterKernel> generate() {
        build();
        long reserved = vectors == null ? 0 : vectors.reservedBytes();
        return kernel.define(FilterKernel.class, variant(), List.of(predicate), reserved, forms);
    }

    private String variant() {
        String reason = null;
        for (Typed condition : conjunction.rest()) {
            reason = VectorCode.first(reason, VectorCode.refusal(condition));
        }
        if (!target.vector() || conjunction.rest().isEmpty()) {
            return target.variant(null);
        }
        String known = reason == null ? "a condition behind one that may fail" : reason;
        return conjunction.first().isEmpty()
                ? target.variant(known)
                : target.variant(null) + ", plain over the rows left for " + known;
    }

    // return active == 0L
    //         ? filterAll(in, from, to, out, progress)
    //         : ((FilterKernel) this.forms.kernel(1)).filter(in, active, from, to, out, progress);
    KernelClass build() {
        kernel.open(
                "filter",
                CD_int,
                PARAMETERS,
                body -> body.give(new Code.Choose(isZero64(ACTIVE), filterOf(Rows.ALL), filterOf(Rows.SELECTED))));
        if (vectors == null) {
            rows("filter" + form.suffix, form);
        } else {
            vectors.generate();
            kernel.inner("filterAll", CD_int, Rows.ALL.parameters(OUT, PROGRESS), this::cascade);
            for (int loop = 0; loop < restLoops.size(); loop++) {
                rest("filterRest" + numbered(restLoops, loop), restLoops.get(loop), restLoops.size() > 1);
            }
        }
        return kernel;
    }

    private Code.Call filterOf(Rows rows) {
        return rows == form
                ? filter("filter" + rows.suffix, rows)
                : kernel.callForm(rows.ordinal(), "filter", CD_int, PARAMETERS);
    }

    private static final Code.Var LEFT = new Code.Var("left", CD_int);

    private Code.Call filter(String method, Rows rows) {
        return kernel.callInner(method, CD_int, rows.parameters(OUT, PROGRESS));
    }

    private static String numbered(List<List<Typed>> loops, int loop) {
        return loops.size() == 1 ? "" : String.valueOf(loop);
    }

    // int left = select(in, from, to, out, progress);
    // return filterRest(in, to, out, progress, left);      // or done(progress, to, left)
    private void cascade(Body body) {
        if (restLoops.size() > 1) {
            body.run(call(Types.OPS, "beginFilter", CD_void, PROGRESS));
        }
        Code.Var left = body.let("left", vectors.select(FROM, TO, OUT));
        if (restLoops.isEmpty()) {
            body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO, left));
        } else if (restLoops.size() == 1) {
            body.give(restOf("filterRest", left));
        } else {
            oneAfterAnother(body, "filterRest", 0, restLoops.size(), int64(0), left);
        }
    }

    // left = filterRest1(in, to, out, progress, left);
    // left = filterRest2(in, to, out, progress, left);
    // return finishFilter(progress, active, from, to, left);
    private void oneAfterAnother(Body body, String method, int first, int end, Code.Value active, Code.Var left) {
        if (end - first > MAX_CALLS) {
            throw new ExpressionException("a filter may have at most " + MAX_CALLS * Conjunction.PER_LOOP
                    + " conditions, not " + Typed.conjuncts(predicate).size());
        }
        for (int loop = first; loop < end; loop++) {
            body.assign(left, restOf(method + loop, left));
        }
        body.give(call(Types.OPS, "finishFilter", CD_int, PROGRESS, active, FROM, TO, left));
    }

    private Code.Call restOf(String method, Code.Var left) {
        return Values.invoke(kernel.self(), method, CD_int, IN, TO, OUT, PROGRESS, left);
    }

    // int selected = 0;
    // int i = 0;
    // while (i < left) {
    //     int row = getInt(out + 4L * i);
    //     putInt(out + 4L * selected, row);
    //     selected = selected + (pass ? 1 : 0);
    //     i = i + 1;
    // }
    // return done(progress, to, selected);                // or selected, where more conditions follow
    private void rest(String method, List<Typed> conditions, boolean several) {
        kernel.inner(method, CD_int, List.of(IN, TO, OUT, PROGRESS, LEFT), prologue -> {
            Body body = prologue.sibling();
            ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked());
            Code.Var selected = body.let("selected", int32(0));
            Code.Var i = body.let("i", int32(0));
            body.loop(test(i, Code.Relation.LT, LEFT), inside -> {
                Code.Var row = inside.let("row", getInt(at(OUT, 4, i)));
                select(inside, code(columns, row, selected), conditions, row, selected);
                inside.increment(i, 1);
            });
            body.give(several ? selected : call(Types.OPS, "done", CD_int, PROGRESS, TO, selected));
            prologue.append(body);
        });
    }

    // int selected = 0;
    // int i = from;
    // while (i < to) {
    //     putInt(out + 4L * selected, i);              // overwritten if the row does not pass: no branch to mispredict
    //     selected = selected + (pass ? 1 : 0);
    //     i = i + 1;
    // }
    // return done(progress, to, selected);
    private void rows(String method, Rows rows) {
        if (loops.size() == 1) {
            rows(method, rows, loops.getFirst(), false);
            return;
        }
        kernel.inner(method, CD_int, rows.parameters(OUT, PROGRESS), body -> {
            body.run(call(Types.OPS, "beginFilter", CD_void, PROGRESS));
            Code.Var left = body.let("left", filter(method + 0, rows));
            oneAfterAnother(body, "filter", 1, loops.size(), rows == Rows.ALL ? int64(0) : ACTIVE, left);
        });
        rows(method + 0, rows, loops.getFirst(), true);
        for (int loop = 1; loop < loops.size(); loop++) {
            rest("filter" + loop, loops.get(loop), true);
        }
    }

    private void rows(String method, Rows rows, List<Typed> conditions, boolean several) {
        kernel.inner(method, CD_int, rows.parameters(OUT, PROGRESS), prologue -> {
            Body body = prologue.sibling();
            ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked());
            Code.Var selected = body.let("selected", int32(0));
            Code.Var i = body.let("i", FROM);
            RowCode code = code(columns, several ? rows.row(i) : i, selected);
            rows.loop(body, i, (inside, row) -> select(inside, code, conditions, row, selected));
            body.give(several ? selected : call(Types.OPS, "done", CD_int, PROGRESS, TO, selected));
            prologue.append(body);
        });
    }

    /// @param at where a row that fails stops the call
    private RowCode code(ColumnCode columns, Code.Value at, Code.Var selected) {
        return new RowCode(
                columns,
                kernel,
                target,
                PROGRESS,
                (failed, failure) -> failed.give(call(Types.OPS, "fail", CD_int, PROGRESS, failure, at, selected)),
                parts);
    }

    private static void select(Body body, RowCode code, List<Typed> conditions, Code.Value row, Code.Var selected) {
        code.startRow(body, conditions, 0);
        Code.Value pass = Conjunction.holds(body, code, conditions, row);
        body.run(putInt(at(OUT, 4, selected), row));
        body.assign(selected, add(selected, new Code.Choose(pass, int32(1), int32(0))));
    }
}
