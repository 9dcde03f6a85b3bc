package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Selection;
import io.mullion.batch.Turn;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Keys;
import io.mullion.codegen.StateAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/// Aggregates the rows of one worker into panes and hands each on, when time has passed it, as rows: one for each
/// group, with its accumulators as bytes. A [WindowOperator] over [Aggregation#ofPartials] goes on with those of all
/// workers.
///
/// Nothing is late here: other workers may be behind, and who brings all together judges. What comes to a pane that has
/// gone already is aggregated anew and goes on before time does, or with the next [#flush]. So all panes may be handed
/// on early, and are for a checkpoint: the operator has no state then.
/// *Order*: panes in order of time. *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
public final class PartialOperator implements Operator, PaneRouter.PaneRows, Turn.Suspended {
    /// Number of the column with a time within the pane.
    static final int TIME_COLUMN = 0;

    private static final int FIRST_KEY = 1;
    private static final IntPredicate NOWHERE = _ -> false;

    private final GroupedRows rows;
    private final boolean eventTime;
    private final WindowGrid grid;
    private final PaneRouter router;
    private final PaneDeque panes;
    private final Selection slotRoom;
    private final Batch batch;
    private final OffHeapArray groupIds;
    private final int rowBytes;
    private final int keyCount;
    /// Rows of a batch that there is room for.
    private final int mostRows;

    private final Operator next;
    private final Turn turn;
    private final BooleanSupplier holding;
    private final LongSupplier timeBefore;
    private long time = Long.MIN_VALUE;
    /// Of the oldest pane the slots before this one have gone.
    private int slot;

    /// @param aggregation whose accumulators count rows, so that it is known how many each row stands for
    /// @param grid whose panes are made
    /// @param holding whether time waits for the panes that are here: if it does not, they go on with each flush
    /// @param timeBefore what time had come to in a job before, where rows have none of their own and it is not told
    /// @param next takes rows of [#schema]
    public PartialOperator(
            Aggregation aggregation,
            WindowGrid grid,
            BooleanSupplier holding,
            LongSupplier timeBefore,
            OperatorContext context,
            Operator next) {
        this.grid = grid;
        this.holding = holding;
        this.timeBefore = timeBefore;
        this.next = next;
        turn = context.turn();
        MemoryAccount account = context.account("panes of " + aggregation.name());
        rows = new GroupedRows(aggregation, context, account, null);
        eventTime = aggregation.timeColumn() >= 0;
        router = context.scope().own(new PaneRouter(grid, context.order(), account));
        panes = context.scope().own(new PaneDeque(aggregation.accumulation(), account));
        slotRoom = context.scope().own(new Selection(account, context.batchRows()));
        batch = context.batch(schema(aggregation.keys()), account);
        rowBytes = aggregation.accumulation().layout().rowBytes();
        keyCount = aggregation.keys() == null
                ? 0
                : aggregation.keys().layout().columns().size();
        mostRows = Math.min(batch.capacity(), batch.dataBytes() / rowBytes);
        groupIds = context.scope().own(new OffHeapArray(account, 4L * batch.capacity()));
    }

    /// The columns of what it hands on: a time in the pane, the key, the accumulators.
    ///
    /// @param keys null for one group
    public static Schema schema(Keys keys) {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of("pane$time", DataType.INT64));
        if (keys != null) {
            fields.addAll(keys.layout().columns());
        }
        fields.add(Field.of("accumulators$", DataType.BINARY));
        return new Schema(fields);
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        rows.use(batch);
        if (eventTime) {
            router.route(rows.times(), active, from, to, Long.MIN_VALUE, Long.MIN_VALUE, this);
        } else {
            if (time == Long.MIN_VALUE) {
                time = timeBefore.getAsLong();
            }
            accept(grid.paneOf(time), active, from, to);
        }
    }

    @Override
    public void behind(long active, int from, int to) {
        throw new IllegalStateException("no row is late here");
    }

    @Override
    public void accept(long index, long active, int from, int to) {
        long groupIds = rows.lookUp(active, from, to);
        panes.lifetimes().born(rows.groups, index);
        int groupCount = rows.groups.groupCount();
        Pane pane = panes.obtain(index, groupCount);
        long room = pane.compact() ? slotRoom.address(rows.batchRows()) : 0;
        rows.foldInto(pane.rows, pane.slots(groupIds, groupCount, active, from, to, room));
    }

    @Override
    public void advance(long time) {
        // What has come late meanwhile is for windows that had not fired.
        handOnLate();
        this.time = time;
        panes.sealBefore(passed());
        if (!resume()) {
            turn.suspend(this);
        }
    }

    @Override
    public boolean resume() {
        while (panes.count() > 0 && hasPassed(panes.at(0))) {
            if (!handOn(panes.at(0), false)) {
                return false;
            }
        }
        next.advance(time);
        return true;
    }

    @Override
    public void flush() {
        handOnLate();
        while (panes.count() > 0 && !holding.getAsBoolean()) {
            handOn(panes.at(0), true);
        }
        next.flush();
    }

    /// Hands on all panes, passed or not.
    ///
    /// @return whether there were any
    public boolean handOnAll() {
        boolean any = panes.count() > 0;
        while (panes.count() > 0) {
            handOn(panes.at(0), true);
        }
        if (any) {
            next.flush();
        }
        return any;
    }

    private void handOnLate() {
        while (panes.count() > 0 && hasPassed(panes.at(0))) {
            handOn(panes.at(0), true);
        }
    }

    private long passed() {
        return time == Long.MAX_VALUE ? Long.MAX_VALUE : grid.paneOf(time);
    }

    private boolean hasPassed(Pane pane) {
        return time != Long.MIN_VALUE && (time == Long.MAX_VALUE || pane.index < passed());
    }

    /// Hands on the oldest pane and retires it.
    ///
    /// @param atOnce whatever is left of the turn
    /// @return whether it is done; else the turn is spent
    private boolean handOn(Pane pane, boolean atOnce) {
        int slots = pane.slotCount();
        while (slot < slots) {
            if (!atOnce && turn.spent()) {
                return false;
            }
            handOnSome(pane, slots);
        }
        slot = 0;
        panes.retireFirst();
        panes.lifetimes().free(rows.groups, NOWHERE);
        return true;
    }

    /// Fills the batch once.
    private void handOnSome(Pane pane, int slots) {
        int looked = 0;
        int count = 0;
        long accumulators = batch.writable().address(FIRST_KEY + keyCount, ColumnAddresses.DATA);
        while (slot < slots && count < mostRows) {
            if (pane.rows.page(slot >>> StateAddresses.PAGE_SHIFT) == 0) {
                slot = Math.min(slots, (slot | StateAddresses.PAGE_MASK) + 1);
                continue;
            }
            long row = pane.rows.row(slot);
            if (row != 0 && RawMemory.getLong(row) != 0) {
                RawMemory.copy(row, accumulators + (long) rowBytes * count, rowBytes);
                RawMemory.putInt(groupIds.address() + 4L * count, pane.groupOf(slot));
                count++;
            }
            slot++;
            looked++;
        }
        turn.spend(looked);
        complete(count, grid.paneStart(pane.index));
    }

    /// Hands on rows whose accumulators are there: at once, or, where the texts of their keys do not fit together, in
    /// pieces.
    private void complete(int count, long paneTime) {
        ColumnAddresses columns = batch.writable();
        long times = columns.address(TIME_COLUMN, ColumnAddresses.DATA);
        long offsets = columns.address(FIRST_KEY + keyCount, ColumnAddresses.OFFSETS);
        RawMemory.putInt(offsets, 0);
        for (int row = 0; row < count; row++) {
            RawMemory.putLong(times + 8L * row, paneTime);
            RawMemory.putInt(offsets + 4L * (row + 1), rowBytes * (row + 1));
        }
        int done = 0;
        while (done < count) {
            int piece = rows.groups.writeKeys(groupIds.address() + 4L * done, count - done, columns, FIRST_KEY, done);
            next.process(batch.readableRows(done + piece), 0, done, done + piece);
            done += piece;
        }
        batch.clear();
    }
}
