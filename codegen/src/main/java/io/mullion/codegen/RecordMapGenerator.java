package io.mullion.codegen;

import static io.mullion.codegen.ColumnWriter.OUT;
import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;

import io.mullion.expr.Schema;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// Generates [ProjectKernel]s that ask a function of the user's over records, once for each row: a result whose text
/// does not fit into what is left of the output waits in the [Progress].
final class RecordMapGenerator {
    private static final ClassDesc OBJECTS = Types.of(Objects.class);

    private final Schema schema;
    private final Schema outputs;
    private final Function<?, ?> function;
    private final Target target;
    private final KernelClass kernel;
    private final RecordReading reading;
    private final RecordWriting writing;

    RecordMapGenerator(Schema schema, RecordFunction records, Function<?, ?> function, Target target) {
        this.schema = schema;
        this.outputs = records.schema(schema);
        this.function = function;
        this.target = target;
        this.kernel = new KernelClass(ProjectKernel.class, "map " + records);
        this.reading = new RecordReading(kernel, records.from(), schema);
        this.writing = new RecordWriting(kernel, records, schema, outputs);
    }

    Compiled<ProjectKernel> generate() {
        kernel.open(
                "project",
                CD_int,
                List.of(IN, ACTIVE, FROM, TO, OUT, PROGRESS),
                body -> body.give(new Code.Choose(isZero64(ACTIVE), loopOf(Rows.ALL), loopOf(Rows.SELECTED))));
        for (Rows rows : Rows.values()) {
            kernel.inner("project" + rows.suffix, CD_int, rows.parameters(OUT, PROGRESS), body -> loop(body, rows));
        }
        return kernel.define(ProjectKernel.class, target.variant(RecordFilterGenerator.REFUSAL));
    }

    private Code.Call loopOf(Rows rows) {
        return kernel.callInner("project" + rows.suffix, CD_int, rows.parameters(OUT, PROGRESS));
    }

    // while (i < to) {
    //     if (o >= out.rowLimit) { return full(progress, i, 0, o); }
    //     in.currentRow = i;
    //     Object record = newTrade.invokeExact(time, price);
    //     Object result = Objects.requireNonNull(function.apply(record), "the function returned null");
    //     (write the row)
    //     o = o + 1;
    //     i = i + 1;
    // }
    private void loop(Body prologue, Rows rows) {
        Body body = prologue.sibling();
        ColumnCode in = new ColumnCode(prologue, IN, schema, target.checked());
        ColumnCode out = new ColumnCode(prologue, OUT, outputs, target.checked());
        Code.Value scratch = in.scratch(PROGRESS);
        Code.Var o = body.let("o", int32(0));
        Code.Var i = body.let("i", FROM);
        writing.firstOffsets(body, out);
        rows.loop(body, i, (inside, row) -> {
            inside.when(
                    test(o, Code.Relation.GE, out.rowLimit()),
                    full -> full.give(call(Types.OPS, "full", CD_int, PROGRESS, i, int32(0), o)));
            in.nameRow(inside, row);
            RowCode code = RecordFilterGenerator.reader(in, kernel, target);
            Code.Value result = writing.hasText() ? heldOrNew(inside, code, row) : result(inside, code, row);
            out.checkRows(inside, o, 1);
            writing.row(
                    inside,
                    result,
                    out,
                    o,
                    RecordFilterGenerator.reader(in, kernel, target),
                    row,
                    scratch,
                    new RecordWriting.Ends(
                            full -> full.give(call(Types.OPS, "hold", CD_int, PROGRESS, result, i, o)),
                            failed -> failed.give(call(
                                    Types.OPS,
                                    "fail",
                                    CD_int,
                                    PROGRESS,
                                    Values.invoke(scratch, "takeFailure", Types.FAILURE),
                                    i,
                                    o))));
            inside.increment(o, 1);
        });
        body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO, o));
        prologue.append(body);
    }

    // Object result = progress.takeHeld();
    // if (Objects.isNull(result)) { result = ...; }
    private Code.Value heldOrNew(Body body, RowCode code, Code.Value row) {
        Code.Var result = body.let("result", Values.invoke(PROGRESS, "takeHeld", CD_Object));
        Code.Value none =
                new Code.Call(null, OBJECTS, false, "isNull", CD_boolean, List.of(CD_Object), List.of(result));
        body.when(none, inside -> inside.assign(result, result(inside, code, row)));
        return result;
    }

    private Code.Value result(Body body, RowCode code, Code.Value row) {
        Code.Value record = reading.record(body, code, row);
        ClassDesc contract = Types.of(Function.class);
        Code.Value applied = new Code.Call(
                kernel.constant("function", function, contract),
                contract,
                true,
                "apply",
                CD_Object,
                List.of(CD_Object),
                List.of(record));
        return body.let("result", notNull(applied, "the function returned null"));
    }

    static Code.Value notNull(Code.Value value, String message) {
        return new Code.Call(
                null,
                OBJECTS,
                false,
                "requireNonNull",
                CD_Object,
                List.of(CD_Object, CD_String),
                List.of(value, new Code.Const(message, CD_String)));
    }
}
