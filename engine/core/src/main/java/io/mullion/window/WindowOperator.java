package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Counters;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Selection;
import io.mullion.codegen.AccumulateKernel;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.Scope;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.GroupTable;
import io.mullion.state.NoKeyTable;
import io.mullion.state.PaneDeque;

/// Aggregates rows by key into panes and fires windows assembled from them.
///
/// Rows are sorted into panes, their keys looked up, and each pane's rows folded into its accumulators by one kernel
/// call. When time passes the end of a window its panes are combined and its results emitted; a pane that no later
/// window needs is retired. A row is late when all the windows it belongs to have fired: it is counted and left out. A
/// row behind the watermark with a window still open goes into its pane, and into the running total if the pane is part
/// of that already.
/// *Thread*: the worker. *Ownership*: owns groups, panes and result batch.
public final class WindowOperator implements Operator {
    /// What a window operator does, apart from where it gets memory and hands results.
    ///
    /// @param name for people
    /// @param key the key column, or null for one group
    /// @param keyColumn its number
    /// @param timeColumn number of the event-time column, or -1 for processing time
    /// @param schema of the results, as made by [WindowSchema]
    public record Spec(
            String name,
            Field key,
            int keyColumn,
            int timeColumn,
            WindowGrid grid,
            Accumulation accumulation,
            Schema schema) {}

    private final Spec spec;
    private final WindowGrid grid;
    private final AccumulateKernel accumulate;
    private final Counters counters;
    private final Operator next;
    private final GroupTable groups;
    private final PaneDeque panes;
    private final WindowAssembler assembler;
    private final PaneRouter router;
    private final Selection idRoom;
    private final WindowEmitter emitter;
    private final PaneRouter.PaneRows accumulateRows = this::accumulate;

    private long time = Long.MIN_VALUE;
    /// Windows up to this one have ended.
    private long endedWindow = Long.MIN_VALUE;
    /// The batch that is being processed, for the router's callback.
    private ColumnAddresses columns;

    /// Address of its group ids by row number, or 0 where there is one group.
    private long groupIds;

    public WindowOperator(Spec spec, OperatorContext context, Operator next) {
        this.spec = spec;
        this.grid = spec.grid();
        this.accumulate = spec.accumulation().accumulate().kernel();
        this.counters = context.counters();
        this.next = next;
        Scope scope = context.scope();
        MemoryAccount account = context.account(spec.name());
        groups =
                scope.own(spec.key() == null ? new NoKeyTable() : GroupTable.of(spec.key(), spec.keyColumn(), account));
        panes = scope.own(new PaneDeque(spec.accumulation().layout(), account));
        assembler = scope.own(WindowAssembler.choose(grid, spec.accumulation(), account, counters.combinedPanes));
        router = scope.own(new PaneRouter(grid, account));
        idRoom = scope.own(new Selection(account, context.batchRows()));
        emitter = new WindowEmitter(spec, groups, context, account, next);
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        columns = batch.readable();
        groupIds = spec.key() == null ? 0 : idRoom.address(batch.capacity());
        if (spec.timeColumn() < 0) {
            accumulate(grid.paneOf(time), active, from, to);
        } else {
            router.route(columns.address(spec.timeColumn(), ColumnAddresses.DATA), active, from, to, accumulateRows);
        }
    }

    @Override
    public void advance(long time) {
        this.time = time;
        long ended = grid.lastEndedWindow(time);
        if (ended > endedWindow) {
            fireThrough(ended);
        }
        next.advance(time);
    }

    @Override
    public void flush() {
        // Results are flushed window by window.
    }

    private void accumulate(long paneIndex, long active, int from, int to) {
        if (grid.inGap(paneIndex)) {
            return;
        }
        if (grid.lastWindowOf(paneIndex) <= endedWindow) {
            counters.lateRows.add(to - from);
            return;
        }
        groups.lookUp(columns, active, from, to, groupIds);
        accumulateInto(panes.obtain(paneIndex).rows, active, from, to);
        AccumulatorPages total = assembler.totalWith(paneIndex);
        if (total != null) {
            accumulateInto(total, active, from, to);
        }
    }

    private void accumulateInto(AccumulatorPages rows, long active, int from, int to) {
        rows.ensureGroups(groups.groupCount());
        accumulate.accumulate(columns, active, from, to, groupIds, rows);
    }

    /// Fires the windows up to `ended` that have rows, in order, and retires the panes that no later one needs.
    private void fireThrough(long ended) {
        long window = endedWindow == Long.MIN_VALUE ? Long.MIN_VALUE : endedWindow + 1;
        while (panes.count() > 0) {
            long oldest = panes.at(0).index;
            window = Math.max(window, grid.firstWindowOf(oldest));
            if (window > grid.lastWindowOf(oldest)) {
                assembler.leaving(panes);
                panes.retireFirst();
            } else if (window <= ended) {
                // Before the results go out: what they lead to must find the window ended.
                endedWindow = window;
                fire(window);
                window++;
            } else {
                break;
            }
        }
        endedWindow = ended;
    }

    private void fire(long window) {
        AccumulatorPages rows = assembler.assemble(panes, grid.firstPane(window), grid.endPane(window));
        emitter.emit(rows, grid.windowStart(window), grid.windowEnd(window));
    }

    /// How such an operator works, for `explain`.
    public static String describe(Spec spec) {
        return spec.grid().panesPerWindow() + " panes a window; "
                + WindowAssembler.describe(spec.grid(), spec.accumulation());
    }
}
