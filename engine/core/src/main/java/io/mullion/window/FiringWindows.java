package io.mullion.window;

import io.mullion.batch.Latencies;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Turn;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.CombineKernel;
import io.mullion.expr.TimeUnit;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;
import io.mullion.state.RowForm;
import jdk.jfr.FlightRecorder;

/// The windows of one aggregate over the panes of a [PaneStore]: which have ended, which take no more rows, and what
/// has been emitted of them.
///
/// When time passes the end of a window its panes are combined and its results emitted. Rows that come later into one
/// of its panes go into what the assembler has made of that pane already; where a window that has fired still takes
/// rows, it fires again for the groups that have changed, once for all rows that came together. A row is late when all
/// the windows it belongs to have fired and take no more rows.
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope; borrows the panes.
final class FiringWindows {
    private final WindowGrid grid;
    private final long lateness;
    private final PaneDeque panes;
    private final WindowAssembler assembler;
    private final RunningKernel<CombineKernel> combine;
    private final PaneStates paneStates;
    private final WindowEmitter emitter;
    private final Operator next;
    /// Takes late rows, or null.
    private final Operator late;

    private final Selection lateRoom;

    /// Results that windows have had; null where a window fires once.
    private final Revisions revisions;

    /// Changes of windows that have fired; null where a window fires once.
    private final ChangedGroups lateChanges;

    /// Changes of windows that have not; null where there are no early results.
    private final ChangedGroups earlyChanges;

    private final ChangedGroups.Changed emitLate = this::emitLate;
    private final ChangedGroups.Changed emitEarly = this::emitEarly;

    private final Turn turn;
    /// Null if they are not measured.
    private final Latencies latencies;
    private final TimeUnit unit;
    private final String name;
    /// Of the window that is being fired; null if nobody records.
    private WindowFired event;

    /// Whether windows are being fired.
    private boolean firing;
    /// Whether the panes of the last one that has ended are being put together.
    private boolean assembling;
    /// Whether its results are on their way out.
    private boolean emitting;
    /// Whether panes that are in no window any more are being taken out.
    private boolean leaving;
    /// Windows up to this one have ended.
    private long endedWindow = Long.MIN_VALUE;
    /// Windows up to this one take no more rows: it is the same where there is no lateness.
    private long expiredWindow = Long.MIN_VALUE;

    /// @param store has the panes; these windows are about to be added to it
    FiringWindows(
            WindowOperator.Windows windows,
            PaneStore store,
            GroupedRows rows,
            RowForm form,
            RunningKernel<CombineKernel> combine,
            OperatorContext context,
            MemoryAccount account) {
        Aggregation aggregation = windows.aggregation();
        this.grid = windows.grid();
        this.lateness = aggregation.lateness();
        this.panes = store.panes;
        this.combine = combine;
        this.next = windows.next();
        this.late = windows.late();
        this.turn = context.turn();
        this.latencies = context.latencies();
        this.unit = aggregation.boundsUnit();
        this.name = aggregation.name();
        Scope scope = context.scope();
        assembler = scope.own(WindowAssembler.choose(
                grid,
                aggregation.accumulation(),
                form,
                store.windows.size(),
                account,
                context.counters().combinedPanes));
        lateRoom = scope.own(new Selection(account, 64));
        paneStates = new PaneStates(panes);
        emitter = new WindowEmitter(aggregation, rows.groups, paneStates, context, account, next);
        boolean revises = lateness > 0;
        revisions = revises ? new Revisions() : null;
        lateChanges = revises ? changes(form, scope, account) : null;
        earlyChanges = aggregation.earlyEveryNanos() > 0 ? changes(form, scope, account) : null;
        if (earlyChanges != null) {
            context.every(aggregation.earlyEveryNanos(), this::emitEarlyResults);
        }
    }

    private ChangedGroups changes(RowForm form, Scope scope, MemoryAccount account) {
        return scope.own(new ChangedGroups(grid, form, account));
    }

    /// Rows have another form from now on.
    void use(Accumulation accumulation) {
        assembler.use(accumulation);
        emitter.use(accumulation);
    }

    /// Whether rows of a pane belong to a window, and one that takes them.
    boolean takes(long pane) {
        return !grid.inGap(pane) && !expired(pane);
    }

    /// Whether all windows that a pane belongs to take no more rows.
    boolean expired(long pane) {
        return grid.lastWindowOf(pane) <= expiredWindow;
    }

    /// The first pane that a window which takes rows begins with.
    long firstLive() {
        return grid.firstPane(WindowGrid.saturatedAdd(expiredWindow, 1));
    }

    /// Rows have been folded into a pane.
    void folded(long pane, GroupedRows rows) {
        if (!takes(pane)) {
            return;
        }
        assembler.late(panes, pane, rows);
        boolean late = lateChanges != null && grid.firstWindowOf(pane) <= endedWindow;
        if (late && rows.anyPasses()) {
            lateChanges.add(pane, rows);
        }
        boolean early = earlyChanges != null && grid.lastWindowOf(pane) > endedWindow;
        if (early && rows.anyPasses()) {
            earlyChanges.add(pane, rows);
        }
    }

    /// Counts those of some rows that are late and hands them on in their order.
    void handOnLate(GroupedRows rows, long active, int from, int to) {
        long times = rows.times();
        long selection = lateRoom.address(to - from);
        int count = 0;
        for (int position = from; position < to; position++) {
            int row = Selection.row(active, position);
            long pane = grid.paneOf(RawMemory.getLong(times + 8L * row));
            if (expired(pane) && !grid.inGap(pane)) {
                RawMemory.putInt(selection + 4L * count++, row);
            }
        }
        if (count > 0) {
            rows.late(late, selection, 0, count);
        }
    }

    /// Time has come to `time`: fires the windows that have ended and have rows, in order.
    ///
    /// @return whether that is done; else the turn is spent, and another call with the same time goes on
    boolean advance(long time) {
        long ended = grid.lastEndedWindow(time);
        firing |= ended > endedWindow;
        if (firing && !fireThrough(ended)) {
            return false;
        }
        firing = false;
        long expired = time == Long.MAX_VALUE ? ended : grid.lastEndedWindow(WindowGrid.saturatedAdd(time, -lateness));
        if (expired > expiredWindow) {
            expiredWindow = expired;
            if (revisions != null) {
                revisions.expire(expired);
            }
        }
        return true;
    }

    private boolean fireThrough(long ended) {
        if (!leaving && !(fire() && fireNext(ended))) {
            return false;
        }
        return leave(ended);
    }

    /// Fires the windows that have not ended yet.
    private boolean fireNext(long ended) {
        long window = endedWindow == Long.MIN_VALUE ? Long.MIN_VALUE : WindowGrid.saturatedAdd(endedWindow, 1);
        int position = endedWindow == Long.MIN_VALUE ? 0 : panes.lowerBound(grid.firstPane(window));
        while (position < panes.count()) {
            long pane = panes.at(position).index;
            window = Math.max(window, grid.firstWindowOf(pane));
            if (window > grid.lastWindowOf(pane)) {
                position++;
            } else if (window <= ended) {
                if (turn.spent()) {
                    return false;
                }
                begin(window);
                if (!fire()) {
                    return false;
                }
                window++;
            } else {
                break;
            }
        }
        return true;
    }

    private void begin(long window) {
        // Before the results go out: what they lead to must find the window ended.
        endedWindow = window;
        // The class itself would set up the recorder: a tenth of a second of a fresh JVM.
        event = FlightRecorder.isInitialized() ? WindowFired.begun() : null;
        assembler.enter(panes, grid.firstPane(window), grid.endPane(window));
        assembling = true;
    }

    /// Goes on with the window that has ended last, if it has not been fired.
    ///
    /// @return whether it has
    private boolean fire() {
        if (assembling) {
            if (!assemble()) {
                return false;
            }
            assembling = false;
            begin(endedWindow, assembler.window(), revisionOf(endedWindow));
            emitting = true;
        }
        if (emitting) {
            if (!emitter.resume()) {
                return false;
            }
            emitted();
        }
        return true;
    }

    /// Takes the panes out that are in no window any more.
    private boolean leave(long ended) {
        if (!leaving) {
            endedWindow = ended;
            assembler.leaveBefore(panes, grid.firstPane(WindowGrid.saturatedAdd(ended, 1)));
            leaving = true;
        }
        if (!assemble()) {
            return false;
        }
        leaving = false;
        return true;
    }

    private boolean assemble() {
        try {
            return assembler.resume(turn);
        } catch (Exception | AssertionError e) {
            throw combine.failed(e);
        }
    }

    private void emitted() {
        emitting = false;
        long end = unit.toNanos(grid.windowEnd(endedWindow));
        if (latencies != null) {
            latencies.windowEmitted(end);
        }
        if (event != null) {
            event.ended(name, end, emitter.groups());
            event = null;
        }
    }

    private int revisionOf(long window) {
        return revisions == null ? 0 : revisions.next(window);
    }

    /// @param number of these windows among those of their operator
    void writeTo(StateWriter out, int number) {
        if (lateChanges != null && !lateChanges.isEmpty()) {
            throw new IllegalStateException("changes of late rows that were not emitted: " + name);
        }
        out.value("ended." + number, endedWindow);
        out.value("expired." + number, expiredWindow);
        if (revisions != null) {
            revisions.writeTo(out, "revisions." + number);
        }
    }

    void readFrom(StateReader in, int number) {
        endedWindow = in.value("ended." + number);
        expiredWindow = in.value("expired." + number);
        if (revisions != null) {
            revisions.readFrom(in, "revisions." + number);
        }
    }

    /// The panes are there again. Which groups have changed since the last early result is not known any more: all of
    /// the windows that have not ended have one.
    void restored() {
        for (int i = 0; i < panes.count() && earlyChanges != null; i++) {
            Pane pane = panes.at(i);
            if (grid.lastWindowOf(pane.index) > endedWindow && !expired(pane.index)) {
                earlyChanges.add(pane);
            }
        }
    }

    /// Hands on that time has come to `time`, when all that is due has been emitted.
    void advanceNext(long time) {
        next.advance(time);
        if (late != null) {
            late.advance(time);
        }
    }

    void flushLate() {
        if (late != null) {
            late.flush();
        }
    }

    /// Fires the windows that have ended again, for the groups that have changed.
    void emitLateChanges() {
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

    private void begin(long window, WindowRows rows, int revision) {
        paneStates.use(rows, grid.firstPane(window), grid.endPane(window));
        emitter.begin(rows, grid.windowStart(window), grid.windowEnd(window), revision);
    }

    private void emit(long window, WindowRows rows, int revision) {
        paneStates.use(rows, grid.firstPane(window), grid.endPane(window));
        emitter.emit(rows, grid.windowStart(window), grid.windowEnd(window), revision);
    }
}
