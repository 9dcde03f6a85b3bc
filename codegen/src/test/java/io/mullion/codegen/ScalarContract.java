package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import java.util.ArrayList;
import java.util.List;

/// Runs a filter or a projection over rows to the end, over failing rows and full outputs, and compares with the
/// [Oracle].
final class ScalarContract {
    private final Target target;
    private final Schema schema;
    private final List<Object[]> rows;
    private final int[] selection;
    private final int from;

    /// @param selection null for all rows
    /// @param from the first position
    ScalarContract(Target target, Schema schema, List<Object[]> rows, int[] selection, int from) {
        this.target = target;
        this.schema = schema;
        this.rows = rows;
        this.selection = selection;
        this.from = from;
    }

    private int to() {
        return selection == null ? rows.size() : selection.length;
    }

    private int row(int position) {
        return selection == null ? position : selection[position];
    }

    private long active(TestMemory memory) {
        if (selection == null) {
            return 0;
        }
        long address = memory.allocate(4L * selection.length + 4, 8);
        for (int i = 0; i < selection.length; i++) {
            RawMemory.putInt(address + 4L * i, selection[i]);
        }
        return address;
    }

    void filter(Expr predicate) {
        List<Integer> passed = new ArrayList<>();
        List<Integer> failed = new ArrayList<>();
        Oracle oracle = new Oracle(schema);
        for (int position = from; position < to(); position++) {
            try {
                if (Boolean.TRUE.equals(oracle.value(predicate, rows.get(row(position))))) {
                    passed.add(row(position));
                }
            } catch (Oracle.DivisionByZero zero) {
                failed.add(position);
            }
        }
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = TestColumns.of(memory, schema, rows);
            Compiled<FilterKernel> filter = new KernelCompiler(target).filter(schema, predicate);
            long room = 4L * Math.max(0, to() - from) + 64;
            long out = memory.allocate(room, 8);
            List<Integer> actual = new ArrayList<>();
            List<Integer> actuallyFailed = new ArrayList<>();
            Progress progress = new Progress();
            int position = from;
            do {
                int count = filter.kernel().filter(in.addresses, active(memory), position, to(), out, progress);
                assertEquals(count, progress.outRows);
                for (int i = 0; i < count; i++) {
                    actual.add(RawMemory.getInt(out + 4L * i));
                }
                position = progress.next;
                if (progress.status == Progress.Status.ROW_FAILED) {
                    assertEquals(Progress.Failure.DIVISION_BY_ZERO, progress.failure);
                    actuallyFailed.add(position++);
                }
            } while (progress.status != Progress.Status.DONE);
            assertEquals(passed, actual, () -> describe(filter));
            assertEquals(failed, actuallyFailed, () -> describe(filter));
            assertEquals(Math.max(from, to()), position);
        }
    }

    void project(List<Expr> outputs, int rowLimit, int textBytes) {
        List<Integer> failed = new ArrayList<>();
        List<List<Object>> expected = expected(outputs, failed);
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = TestColumns.of(memory, schema, rows);
            Compiled<ProjectKernel> project = new KernelCompiler(target).project(schema, outputs);
            TestColumns out =
                    TestColumns.empty(memory, KernelCompiler.projectSchema(schema, outputs), rowLimit, textBytes);
            List<List<Object>> actual = new ArrayList<>();
            List<Integer> actuallyFailed = new ArrayList<>();
            Progress progress = new Progress();
            int position = from;
            do {
                int count =
                        project.kernel().project(in.addresses, active(memory), position, to(), out.addresses, progress);
                assertEquals(count, progress.outRows);
                assertEquals(position + count, progress.next);
                actual.addAll(out.rows(count));
                position = progress.next;
                if (progress.status == Progress.Status.ROW_FAILED) {
                    assertEquals(Progress.Failure.DIVISION_BY_ZERO, progress.failure);
                    actuallyFailed.add(position++);
                }
            } while (progress.status != Progress.Status.DONE);
            assertEquals(expected, actual, () -> describe(project));
            assertEquals(failed, actuallyFailed, () -> describe(project));
        }
    }

    private List<List<Object>> expected(List<Expr> outputs, List<Integer> failed) {
        Oracle oracle = new Oracle(schema);
        List<List<Object>> expected = new ArrayList<>();
        for (int position = from; position < to(); position++) {
            try {
                List<Object> values = new ArrayList<>();
                for (Expr output : outputs) {
                    values.add(oracle.value(output, rows.get(row(position))));
                }
                expected.add(values);
            } catch (Oracle.DivisionByZero zero) {
                failed.add(position);
            }
        }
        return expected;
    }

    private String describe(Compiled<?> compiled) {
        return target + ", rows=" + rows.size() + ", from=" + from + ", selection=" + (selection != null) + "\n"
                + compiled.variant() + "\n" + compiled.listing();
    }
}
