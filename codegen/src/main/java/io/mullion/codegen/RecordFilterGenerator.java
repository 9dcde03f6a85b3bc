package io.mullion.codegen;

import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.putInt;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.mullion.expr.Schema;
import java.util.List;
import java.util.function.Predicate;

/// Generates [FilterKernel]s that ask a predicate of the user's over records.
final class RecordFilterGenerator {
    static final String REFUSAL = "a function over records";

    private static final Code.Var OUT = new Code.Var("out", CD_long);

    private final Schema schema;
    private final Predicate<?> predicate;
    private final Target target;
    private final KernelClass kernel;
    private final RecordReading reading;

    RecordFilterGenerator(Schema schema, RecordForm record, Predicate<?> predicate, Target target) {
        this.schema = schema;
        this.predicate = predicate;
        this.target = target;
        this.kernel = new KernelClass(FilterKernel.class, "filter " + record.name());
        this.reading = new RecordReading(kernel, record, schema);
    }

    Compiled<FilterKernel> generate() {
        kernel.open(
                "filter",
                CD_int,
                List.of(IN, ACTIVE, FROM, TO, OUT, PROGRESS),
                body -> body.give(new Code.Choose(isZero64(ACTIVE), loopOf(Rows.ALL), loopOf(Rows.SELECTED))));
        for (Rows rows : Rows.values()) {
            kernel.inner("filter" + rows.suffix, CD_int, rows.parameters(OUT, PROGRESS), body -> loop(body, rows));
        }
        return kernel.define(FilterKernel.class, target.variant(REFUSAL));
    }

    private Code.Call loopOf(Rows rows) {
        return kernel.callInner("filter" + rows.suffix, CD_int, rows.parameters(OUT, PROGRESS));
    }

    // while (i < to) {
    //     in.currentRow = i;
    //     Object record = newTrade.invokeExact(time, price);
    //     boolean pass = function.test(record);
    //     putInt(out + 4L * selected, i);
    //     selected = selected + (pass ? 1 : 0);
    //     i = i + 1;
    // }
    private void loop(Body prologue, Rows rows) {
        Body body = prologue.sibling();
        ColumnCode columns = new ColumnCode(prologue, IN, schema, target.checked());
        Code.Var selected = body.let("selected", int32(0));
        Code.Var i = body.let("i", FROM);
        rows.loop(body, i, (inside, row) -> {
            RowCode code = reader(columns, kernel, target);
            columns.nameRow(inside, row);
            Code.Value record = reading.record(inside, code, row);
            Code.Var pass = inside.let(
                    "pass",
                    new Code.Call(
                            kernel.constant("function", predicate, Types.of(Predicate.class)),
                            Types.of(Predicate.class),
                            true,
                            "test",
                            CD_boolean,
                            List.of(CD_Object),
                            List.of(record)));
            inside.run(putInt(at(OUT, 4, selected), row));
            inside.assign(selected, Values.add(selected, new Code.Choose(pass, int32(1), int32(0))));
        });
        body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO, selected));
        prologue.append(body);
    }

    /// Loads columns, which cannot fail.
    static RowCode reader(ColumnCode columns, KernelClass kernel, Target target) {
        return new RowCode(columns, kernel, target, null, (_, failure) -> {
            throw new IllegalStateException("a column cannot fail: " + failure);
        });
    }
}
