package io.mullion.codegen;

import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.failure;
import static io.mullion.codegen.Values.getDouble;
import static io.mullion.codegen.Values.getLong;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.not;
import static io.mullion.codegen.Values.putInt;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.DataType;
import io.mullion.routine.Failure;
import java.util.List;
import java.util.function.Consumer;

/// Generates [ResultKernel]s.
final class ResultGenerator {
    private static final Code.Var PAGE = new Code.Var("page", CD_long);
    private static final Code.Var FROM_ROW = new Code.Var("fromRow", CD_int);
    private static final Code.Var TO_ROW = new Code.Var("toRow", CD_int);
    private static final Code.Var FIRST_GROUP_ID = new Code.Var("firstGroupId", CD_int);
    private static final Code.Var GROUP_IDS_OUT = new Code.Var("groupIdsOut", CD_long);
    private static final Code.Var OUT = ProjectGenerator.OUT;

    private static final Code.Var SOURCE = new Code.Var("source", CD_long);
    private static final Code.Var O = new Code.Var("o", CD_int);

    /// Columns that one method takes apart: what the JIT compiles. With more of them the loop calls methods.
    private static final int MAX_COLUMNS = 32;

    private final AggregatePlan plan;
    private final Target target;
    private final KernelClass kernel;

    ResultGenerator(AggregatePlan plan, String text, Target target) {
        this.plan = plan;
        this.target = target;
        this.kernel = new KernelClass(ResultKernel.class, text);
    }

    Compiled<ResultKernel> generate() {
        List<Code.Var> parameters = List.of(PAGE, FROM_ROW, TO_ROW, FIRST_GROUP_ID, GROUP_IDS_OUT, OUT, PROGRESS);
        kernel.open("result", CD_int, parameters, this::loop);
        if (called()) {
            for (int column = 0; column < plan.resultLanes().size(); column += MAX_COLUMNS) {
                int first = column;
                int end = end(first);
                if (halves(first, end)) {
                    kernel.inner(fits(first), CD_boolean, List.of(SOURCE), body -> {
                        check(body, SOURCE, first, end, overflow -> overflow.give(bool(false)));
                        body.give(bool(true));
                    });
                }
                kernel.inner(columns(first), CD_void, List.of(SOURCE, OUT, O), prologue -> {
                    Body body = prologue.sibling();
                    ColumnCode out = new ColumnCode(prologue, OUT, plan.results(), target.checked());
                    columns(body, out, SOURCE, O, first, end);
                    body.give(null);
                    prologue.append(body);
                });
            }
        }
        return kernel.define(ResultKernel.class, target.variant("rows are taken apart into columns"));
    }

    // int o = progress.outRows;
    // int row = fromRow;
    // while (row < toRow) {
    //     long source = page + 64L * row;
    //     if (getLong(source) != 0L) {
    //         if (o >= out.rowLimit) { return full(progress, row, 0, o); }
    //         if (!fitsInt64(getLong(source + 16L), getLong(source + 8L))) { return fail(progress, SUM_OVERFLOW, row,
    // o); }
    //         putInt(groupIdsOut + 4L * o, firstGroupId + row);
    //         (columns)
    //         o = o + 1;
    //     }
    //     row = row + 1;
    // }
    // return done(progress, toRow, o);
    private void loop(Body prologue) {
        Body body = prologue.sibling();
        ColumnCode out = new ColumnCode(prologue, OUT, plan.results(), target.checked());
        Code.Var o = body.let("o", new Code.Get(PROGRESS, Types.PROGRESS, "outRows", CD_int));
        Code.Var row = body.let("row", FROM_ROW);
        body.loop(test(row, Code.Relation.LT, TO_ROW), inside -> {
            Code.Var source = inside.let("source", at(PAGE, plan.layout().rowBytes(), row));
            inside.when(
                    test(getLong(source), Code.Relation.NE, int64(0)), present -> append(present, out, source, row, o));
            inside.increment(row, 1);
        });
        body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO_ROW, o));
        prologue.append(body);
    }

    private void append(Body body, ColumnCode out, Code.Var source, Code.Var row, Code.Var o) {
        body.when(
                test(o, Code.Relation.GE, out.rowLimit()),
                full -> full.give(call(Types.OPS, "full", CD_int, PROGRESS, row, Values.int32(0), o)));
        Consumer<Body> fail =
                failed -> failed.give(call(Types.OPS, "fail", CD_int, PROGRESS, failure(Failure.SUM_OVERFLOW), row, o));
        int columns = plan.resultLanes().size();
        if (called()) {
            for (int first = 0; first < columns; first += MAX_COLUMNS) {
                if (halves(first, end(first))) {
                    Code.Value fits = Values.invoke(kernel.self(), fits(first), CD_boolean, source);
                    body.when(not(fits), fail);
                }
            }
        } else {
            check(body, source, 0, columns, fail);
        }
        body.run(putInt(at(GROUP_IDS_OUT, 4, o), add(FIRST_GROUP_ID, row)));
        if (called()) {
            for (int first = 0; first < columns; first += MAX_COLUMNS) {
                body.run(Values.invoke(kernel.self(), columns(first), CD_void, source, OUT, o));
            }
        } else {
            columns(body, out, source, o, 0, columns);
        }
        body.increment(o, 1);
    }

    private boolean called() {
        return plan.resultLanes().size() > MAX_COLUMNS;
    }

    private int end(int first) {
        return Math.min(first + MAX_COLUMNS, plan.resultLanes().size());
    }

    private static String fits(int first) {
        return "fits" + first / MAX_COLUMNS;
    }

    private static String columns(int first) {
        return "columns" + first / MAX_COLUMNS;
    }

    private boolean halves(int first, int end) {
        return plan.resultLanes().subList(first, end).stream().anyMatch(it -> it.form() == AggregatePlan.Form.HALVES);
    }

    private void check(Body body, Code.Var source, int first, int end, Consumer<Body> overflow) {
        for (AggregatePlan.Result result : plan.resultLanes().subList(first, end)) {
            if (result.form() == AggregatePlan.Form.HALVES) {
                Code.Value fits = call(Types.OPS, "fitsInt64", CD_boolean, high(source, result), low(source, result));
                body.when(not(fits), overflow);
            }
        }
    }

    private void columns(Body body, ColumnCode out, Code.Var source, Code.Var o, int first, int end) {
        for (int column = first; column < end; column++) {
            AggregatePlan.Result result = plan.resultLanes().get(column);
            Code.Value valid = result.field().nullable()
                    ? test(getLong(lane(source, result.countLane())), Code.Relation.NE, int64(0))
                    : null;
            new ColumnWriter(out, column, result.field())
                    .fixed(body, new RowCode.Cell(value(source, result), valid), o);
        }
    }

    private static Code.Value value(Code.Var source, AggregatePlan.Result result) {
        Code.Value address = lane(source, result.lane());
        Code.Value value = switch (result.form()) {
            case WHOLE -> getLong(address);
            case HALVES -> call(Types.OPS, "fromHalves", CD_long, high(source, result), low(source, result));
            case FLOAT -> getDouble(address);
            case ORDERED -> call(Types.OPS, "fromOrdered", CD_double, getLong(address));
        };
        return result.field().type() instanceof DataType.Bool
                ? test(value, Code.Relation.NE, int64(0))
                : new Code.Cast(Words.of(result.field().type()).getFirst(), value);
    }

    private static Code.Value low(Code.Var source, AggregatePlan.Result result) {
        return getLong(lane(source, result.lane()));
    }

    private static Code.Value high(Code.Var source, AggregatePlan.Result result) {
        return getLong(lane(source, result.lane() + 1));
    }

    private static Code.Value lane(Code.Value source, int lane) {
        return add(source, int64((long) lane * AccumulatorLayout.LANE_BYTES));
    }
}
