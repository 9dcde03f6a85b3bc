package io.mullion.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.Expr;
import io.mullion.expr.Schema;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// What a filter or a projection says about some rows: its output rows (of a filter: the row numbers) and the positions
/// that failed, with the reason.
record Answer(List<List<Object>> rows, Map<Integer, Failure> failed) {

    /// Rows to be asked for.
    ///
    /// @param selection null for all rows
    /// @param from the first position
    record Question(List<Object[]> rows, int[] selection, int from) {
        int to() {
            return selection == null ? rows.size() : selection.length;
        }

        int row(int position) {
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

        @Override
        public String toString() {
            return "rows=" + rows.size() + ", selected=" + (selection == null ? "all" : selection.length) + ", from="
                    + from;
        }
    }

    /// What a filter should say.
    static Answer ofFilter(Oracle oracle, Expr predicate, Question question) {
        Answer answer = new Answer(new ArrayList<>(), new TreeMap<>());
        for (int position = question.from(); position < question.to(); position++) {
            int row = question.row(position);
            try {
                if (oracle.passes(predicate, question.rows().get(row))) {
                    answer.rows.add(List.of(row));
                }
            } catch (Oracle.Failed failed) {
                answer.failed.put(position, failed.failure());
            }
        }
        return answer;
    }

    /// What a projection should say.
    static Answer ofProjection(Oracle oracle, List<Expr> outputs, Question question) {
        Answer answer = new Answer(new ArrayList<>(), new TreeMap<>());
        for (int position = question.from(); position < question.to(); position++) {
            Object[] row = question.rows().get(question.row(position));
            try {
                List<Object> values = new ArrayList<>();
                for (Expr output : outputs) {
                    values.add(oracle.value(output, row));
                }
                answer.rows.add(values);
            } catch (Oracle.Failed failed) {
                answer.failed.put(position, failed.failure());
            }
        }
        return answer;
    }

    /// What a filter says, called again behind each row that fails.
    static Answer of(Compiled<FilterKernel> filter, TestColumns in, Question question) {
        Answer answer = new Answer(new ArrayList<>(), new TreeMap<>());
        try (TestMemory memory = new TestMemory()) {
            Progress progress = progress(filter, memory);
            long out = memory.allocate(4L * Math.max(0, question.to() - question.from()) + 64, 8);
            long active = question.active(memory);
            int position = question.from();
            do {
                int count = filter.kernel().filter(in.addresses, active, position, question.to(), out, progress);
                assertEquals(count, progress.outRows);
                for (int i = 0; i < count; i++) {
                    answer.rows.add(List.of(RawMemory.getInt(out + 4L * i)));
                }
                position = answer.nextPosition(progress);
            } while (progress.status != Progress.Status.DONE);
            assertEquals(Math.max(question.from(), question.to()), position);
        }
        return answer;
    }

    /// What a projection says, called again behind each row that fails and each output that is full.
    static Answer of(
            Compiled<ProjectKernel> project,
            TestColumns in,
            Question question,
            Schema outputs,
            int rowLimit,
            int textBytes) {
        Answer answer = new Answer(new ArrayList<>(), new TreeMap<>());
        try (TestMemory memory = new TestMemory()) {
            TestColumns out = TestColumns.empty(memory, outputs, rowLimit, textBytes);
            Progress progress = progress(project, memory);
            long active = question.active(memory);
            int position = question.from();
            do {
                int count = project.kernel()
                        .project(in.addresses, active, position, question.to(), out.addresses, progress);
                assertEquals(count, progress.outRows);
                assertEquals(position + count, progress.next);
                answer.rows.addAll(out.rows(count));
                position = answer.nextPosition(progress);
            } while (progress.status != Progress.Status.DONE);
            assertEquals(Math.max(question.from(), question.to()), position);
        }
        return answer;
    }

    /// The first thing that another answer says otherwise.
    String difference(Answer actual, Question question, Function<Object[], String> show) {
        if (!failed.equals(actual.failed)) {
            TreeMap<Integer, Failure> onlyHere = new TreeMap<>(failed);
            onlyHere.entrySet().removeAll(actual.failed.entrySet());
            TreeMap<Integer, Failure> onlyThere = new TreeMap<>(actual.failed);
            onlyThere.entrySet().removeAll(failed.entrySet());
            int position = onlyHere.isEmpty() ? onlyThere.firstKey() : onlyHere.firstKey();
            return "failed rows that are missing: " + onlyHere + ", failed rows too many: " + onlyThere + ", row: "
                    + show.apply(question.rows().get(question.row(position)));
        }
        for (int i = 0; i < Math.min(rows.size(), actual.rows.size()); i++) {
            if (!rows.get(i).equals(actual.rows.get(i))) {
                return "expected " + rows.get(i) + ", but was " + actual.rows.get(i) + " in output row " + i + ", row: "
                        + show.apply(question.rows().get(question.row(position(question.from() + i))));
            }
        }
        return "expected " + rows.size() + " rows, but were " + actual.rows.size();
    }

    /// Where the output row of a projection comes from.
    private int position(int outputRow) {
        int position = outputRow;
        for (int failure : failed.keySet()) {
            position += failure <= position ? 1 : 0;
        }
        return position;
    }

    private int nextPosition(Progress progress) {
        if (progress.status != Progress.Status.ROW_FAILED) {
            return progress.next;
        }
        failed.put(progress.next, progress.failure);
        return progress.next + 1;
    }

    /// With as much working memory as the kernel says it needs, and not a byte more.
    private static Progress progress(Compiled<?> compiled, TestMemory memory) {
        Progress progress = new Progress();
        progress.scratch.use(memory.allocate(compiled.scratchBytes(), 64), compiled.scratchBytes());
        return progress;
    }
}
