package io.mullion.codegen;

import static io.mullion.codegen.ColumnWriter.OUT;
import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_int;

import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;

/// Generates [ProjectKernel]s: a loop for each output column, utf8 columns first because they say how many rows fit.
final class ProjectGenerator {
    /// Loops that one method calls: what the JIT compiles.
    private static final int MAX_CALLS = 100;

    private final Schema schema;
    private final Schema outputs;
    private final List<Typed> expressions;
    private final Target target;
    private final KernelClass kernel;
    private final RowParts parts;
    /// By column: why it has no vector loop, or null.
    private final List<String> refusals = new ArrayList<>();
    private final Forms<ProjectKernel> forms;
    private final Rows form;
    private long reserved;

    /// @param forms of this kernel, by [Rows]
    /// @param form the one to generate
    ProjectGenerator(
            Schema schema,
            Schema outputs,
            List<Typed> expressions,
            Object title,
            Target target,
            Forms<ProjectKernel> forms,
            Rows form) {
        this.forms = forms;
        this.form = form;
        this.schema = schema;
        this.outputs = outputs;
        this.expressions = expressions;
        this.target = target;
        this.kernel = new KernelClass(ProjectKernel.class, title);
        this.parts = RowParts.of(kernel, schema, target, expressions);
        if (target.vector()) {
            for (Typed expression : expressions) {
                refusals.add(VectorCode.refusal(expression));
            }
        }
    }

    // if (active != 0L) { return ((ProjectKernel) this.forms.kernel(1)).project(in, active, from, to, out, progress); }
    // int end = beginProjection(progress, from, to, out.rowLimit);
    // end = project1All(in, from, end, out, progress);
    // end = project0All(in, from, end, out, progress);
    // return finishProjection(progress, from, end);
    Compiled<ProjectKernel> generate() {
        List<Integer> order = new ArrayList<>(expressions.size());
        addColumns(order, false);
        addColumns(order, true);
        List<Code.Var> parameters = List.of(IN, ACTIVE, FROM, TO, OUT, PROGRESS);
        kernel.open("project", CD_int, parameters, body -> {
            form.others(body, kernel, "project", parameters);
            ColumnCode out = new ColumnCode(body, OUT, outputs, target.checked());
            Code.Var end =
                    body.let("end", call(Types.OPS, "beginProjection", CD_int, PROGRESS, FROM, TO, out.rowLimit()));
            columns(body, order, form, end);
            body.give(call(Types.OPS, "finishProjection", CD_int, PROGRESS, FROM, end));
        });
        for (int column : order) {
            int index = column;
            kernel.inner(name(column, form), CD_int, form.parameters(OUT, PROGRESS), body -> loops(body, index, form));
        }
        return kernel.define(ProjectKernel.class, variant(), expressions, reserved, forms);
    }

    private void addColumns(List<Integer> order, boolean fixedWidth) {
        for (int column = 0; column < expressions.size(); column++) {
            if (outputs.field(column).type().fixedWidth() == fixedWidth) {
                order.add(column);
            }
        }
    }

    // end = project1All(in, from, end, out, progress);
    // end = project0All(in, from, end, out, progress);
    /// With many columns there are methods that call so many of the loops each.
    private void columns(Body body, List<Integer> columns, Rows rows, Code.Var end) {
        if (columns.size() <= MAX_CALLS) {
            for (int column : columns) {
                body.assign(end, callLoop(name(column, rows), rows, end));
            }
            return;
        }
        for (int first = 0; first < columns.size(); first += MAX_CALLS) {
            List<Integer> some = columns.subList(first, Math.min(first + MAX_CALLS, columns.size()));
            String method = "columns" + first / MAX_CALLS + rows.suffix;
            kernel.inner(method, CD_int, rows.parameters(OUT, PROGRESS), inside -> {
                Code.Var last = inside.let("end", TO);
                columns(inside, some, rows, last);
                inside.give(last);
            });
            body.assign(end, callLoop(method, rows, end));
        }
    }

    private String variant() {
        List<String> plain = new ArrayList<>();
        for (int column = 0; column < refusals.size(); column++) {
            if (refusals.get(column) != null) {
                plain.add(outputs.field(column).name() + ": " + refusals.get(column));
            }
        }
        if (plain.isEmpty()) {
            return target.variant(null);
        }
        String reasons = String.join(", ", plain);
        return plain.size() == expressions.size()
                ? target.variant(reasons)
                : target.variant(null) + ", plain for " + reasons;
    }

    private static String name(int column, Rows rows) {
        return "project" + column + rows.suffix;
    }

    private Code.Call callLoop(String method, Rows rows, Code.Var end) {
        List<Code.Var> arguments = rows.parameters(OUT, PROGRESS);
        arguments.set(arguments.indexOf(TO), end);
        return kernel.callInner(method, CD_int, arguments);
    }

    private void loops(Body prologue, int column, Rows rows) {
        Body body = prologue.sibling();
        ColumnCode in = new ColumnCode(prologue, IN, schema, target.checked());
        ColumnCode out = new ColumnCode(prologue, OUT, outputs, target.checked());
        ColumnWriter writer = new ColumnWriter(out, column, outputs.field(column));
        Code.Var i = body.let("i", FROM);
        RowCode code = new RowCode(
                in,
                kernel,
                target,
                PROGRESS,
                (failed, failure) -> failed.give(call(Types.OPS, "stop", CD_int, PROGRESS, failure, i)),
                parts);
        Typed expression = expressions.get(column);
        if (!expression.type().fixedWidth()) {
            textLoop(body, code, writer, expression, i, rows);
        } else {
            if (rows == Rows.ALL && target.vector() && refusals.get(column) == null) {
                ProjectVectors vectors = new ProjectVectors(schema, outputs, column, expression, target, kernel, parts);
                reserved = Math.max(reserved, vectors.generate(body, i));
            }
            boolean seldomNull = outputs.field(column).nullable() && seldomNull(expression);
            Code.Var below = seldomNull ? null : writer.validityBelow(body, subtract(i, FROM));
            if (seldomNull) {
                writer.allValid(body, subtract(i, FROM), subtract(TO, FROM));
            }
            rows.loop(body, i, (inside, row) -> {
                code.startRow(inside, List.of(expression), 0);
                RowCode.Cell cell = code.cell(inside, expression, row);
                Code.Var o = inside.let("o", subtract(i, FROM));
                out.checkRows(inside, o, 1);
                writer.data(inside, cell, o);
                if (seldomNull) {
                    writer.clearValidity(inside, cell.valid(), o);
                } else {
                    writer.appendValidity(inside, cell.valid(), o, below);
                }
            });
        }
        body.give(i);
        prologue.append(body);
    }

    /// Whether only a routine says that there is no value: a key that a table does not have, a text without a match. It
    /// has branched on that itself.
    private static boolean seldomNull(Typed expression) {
        return expression instanceof Typed.Call it
                && it.routine().yieldsNull()
                && it.inputs().stream().noneMatch(Typed::nullable);
    }

    // int filled = 0;
    // int wordRoom = room(wordLimit);
    // putInt(wordOffsets, 0);
    // while (i < to) {
    //     int length = wordValid ? wordLength : 0;
    //     if (length > wordRoom - filled) { return stop(progress, from, i); }
    //     Utf8.copy(word, wordData + filled, length, ...);
    //     ...
    // }
    private void textLoop(Body body, RowCode code, ColumnWriter writer, Typed expression, Code.Var i, Rows rows) {
        Code.Var filled = body.let("filled", int32(0));
        Code.Var room = writer.room(body);
        writer.firstOffset(body);
        rows.loop(body, i, (inside, row) -> {
            code.startRow(inside, List.of(expression), 0);
            RowCode.Cell text = code.cell(inside, expression, row);
            Code.Var length = inside.let("length", length(text));
            inside.when(
                    test(length, Code.Relation.GT, subtract(room, filled)),
                    full -> full.give(call(Types.OPS, "stop", CD_int, PROGRESS, FROM, i)));
            Code.Var o = inside.let("o", subtract(i, FROM));
            writer.text(inside, text.value(), length, code.readableEnd(expression), filled, o);
            writer.validity(inside, text.valid(), o);
        });
    }

    /// Bytes that a text takes in an output: none if it is null.
    static Code.Value length(RowCode.Cell text) {
        return text.valid() == null ? text.second() : new Code.Choose(text.valid(), text.second(), int32(0));
    }
}
