package io.mullion.bench.kernels;

import io.mullion.codegen.Accumulation;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.Progress;
import io.mullion.codegen.StateAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import java.util.List;

/// `select aggregate where predicate` of the engine, over batches, without groups: in one loop, or by a selection.
///
/// *Ownership*: borrows the rows, and memory from their columns. *Thread*: one.
final class UngroupedSum implements AutoCloseable {
    private final Columns columns;
    private final Columns result;
    /// Null if the predicate is in the loop of the aggregate.
    private final FilterKernel filter;
    private final Accumulation accumulation;
    private final OneGroup group;
    private final long selection;
    private final long groupIds;
    private final DataType type;
    private final Progress progress;

    private UngroupedSum(FilterSumRows rows, Compiled<FilterKernel> filter, Accumulation accumulation) {
        columns = rows.columns;
        this.filter = filter == null ? null : filter.kernel();
        this.accumulation = accumulation;
        type = accumulation.results().field(0).type();
        result = Columns.output(accumulation.results(), 1, 0);
        group = new OneGroup(accumulation, columns);
        selection = columns.allocate(4L * Columns.BATCH_ROWS);
        groupIds = columns.allocate(4);
        progress = filter == null ? columns.progress() : columns.progress(filter);
    }

    static UngroupedSum inOneLoop(FilterSumRows rows, Expr predicate, Expr aggregate, boolean vector) {
        KernelCompiler compiler = new KernelCompiler(new KernelOptions(vector, false));
        return new UngroupedSum(rows, null, compiler.accumulation(rows.schema, predicate, List.of(aggregate)));
    }

    static UngroupedSum inTwoLoops(FilterSumRows rows, Expr predicate, Expr aggregate, boolean vector) {
        KernelCompiler compiler = new KernelCompiler(new KernelOptions(vector, false));
        return new UngroupedSum(
                rows, compiler.filter(rows.schema, predicate), compiler.accumulation(rows.schema, List.of(aggregate)));
    }

    void fold(int batch) {
        ColumnAddresses in = columns.batch(batch);
        if (filter == null) {
            accumulation.accumulate().kernel().accumulate(in, 0, 0, in.rowLimit, 0, group);
        } else {
            int selected = filter.filter(in, 0, 0, in.rowLimit, selection, progress);
            accumulation.accumulate().kernel().accumulate(in, selection, 0, selected, 0, group);
        }
    }

    void clear() {
        group.clear();
    }

    /// A Double or a Long.
    Number total() {
        accumulation.result().kernel().result(group.pages()[0], 0, 1, 0, groupIds, result.batch(0), progress.start());
        return type.equals(DataType.FLOAT64) ? (Number) result.float64(0, 0) : (Number) result.int64(0, 0);
    }

    @Override
    public void close() {
        result.close();
    }

    /// The accumulators of group 0.
    private static final class OneGroup extends StateAddresses {
        private final Accumulation accumulation;
        private final Columns memory;

        OneGroup(Accumulation accumulation, Columns memory) {
            this.accumulation = accumulation;
            this.memory = memory;
            pages = new long[1];
        }

        @Override
        public long takePage(int page) {
            pages[page] = memory.allocate((long) accumulation.layout().rowBytes() * ROWS_PER_PAGE);
            accumulation.layout().fillIdentity(pages[page], ROWS_PER_PAGE);
            return pages[page];
        }

        void clear() {
            if (pages[0] != 0) {
                accumulation.layout().fillIdentity(pages[0], 1);
            }
        }
    }
}
