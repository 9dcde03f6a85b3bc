package io.mullion.codegen;

import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import java.util.List;

/// A projection of all rows by vector loops, or by row loops alone: nothing but [VectorCode] and [Temporaries] decides
/// how it goes. One loop computes some neighbouring columns. `active` is 0 for all loops, or the number of one from 1.
final class LaneProjection {
    private static final Code.Var OUT = new Code.Var("out", Types.COLUMNS);
    private static final Code.Var FIRST = new Code.Var("first", CD_int);

    private final Schema in;
    private final Schema out;
    private final List<Typed> expressions;
    private final Target target;
    private final boolean nulls;
    private final int columnsPerLoop;
    private final KernelClass kernel;
    private final RowParts parts;
    private long scratchBytes;

    private LaneProjection(
            Target target, Schema in, Schema out, List<Typed> expressions, boolean nulls, int columnsPerLoop) {
        this.columnsPerLoop = columnsPerLoop;
        this.in = in;
        this.out = out;
        this.expressions = expressions;
        this.target = target;
        this.nulls = nulls;
        this.kernel = new KernelClass(ProjectKernel.class, "lanes " + out);
        this.parts = RowParts.of(kernel, in, target, expressions);
    }

    static Compiled<ProjectKernel> of(
            Target target, Schema in, Schema out, List<Typed> expressions, boolean nulls, int columnsPerLoop) {
        return new LaneProjection(target, in, out, expressions, nulls, columnsPerLoop).generate();
    }

    private Compiled<ProjectKernel> generate() {
        int loops = Math.ceilDiv(expressions.size(), columnsPerLoop);
        for (int loop = 0; loop < loops; loop++) {
            generate(loop);
        }
        kernel.open("project", CD_int, List.of(IN, ACTIVE, FROM, TO, OUT, PROGRESS), body -> {
            for (int loop = 0; loop < loops; loop++) {
                Code.Call call = kernel.callInner("loop" + loop, CD_void, List.of(IN, FROM, TO, OUT, PROGRESS));
                Code.Value chosen = test(ACTIVE, Code.Relation.EQ, int64(loop + 1));
                body.when(new Code.Logic(false, isZero64(ACTIVE), chosen), asked -> asked.run(call));
            }
            body.give(subtract(TO, FROM));
        });
        return kernel.define(ProjectKernel.class, target.variant(null), expressions, scratchBytes, null);
    }

    private void generate(int loop) {
        int first = loop * columnsPerLoop;
        int last = Math.min(first + columnsPerLoop, expressions.size());
        List<Typed> mine = expressions.subList(first, last);
        Temporaries temporaries = target.vector()
                ? Temporaries.of(kernel, in, target, parts, mine, "Of" + loop, nulls)
                : Temporaries.none();
        scratchBytes = Math.max(scratchBytes, temporaries.bytes());
        kernel.inner("loop" + loop, CD_void, List.of(IN, FROM, TO, OUT, PROGRESS), body -> {
            temporaries.inChunks(
                    kernel,
                    body,
                    FROM,
                    TO,
                    (inside, start, end) -> inside.run(Values.invoke(
                            kernel.self(), "lanes" + loop, CD_void, IN, start, end, OUT, PROGRESS, FROM)));
            body.give(null);
        });
        kernel.inner("lanes" + loop, CD_void, List.of(IN, FROM, TO, OUT, PROGRESS, FIRST), prologue -> {
            Body body = prologue.sibling();
            ColumnCode columns = new ColumnCode(prologue, IN, in, target.checked(), nulls);
            ColumnCode outputs = new ColumnCode(prologue, OUT, out, target.checked());
            Code.Var i = body.let("i", FROM);
            if (target.vector()) {
                VectorCode code = new VectorCode(prologue, columns, kernel, target.vectorBits(), temporaries);
                code.loop(body, i, TO, inside -> {
                    for (int column = first; column < last; column++) {
                        store(inside, outputs, code, column, i);
                    }
                });
            }
            RowCode rows = new RowCode(columns, kernel, target, PROGRESS, LaneProjection::cannotFail, parts);
            Rows.ALL.loop(body, i, (inside, row) -> {
                rows.startRow(inside, mine, temporaries.bytes());
                Code.Var o = inside.let("o", subtract(i, FIRST));
                for (int column = first; column < last; column++) {
                    RowCode.Cell cell = rows.cell(inside, expressions.get(column), row);
                    new ColumnWriter(outputs, column, out.field(column)).fixed(inside, cell, o);
                }
            });
            body.give(null);
            prologue.append(body);
        });
    }

    private void store(Body body, ColumnCode outputs, VectorCode code, int column, Code.Var i) {
        VectorCode.Lanes result = code.lanes(body, expressions.get(column), i);
        Code.Var o = body.let("o", subtract(i, FIRST));
        Code.Value data = outputs.address(column, ColumnAddresses.DATA);
        DataType type = out.field(column).type();
        int lanes = code.lanes();
        if (type instanceof DataType.Bool) {
            bits(body, data, o, lanes, code.calls().maskBits(result.value()));
        } else {
            long bytes = (long) type.byteWidth() * lanes;
            outputs.check(body, column, ColumnAddresses.DATA, at(int64(0), type.byteWidth(), o), int64(bytes));
            code.store(body, result.value(), type, at(data, type.byteWidth(), o));
        }
        if (out.field(column).nullable()) {
            Code.Value valid = result.valid() == null
                    ? int64((1L << lanes) - 1)
                    : code.calls().maskBits(result.valid());
            bits(body, outputs.address(column, ColumnAddresses.VALIDITY), o, lanes, valid);
        }
    }

    private static void bits(Body body, Code.Value bitmap, Code.Value o, int lanes, Code.Value bits) {
        body.run(call(Types.OPS, "putBits", CD_void, bitmap, o, int32(lanes), bits));
    }

    private static void cannotFail(Body body, Code.Value failure) {
        throw new IllegalStateException("fallible: " + failure);
    }
}
