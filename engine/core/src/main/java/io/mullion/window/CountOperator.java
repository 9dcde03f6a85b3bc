package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Counters.Counter;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.codegen.CombineKernel;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.state.SavedGroups;
import java.util.Arrays;

/// Aggregates the rows of each key by their number: windows of so many rows.
///
/// As windows of time are, these are made of panes, here stretches of row numbers, and each group has a chain of those
/// it needs still. A row only finds the slot of its pane; all rows of a batch are folded by one kernel call, and the
/// windows that were completed are put together after it, in the order in which they were.
/// *Thread*: the worker. *Ownership*: owns groups, panes and result batch.
public final class CountOperator implements Operator, Stateful {
    /// Results that are gathered at a time.
    private static final int CHUNK = 1 << 10;

    private static final String TABLE = "counts";
    private static final Schema COUNTS = Schema.of(Field.of("group", DataType.INT32), Field.of("rows", DataType.INT64));

    private final Aggregation aggregation;
    private final MemoryAccount account;
    private final WindowGrid grid;
    private final GroupedRows rows;
    private final RunningKernel<CombineKernel> combine;
    private final Operator next;
    private final SlotStore panes;
    private final SavedSlots saved;
    private final Selection slotRoom;
    private final WindowEmitter emitter;

    /// Rows of each group so far, int64 by group.
    private final OffHeapArray counts;

    private int countedGroups;

    /// The windows that are full: group and number.
    private final SlotList fullGroups = new SlotList();

    private long[] fullWindows = new long[64];

    /// Panes of the window that is put together.
    private final SlotList inWindow = new SlotList();

    private final GatheredRows gathered;

    private long active;
    private int runFrom;
    private long slots;
    private boolean ended;
    private final Counter livePanes;
    /// Panes that are in the job's count.
    private int counted;

    /// @param grid of row numbers, from 0 for each group
    public CountOperator(Aggregation aggregation, WindowGrid grid, OperatorContext context, Operator next) {
        this.grid = grid;
        this.next = next;
        livePanes = context.counters().panes;
        Scope scope = context.scope();
        MemoryAccount account = context.account(aggregation.name());
        aggregation.addTo(context.states(), this);
        this.aggregation = aggregation;
        this.account = account;
        rows = new GroupedRows(aggregation, context, account, null);
        combine = new RunningKernel<>(
                "combine of " + aggregation.name(), aggregation.accumulation().combine(), context, account);
        panes = scope.own(new SlotStore(aggregation.accumulation().layout(), aggregation.states(account), account));
        saved = new SavedSlots(aggregation.saved(), panes);
        slotRoom = scope.own(new Selection(account, context.batchRows()));
        counts = scope.own(new OffHeapArray(account));
        gathered =
                scope.own(new GatheredRows(aggregation.accumulation().layout(), aggregation.states(account), account));
        emitter = new WindowEmitter(aggregation, rows.groups, gathered, context, account, next);
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        rows.use(batch);
        long groupIds = rows.lookUp(active, from, to);
        ensureGroups();
        slots = slotRoom.address(batch.capacity());
        this.active = active;
        runFrom = from;
        for (int position = from; position < to; position++) {
            int row = Selection.row(active, position);
            int group = groupIds == 0 ? 0 : RawMemory.getInt(groupIds + 4L * row);
            long number = RawMemory.getLong(counts.address() + 8L * group);
            RawMemory.putLong(counts.address() + 8L * group, number + 1);
            long pane = grid.paneOf(number);
            if (grid.inGap(pane)) {
                fold(position);
                runFrom = position + 1;
            } else {
                RawMemory.putInt(slots + 4L * row, slotOf(group, pane));
                complete(group, number + 1);
            }
        }
        fold(to);
        emitFull();
    }

    @Override
    public void advance(long time) {
        if (time == Long.MAX_VALUE && !ended) {
            ended = true;
            emitOpen();
        }
        livePanes.add(panes.live() - counted);
        counted = panes.live();
        next.advance(time);
    }

    @Override
    public void flush() {
        // Results go out with the rows that complete them.
    }

    @Override
    public void writeTo(StateWriter out) {
        out.value("ended", ended ? 1 : 0);
        rows.writeTo(out);
        saved.write(out, countedGroups);
        StateTable table = out.table(TABLE, COUNTS);
        for (int group = 0; group < countedGroups; group++) {
            table.row(0)
                    .set(0, group)
                    .set(1, RawMemory.getLong(counts.address() + 8L * group))
                    .next();
        }
    }

    @Override
    public void readFrom(StateReader in) {
        ended = in.value("ended") == 1;
        try (SavedGroups groups = rows.readFrom(in, account)) {
            ensureGroups();
            saved.read(in, groups);
            for (StateReader.Table table : in.tables(TABLE)) {
                table.require(COUNTS);
                table.forEach(batch -> {
                    for (int row = 0; row < batch.readable().rowLimit; row++) {
                        int group = groups.group((int) batch.int64(0, row));
                        if (group < 0) {
                            continue;
                        }
                        RawMemory.putLong(counts.address() + 8L * group, batch.int64(1, row));
                    }
                });
            }
        }
        saved.tell(in, "windows of rows that come now");
    }

    private void ensureGroups() {
        int groups = rows.groups.groupCount();
        panes.ensureGroups(groups);
        if (groups > countedGroups) {
            counts.ensure(8L * groups);
            RawMemory.fill(counts.address() + 8L * countedGroups, 8L * (groups - countedGroups), (byte) 0);
            countedGroups = groups;
        }
    }

    private int slotOf(int group, long pane) {
        int newest = panes.head(group);
        if (newest >= 0 && panes.start(newest) == pane) {
            return newest;
        }
        return panes.add(group, pane, pane + 1);
    }

    /// Notes the window that ends where the group has come to.
    private void complete(int group, long count) {
        long window = grid.lastEndedWindow(count);
        if (window >= 0 && grid.windowEnd(window) == count) {
            if (fullGroups.count() == fullWindows.length) {
                fullWindows = Arrays.copyOf(fullWindows, fullWindows.length * 2);
            }
            fullWindows[fullGroups.count()] = window;
            fullGroups.add(group);
        }
    }

    private void emitFull() {
        for (int i = 0; i < fullGroups.count(); i++) {
            int group = fullGroups.at(i);
            long window = fullWindows[i];
            gather(group, window, grid.windowEnd(window));
            retire(group, grid.firstPane(window + 1));
        }
        emitGathered();
        fullGroups.clear();
    }

    /// The windows that are not full.
    private void emitOpen() {
        for (int group = 0; group < countedGroups; group++) {
            long count = RawMemory.getLong(counts.address() + 8L * group);
            for (long window = grid.lastEndedWindow(count) + 1; grid.windowStart(window) < count; window++) {
                if (window >= 0) {
                    gather(group, window, count);
                }
            }
        }
        emitGathered();
    }

    /// Folds the panes of a window, whose last row is the one before `end`.
    private void gather(int group, long window, long end) {
        if (gathered.count() == CHUNK) {
            emitGathered();
        }
        long target = gathered.add(group);
        gathered.bound(grid.windowStart(window), end, 0);
        long first = grid.firstPane(window);
        long endPane = grid.endPane(window);
        try {
            inWindow.clear();
            for (int slot = panes.head(group); slot >= 0; slot = panes.chained(slot)) {
                long pane = panes.start(slot);
                if (pane >= first && pane < endPane) {
                    inWindow.add(slot);
                }
            }
            // The chain has the newest first.
            for (int i = inWindow.count() - 1; i >= 0; i--) {
                combine.kernel().combine(target, panes.rows.touch(inWindow.at(i)), 1);
                gathered.combineStates(panes.states, inWindow.at(i));
            }
        } catch (Exception | AssertionError e) {
            throw combine.failed(e);
        }
    }

    private void emitGathered() {
        if (gathered.count() > 0) {
            emitter.emitEach(gathered, gathered.bounds());
            gathered.clear();
        }
    }

    /// Frees the panes of a group that no later window needs.
    private void retire(int group, long firstPane) {
        int after;
        for (int slot = panes.head(group); slot >= 0; slot = after) {
            after = panes.chained(slot);
            if (panes.start(slot) < firstPane) {
                panes.remove(slot);
            }
        }
    }

    private void fold(int position) {
        if (runFrom < position) {
            rows.select(active, runFrom, position);
            rows.foldInto(panes.rows, slots);
            rows.foldInto(panes.states, slots, panes.slotCount());
            runFrom = position;
        }
    }
}
