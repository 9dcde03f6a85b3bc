package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.codegen.CombineKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.Scope;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;

/// Aggregates rows by key into panes and fires windows on a grid, assembled from them.
///
/// Rows are sorted into panes, their keys looked up, and each pane's rows folded into its accumulators by one kernel
/// call. When time passes the end of a window its panes are combined and its results emitted; a pane that no later
/// window needs is retired. A row is late when all the windows it belongs to have fired and take no more rows: it is
/// counted, and goes to the late output if there is one. A row behind the watermark with a window still open goes into
/// its pane, and into what the assembler has made of the pane already; where a window that has fired still takes rows,
/// it fires again for the groups that have changed, once for all rows that came together.
/// *Thread*: the worker. *Ownership*: owns groups, panes and result batch.
public final class WindowOperator implements Operator {
    private final Aggregation aggregation;
    private final WindowGrid grid;
    private final GroupedRows rows;
    private final RunningKernel<CombineKernel> combine;
    private final Operator next;
    private final PaneDeque panes;
    private final WindowAssembler assembler;
    private final PaneRouter router;
    private final Selection slotRoom;
    private final PaneStates paneStates;
    private final WindowEmitter emitter;
    /// Results that windows have had; null where a window fires once.
    private final Revisions revisions;

    /// Changes of windows that have fired; null where a window fires once.
    private final ChangedGroups lateChanges;

    /// Changes of windows that have not; null where there are no early results.
    private final ChangedGroups earlyChanges;

    private final ChangedGroups.Changed emitLate = this::emitLate;
    private final ChangedGroups.Changed emitEarly = this::emitEarly;
    private final PaneRouter.PaneRows accumulateRows = this::accumulate;

    private long time = Long.MIN_VALUE;
    /// Windows up to this one have ended.
    private long endedWindow = Long.MIN_VALUE;
    /// Windows up to this one take no more rows: it is the same where there is no lateness.
    private long expiredWindow = Long.MIN_VALUE;
    /// Rows of the batch that is being processed.
    private int batchRows;

    /// @param late takes the rows that are late, or null
    public WindowOperator(
            Aggregation aggregation, WindowGrid grid, OperatorContext context, Operator next, Operator late) {
        this.aggregation = aggregation;
        this.grid = grid;
        this.next = next;
        Scope scope = context.scope();
        MemoryAccount account = context.account(aggregation.name());
        rows = new GroupedRows(aggregation, context, account, late);
        combine = new RunningKernel<>(
                "combine of " + aggregation.name(), aggregation.accumulation().combine(), context, account);
        panes = scope.own(
                new PaneDeque(aggregation.accumulation().layout(), () -> aggregation.states(account), account));
        paneStates = new PaneStates(panes);
        assembler = scope.own(
                WindowAssembler.choose(grid, aggregation.accumulation(), account, context.counters().combinedPanes));
        router = scope.own(new PaneRouter(grid, account));
        slotRoom = scope.own(new Selection(account, context.batchRows()));
        emitter = new WindowEmitter(aggregation, rows.groups, paneStates, context, account, next);
        boolean revises = aggregation.lateness() > 0;
        revisions = revises ? new Revisions() : null;
        lateChanges = revises ? changes(scope, account) : null;
        earlyChanges = aggregation.earlyEveryNanos() > 0 ? changes(scope, account) : null;
        if (earlyChanges != null) {
            context.every(aggregation.earlyEveryNanos(), this::emitEarlyResults);
        }
    }

    private ChangedGroups changes(Scope scope, MemoryAccount account) {
        return scope.own(new ChangedGroups(grid, aggregation.accumulation().layout(), combine.kernel(), account));
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        rows.use(batch);
        batchRows = batch.capacity();
        if (aggregation.timeColumn() < 0) {
            accumulate(grid.paneOf(time), active, from, to);
        } else {
            long live = grid.firstPane(WindowGrid.saturatedAdd(expiredWindow, 1));
            router.route(rows.times(), active, from, to, live, accumulateRows);
        }
    }

    @Override
    public void advance(long time) {
        emitLateChanges();
        this.time = time;
        panes.sealBefore(grid.paneOf(time));
        long ended = grid.lastEndedWindow(time);
        if (ended > endedWindow) {
            fireThrough(ended);
        }
        long expired = time == Long.MAX_VALUE
                ? ended
                : grid.lastEndedWindow(WindowGrid.saturatedAdd(time, -aggregation.lateness()));
        if (expired > expiredWindow) {
            expireThrough(expired);
        }
        next.advance(time);
        rows.advance(time);
    }

    @Override
    public void flush() {
        // Results are flushed window by window.
        emitLateChanges();
        rows.flush();
    }

    private void accumulate(long paneIndex, long active, int from, int to) {
        if (grid.inGap(paneIndex)) {
            return;
        }
        if (grid.lastWindowOf(paneIndex) <= expiredWindow) {
            rows.late(active, from, to);
            return;
        }
        long groupIds = rows.lookUp(active, from, to);
        panes.lifetimes().born(rows.groups, paneIndex);
        int groupCount = rows.groups.groupCount();
        Pane pane = panes.obtain(paneIndex, groupCount);
        long room = pane.compact() ? slotRoom.address(batchRows) : 0;
        long slots = pane.slots(groupIds, groupCount, active, from, to, room);
        rows.foldInto(pane.rows, slots);
        rows.foldInto(pane.states, slots, pane.slotCount());
        assembler.late(panes, paneIndex, rows);
        boolean late = lateChanges != null && grid.firstWindowOf(paneIndex) <= endedWindow;
        if (late && rows.anyPasses()) {
            lateChanges.add(paneIndex, rows);
        }
        boolean early = earlyChanges != null && grid.lastWindowOf(paneIndex) > endedWindow;
        if (early && rows.anyPasses()) {
            earlyChanges.add(paneIndex, rows);
        }
    }

    /// Fires the windows up to `ended` that have rows, in order.
    private void fireThrough(long ended) {
        long window = endedWindow == Long.MIN_VALUE ? Long.MIN_VALUE : endedWindow + 1;
        int position = endedWindow == Long.MIN_VALUE ? 0 : panes.lowerBound(grid.firstPane(window));
        while (position < panes.count()) {
            long pane = panes.at(position).index;
            window = Math.max(window, grid.firstWindowOf(pane));
            if (window > grid.lastWindowOf(pane)) {
                position++;
            } else if (window <= ended) {
                // Before the results go out: what they lead to must find the window ended.
                endedWindow = window;
                emit(window, assemble(window), revisionOf(window));
                window++;
            } else {
                break;
            }
        }
        endedWindow = ended;
        leave(ended);
    }

    private WindowRows assemble(long window) {
        try {
            return assembler.assemble(panes, grid.firstPane(window), grid.endPane(window));
        } catch (Exception | AssertionError e) {
            throw combine.failed(e);
        }
    }

    private void leave(long ended) {
        try {
            assembler.leaveBefore(panes, grid.firstPane(WindowGrid.saturatedAdd(ended, 1)));
        } catch (Exception | AssertionError e) {
            throw combine.failed(e);
        }
    }

    /// Retires the panes that no window needs.
    private void expireThrough(long expired) {
        expiredWindow = expired;
        while (panes.count() > 0 && grid.lastWindowOf(panes.at(0).index) <= expired) {
            panes.retireFirst();
            // What was made of panes has nothing of these groups any more.
            panes.lifetimes().free(rows.groups);
        }
        if (revisions != null) {
            revisions.expire(expired);
        }
    }

    private int revisionOf(long window) {
        return revisions == null ? 0 : revisions.next(window);
    }

    private void emitLateChanges() {
        if (lateChanges != null) {
            lateChanges.emit(panes, WindowGrid.saturatedAdd(expiredWindow, 1), endedWindow, emitLate);
        }
    }

    private void emitLate(long window, WindowRows changed) {
        emit(window, changed, revisions.next(window));
    }

    private void emitEarlyResults() {
        earlyChanges.emit(panes, WindowGrid.saturatedAdd(endedWindow, 1), Long.MAX_VALUE - 1, emitEarly);
    }

    private void emitEarly(long window, WindowRows changed) {
        emit(window, changed, WindowEmitter.EARLY);
    }

    private void emit(long window, WindowRows rows, int revision) {
        paneStates.use(rows, grid.firstPane(window), grid.endPane(window));
        emitter.emit(rows, grid.windowStart(window), grid.windowEnd(window), revision);
    }

    /// How such an operator works, for `explain`.
    public static String describe(WindowGrid grid, Aggregation aggregation) {
        return grid.panesPerWindow() + " panes a window; " + WindowAssembler.describe(grid, aggregation.accumulation());
    }
}
