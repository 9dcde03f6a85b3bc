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

/// Generates [AccumulateKernel]s: the loop that updates the row of each group, or the one that keeps the accumulators
/// of a single group at hand.
final class AccumulateGenerator {
    static final Code.Var GROUP_IDS = new Code.Var("groupIds", CD_long);
    static final Code.Var STATE = new Code.Var("state", Types.STATE);

    /// What a kernel has loops for.
    enum Form {
        GROUPED_ALL,
        GROUPED_SELECTED,
        SINGLE_ALL,
        SINGLE_SELECTED;

        static Form of(boolean grouped, Rows rows) {
            return values()[(grouped ? 0 : 2) + rows.ordinal()];
        }

        boolean grouped() {
            return ordinal() < 2;
        }

        Rows rows() {
            return Rows.values()[ordinal() % 2];
        }
    }

    private static final List<Code.Var> PARAMETERS = List.of(IN, ACTIVE, FROM, TO, GROUP_IDS, STATE);

    private final Schema schema;
    private final AggregatePlan plan;
    private final List<Typed> conditions;
    private final Target target;
    private final KernelClass kernel;
    private final Forms<AccumulateKernel> forms;
    private final Form form;

    /// @param conditions that a row has to fulfil; none of them can fail or calls anything
    /// @param forms of this kernel, by [Form]
    /// @param form the one to generate
    AccumulateGenerator(
            Schema schema,
            AggregatePlan plan,
            List<Typed> conditions,
            Object title,
            Target target,
            Forms<AccumulateKernel> forms,
            Form form) {
        this.forms = forms;
        this.form = form;
        this.schema = schema;
        this.plan = plan;
        this.conditions = conditions;
        this.target = target;
        this.kernel = new KernelClass(AccumulateKernel.class, title);
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
    //
    // Of the four calls one is of this kernel's own loop, the others are
    // ((AccumulateKernel) this.forms.kernel(1)).accumulate(in, active, from, to, groupIds, state);
    Compiled<AccumulateKernel> generate() {
        kernel.open("accumulate", CD_void, PARAMETERS, body -> {
            body.when(
                    Values.test(GROUP_IDS, Code.Relation.NE, Values.int64(0)),
                    grouped -> byRows(grouped, true),
                    single -> single.when(Values.test(FROM, Code.Relation.LT, TO), some -> byRows(some, false)));
            body.give(null);
        });
        List<AccumulatorPlan> loops = plan.loops();
        String refusal = null;
        for (int loop = 0; loop < loops.size(); loop++) {
            loops(loops.get(loop), numbered(loop));
            refusal = VectorCode.first(refusal, loops.get(loop).refusal(conditions));
        }
        if (loops.size() > 1) {
            oneAfterAnother(form.rows(), loops.size());
        }
        return kernel.define(AccumulateKernel.class, variant(refusal), List.of(), 0, forms);
    }

    private String variant(String refusal) {
        String single = refusal == null ? null : refusal + " without groups";
        boolean vectors = true;
        for (AccumulatorPlan loop : plan.loops()) {
            vectors &= GroupedLoop.vectors(target, loop.layout());
        }
        boolean compound = plan.layout().compound();
        String grouped = vectors ? null : compound ? AccumulatorPlan.COMPOUND : "two accumulators with groups";
        if (!target.vector() || single == null && grouped == null) {
            return target.variant(null);
        }
        if (single != null && grouped != null) {
            return target.variant(compound ? AccumulatorPlan.COMPOUND : single + ", " + grouped);
        }
        return target.variant(null) + ", plain for " + (single == null ? grouped : single);
    }

    /// What is behind the names of the methods of a loop, if there are several.
    private String numbered(int loop) {
        return plan.loops().size() == 1 ? "" : String.valueOf(loop);
    }

    private void loops(AccumulatorPlan loop, String number) {
        Rows rows = form.rows();
        if (form.grouped()) {
            kernel.inner("grouped" + number + rows.suffix, CD_int, rows.parameters(GROUP_IDS, STATE), body -> {
                Body inside = body.sibling();
                ColumnCode in = new ColumnCode(body, IN, schema, target.checked());
                new GroupedLoop(loop, plan.layout(), conditions, target, kernel, in, rows).generate(body, inside);
                body.append(inside);
            });
        } else {
            new SingleGroupLoop(schema, loop, number, conditions, target, kernel, rows).generate();
        }
    }

    // private int groupedAll(ColumnAddresses in, int from, int to, long groupIds, StateAddresses state) {
    //     int end = grouped0All(in, from, to, groupIds, state);
    //     grouped1All(in, from, end, groupIds, state);         // all pages are there
    //     return end;
    // }
    // private void singleAll(ColumnAddresses in, int from, int to, StateAddresses state) {
    //     single0All(in, from, to, state);
    //     single1All(in, from, to, state);
    // }
    private void oneAfterAnother(Rows rows, int loops) {
        if (!form.grouped()) {
            kernel.inner("single" + rows.suffix, CD_void, rows.parameters(STATE), body -> {
                for (int loop = 0; loop < loops; loop++) {
                    body.run(SingleGroupLoop.call(kernel, String.valueOf(loop), rows));
                }
                body.give(null);
            });
            return;
        }
        List<Code.Var> parameters = rows.parameters(GROUP_IDS, STATE);
        kernel.inner("grouped" + rows.suffix, CD_int, parameters, body -> {
            Code.Var end = body.let("end", kernel.callInner("grouped0" + rows.suffix, CD_int, parameters));
            List<Code.Var> arguments = rows.parameters(GROUP_IDS, STATE);
            arguments.set(arguments.indexOf(TO), end);
            for (int loop = 1; loop < loops; loop++) {
                body.run(kernel.callInner("grouped" + loop + rows.suffix, CD_int, arguments));
            }
            body.give(end);
        });
    }

    /// Inputs that could fail were refused when the lanes were planned.
    static void cannotFail(Body body, Code.Value failure) {
        throw new IllegalStateException("the input of an aggregate can fail");
    }

    private void takingPages(Body body, Rows rows) {
        Code.Var i = body.let("i", FROM);
        List<Code.Var> arguments = rows.parameters(GROUP_IDS, STATE);
        arguments.set(arguments.indexOf(FROM), i);
        body.loop(Values.test(i, Code.Relation.LT, TO), inside -> {
            inside.assign(i, kernel.callInner("grouped" + rows.suffix, CD_int, arguments));
            inside.when(Values.test(i, Code.Relation.LT, TO), missing -> {
                Code.Var group = missing.let("group", Values.getInt(Values.at(GROUP_IDS, 4, rows.row(i))));
                missing.run(Values.invoke(STATE, "takePage", CD_long, GroupedLoop.pageOf(group)));
            });
        });
    }

    private void byRows(Body body, boolean grouped) {
        body.when(
                isZero64(ACTIVE),
                all -> call(all, Form.of(grouped, Rows.ALL)),
                selected -> call(selected, Form.of(grouped, Rows.SELECTED)));
    }

    private void call(Body body, Form called) {
        if (called != form) {
            body.run(kernel.callForm(called.ordinal(), "accumulate", CD_void, PARAMETERS));
        } else if (form.grouped()) {
            takingPages(body, form.rows());
        } else {
            body.run(SingleGroupLoop.call(kernel, "", form.rows()));
        }
    }
}
