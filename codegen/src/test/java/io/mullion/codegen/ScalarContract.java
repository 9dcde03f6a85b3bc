package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import io.mullion.routine.TestMemory;
import java.util.List;

/// Runs a filter or a projection over rows to the end, over failing rows and full outputs, and compares with the
/// [Oracle].
final class ScalarContract {
    private final Target target;
    private final Schema schema;
    private final Answer.Question question;

    /// @param selection null for all rows
    /// @param from the first position
    ScalarContract(Target target, Schema schema, List<Object[]> rows, int[] selection, int from) {
        this.target = target;
        this.schema = schema;
        this.question = new Answer.Question(rows, selection, from);
    }

    void filter(Expr predicate) {
        Answer expected = Answer.ofFilter(new Oracle(schema), predicate, question);
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = TestColumns.of(memory, schema, question.rows());
            Compiled<FilterKernel> filter = new KernelCompiler(target).filter(schema, predicate, likely());
            assertEquals(expected, Answer.of(filter, in, question), () -> describe(filter));
        }
    }

    void project(List<Expr> outputs, int rowLimit, int textBytes) {
        Answer expected = Answer.ofProjection(new Oracle(schema), outputs, question);
        Schema columns = KernelCompiler.projectSchema(schema, outputs);
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = TestColumns.of(memory, schema, question.rows());
            Compiled<ProjectKernel> project = new KernelCompiler(target).project(schema, outputs, likely());
            Answer actual = Answer.of(project, in, question, columns, rowLimit, textBytes);
            assertEquals(expected, actual, () -> describe(project));
        }
    }

    /// Now what is asked, now the other, whose kernel then makes the one that is needed.
    private Rows likely() {
        return Rows.values()[question.rows().size() % 2];
    }

    private String describe(Compiled<?> compiled) {
        return target + ", " + question + "\n" + compiled.variant() + "\n" + compiled.listing();
    }
}
