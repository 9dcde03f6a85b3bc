package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Counters.Counter;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.Turn;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.CombineKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;
import io.mullion.state.RowForm;
import io.mullion.state.SavedGroups;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/// Aggregates rows by key into panes, from which windows on one or more grids are assembled.
///
/// Rows are sorted into panes, their keys looked up, and each pane's rows folded into its accumulators by one kernel
/// call, however many aggregates there are: their accumulators lie side by side. Where grids differ, rows go into the
/// panes of the finest one. When time has passed such a pane it is added to the panes of the other grids, each of which
/// covers whole ones of it; rows that come later go into the panes of all grids that still take them. So every grid has
/// the panes that it would have alone, as many and for as long. What windows make of them is the matter of
/// [FiringWindows]. A pane is retired when none of its windows needs it, and a group ends when no pane of any grid
/// mentions it.
/// *Thread*: the worker. *Ownership*: owns groups, panes and what windows make of them.
public final class WindowOperator implements Operator, PaneRouter.PaneRows, Turn.Suspended, Stateful {
    /// The windows of one aggregate.
    ///
    /// @param aggregation those of one operator have keys, times, predicate and accumulators in common
    /// @param next takes the results
    /// @param late takes the rows that are late, or null
    public record Windows(Aggregation aggregation, WindowGrid grid, Operator next, Operator late) {}

    /// How far from 0 sums are, of rows that are narrow.
    private static final String SUMS_WITHIN = "sums within";

    private final GroupedRows rows;
    private final boolean eventTime;
    private final RunningKernel<CombineKernel> combine;
    private final RowForm form;
    /// Of the windows, in the form in which rows are at first.
    private final List<Accumulation> accumulations;
    /// Proves that narrow rows do; null if rows have one form.
    private final SumBound bound;

    private final Counter combinedPanes;
    /// Panes alive, of all operators, and those of this one that are in it.
    private final Counter livePanes;

    private long countedPanes;
    private final PaneRouter router;
    /// The finest one, which takes the rows, and those that take its panes.
    private final List<PaneStore> stores = new ArrayList<>();

    private final PaneStore finest;
    /// Of all stores.
    private final List<FiringWindows> windows = new ArrayList<>();

    /// Whose panes are being retired.
    private PaneStore retiring;

    private final IntPredicate mentionedElsewhere = this::mentionedElsewhere;

    private final MemoryAccount account;
    private final Turn turn;
    /// The next of the windows that time has to come to.
    private int firing;

    private long time = Long.MIN_VALUE;
    /// The panes of the finest store before this one have gone on to the others.
    private long passed = Long.MIN_VALUE;
    /// Rows before this pane of the finest store may be late.
    private long lateBefore = Long.MIN_VALUE;
    /// No window takes rows before this pane of the finest store.
    private long live = Long.MIN_VALUE;

    /// @param rowsInto the grid whose panes take the rows: that of one of the windows, which refines those of all
    public WindowOperator(List<Windows> sharing, WindowGrid rowsInto, OperatorContext context) {
        Aggregation aggregation = sharing.getFirst()
                .aggregation()
                .named(together(sharing, Aggregation::name), together(sharing, Aggregation::terms));
        MemoryAccount account = context.account(aggregation.name());
        rows = new GroupedRows(aggregation, context, account, null);
        eventTime = aggregation.timeColumn() >= 0;
        combine = new RunningKernel<>(
                "combine of " + aggregation.name(), aggregation.accumulation().combine(), context, account);
        combinedPanes = context.counters().combinedPanes;
        livePanes = context.counters().panes;
        turn = context.turn();
        accumulations =
                sharing.stream().map(it -> it.aggregation().accumulation()).toList();
        form = new RowForm(accumulations.getFirst());
        bound = form.narrow() == null ? null : new SumBound(form.narrow(), aggregation.name(), context, account);
        finest = store(rowsInto, aggregation, context, account);
        router = context.scope().own(new PaneRouter(rowsInto, context.order(), account));
        for (Windows each : sharing) {
            PaneStore store = store(each.grid(), aggregation, context, account);
            FiringWindows firing = new FiringWindows(each, store, rows, form, combine, context, account);
            store.windows.add(firing);
            windows.add(firing);
        }
        this.account = account;
        aggregation.addTo(context.states(), this);
    }

    private static String together(List<Windows> sharing, Function<Aggregation, String> words) {
        return sharing.stream().map(it -> words.apply(it.aggregation())).collect(Collectors.joining("; "));
    }

    /// The store with the panes of a grid, made if it is not there.
    private PaneStore store(WindowGrid grid, Aggregation aggregation, OperatorContext context, MemoryAccount account) {
        for (PaneStore store : stores) {
            if (grid.samePanes(store.grid)) {
                return store;
            }
        }
        PaneStore store = new PaneStore(grid, stores.size(), aggregation, form, context, account);
        stores.add(store);
        return store;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        rows.use(batch);
        if (form.narrow() != null) {
            keepExact(bound.of(batch, active, from, to));
        }
        if (eventTime) {
            router.route(rows.times(), active, from, to, lateBefore, live, this);
        } else {
            accept(finest.grid.paneOf(time), active, from, to);
        }
    }

    /// Has rows wide before some are folded that might take a sum out of int64.
    ///
    /// @param more what these rows may add to a sum
    private void keepExact(long more) {
        if (bound.add(more)) {
            return;
        }
        boolean narrow = bound.pays(more) && bound.restart(farthest()) && bound.add(more);
        if (!narrow) {
            use(form.narrow().wide());
        }
    }

    /// No sum of rows of one group that are in panes is farther from 0.
    private long farthest() {
        long reach = 0;
        for (int i = 0; i < stores.size(); i++) {
            reach = Math.max(reach, stores.get(i).panes.farthest());
        }
        return reach;
    }

    /// Rewrites all rows, to go on with the other form.
    private void use(List<Accumulation> other) {
        form.change(other.getFirst());
        rows.use(other.getFirst());
        combine.use(other.getFirst().combine());
        for (int i = 0; i < windows.size(); i++) {
            windows.get(i).use(other.get(i));
        }
    }

    @Override
    public void behind(long active, int from, int to) {
        for (int i = 0; i < windows.size(); i++) {
            windows.get(i).handOnLate(rows, active, from, to);
        }
    }

    @Override
    public void accept(long pane, long active, int from, int to) {
        if (!taken(pane)) {
            return;
        }
        long groupIds = rows.lookUp(active, from, to);
        if (pane >= passed) {
            finest.fold(rows, pane, groupIds, active, from, to);
            return;
        }
        for (int i = 0; i < stores.size(); i++) {
            PaneStore store = stores.get(i);
            long in = finest.grid.paneIn(store.grid, pane);
            if (store.takes(in)) {
                store.fold(rows, in, groupIds, active, from, to);
            }
        }
    }

    /// Whether any window takes rows of a pane.
    private boolean taken(long pane) {
        for (int i = 0; i < stores.size(); i++) {
            PaneStore store = stores.get(i);
            if (store.takes(finest.grid.paneIn(store.grid, pane))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void advance(long time) {
        emitLateChanges();
        this.time = time;
        pass(time);
        firing = 0;
        if (!resume()) {
            turn.suspend(this);
        }
    }

    @Override
    public boolean resume() {
        for (; firing < windows.size(); firing++) {
            if (!windows.get(firing).advance(time)) {
                return false;
            }
        }
        retire();
        judge();
        countPanes();
        for (int i = 0; i < windows.size(); i++) {
            windows.get(i).advanceNext(time);
        }
        return true;
    }

    @Override
    public void flush() {
        // Results are flushed window by window.
        emitLateChanges();
        for (int i = 0; i < windows.size(); i++) {
            windows.get(i).flushLate();
        }
    }

    private void emitLateChanges() {
        for (int i = 0; i < windows.size(); i++) {
            windows.get(i).emitLateChanges();
        }
    }

    /// The panes of the finest store that time has passed go on to the others; what is passed is sealed.
    private void pass(long time) {
        PaneDeque panes = finest.panes;
        boolean end = time == Long.MAX_VALUE;
        long now = finest.grid.paneOf(time);
        if (stores.size() > 1) {
            for (int i = panes.lowerBound(passed); i < panes.count() && (end || panes.at(i).index < now); i++) {
                goOn(panes.at(i));
            }
        }
        passed = end ? Long.MAX_VALUE : now;
        for (int i = 0; i < stores.size(); i++) {
            PaneStore store = stores.get(i);
            store.panes.sealBefore(store.grid.paneOf(time));
        }
    }

    private void goOn(Pane pane) {
        for (int i = 1; i < stores.size(); i++) {
            PaneStore store = stores.get(i);
            long in = finest.grid.paneIn(store.grid, pane.index);
            if (store.takes(in)) {
                try {
                    store.add(pane, in, rows.groups.groupCount(), combine.kernel());
                } catch (Exception | AssertionError e) {
                    throw combine.failed(e);
                }
                combinedPanes.add(1);
            }
        }
    }

    private void retire() {
        for (int i = 0; i < stores.size(); i++) {
            retiring = stores.get(i);
            // What has not gone on yet is needed, even if it lies between two windows of the finest grid.
            retiring.retireBefore(i == 0 ? passed : Long.MAX_VALUE, rows.groups, mentionedElsewhere);
        }
    }

    private boolean mentionedElsewhere(int group) {
        for (int i = 0; i < stores.size(); i++) {
            if (stores.get(i) != retiring && stores.get(i).panes.mentions(group)) {
                return true;
            }
        }
        return false;
    }

    private void countPanes() {
        long count = 0;
        for (int i = 0; i < stores.size(); i++) {
            count += stores.get(i).panes.count();
        }
        livePanes.add(count - countedPanes);
        countedPanes = count;
    }

    /// Finds out which rows may be late from now on.
    private void judge() {
        lateBefore = Long.MIN_VALUE;
        live = Long.MAX_VALUE;
        for (int i = 0; i < stores.size(); i++) {
            PaneStore store = stores.get(i);
            for (int j = 0; j < store.windows.size(); j++) {
                long pane = store.grid.paneIn(finest.grid, store.windows.get(j).firstLive());
                lateBefore = Math.max(lateBefore, pane);
                live = Math.min(live, pane);
            }
        }
    }

    @Override
    public void writeTo(StateWriter out) {
        out.value("time", time);
        for (int i = 0; i < windows.size(); i++) {
            windows.get(i).writeTo(out, i);
        }
        rows.writeTo(out);
        if (form.narrow() != null) {
            out.value(SUMS_WITHIN, bound.bound());
        }
        for (int i = 0; i < stores.size(); i++) {
            stores.get(i).saved.write(out, stores.get(i).panes);
        }
    }

    @Override
    public void readFrom(StateReader in) {
        if (form.narrow() != null && !bound.add(in.value(SUMS_WITHIN, Long.MAX_VALUE))) {
            // Saved rows may have sums out of int64.
            use(form.narrow().wide());
        }
        // The same for all workers.
        time = in.value("time");
        for (int i = 0; i < windows.size(); i++) {
            windows.get(i).readFrom(in, i);
        }
        try (SavedGroups saved = rows.readFrom(in, account)) {
            for (int i = 0; i < stores.size(); i++) {
                PaneStore store = stores.get(i);
                store.saved.read(in, store.panes, rows.groups, saved);
                store.tell(in, rows);
            }
        }
    }

    @Override
    public void restored() {
        if (bound != null && form.narrow() == null && bound.restart(farthest())) {
            use(accumulations);
        }
        passed = time == Long.MAX_VALUE ? time : finest.grid.paneOf(time);
        for (int i = 0; i < stores.size(); i++) {
            PaneStore store = stores.get(i);
            store.panes.sealBefore(store.grid.paneOf(time));
        }
        for (int i = 0; i < windows.size(); i++) {
            windows.get(i).restored();
        }
        judge();
        countPanes();
    }

    /// How the windows of an aggregate are made, for `explain`.
    public static String describe(WindowGrid grid, Aggregation aggregation) {
        return grid.panesPerWindow() + " panes a window; " + WindowAssembler.describe(grid, aggregation.accumulation());
    }
}
