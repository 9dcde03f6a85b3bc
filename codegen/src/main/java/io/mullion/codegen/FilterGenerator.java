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
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.putInt;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.Schema;
import java.util.List;

/// Generates [FilterKernel]s: a cascade. The conditions of a conjunction that have a vector form are asked of all rows
/// in one vector loop, the others of the rows that are left, in place.
final class FilterGenerator {
    private static final Code.Var OUT = new Code.Var("out", CD_long);

    private final Schema schema;
    private final Typed predicate;
    private final Conjunction conjunction;
    private final Target target;
    private final KernelClass kernel;
    private final RowParts parts;
    private final FilterVectors vectors;

    FilterGenerator(Schema schema, Typed predicate, String text, Target target) {
        this.schema = schema;
        this.predicate = predicate;
        this.conjunction = Conjunction.of(predicate, target.vector());
        this.target = target;
        this.kernel = new KernelClass(FilterKernel.class, text);
        this.parts = RowParts.of(kernel, schema, target, Typed.conjuncts(predicate));
        this.vectors = conjunction.first().isEmpty()
                ? null
                : new FilterVectors(schema, conjunction.first(), target, kernel, parts);
    }

    Compiled<FilterKernel> generate() {
        build();
        long reserved = vectors == null ? 0 : vectors.reservedBytes();
        return kernel.define(FilterKernel.class, variant(), List.of(predicate), reserved);
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
    //         : filterSelected(in, active, from, to, out, progress);
    KernelClass build() {
        kernel.open(
                "filter",
                CD_int,
                List.of(IN, ACTIVE, FROM, TO, OUT, PROGRESS),
                body -> body.give(new Code.Choose(
                        isZero64(ACTIVE), filter("filterAll", Rows.ALL), filter("filterSelected", Rows.SELECTED))));
        if (vectors == null) {
            rows("filterAll", Rows.ALL);
        } else {
            vectors.generate();
            kernel.inner("filterAll", CD_int, Rows.ALL.parameters(OUT, PROGRESS), this::cascade);
            if (!conjunction.rest().isEmpty()) {
                kernel.inner("filterRest", CD_int, List.of(IN, TO, OUT, PROGRESS, LEFT), this::rest);
            }
        }
        rows("filterSelected", Rows.SELECTED);
        return kernel;
    }

    private static final Code.Var LEFT = new Code.Var("left", CD_int);

    private Code.Call filter(String method, Rows rows) {
        return kernel.callInner(method, CD_int, rows.parameters(OUT, PROGRESS));
    }

    // int left = select(in, from, to, out, progress);
    // return filterRest(in, to, out, progress, left);      // or done(progress, to, left)
    private void cascade(Body body) {
        Code.Var left = body.let("left", vectors.select(FROM, TO, OUT));
        body.give(
                conjunction.rest().isEmpty()
                        ? call(Types.OPS, "done", CD_int, PROGRESS, TO, left)
                        : Values.invoke(kernel.self(), "filterRest", CD_int, IN, TO, OUT, PROGRESS, left));
    }

    // int selected = 0;
    // int i = 0;
    // while (i < left) {
    //     int row = getInt(out + 4L * i);
    //     putInt(out + 4L * selected, row);
    //     selected = selected + (pass ? 1 : 0);
    //     i = i + 1;
    // }
    // return done(progress, to, selected);
    private void rest(Body prologue) {
        Body body = prologue.sibling();
        ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked());
        Code.Var selected = body.let("selected", int32(0));
        Code.Var i = body.let("i", int32(0));
        body.loop(test(i, Code.Relation.LT, LEFT), inside -> {
            Code.Var row = inside.let("row", getInt(at(OUT, 4, i)));
            select(inside, code(columns, row, selected), conjunction.rest(), row, selected);
            inside.increment(i, 1);
        });
        body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO, selected));
        prologue.append(body);
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
        kernel.inner(method, CD_int, rows.parameters(OUT, PROGRESS), prologue -> {
            Body body = prologue.sibling();
            ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked());
            Code.Var selected = body.let("selected", int32(0));
            Code.Var i = body.let("i", FROM);
            RowCode code = code(columns, i, selected);
            rows.loop(body, i, (inside, row) -> select(inside, code, Typed.conjuncts(predicate), row, selected));
            body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO, selected));
            prologue.append(body);
        });
    }

    /// @param at where a row that fails stops the call
    private RowCode code(ColumnCode columns, Code.Var at, Code.Var selected) {
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
