package io.mullion.codegen;

import static io.mullion.codegen.Rows.ACTIVE;
import static io.mullion.codegen.Rows.FROM;
import static io.mullion.codegen.Rows.IN;
import static io.mullion.codegen.Rows.TO;
import static io.mullion.codegen.Values.isZero64;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import io.mullion.expr.Schema;
import java.util.List;

/// Generates [AccumulateKernel]s: one loop that updates the row of each group, and one that keeps the accumulators of a
/// single group at hand.
final class AccumulateGenerator {
    static final Code.Var GROUP_IDS = new Code.Var("groupIds", CD_long);
    static final Code.Var STATE = new Code.Var("state", Types.STATE);

    private final Schema schema;
    private final AccumulatorPlan plan;
    private final List<Typed> conditions;
    private final Target target;
    private final KernelClass kernel;

    /// @param conditions that a row has to fulfil; none of them can fail or calls anything
    AccumulateGenerator(Schema schema, AccumulatorPlan plan, List<Typed> conditions, String text, Target target) {
        this.schema = schema;
        this.plan = plan;
        this.conditions = conditions;
        this.target = target;
        this.kernel = new KernelClass(AccumulateKernel.class, text);
    }

    // if (groupIds != 0L) {
    //     int i = from;
    //     while (i < to) {
    //         i = groupedAll(.., i, to, ..);             // or groupedSelected
    //         if (i < to) { state.takePage(getInt(groupIds + 4L * i) >>> 8); }
    //     }
    // } else if (from < to) {
    //     if (active == 0L) { singleAll(..); } else { singleSelected(..); }
    // }
    Compiled<AccumulateKernel> generate() {
        kernel.open("accumulate", CD_void, List.of(IN, ACTIVE, FROM, TO, GROUP_IDS, STATE), body -> {
            body.when(
                    Values.test(GROUP_IDS, Code.Relation.NE, Values.int64(0)),
                    grouped -> grouped.when(
                            isZero64(ACTIVE),
                            all -> takingPages(all, Rows.ALL),
                            selected -> takingPages(selected, Rows.SELECTED)),
                    single -> single.when(Values.test(FROM, Code.Relation.LT, TO), this::singleGroup));
            body.give(null);
        });
        for (Rows rows : Rows.values()) {
            kernel.inner("grouped" + rows.suffix, CD_int, rows.parameters(GROUP_IDS, STATE), body -> {
                Body loop = body.sibling();
                ColumnCode in = new ColumnCode(body, IN, schema, target.checked());
                new GroupedLoop(plan, conditions, target, kernel, in, rows).generate(body, loop);
                body.append(loop);
            });
        }
        new SingleGroupLoop(schema, plan, conditions, target, kernel).generate();
        return kernel.define(AccumulateKernel.class, variant());
    }

    private String variant() {
        String single = plan.refusal(conditions) == null ? null : plan.refusal(conditions) + " without groups";
        String grouped = GroupedLoop.vectors(target, plan.layout()) ? null : "two accumulators with groups";
        if (!target.vector() || single == null && grouped == null) {
            return target.variant(null);
        }
        if (single != null && grouped != null) {
            return target.variant(single + ", " + grouped);
        }
        return target.variant(null) + ", plain for " + (single == null ? grouped : single);
    }

    /// Inputs that could fail were refused when the lanes were planned.
    static void cannotFail(Body body, Code.Value failure) {
        throw new IllegalStateException("the input of an aggregate can fail");
    }

    private void takingPages(Body body, Rows rows) {
        Code.Var i = body.let("i", FROM);
        List<Code.Var> arguments = rows.parameters(GROUP_IDS, STATE).stream()
                .map(parameter -> parameter == FROM ? i : parameter)
                .toList();
        body.loop(Values.test(i, Code.Relation.LT, TO), inside -> {
            inside.assign(i, kernel.callInner("grouped" + rows.suffix, CD_int, arguments));
            inside.when(Values.test(i, Code.Relation.LT, TO), missing -> {
                Code.Var group = missing.let("group", Values.getInt(Values.at(GROUP_IDS, 4, rows.row(i))));
                missing.run(Values.invoke(STATE, "takePage", CD_long, GroupedLoop.pageOf(group)));
            });
        });
    }

    private void singleGroup(Body body) {
        body.when(
                isZero64(ACTIVE),
                all -> all.run(SingleGroupLoop.call(kernel, Rows.ALL)),
                selected -> selected.run(SingleGroupLoop.call(kernel, Rows.SELECTED)));
    }
}
