package io.mullion.plan;

import io.mullion.codegen.AggregateRewrite;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.ExpressionException;
import io.mullion.expr.Expressions;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.window.WindowSchema;
import java.util.ArrayList;
import java.util.List;

/// The columns on the way through a windowed aggregate:
///
/// ```
/// parent -> rows (only if inputs must be computed first) -> window results -> outputs (only if they are computed from aggregates)
/// ```
///
/// @param rows what the window operator reads
/// @param inputs what to project the parent to, or empty if the window operator reads the parent's rows
/// @param results what the window operator writes: window_start, window_end, key, aggregates
/// @param outputs what to project the results to, or empty if they are the outputs already
/// @param schema the columns of the outputs
record AggregatePlan(Schema rows, List<Expr> inputs, Schema results, List<Expr> outputs, Schema schema) {
    private static final KernelCompiler CHECKER = new KernelCompiler(new KernelOptions(false, false));

    static Schema resultSchema(LogicalStep parent, String key, AggregateRewrite rewrite) {
        return of(parent, key, rewrite).schema();
    }

    static AggregatePlan of(LogicalStep parent, String key, AggregateRewrite rewrite) {
        List<Expr> inputs = inputs(parent, key, rewrite);
        Schema rows = inputs.isEmpty() ? parent.schema() : KernelCompiler.projectSchema(parent.schema(), inputs);
        Field keyField = key == null ? null : rows.field(key);
        Schema results = WindowSchema.of(parent.time().unit(), keyField, aggregates(rows, rewrite.aggregates()));
        List<Expr> outputs = outputs(key, rewrite);
        Schema schema = KernelCompiler.projectSchema(results, outputs);
        return new AggregatePlan(rows, inputs, results, schema.equals(results) ? List.of() : outputs, schema);
    }

    /// @throws ExpressionException if the expression is no predicate
    static boolean requireBool(Schema schema, Expr predicate) {
        Field field = CHECKER.typeOf(schema, predicate);
        if (field.type() != DataType.BOOL) {
            throw new ExpressionException(
                    "expected a bool, found " + field.type() + ": " + predicate + ", columns are " + schema);
        }
        return true;
    }

    private static List<Expr> inputs(LogicalStep parent, String key, AggregateRewrite rewrite) {
        if (rewrite.inputs().isEmpty()) {
            return List.of();
        }
        List<Expr> inputs = new ArrayList<>(rewrite.inputs());
        if (key != null) {
            addColumn(inputs, key);
        }
        if (parent.time() instanceof StreamTime.Event event) {
            addColumn(inputs, event.column());
        }
        return inputs;
    }

    private static void addColumn(List<Expr> inputs, String name) {
        if (!inputs.contains(Expressions.col(name))) {
            inputs.add(Expressions.col(name));
        }
    }

    private static List<Expr> outputs(String key, AggregateRewrite rewrite) {
        List<Expr> outputs = new ArrayList<>();
        outputs.add(Expressions.col(WindowSchema.START));
        outputs.add(Expressions.col(WindowSchema.END));
        if (key != null) {
            outputs.add(Expressions.col(key));
        }
        outputs.addAll(rewrite.outputs());
        return outputs;
    }

    private static Schema aggregates(Schema rows, List<Expr> aggregates) {
        List<Field> fields = new ArrayList<>();
        for (Expr named : aggregates) {
            Expr.Aggregate aggregate =
                    (Expr.Aggregate) (named instanceof Expr.Alias alias ? alias.input() : named);
            String name = Expressions.nameOf(named);
            if (aggregate.function() == Expr.Aggregate.Function.COUNT) {
                if (aggregate.input() != null) {
                    CHECKER.typeOf(rows, aggregate.input());
                }
                fields.add(Field.of(name, DataType.INT64));
            } else {
                Field input = CHECKER.typeOf(rows, aggregate.input());
                fields.add(new Field(name, input.type(), input.nullable()));
            }
        }
        return new Schema(fields);
    }
}
