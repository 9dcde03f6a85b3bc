package io.mullion.plan;

import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.StageTimes.Stage;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.Keys;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Sink;
import io.mullion.join.DuplicatesOperator;
import io.mullion.join.GivenTable;
import io.mullion.join.GivenTables;
import io.mullion.join.JoinInput;
import io.mullion.join.JoinOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The part of the [Planner] that plans joins, and what tells rows from those before.
final class JoinPlanner {
    private final Planner planner;
    private final OperatorContext context;
    private final KernelCompiler compiler;
    private final ExchangePlanner exchanges;
    private final Explanation explanation;
    private final GivenTables tables;

    JoinPlanner(
            Planner planner,
            OperatorContext context,
            KernelCompiler compiler,
            ExchangePlanner exchanges,
            Explanation explanation,
            GivenTables tables) {
        this.planner = planner;
        this.context = context;
        this.compiler = compiler;
        this.exchanges = exchanges;
        this.explanation = explanation;
        this.tables = tables;
    }

    /// The operator that takes the rows of a side.
    Operator join(JoinStep.Join join, int side) {
        if (join.right() instanceof JoinStep.Given) {
            // Each worker has a copy of the table, and its rows stay with it.
            return join(join).getFirst();
        }
        List<String> keys = join.terms().on().stream()
                .map(equality -> side == 0 ? equality.left() : equality.right())
                .toList();
        return exchanges.side(
                join,
                side,
                keys,
                keys.isEmpty()
                        ? "no columns are equal: all rows are needed in one place"
                        : "rows that may meet are needed in one place",
                () -> join(join));
    }

    /// The operators that take the rows of both sides, or of the left one where the right one is a table that is given.
    private List<Operator> join(JoinStep.Join join) {
        JoinPlan plan = join.plan();
        String name = name(join);
        explanation.step(name + "; what follows stands here once");
        Stage stage = explanation.stage();
        Compiled<FilterKernel> condition = filter("both sides", plan.pair(), plan.both());
        JoinInput left = side(
                join,
                0,
                "left side of " + name,
                JoinTerms.Equality::left,
                JoinTerms.Equality::right,
                filter("left side", plan.leftNames(), plan.leftAlone()),
                join.terms().lateLeft());
        JoinInput right = side(
                join,
                1,
                "right side of " + name,
                JoinTerms.Equality::right,
                JoinTerms.Equality::left,
                filter("right side", plan.rightNames(), plan.rightAlone()),
                join.terms().lateRight());
        JoinOperator.Terms terms = new JoinOperator.Terms(
                name,
                conditions(name, join.terms()),
                join.terms().kind(),
                plan.least(),
                plan.most(),
                plan.grid(),
                plan.columns(),
                plan.pair(),
                plan.results(join.terms().kind()),
                plan.schema(),
                condition,
                plan.lag(),
                switch (join.terms().table()) {
                    case NONE -> JoinOperator.Right.ROWS;
                    case LATEST -> JoinOperator.Right.LATEST;
                    case AS_OF -> JoinOperator.Right.AS_OF;
                    case GIVEN -> JoinOperator.Right.GIVEN;
                },
                Planner.greatestTime(join));
        if (join.right() instanceof JoinStep.Given given) {
            GivenTable table = tables.of(given, given.name(), given.rows(), given.every(), context);
            return List.of(
                    context.timed(stage, JoinOperator.of(terms, left, right, table, context, planner.after(join))));
        }
        return JoinOperator.of(terms, left, right, context, planner.after(join)).stream()
                .map(side -> context.timed(stage, side))
                .toList();
    }

    Operator deduplicate(JoinStep.Deduplicate step) {
        return exchanges.byKey(
                step,
                "rows",
                step.schema(),
                step.keys(),
                ExchangePlanner.merge(step.parent()),
                "all rows of a key are needed in one place",
                () -> deduplicateHere(step));
    }

    private Operator deduplicateHere(JoinStep.Deduplicate step) {
        StreamTime time = step.parent().time();
        boolean eventTime = time != null && time.column() != null;
        boolean timeIsKey = eventTime && step.keys().contains(time.column());
        boolean timed = timeIsKey || step.within() != null;
        String name = "drop duplicates of " + String.join(", ", step.keys())
                + (step.within() == null ? "" : " within " + step.within());
        Keys keys = compiler.keys(step.schema(), step.keys());
        explanation
                .step(name)
                .detail(timed ? "keys are forgotten as time passes" : "keys are remembered for ever")
                .kernel("key", keys.find());
        Stage stage = explanation.stage();
        DuplicatesOperator.Terms terms = new DuplicatesOperator.Terms(
                name,
                keys,
                timed ? step.schema().indexOf(time.column()) : -1,
                time instanceof StreamTime.WindowEnd,
                timeIsKey || step.within() == null
                        ? Long.MAX_VALUE
                        : time.unit().of(step.within()));
        return context.timed(stage, new DuplicatesOperator(terms, context, planner.after(step)));
    }

    private JoinInput side(
            JoinStep.Join join,
            int side,
            String name,
            Function<JoinTerms.Equality, String> column,
            Function<JoinTerms.Equality, String> otherColumn,
            Compiled<FilterKernel> alone,
            Sink late) {
        LogicalStep parent = side == 0 ? join.left() : join.right();
        Schema other = (side == 0 ? join.right() : join.left()).schema();
        Schema schema = parent.schema();
        List<String> names = join.terms().on().stream().map(column).toList();
        List<Integer> strict = new ArrayList<>();
        List<Integer> always = new ArrayList<>();
        List<Field> fields = new ArrayList<>(schema.fields());
        for (JoinTerms.Equality equality : join.terms().on()) {
            int index = schema.indexOf(column.apply(equality));
            Field field = schema.field(index);
            boolean nulls = join.terms().nullsEqual()
                    && (field.nullable()
                            || other.field(otherColumn.apply(equality)).nullable());
            if (field.nullable() && !nulls) {
                strict.add(index);
            }
            if (nulls && !field.nullable()) {
                always.add(index);
            }
            fields.set(index, new Field(field.name(), field.type(), nulls));
        }
        Keys keys = names.isEmpty() ? null : compiler.keys(new Schema(fields), names);
        if (keys != null) {
            explanation.kernel("key", keys.find());
        }
        StreamTime time = parent.time();
        return new JoinInput(
                name,
                schema,
                keys,
                List.copyOf(strict),
                List.copyOf(always),
                join.plan().timed() ? schema.indexOf(time.column()) : -1,
                time instanceof StreamTime.Batches,
                time instanceof StreamTime.WindowEnd,
                join.terms().table() == JoinTerms.Table.AS_OF && side == 1,
                alone,
                late(join, side, late));
    }

    private Compiled<FilterKernel> filter(String whom, Schema schema, List<Expr> conditions) {
        if (conditions.isEmpty()) {
            return null;
        }
        Expr all = conditions.stream().reduce(Expr::and).orElseThrow();
        Compiled<FilterKernel> kernel = compiler.filter(schema, all);
        explanation.detail("where, of " + whom + ": " + all).kernel("filter", kernel);
        return kernel;
    }

    /// Takes rows that are late, or null if nobody wants them.
    private Operator late(JoinStep.Join join, int side, Sink sink) {
        LogicalStep parent = side == 0 ? join.left() : join.right();
        if (sink == null) {
            return null;
        }
        LogicalStep.Output output = new LogicalStep.Output(parent, sink);
        explanation.deeper();
        Operator operator = planner.project(
                "late rows:",
                parent.schema(),
                Planner.columns(output.schema()),
                () -> planner.sink(join, "late rows of side " + side, output));
        explanation.shallower();
        return operator;
    }

    private static String name(JoinStep.Join join) {
        JoinTerms terms = join.terms();
        String on = terms.on().stream()
                .map(equality -> equality.left() + " = " + equality.right())
                .collect(Collectors.joining(", "));
        String when = switch (terms.table()) {
            case NONE -> "";
            case LATEST -> ", latest of the right side";
            case AS_OF -> ", right side as of left time";
            case GIVEN -> ", table " + ((JoinStep.Given) join.right()).name();
        };
        if (terms.window() != null) {
            when = " within " + terms.window();
        } else if (terms.near() != null) {
            when = ", left time from " + text("-", terms.near().before()) + " to "
                    + text("+", terms.near().after()) + " of right time";
        }
        return terms.kind().name().toLowerCase(Locale.ROOT) + " join"
                + (on.isEmpty() ? "" : " on " + on)
                + (terms.nullsEqual() ? ", nulls equal" : "")
                + when;
    }

    /// All that decides what the rows that are kept will come to.
    private static String conditions(String name, JoinTerms terms) {
        return name
                + (terms.where() == null ? "" : ", where " + terms.where())
                + (terms.time() == null
                        ? ""
                        : ", time of the " + terms.time().name().toLowerCase(Locale.ROOT) + " side");
    }

    private static String text(String sign, Object distance) {
        return distance == null ? "any" : sign + distance;
    }
}
