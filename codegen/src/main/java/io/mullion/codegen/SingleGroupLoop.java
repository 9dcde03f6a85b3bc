package io.mullion.codegen;

import static io.mullion.codegen.AccumulateGenerator.STATE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.getDouble;
import static io.mullion.codegen.Values.getLong;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.putDouble;
import static io.mullion.codegen.Values.putLong;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_long;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The loop for rows that all belong to group 0: accumulators stay in variables, or in vectors with a partial result in
/// each lane.
final class SingleGroupLoop {
    private final AccumulatorPlan plan;
    private final Target target;
    private final KernelClass kernel;
    private final ColumnCode in;
    private final Rows rows;

    SingleGroupLoop(AccumulatorPlan plan, Target target, KernelClass kernel, ColumnCode in, Rows rows) {
        this.plan = plan;
        this.target = target;
        this.kernel = kernel;
        this.in = in;
        this.rows = rows;
    }

    // long group = state.pages()[0];
    // if (group == 0L) { group = state.takePage(0); }
    // long lane0 = getLong(group);
    // ...
    // (the vector loop)
    // while (i < to) { lane1 = lane1 + (quantity & 0xffffffffL); ... }
    // lane0 = lane0 + (to - from);
    // putLong(group, lane0);
    // ...
    void generate(Body prologue, Body body) {
        Code.Var group = prologue.let(
                "group", new Code.Element(Values.invoke(STATE, "pages", Types.LONG_ARRAY), int32(0), CD_long));
        prologue.when(
                isZero64(group), missing -> missing.assign(group, Values.invoke(STATE, "takePage", CD_long, int32(0))));
        List<Code.Var> lanes = new ArrayList<>();
        for (int lane = 0; lane < plan.lanes().size(); lane++) {
            Code.Value address = address(group, lane);
            lanes.add(body.let("lane" + lane, isFloat(lane) ? getDouble(address) : getLong(address)));
        }
        Code.Var i = body.let("i", FROM);
        if (rows == Rows.ALL && target.vector() && plan.refusal() == null) {
            vectorLoop(prologue, body, lanes, i);
        }
        RowCode code = new RowCode(in, kernel, AccumulateGenerator::cannotFail);
        rows.loop(body, i, (inside, row) -> plainFold(inside, new LaneInputs(inside, code, plan, row), lanes));
        body.assign(lanes.getFirst(), add(lanes.getFirst(), widen(subtract(TO, FROM))));
        for (int lane = 0; lane < lanes.size(); lane++) {
            Code.Value address = address(group, lane);
            body.run(isFloat(lane) ? putDouble(address, lanes.get(lane)) : putLong(address, lanes.get(lane)));
        }
    }

    private void plainFold(Body body, LaneInputs inputs, List<Code.Var> variables) {
        for (int index = 1; index < variables.size(); index++) {
            AccumulatorPlan.Lane lane = plan.lanes().get(index);
            Code.Var variable = variables.get(index);
            Code.Value folded = fold(lane.op(), variable, inputs.contribution(lane));
            Code.Value valid = inputs.valid(lane.input());
            body.assign(variable, valid == null ? folded : new Code.Choose(valid, folded, variable));
        }
    }

    private static Code.Value fold(AccumulatorLayout.Op op, Code.Value mine, Code.Value other) {
        return switch (op) {
            case ADD, ADD_FLOAT -> add(mine, other);
            case MIN -> LaneCode.math("min", mine, other);
            case MAX -> LaneCode.math("max", mine, other);
        };
    }

    // LongVector partial1 = LongVector.broadcast(SPECIES_512, 0L);
    // while (i + 8 <= to) {
    //     LongVector quantity = LongVector.fromMemorySegment(SPECIES_512, EVERYTHING, quantityData + 8L * i, order);
    //     partial1 = partial1.add(quantity.and(low));
    //     i = i + 8;
    // }
    // lane1 = lane1 + partial1.reduceLanes(ADD);
    private void vectorLoop(Body prologue, Body body, List<Code.Var> variables, Code.Var i) {
        VectorCode code = new VectorCode(prologue, in, kernel, target.vectorBits());
        VectorCalls calls = code.calls();
        Map<Integer, Code.Var> partials = new HashMap<>();
        for (int lane = 1; lane < variables.size(); lane++) {
            if (plan.lanes().get(lane).ofValue()) {
                partials.put(lane, body.let("partial" + lane, identity(calls, lane)));
            }
        }
        code.loop(body, i, TO, inside -> {
            Map<Typed, VectorCode.Lanes> inputs = new HashMap<>();
            for (int lane = 1; lane < variables.size(); lane++) {
                AccumulatorPlan.Lane it = plan.lanes().get(lane);
                VectorCode.Lanes input = inputs.computeIfAbsent(it.input(), typed -> input(inside, code, typed, i));
                if (it.part() == AccumulatorPlan.Part.VALUE_COUNT) {
                    Code.Value count = widen(code.trueCount(input.valid()));
                    inside.assign(variables.get(lane), add(variables.get(lane), count));
                } else {
                    Code.Value value = contribution(prologue, calls, it, input.value());
                    Code.Value known = input.valid() == null
                            ? value
                            : calls.blend(empty(prologue, calls, lane), value, input.valid());
                    inside.assign(partials.get(lane), fold(calls, it.op(), partials.get(lane), known));
                }
            }
        });
        partials.forEach((lane, partial) -> {
            AccumulatorLayout.Op op = plan.lanes().get(lane).op();
            Code.Value reduced = calls.reduce(partial, op == AccumulatorLayout.Op.ADD_FLOAT ? "ADD" : op.name());
            body.assign(variables.get(lane), fold(op, variables.get(lane), reduced));
        });
    }

    private VectorCode.Lanes input(Body body, VectorCode code, Typed typed, Code.Var i) {
        boolean counted = plan.lanes().stream().noneMatch(it -> it.ofValue() && typed.equals(it.input()));
        VectorCode.Lanes lanes =
                counted ? new VectorCode.Lanes(null, code.valid(body, typed, i)) : code.lanes(body, typed, i);
        Code.Value valid = lanes.valid() == null ? null : body.hold("valid", lanes.valid());
        return new VectorCode.Lanes(counted ? null : body.hold("values", lanes.value()), valid);
    }

    private static Code.Value contribution(
            Body prologue, VectorCalls calls, AccumulatorPlan.Lane lane, Code.Value values) {
        return switch (lane.part()) {
            case LOW_HALF -> calls.lanewise(values, "and", prologue.let("low", calls.broadcast(int64(0xffffffffL))));
            case HIGH_HALF -> calls.lanewiseOperator(values, "ASHR", prologue.let("half", calls.broadcast(int64(32))));
            case ORDERED -> Values.call(calls.ops(), "toOrdered", Types.LONG_VECTOR, values);
            case WHOLE, FLOAT -> values;
            case ROW, VALUE_COUNT -> throw new IllegalStateException("counts need no vector: " + lane);
        };
    }

    private static Code.Value fold(VectorCalls calls, AccumulatorLayout.Op op, Code.Value mine, Code.Value other) {
        return switch (op) {
            case ADD, ADD_FLOAT -> calls.lanewise(mine, "add", other);
            case MIN -> calls.lanewise(mine, "min", other);
            case MAX -> calls.lanewise(mine, "max", other);
        };
    }

    private Code.Var empty(Body prologue, VectorCalls calls, int lane) {
        return prologue.let("empty", identity(calls, lane));
    }

    private Code.Value identity(VectorCalls calls, int lane) {
        return calls.broadcast(
                isFloat(lane) ? Values.float64(0) : int64(plan.lanes().get(lane).op().identity));
    }

    private boolean isFloat(int lane) {
        return plan.lanes().get(lane).op() == AccumulatorLayout.Op.ADD_FLOAT;
    }

    private static Code.Value address(Code.Value group, int lane) {
        return add(group, int64((long) lane * AccumulatorLayout.LANE_BYTES));
    }
}
