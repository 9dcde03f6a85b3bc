package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Counters;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.codegen.AccumulateKernel;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.CombineKernel;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.KeyKernel;
import io.mullion.codegen.Keys;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.Scope;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.GroupTable;
import io.mullion.state.Pane;
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
    /// @param keys the compiled key, or null for one group
    /// @param timeColumn number of the event-time column, or -1 for processing time
    /// @param predicate what the accumulate kernel asks of each row, to count late rows by; null if it takes all
    /// @param schema of the results, as made by [WindowSchema]
    public record Spec(
            String name,
            Keys keys,
            int timeColumn,
            WindowGrid grid,
            Compiled<FilterKernel> predicate,
            Accumulation accumulation,
            Schema schema) {}

    private final Spec spec;
    private final WindowGrid grid;
    /// Called by [#groups]; null where there is one group.
    private final RunningKernel<KeyKernel> find;
    /// Null where all rows are taken.
    private final RunningKernel<FilterKernel> passed;

    private final RunningKernel<AccumulateKernel> accumulate;
    private final RunningKernel<CombineKernel> combine;
    /// That which takes panes out again, or [#combine] if nothing ever is.
    private final RunningKernel<CombineKernel> retract;
    private final Counters counters;
    private final Operator next;
    private final GroupTable groups;
    private final PaneDeque panes;
    private final WindowAssembler assembler;
    private final PaneRouter router;
    private final Selection idRoom;
    private final Selection slotRoom;
    private final WindowEmitter emitter;
    private final PaneRouter.PaneRows accumulateRows = this::accumulate;

    private long time = Long.MIN_VALUE;
    /// Windows up to this one have ended.
    private long endedWindow = Long.MIN_VALUE;
    /// The batch that is being processed, for the router's callback.
    private Batch batch;

    /// Address of its group ids by row number, or 0 where there is one group.
    private long groupIds;

    public WindowOperator(Spec spec, OperatorContext context, Operator next) {
        this.spec = spec;
        this.grid = spec.grid();
        this.counters = context.counters();
        this.next = next;
        Scope scope = context.scope();
        MemoryAccount account = context.account(spec.name());
        find = spec.keys() == null
                ? null
                : new RunningKernel<>("keys of " + spec.name(), spec.keys().find(), context, account);
        passed = spec.predicate() == null
                ? null
                : new RunningKernel<>("predicate of " + spec.name(), spec.predicate(), context, account);
        Accumulation accumulation = spec.accumulation();
        accumulate = new RunningKernel<>(spec.name(), accumulation.accumulate(), context, account);
        combine = new RunningKernel<>("combine of " + spec.name(), accumulation.combine(), context, account);
        retract = accumulation
                .retract()
                .map(kernel -> new RunningKernel<>("retract of " + spec.name(), kernel, context, account))
                .orElse(combine);
        groups = scope.own(GroupTable.of(spec.keys(), account));
        panes = scope.own(new PaneDeque(spec.accumulation().layout(), account));
        assembler = scope.own(WindowAssembler.choose(grid, spec.accumulation(), account, counters.combinedPanes));
        router = scope.own(new PaneRouter(grid, account));
        idRoom = scope.own(new Selection(account, context.batchRows()));
        slotRoom = scope.own(new Selection(account, context.batchRows()));
        emitter = new WindowEmitter(spec, groups, context, account, next);
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        this.batch = batch;
        groupIds = spec.keys() == null ? 0 : idRoom.address(batch.capacity());
        if (spec.timeColumn() < 0) {
            accumulate(grid.paneOf(time), active, from, to);
        } else {
            long times = batch.readable().address(spec.timeColumn(), ColumnAddresses.DATA);
            router.route(times, active, from, to, accumulateRows);
        }
    }

    @Override
    public void advance(long time) {
        this.time = time;
        panes.sealBefore(grid.paneOf(time));
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
            counters.lateRows.add(passed == null ? to - from : passing(active, from, to));
            return;
        }
        if (find != null) {
            lookUp(active, from, to);
            panes.lifetimes().born(groups, paneIndex);
        }
        int groupCount = groups.groupCount();
        Pane pane = panes.obtain(paneIndex, groupCount);
        long room = pane.compact() ? slotRoom.address(batch.capacity()) : 0;
        accumulateInto(pane.rows, pane.slots(groupIds, groupCount, active, from, to, room), active, from, to);
        AccumulatorPages total = assembler.totalWith(paneIndex);
        if (total != null) {
            total.ensureGroups(groupCount);
            accumulateInto(total, groupIds, active, from, to);
        }
    }

    /// How many of the rows the predicate passes.
    private int passing(long active, int from, int to) {
        long out = idRoom.address(to - from);
        passed.progress().start();
        try {
            return passed.on(batch).filter(batch.readable(), active, from, to, out, passed.progress());
        } catch (Exception | AssertionError e) {
            throw passed.failed(e);
        }
    }

    private void lookUp(long active, int from, int to) {
        try {
            groups.lookUp(batch.readable(), active, from, to, groupIds);
        } catch (Exception | AssertionError e) {
            throw find.failed(e);
        }
    }

    private void accumulateInto(AccumulatorPages rows, long slots, long active, int from, int to) {
        try {
            accumulate.on(batch).accumulate(batch.readable(), active, from, to, slots, rows);
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw accumulate.failed(e, batch);
        }
    }

    /// Fires the windows up to `ended` that have rows, in order, and retires the panes that no later one needs.
    private void fireThrough(long ended) {
        long window = endedWindow == Long.MIN_VALUE ? Long.MIN_VALUE : endedWindow + 1;
        while (panes.count() > 0) {
            long oldest = panes.at(0).index;
            window = Math.max(window, grid.firstWindowOf(oldest));
            if (window > grid.lastWindowOf(oldest)) {
                retireFirst();
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
        emitter.emit(assemble(window), grid.windowStart(window), grid.windowEnd(window));
    }

    private AccumulatorPages assemble(long window) {
        try {
            return assembler.assemble(panes, grid.firstPane(window), grid.endPane(window));
        } catch (Exception | AssertionError e) {
            throw combine.failed(e);
        }
    }

    private void retireFirst() {
        try {
            assembler.leaving(panes);
        } catch (Exception | AssertionError e) {
            throw retract.failed(e);
        }
        panes.retireFirst();
        // A running total has nothing of them any more: what no pane has was retracted.
        panes.lifetimes().free(groups);
    }

    /// How such an operator works, for `explain`.
    public static String describe(Spec spec) {
        return spec.grid().panesPerWindow() + " panes a window; "
                + WindowAssembler.describe(spec.grid(), spec.accumulation());
    }
}
