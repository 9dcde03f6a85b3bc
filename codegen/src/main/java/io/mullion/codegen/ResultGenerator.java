package io.mullion.codegen;

import static io.mullion.codegen.Code.Relation.GT;
import static io.mullion.codegen.Code.Relation.NE;
import static io.mullion.codegen.Rows.PROGRESS;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.at;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.bool;
import static io.mullion.codegen.Values.call;
import static io.mullion.codegen.Values.failure;
import static io.mullion.codegen.Values.getDouble;
import static io.mullion.codegen.Values.getLong;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.not;
import static io.mullion.codegen.Values.putInt;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Generates [ResultKernel]s.
final class ResultGenerator {
    private static final Code.Var PAGE = new Code.Var("page", CD_long);
    private static final Code.Var FROM_ROW = new Code.Var("fromRow", CD_int);
    private static final Code.Var TO_ROW = new Code.Var("toRow", CD_int);
    private static final Code.Var FIRST_GROUP_ID = new Code.Var("firstGroupId", CD_int);
    private static final Code.Var GROUP_IDS_OUT = new Code.Var("groupIdsOut", CD_long);
    private static final Code.Var OUT = ColumnWriter.OUT;

    private static final Code.Var SOURCE = new Code.Var("source", CD_long);
    private static final Code.Var O = new Code.Var("o", CD_int);

    /// Columns that one method takes apart: what the JIT compiles. With more of them the loop calls methods.
    private static final int MAX_COLUMNS = 32;

    /// Sums that may have left their type.
    private static final List<AggregatePlan.Form> OVERFLOWING =
            List.of(AggregatePlan.Form.HALVES, AggregatePlan.Form.LIMBS);

    private final AggregatePlan plan;
    private final Target target;
    private final KernelClass kernel;

    ResultGenerator(AggregatePlan plan, Object title, Target target) {
        this.plan = plan;
        this.target = target;
        this.kernel = new KernelClass(ResultKernel.class, title);
    }

    Compiled<ResultKernel> generate() {
        List<Code.Var> parameters = List.of(PAGE, FROM_ROW, TO_ROW, FIRST_GROUP_ID, GROUP_IDS_OUT, OUT, PROGRESS);
        kernel.open("result", CD_int, parameters, this::loop);
        if (called()) {
            for (int column = 0; column < plan.resultLanes().size(); column += MAX_COLUMNS) {
                int first = column;
                int end = end(first);
                for (AggregatePlan.Form form : OVERFLOWING) {
                    if (has(form, first, end)) {
                        kernel.inner(fits(form, first), CD_boolean, List.of(SOURCE), body -> {
                            check(form, body, SOURCE, first, end, overflow -> overflow.give(bool(false)));
                            body.give(bool(true));
                        });
                    }
                }
                kernel.inner(columns(first), CD_void, List.of(SOURCE, OUT, O), prologue -> {
                    Body body = prologue.sibling();
                    ColumnCode out = new ColumnCode(prologue, OUT, numbered(), target.checked());
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
        ColumnCode out = new ColumnCode(prologue, OUT, numbered(), target.checked());
        Code.Var o = body.let("o", new Code.Get(PROGRESS, Types.PROGRESS, "outRows", CD_int));
        Code.Var row = body.let("row", FROM_ROW);
        body.loop(test(row, Code.Relation.LT, TO_ROW), inside -> {
            Code.Var source = inside.let("source", at(PAGE, plan.layout().rowBytes(), row));
            inside.when(test(getLong(source), NE, int64(0)), present -> append(present, out, source, row, o));
            inside.increment(row, 1);
        });
        body.give(call(Types.OPS, "done", CD_int, PROGRESS, TO_ROW, o));
        prologue.append(body);
    }

    /// The columns by their numbers: the name of a result is often its expression, and kernels that differ in their
    /// names only are to be one.
    private Schema numbered() {
        List<Field> fields = new ArrayList<>();
        for (Field field : plan.results().fields()) {
            fields.add(new Field("result" + fields.size(), field.type(), field.nullable()));
        }
        return new Schema(fields);
    }

    private void append(Body body, ColumnCode out, Code.Var source, Code.Var row, Code.Var o) {
        body.when(
                test(o, Code.Relation.GE, out.rowLimit()),
                full -> full.give(call(Types.OPS, "full", CD_int, PROGRESS, row, Values.int32(0), o)));
        int columns = plan.resultLanes().size();
        for (AggregatePlan.Form form : OVERFLOWING) {
            Failure reason = form == AggregatePlan.Form.HALVES ? Failure.SUM_OVERFLOW : Failure.DECIMAL_SUM_OVERFLOW;
            Consumer<Body> fail =
                    failed -> failed.give(call(Types.OPS, "fail", CD_int, PROGRESS, failure(reason), row, o));
            if (!called()) {
                check(form, body, source, 0, columns, fail);
                continue;
            }
            for (int first = 0; first < columns; first += MAX_COLUMNS) {
                if (has(form, first, end(first))) {
                    Code.Value fits = Values.invoke(kernel.self(), fits(form, first), CD_boolean, source);
                    body.when(not(fits), fail);
                }
            }
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

    private static String fits(AggregatePlan.Form form, int first) {
        return (form == AggregatePlan.Form.HALVES ? "fits" : "fitsDecimals") + first / MAX_COLUMNS;
    }

    private static String columns(int first) {
        return "columns" + first / MAX_COLUMNS;
    }

    private boolean has(AggregatePlan.Form form, int first, int end) {
        for (AggregatePlan.Result result : plan.resultLanes().subList(first, end)) {
            if (result.form() == form) {
                return true;
            }
        }
        return false;
    }

    private void check(
            AggregatePlan.Form form, Body body, Code.Var source, int first, int end, Consumer<Body> overflow) {
        for (AggregatePlan.Result result : plan.resultLanes().subList(first, end)) {
            if (result.form() == form) {
                Code.Value fits = form == AggregatePlan.Form.HALVES
                        ? call(Types.SUM_OPS, "fitsInt64", CD_boolean, high(source, result), low(source, result))
                        : call(Types.SUM_OPS, "fitsDecimal", CD_boolean, limbs(source, result, 4));
                body.when(not(fits), overflow);
            }
        }
    }

    private void columns(Body body, ColumnCode out, Code.Var source, Code.Var o, int first, int end) {
        for (int column = first; column < end; column++) {
            AggregatePlan.Result result = plan.resultLanes().get(column);
            Code.Value valid = result.field().nullable()
                    ? test(count(source, result), result.above() == 0 ? NE : GT, int64(result.above()))
                    : null;
            new ColumnWriter(out, column, result.field())
                    .fixed(body, new RowCode.Cell(words(source, result), valid), o);
        }
    }

    private static List<Code.Value> words(Code.Var source, AggregatePlan.Result result) {
        return switch (result.form()) {
            case LIMBS ->
                List.of(
                        call(Types.SUM_OPS, "highOfLimbs", CD_long, limbs(source, result, 4)),
                        call(Types.SUM_OPS, "lowOfLimbs", CD_long, limbs(source, result, 2)));
            // The high half stands first.
            case DECIMAL -> List.of(limbs(source, result, 2));
            default -> List.of(word(source, result));
        };
    }

    private static Code.Value word(Code.Var source, AggregatePlan.Result result) {
        Code.Value value = value(source, result);
        return result.field().type() instanceof DataType.Bool
                ? test(value, NE, int64(0))
                : new Code.Cast(Words.of(result.field().type()).getFirst(), value);
    }

    private static Code.Value value(Code.Var source, AggregatePlan.Result result) {
        Code.Value address = lane(source, result.lane());
        return switch (result.form()) {
            case WHOLE -> getLong(address);
            case HALVES -> call(Types.SUM_OPS, "fromHalves", CD_long, high(source, result), low(source, result));
            case FLOAT -> getDouble(address);
            case ORDERED -> call(Types.OPS, "fromOrdered", CD_double, getLong(address));
            case AVERAGE_OF_WHOLE -> divided(new Code.Cast(CD_double, getLong(address)), count(source, result));
            case AVERAGE_OF_HALVES ->
                divided(
                        call(Types.SUM_OPS, "halvesToFloat64", CD_double, high(source, result), low(source, result)),
                        count(source, result));
            case AVERAGE_OF_LIMBS -> meanOfLimbs(source, result);
            case AVERAGE_OF_FLOAT, VARIANCE_POPULATION -> divided(getDouble(address), count(source, result));
            case VARIANCE_SAMPLE -> divided(getDouble(address), subtract(count(source, result), int64(1)));
            case STDDEV_POPULATION -> root(divided(getDouble(address), count(source, result)));
            case STDDEV_SAMPLE -> root(divided(getDouble(address), subtract(count(source, result), int64(1))));
            case LIMBS, DECIMAL -> throw new IllegalStateException("takes two words: " + result);
        };
    }

    private static Code.Value divided(Code.Value sum, Code.Value count) {
        return binary(Code.Operator.DIVIDE, sum, new Code.Cast(CD_double, count));
    }

    private static Code.Value root(Code.Value square) {
        return call(Types.of(Math.class), "sqrt", CD_double, square);
    }

    private static Code.Value meanOfLimbs(Code.Var source, AggregatePlan.Result result) {
        Code.Value[] arguments = Arrays.copyOf(limbs(source, result, 4), 6);
        arguments[4] = count(source, result);
        arguments[5] = int32(result.scale());
        return call(Types.SUM_OPS, "meanOfLimbs", CD_double, arguments);
    }

    private static Code.Value[] limbs(Code.Var source, AggregatePlan.Result result, int count) {
        Code.Value[] limbs = new Code.Value[count];
        for (int limb = 0; limb < count; limb++) {
            limbs[limb] = getLong(lane(source, result.lane() + limb));
        }
        return limbs;
    }

    private static Code.Value count(Code.Var source, AggregatePlan.Result result) {
        return getLong(lane(source, result.countLane()));
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
