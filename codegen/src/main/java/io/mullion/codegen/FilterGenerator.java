package io.mullion.codegen;

import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.putInt;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.Schema;
import java.util.List;

/// Generates [FilterKernel]s.
final class FilterGenerator {
    private static final Code.Var OUT = new Code.Var("out", CD_long);

    private final Schema schema;
    private final Typed predicate;
    private final Target target;
    private final KernelClass kernel;
    private final RowParts parts;

    FilterGenerator(Schema schema, Typed predicate, String text, Target target) {
        this.schema = schema;
        this.predicate = predicate;
        this.target = target;
        this.kernel = new KernelClass(FilterKernel.class, text);
        this.parts = RowParts.of(kernel, schema, target, List.of(predicate));
    }

    // return active == 0L
    //         ? filterAll(in, from, to, out, progress)
    //         : filterSelected(in, active, from, to, out, progress);
    Compiled<FilterKernel> generate() {
        return build().define(FilterKernel.class, target.variant(VectorCode.form(predicate)), List.of(predicate), 0);
    }

    KernelClass build() {
        kernel.open(
                "filter",
                CD_int,
                List.of(IN, ACTIVE, FROM, TO, OUT, PROGRESS),
                body -> body.give(new Code.Choose(isZero64(ACTIVE), loopOf(Rows.ALL), loopOf(Rows.SELECTED))));
        for (Rows rows : Rows.values()) {
            kernel.inner("filter" + rows.suffix, CD_int, rows.parameters(OUT, PROGRESS), body -> loops(body, rows));
        }
        return kernel;
    }

    private Code.Call loopOf(Rows rows) {
        return kernel.callInner("filter" + rows.suffix, CD_int, rows.parameters(OUT, PROGRESS));
    }

    // int selected = 0;
    // int i = from;
    // (the vector loop)
    // while (i < to) {
    //     putInt(out + 4L * selected, i);                 // overwritten if the row does not pass: no branch to
    // mispredict
    //     selected = selected + (pass ? 1 : 0);
    //     i = i + 1;
    // }
    // return done(progress, to, selected);
    private void loops(Body prologue, Rows rows) {
        Body body = prologue.sibling();
        ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked());
        Code.Var selected = body.let("selected", int32(0));
        Code.Var i = body.let("i", FROM);
        if (rows == Rows.ALL && target.vector() && VectorCode.form(predicate) == null) {
            vectorLoop(prologue, body, columns, selected, i);
        }
        RowCode code = new RowCode(
                columns,
                kernel,
                target,
                PROGRESS,
                (failed, failure) -> failed.give(call(Types.OPS, "fail", CD_int, PROGRESS, failure, i, selected)),
                parts);
        rows.loop(body, i, (inside, row) -> {
            code.startRow(inside, List.of(predicate), 0);
            Code.Value pass = code.holds(inside, predicate, row);
            inside.run(putInt(at(OUT, 4, selected), row));
            inside.assign(selected, add(selected, new Code.Choose(pass, int32(1), int32(0))));
        });
        body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO, selected));
        prologue.append(body);
    }

    // while (i + 8 <= to) {
    //     VectorMask pass = ...;
    //     IntVector rows = lanes.add(i);
    //     rows.compress(pass.cast(SPECIES_256)).intoMemorySegment(EVERYTHING, out + 4L * selected, order);
    //     selected = selected + pass.trueCount();
    //     i = i + 8;
    // }
    private void vectorLoop(Body prologue, Body body, ColumnCode columns, Code.Var selected, Code.Var i) {
        VectorCode code = new VectorCode(prologue, columns, kernel, target.vectorBits());
        Code.Var lanes = prologue.let("rowNumbers", code.laneNumbers());
        code.loop(body, i, TO, inside -> {
            Code.Value pass = inside.hold("pass", code.holds(inside, predicate, i));
            code.storeSelected(inside, lanes, pass, i, at(OUT, 4, selected));
            inside.assign(selected, add(selected, code.trueCount(pass)));
        });
    }
}
