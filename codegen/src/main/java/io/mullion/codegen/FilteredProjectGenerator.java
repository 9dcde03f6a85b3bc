package io.mullion.codegen;

import static io.mullion.codegen.ColumnWriter.OUT;
import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.DataType;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Generates [ProjectKernel]s that write the rows that fulfil a predicate: all columns in one loop, which packs the
/// lanes that pass where predicate and outputs have a vector form, and goes row by row where not.
final class FilteredProjectGenerator {
    private static final Code.Var WRITTEN = new Code.Var("written", CD_int);

    private final Schema schema;
    private final Schema outputs;
    private final List<Typed> conditions;
    private final List<Typed> expressions;
    private final Target target;
    private final KernelClass kernel;
    private final RowParts parts;

    private final Forms<ProjectKernel> forms;
    private final Rows form;

    /// @param forms of this kernel, by [Rows]
    /// @param form the one to generate
    FilteredProjectGenerator(
            Schema schema,
            Schema outputs,
            Typed predicate,
            List<Typed> expressions,
            Object title,
            Target target,
            Forms<ProjectKernel> forms,
            Rows form) {
        this.forms = forms;
        this.form = form;
        this.schema = schema;
        this.outputs = outputs;
        this.conditions = Typed.conjuncts(predicate);
        this.expressions = expressions;
        this.target = target;
        this.kernel = new KernelClass(ProjectKernel.class, title);
        this.parts = RowParts.ofLoops(kernel, schema, target, List.of(all()));
    }

    private List<Typed> all() {
        List<Typed> all = new ArrayList<>(conditions);
        all.addAll(expressions);
        return all;
    }

    // if (active != 0L) { return ((ProjectKernel) this.forms.kernel(1)).project(in, active, from, to, out, progress); }
    // int i = vectors(in, from, to, out, progress);
    // return rowsAll(in, i, to, progress.outRows, out, progress);
    Compiled<ProjectKernel> generate() {
        String refusal = refusal();
        boolean vectors = target.vector() && refusal == null && form == Rows.ALL;
        NullColumns nullable = NullColumns.of(all());
        boolean variants = vectors && !nullable.columns().isEmpty();
        List<Code.Var> parameters = List.of(IN, ACTIVE, FROM, TO, OUT, PROGRESS);
        kernel.open("project", CD_int, parameters, body -> {
            form.others(body, kernel, "project", parameters);
            if (form == Rows.SELECTED) {
                body.give(Values.invoke(
                        kernel.self(), "rowsSelected", CD_int, IN, ACTIVE, FROM, TO, int32(0), OUT, PROGRESS));
                return;
            }
            Code.Var i = body.let("i", FROM);
            Code.Value written = int32(0);
            if (variants) {
                body.when(
                        nullable.anyNull(IN, FROM, TO),
                        nulls -> nulls.assign(i, vectorsCall("Nulls")),
                        none -> none.assign(i, vectorsCall("")));
            } else if (vectors) {
                body.assign(i, vectorsCall(""));
            }
            if (vectors) {
                written = new Code.Get(PROGRESS, Types.PROGRESS, "outRows", CD_int);
            }
            body.give(Values.invoke(kernel.self(), "rowsAll", CD_int, IN, i, TO, written, OUT, PROGRESS));
        });
        if (vectors) {
            vectors("vectors", false);
        }
        if (variants) {
            vectors("vectorsNulls", true);
        }
        kernel.inner("rows" + form.suffix, CD_int, form.parameters(WRITTEN, OUT, PROGRESS), body -> rows(body, form));
        return kernel.define(ProjectKernel.class, target.variant(refusal), all(), 0, forms);
    }

    private String refusal() {
        return refusal(all());
    }

    /// Why there is no vector loop over these expressions, or null.
    static String refusal(List<Typed> all) {
        for (Typed expression : all) {
            if (expression.fallible() || VectorCode.form(expression) != null) {
                return VectorCode.first(VectorCode.form(expression), expression.type() + " may fail");
            }
        }
        return VectorPlan.of(all).parts().isEmpty() ? null : "expressions that are too large for one loop";
    }

    private Code.Call vectorsCall(String suffix) {
        return Values.invoke(kernel.self(), "vectors" + suffix, CD_int, IN, FROM, TO, OUT, PROGRESS);
    }

    // int written = 0;
    // int rowLimit = out.rowLimit - 8;
    // while (i + 8 <= to & written <= rowLimit) {
    //     VectorMask pass = price.compare(GT, literals);
    //     price.mul(quantity).compress(pass).intoMemorySegment(EVERYTHING, totalData + 8L * written, order);
    //     append(totalValidity, written, 8, Long.compress(valid.toLong(), pass.toLong()));
    //     written = written + pass.trueCount();
    //     i = i + 8;
    // }
    // progress.outRows = written;
    // return i;
    private void vectors(String method, boolean nulls) {
        kernel.inner(method, CD_int, List.of(IN, FROM, TO, OUT, PROGRESS), prologue -> {
            Body body = prologue.sibling();
            ColumnCode in = new ColumnCode(prologue, IN, schema, target.checked(), nulls);
            ColumnCode out = new ColumnCode(prologue, OUT, outputs, target.checked());
            VectorCode code = new VectorCode(prologue, in, kernel, target.vectorBits());
            VectorCalls calls = code.calls();
            int lanes = code.lanes();
            MaskChain chain = new MaskChain(prologue, in, kernel, target.vectorBits());
            Code.Var room = prologue.let("room", subtract(out.rowLimit(), int32(lanes)));
            Code.Var written = body.let("written", int32(0));
            Code.Var i = body.let("i", FROM);
            Code.Value more = new Code.Logic(
                    true, test(add(i, int32(lanes)), Code.Relation.LE, TO), test(written, Code.Relation.LE, room));
            body.loop(more, inside -> {
                Code.Value pass = chain.of(inside, code, conditions, i, null);
                Code.Var bits = inside.let("bits", calls.maskBits(pass));
                for (int column = 0; column < expressions.size(); column++) {
                    VectorCode.Lanes result = code.lanes(inside, expressions.get(column), i);
                    store(inside, out, code, column, result, pass, bits, written);
                }
                inside.assign(written, add(written, call(Types.of(Long.class), "bitCount", CD_int, bits)));
                inside.increment(i, lanes);
            });
            body.put(PROGRESS, "outRows", written);
            body.give(i);
            prologue.append(body);
        });
    }

    private void store(
            Body body,
            ColumnCode out,
            VectorCode code,
            int column,
            VectorCode.Lanes result,
            Code.Value pass,
            Code.Var bits,
            Code.Var written) {
        DataType type = outputs.field(column).type();
        if (type instanceof DataType.Bool) {
            append(body, out, code, column, ColumnAddresses.DATA, code.calls().maskBits(result.value()), bits, written);
        } else {
            int width = type.byteWidth();
            Code.Value address = at(out.address(column, ColumnAddresses.DATA), width, written);
            out.check(
                    body,
                    column,
                    ColumnAddresses.DATA,
                    at(int64(0), width, written),
                    int64((long) width * code.lanes()));
            Code.Value values = result.value();
            boolean doubles = values.type().equals(Types.DOUBLE_VECTOR);
            Code.Value mask = doubles ? code.calls().cast(pass, code.calls().species(Types.DOUBLE_VECTOR)) : pass;
            Code.Value packed = new Code.Call(
                    values, values.type(), false, "compress", values.type(), List.of(Types.MASK), List.of(mask));
            code.store(body, body.let("packed", packed), type, address);
        }
        if (outputs.field(column).nullable()) {
            Code.Value valid = result.valid() == null
                    ? int64((1L << code.lanes()) - 1)
                    : code.calls().maskBits(result.valid());
            append(body, out, code, column, ColumnAddresses.VALIDITY, valid, bits, written);
        }
    }

    private static void append(
            Body body,
            ColumnCode out,
            VectorCode code,
            int column,
            int buffer,
            Code.Value values,
            Code.Var bits,
            Code.Var written) {
        Code.Value packed = call(Types.of(Long.class), "compress", CD_long, values, bits);
        Code.Value address = out.address(column, buffer);
        body.run(call(Types.of(ValidityOps.class), "append", CD_void, address, written, int32(code.lanes()), packed));
    }

    // int o = written;
    // int i = from;
    // while (i < to) {
    //     if (price > 100.0) {
    //         (the values)
    //         if (o >= out.rowLimit) { return full(progress, i, 0, o); }
    //         if (wordBytes > wordRoom - wordFilled) { return spill(progress, i, 0, o); }
    //         putDouble(totalData + 8L * o, total);
    //         o = o + 1;
    //     }
    //     i = i + 1;
    // }
    // return done(progress, to, o);
    private void rows(Body prologue, Rows rows) {
        Body body = prologue.sibling();
        ColumnCode in = new ColumnCode(prologue, IN, schema, target.checked());
        ColumnCode out = new ColumnCode(prologue, OUT, outputs, target.checked());
        Code.Var o = body.let("o", WRITTEN);
        Map<Integer, Code.Var> filled = new HashMap<>();
        Map<Integer, Code.Var> room = new HashMap<>();
        for (int column = 0; column < expressions.size(); column++) {
            if (!outputs.field(column).type().fixedWidth()) {
                ColumnWriter writer = new ColumnWriter(out, column, outputs.field(column));
                filled.put(column, body.let(outputs.field(column).name() + "Filled", int32(0)));
                room.put(column, writer.room(body));
                writer.firstOffset(body);
            }
        }
        Code.Var i = body.let("i", FROM);
        RowCode code = new RowCode(
                in,
                kernel,
                target,
                PROGRESS,
                (failed, failure) -> failed.give(call(Types.OPS, "fail", CD_int, PROGRESS, failure, i, o)),
                parts);
        rows.loop(body, i, (inside, row) -> {
            code.startRow(inside, all(), 0);
            inside.when(Conjunction.holds(inside, code, conditions, row), taken -> {
                taken.when(
                        test(o, Code.Relation.GE, out.rowLimit()),
                        full -> full.give(call(Types.OPS, "full", CD_int, PROGRESS, i, int32(0), o)));
                write(taken, code, out, row, i, o, filled, room);
                taken.increment(o, 1);
            });
        });
        body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO, o));
        prologue.append(body);
    }

    /// Computes all values before it writes any: a row that fails leaves nothing.
    private void write(
            Body body,
            RowCode code,
            ColumnCode out,
            Code.Value row,
            Code.Var i,
            Code.Var o,
            Map<Integer, Code.Var> filled,
            Map<Integer, Code.Var> room) {
        List<RowCode.Cell> cells = new ArrayList<>();
        Map<Integer, Code.Var> lengths = new HashMap<>();
        for (int column = 0; column < expressions.size(); column++) {
            RowCode.Cell cell = code.cell(body, expressions.get(column), row);
            cells.add(cell);
            if (filled.containsKey(column)) {
                String name = outputs.field(column).name();
                lengths.put(column, body.let(name + "Bytes", ProjectGenerator.length(cell)));
            }
        }
        lengths.forEach((column, length) -> body.when(
                test(length, Code.Relation.GT, subtract(room.get(column), filled.get(column))),
                full -> full.give(call(Types.OPS, "spill", CD_int, PROGRESS, i, int32(0), o))));
        out.checkRows(body, o, 1);
        for (int column = 0; column < expressions.size(); column++) {
            ColumnWriter writer = new ColumnWriter(out, column, outputs.field(column));
            RowCode.Cell cell = cells.get(column);
            if (filled.get(column) instanceof Code.Var end) {
                Code.Value readableEnd = code.readableEnd(expressions.get(column));
                writer.text(body, cell.value(), lengths.get(column), readableEnd, end, o);
                writer.validity(body, cell.valid(), o);
            } else {
                writer.fixed(body, cell, o);
            }
        }
    }
}
