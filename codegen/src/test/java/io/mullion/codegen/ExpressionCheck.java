package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// One expression over [Samples#WIDE]: its kernels against the [Oracle], which is asked only once for all of them.
final class ExpressionCheck {
    private final List<Expr> outputs;
    private final boolean predicate;
    private final List<WideInputs.Input> inputs;
    private final List<Answer> projected = new ArrayList<>();
    private final List<Answer> filtered = new ArrayList<>();

    ExpressionCheck(Expr expression, List<WideInputs.Input> inputs) {
        Oracle oracle = new Oracle(Samples.WIDE);
        this.outputs = List.of(expression);
        this.predicate = oracle.types().type(expression) instanceof DataType.Bool;
        this.inputs = inputs;
        for (WideInputs.Input input : inputs) {
            projected.add(Answer.ofProjection(oracle, outputs, input.question()));
            if (predicate) {
                filtered.add(Answer.ofFilter(oracle, expression, input.question()));
            }
        }
    }

    /// What the projection and, of a predicate, the filter do wrong; null if nothing.
    String failure(Target target) {
        try {
            String failure = projection(target);
            return failure == null && predicate ? filter(target) : failure;
        } catch (AssertionError | RuntimeException | LinkageError wrong) {
            StackTraceElement[] trace = wrong.getStackTrace();
            return wrong + (trace.length == 0 ? "" : " at " + trace[0]);
        }
    }

    private String projection(Target target) {
        Schema columns = KernelCompiler.projectSchema(Samples.WIDE, outputs);
        Compiled<ProjectKernel> kernel = new KernelCompiler(target).project(Samples.WIDE, outputs);
        for (int i = 0; i < inputs.size(); i++) {
            Answer.Question question = inputs.get(i).question();
            int rowLimit = Math.max(1, question.rows().size());
            // Not a byte more than the texts need.
            int textBytes = projected.get(i).rows().stream()
                    .mapToInt(row -> TestColumns.textBytes(row.getFirst()))
                    .sum();
            Answer answer = Answer.of(kernel, inputs.get(i).columns(), question, columns, rowLimit, textBytes);
            if (!answer.equals(projected.get(i))) {
                return describe(projected.get(i), answer, inputs.get(i), kernel);
            }
        }
        return null;
    }

    private String filter(Target target) {
        Compiled<FilterKernel> kernel = new KernelCompiler(target).filter(Samples.WIDE, outputs.getFirst());
        for (int i = 0; i < inputs.size(); i++) {
            Answer answer =
                    Answer.of(kernel, inputs.get(i).columns(), inputs.get(i).question());
            if (!answer.equals(filtered.get(i))) {
                return describe(filtered.get(i), answer, inputs.get(i), kernel);
            }
        }
        return null;
    }

    private String describe(Answer expected, Answer actual, WideInputs.Input input, Compiled<?> kernel) {
        return expected.difference(actual, input.question(), this::show) + "\n" + input + ", " + kernel.variant() + "\n"
                + kernel.listing();
    }

    /// The values of the columns that the expression is about.
    private String show(Object[] row) {
        Set<String> names = new LinkedHashSet<>();
        TypeCheck.collectColumns(outputs.getFirst(), names);
        return names.stream()
                .map(name -> name + "=" + row[Samples.WIDE.indexOf(name)])
                .collect(Collectors.joining(", "));
    }
}
