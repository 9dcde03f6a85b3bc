package io.mullion.codegen;

import static io.mullion.codegen.AccumulateGenerator.STATE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.add;
import static io.mullion.codegen.Values.and;
import static io.mullion.codegen.Values.binary;
import static io.mullion.codegen.Values.getDouble;
import static io.mullion.codegen.Values.getLong;
import static io.mullion.codegen.Values.int32;
import static io.mullion.codegen.Values.int64;
import static io.mullion.codegen.Values.isZero64;
import static io.mullion.codegen.Values.or;
import static io.mullion.codegen.Values.putDouble;
import static io.mullion.codegen.Values.putLong;
import static io.mullion.codegen.Values.subtract;
import static io.mullion.codegen.Values.test;
import static io.mullion.codegen.Values.widen;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The loops for rows that all belong to group 0, of which a predicate may choose some: a loop over rows that keeps the
/// accumulators in variables, and before it, where all rows are asked, the vector loop of [SingleGroupVectors].
final class SingleGroupLoop {
    /// Rows after which most groups are known to be there, so that the others need not be counted.
    private static final int ROWS_THAT_TELL = 16;

    static final Code.Var GROUP = new Code.Var("group", CD_long);

    private final Schema schema;
    private final AccumulatorPlan plan;
    private final String number;
    private final List<Typed> conditions;
    private final Target target;
    private final KernelClass kernel;
    private final Rows form;
    private final NullColumns nullable;
    /// Counts that the loop need not go on with once they are not 0 (FilterSumKernelBenchmark, int64: 7.1 instead of
    /// 6.4 G rows/s); none if all rows count, which takes no counting.
    private final Set<Integer> presence;
    /// The lanes of each vector loop; none if there is no such loop.
    private final List<Set<Integer>> parts;
    /// Leaves [#presence] out.
    private final List<SingleGroupVectors> vectors;
    private final List<SingleGroupVectors> exact;

    /// @param number behind the names of the methods, where a kernel has several such loops
    /// @param conditions that a row has to fulfil
    /// @param form the rows that the loops go over
    SingleGroupLoop(
            Schema schema,
            AccumulatorPlan plan,
            String number,
            List<Typed> conditions,
            Target target,
            KernelClass kernel,
            Rows form) {
        this.form = form;
        this.schema = schema;
        this.plan = plan;
        this.number = number;
        this.conditions = conditions;
        this.target = target;
        this.kernel = kernel;
        List<Typed> expressions = new ArrayList<>(conditions);
        expressions.addAll(plan.inputs());
        this.nullable = NullColumns.of(expressions);
        this.presence = conditions.isEmpty() ? Set.of() : plan.presenceLanes();
        boolean vector = form == Rows.ALL && target.vector() && plan.refusal(conditions) == null;
        this.parts = vector ? LaneParts.of(plan, conditions) : List.of();
        this.vectors = vectors(presence);
        this.exact = vectors(Set.of());
    }

    private List<SingleGroupVectors> vectors(Set<Integer> known) {
        List<SingleGroupVectors> vectors = new ArrayList<>(parts.size());
        for (Set<Integer> part : parts) {
            vectors.add(new SingleGroupVectors(schema, plan, conditions, part, known, target, kernel));
        }
        return vectors;
    }

    /// `singleAll(in, from, to, state)`
    static Code.Call call(KernelClass kernel, String number, Rows rows) {
        return kernel.callInner("single" + number + rows.suffix, CD_void, rows.parameters(STATE));
    }

    // private void singleAll(ColumnAddresses in, int from, int to, StateAddresses state) {
    //     long group = state.pages()[0];
    //     if (group == 0L) { group = state.takePage(0); }
    //     int i = from;
    //     (vectors)
    //     rowsAll(in, i, to, group);
    // }
    void generate() {
        kernel.inner("rows" + number + form.suffix, CD_void, form.parameters(GROUP), body -> rows(body, form));
        kernel.inner("single" + number + form.suffix, CD_void, form.parameters(STATE), body -> {
            Code.Var group = body.let(
                    "group", new Code.Element(Values.invoke(STATE, "pages", Types.LONG_ARRAY), int32(0), CD_long));
            body.when(
                    isZero64(group),
                    missing -> missing.assign(group, Values.invoke(STATE, "takePage", CD_long, int32(0))));
            if (plan.first() > 0) {
                body.assign(group, add(group, int64(plan.offset())));
            }
            Code.Var i = body.let("i", FROM);
            if (!parts.isEmpty()) {
                vectors(body, group, i);
            }
            body.when(test(i, Code.Relation.LT, TO), left -> left.run(rows(form, i, TO, group)));
            body.give(null);
        });
        for (int index = 0; index < parts.size(); index++) {
            vectors(index);
        }
    }

    private void vectors(int index) {
        SingleGroupVectors some = vectors.get(index);
        SingleGroupVectors all = exact.get(index);
        some.generate(method("vectors", index), false, some.assumesNumbers());
        if (some.assumesNumbers() || !presence.isEmpty()) {
            all.generate(method("vectorsExact", index), false, false);
        }
        if (!nullable.columns().isEmpty()) {
            some.generate(method("vectorsNulls", index), true, false);
            if (!presence.isEmpty()) {
                all.generate(method("vectorsNullsExact", index), true, false);
            }
        }
    }

    /// @param index of the part of the lanes that it folds
    private String method(String name, int index) {
        return name + number + (parts.size() == 1 ? "" : "Part" + index);
    }

    // if (!(getLong(group) != 0L)) {
    //     i = wholeByte(from + 16, to);                // a few rows tell, mostly
    //     rowsAll(in, from, i, group);
    // }
    // boolean known = getLong(group) != 0L;            // where rows need not be counted
    // if (anyNull(in.addresses[1], i, to)) {
    //     int first = i;
    //     i = wholeByte(first, to);                    // where bits of validity are taken a byte at a time
    //     rowsAll(in, first, i, group);
    //     if (known) { i = vectorsNulls(in, i, to, group); } else { i = vectorsNullsExact(in, i, to, group); }
    // } else {
    //     (without nulls)
    // }
    private void vectors(Body body, Code.Var group, Code.Var i) {
        if (!presence.isEmpty()) {
            body.when(Values.not(present()), unknown -> {
                unknown.assign(i, NullColumns.wholeByte(add(FROM, int32(ROWS_THAT_TELL)), TO));
                unknown.run(rows(Rows.ALL, FROM, i, group));
            });
        }
        Code.Value known = presence.isEmpty() ? null : body.let("known", present());
        if (nullable.columns().isEmpty()) {
            withoutNulls(body, known, i);
            return;
        }
        body.when(
                nullable.anyNull(IN, i, TO),
                nulls -> {
                    if (vectors.getFirst().wholeBytes()) {
                        Code.Var first = nulls.let("first", i);
                        nulls.assign(i, NullColumns.wholeByte(first, TO));
                        nulls.run(rows(Rows.ALL, first, i, group));
                    }
                    if (known == null) {
                        withNulls(nulls, "vectorsNulls", i);
                    } else {
                        nulls.when(
                                known,
                                sums -> withNulls(sums, "vectorsNulls", i),
                                counts -> withNulls(counts, "vectorsNullsExact", i));
                    }
                },
                none -> withoutNulls(none, known, i));
    }

    /// Whether all counts that no aggregate asks for have something already.
    private Code.Value present() {
        Code.Value all = null;
        for (int lane : presence) {
            Code.Value one = test(getLong(address(lane)), Code.Relation.NE, int64(0));
            all = all == null ? one : and(all, one);
        }
        return all;
    }

    // vectorsNullsPart0(in, i, to, group);             // each part of the lanes over the same rows
    // i = vectorsNullsPart1(in, i, to, group);
    private void withNulls(Body body, String method, Code.Var i) {
        int last = parts.size() - 1;
        for (int index = 0; index < last; index++) {
            body.run(vectors(method, index, i));
        }
        body.assign(i, vectors(method, last, i));
    }

    // int end = -1;
    // if (known) { end = vectors(in, i, to, group); }
    // if (end < 0) { end = vectorsExact(in, i, to, group); }       // not known, or there is a NaN
    // (the same for each part of the lanes)
    // i = end;
    private void withoutNulls(Body body, Code.Value known, Code.Var i) {
        for (int index = 0; index < parts.size(); index++) {
            int part = index;
            Code.Var end = body.let("end", known == null ? vectors("vectors", part, i) : int32(-1));
            if (known != null) {
                body.when(known, sums -> sums.assign(end, vectors("vectors", part, i)));
            }
            if (known != null || vectors.getFirst().assumesNumbers()) {
                body.when(
                        test(end, Code.Relation.LT, int32(0)),
                        undone -> undone.assign(end, vectors("vectorsExact", part, i)));
            }
            if (part == parts.size() - 1) {
                body.assign(i, end);
            }
        }
    }

    private Code.Call vectors(String method, int part, Code.Var from) {
        return kernel.callInner(method(method, part), CD_int, List.of(IN, from, TO, GROUP));
    }

    private Code.Call rows(Rows rows, Code.Var from, Code.Var to, Code.Var group) {
        List<Code.Var> arguments = rows.parameters(group);
        int first = arguments.indexOf(FROM);
        arguments.set(first, from);
        arguments.set(first + 1, to);
        return kernel.callInner("rows" + number + rows.suffix, CD_void, arguments);
    }

    // long lane0 = getLong(group);
    // ...
    // while (i < to) {
    //     boolean pass = price > 100.0 & quantity < 50;
    //     long taken = 0L - (pass ? 1 : 0);                  // no branch to mispredict
    //     lane0 = lane0 - taken;
    //     lane1 = lane1 + (quantity & 0xffffffffL & taken);
    //     i = i + 1;
    // }
    // putLong(group, lane0);
    // ...
    private void rows(Body prologue, Rows rows) {
        Body body = prologue.sibling();
        ColumnCode in = new ColumnCode(prologue, IN, schema, target.checked());
        RowCode code = new RowCode(in, kernel, target, null, AccumulateGenerator::cannotFail);
        Map<Integer, Code.Var> lanes =
                lanes(body, plan, LaneParts.numbers(0, plan.lanes().size()));
        Code.Var i = body.let("i", FROM);
        rows.loop(body, i, (inside, row) -> {
            Code.Value pass = conditions.isEmpty() ? null : Conjunction.holds(inside, code, conditions, row);
            fold(
                    inside,
                    new LaneInputs(inside, code, plan, row),
                    pass == null ? null : inside.hold("pass", pass),
                    lanes);
        });
        if (conditions.isEmpty()) {
            body.assign(lanes.get(0), add(lanes.get(0), widen(subtract(TO, FROM))));
        }
        store(body, plan, lanes);
        body.give(null);
        prologue.append(body);
    }

    /// Without lanes that stay in memory since they are updated together.
    static Map<Integer, Code.Var> lanes(Body body, AccumulatorPlan plan, Set<Integer> part) {
        Map<Integer, Code.Var> lanes = new LinkedHashMap<>();
        for (int lane : part) {
            if (plan.lanes().get(lane).part() == AccumulatorPlan.Part.COMPOUND) {
                continue;
            }
            Code.Value address = address(lane);
            lanes.put(
                    lane,
                    body.let("lane" + lane, plan.lanes().get(lane).isFloat() ? getDouble(address) : getLong(address)));
        }
        return lanes;
    }

    static void store(Body body, AccumulatorPlan plan, Map<Integer, Code.Var> lanes) {
        lanes.forEach((lane, value) -> {
            Code.Value address = address(lane);
            body.run(plan.lanes().get(lane).isFloat() ? putDouble(address, value) : putLong(address, value));
        });
    }

    private static Code.Value address(int lane) {
        return add(GROUP, int64((long) lane * AccumulatorLayout.LANE_BYTES));
    }

    private void fold(Body body, LaneInputs inputs, Code.Value pass, Map<Integer, Code.Var> variables) {
        Map<Code.Value, Code.Value> masks = new HashMap<>();
        for (int index = 0; index < plan.lanes().size(); index++) {
            AccumulatorPlan.Lane lane = plan.lanes().get(index);
            Code.Value valid = inputs.valid(lane.needed());
            Code.Value taken = pass == null || valid == null ? (pass == null ? valid : pass) : and(pass, valid);
            Code.Var variable = variables.get(index);
            if (variable == null) {
                compound(body, inputs, lane, taken, address(index));
                continue;
            }
            if (taken == null) {
                if (index > 0) {
                    body.assign(variable, LaneCode.fold(lane.op(), variable, inputs.contribution(lane)));
                }
                continue;
            }
            Code.Value mask = masks.computeIfAbsent(
                    taken, it -> body.let("taken", subtract(int64(0), widen(new Code.Choose(it, int32(1), int32(0))))));
            body.assign(
                    variable,
                    lane.ofValue()
                            ? LaneCode.fold(lane.op(), variable, masked(body, lane, inputs.contribution(lane), mask))
                            : subtract(variable, mask));
        }
    }

    // if (valid) { foldVariance(group + 8L, x); }
    private static void compound(
            Body body, LaneInputs inputs, AccumulatorPlan.Lane lane, Code.Value taken, Code.Value address) {
        if (lane.op() == AccumulatorLayout.Op.REST) {
            return;
        }
        Code.Call fold = inputs.compound(lane, address);
        if (taken == null) {
            body.run(fold);
        } else {
            body.when(taken, counts -> counts.run(fold));
        }
    }

    /// The value where the mask has all bits, what changes nothing where it has none.
    private static Code.Value masked(Body body, AccumulatorPlan.Lane lane, Code.Value value, Code.Value mask) {
        return switch (lane.op()) {
            case ADD, BIT_OR, BIT_XOR -> and(value, mask);
            case ADD_FLOAT -> {
                Code.Value bits = Values.call(Types.of(Double.class), "doubleToRawLongBits", CD_long, value);
                yield Values.call(Types.of(Double.class), "longBitsToDouble", CD_double, and(bits, mask));
            }
            case BIT_AND -> or(value, binary(Code.Operator.XOR, mask, int64(-1)));
            case MIN, MAX -> {
                Code.Value identity = int64(lane.op().identity);
                Code.Value differs = binary(Code.Operator.XOR, body.hold("value", value), identity);
                yield binary(Code.Operator.XOR, and(differs, mask), identity);
            }
            case VARIANCE, LEAST_BY, GREATEST_BY, LATEST_BY, LEAST_DECIMAL, GREATEST_DECIMAL, REST, USER ->
                throw new IllegalStateException("is folded with other lanes: " + lane);
        };
    }
}
