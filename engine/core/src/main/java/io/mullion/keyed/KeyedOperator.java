package io.mullion.keyed;

import io.mullion.batch.Batch;
import io.mullion.batch.BatchRows;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RowText;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.Timetable;
import io.mullion.batch.Turn;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.io.KeyedFunction;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import io.mullion.state.DueOrder;
import io.mullion.state.DueTimes;
import io.mullion.state.SavedGroups;
import io.mullion.state.SavedTimes;
import java.util.Arrays;
import java.util.List;

/// Calls a function of the user's for each row with the state and the timers of its key, and when timers are due or a
/// key has been idle for too long.
///
/// Timers fire when time is advanced. Where it is known what the watermark was before each row, those that it had
/// passed fire before the row, so that it is no matter how rows are cut into batches. A key is forgotten, and its id
/// given again, when it has neither state nor timer at the end of a batch.
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
public final class KeyedOperator<R, S, O> implements Operator, Turn.Suspended, Stateful {
    static final int TIMER = 0;
    private static final int IDLE = 1;
    /// How often the engine's clock is compared with timers.
    private static final long CLOCK_NANOS = 1_000_000;

    private static final String FUNCTION = "function";
    private static final String STATE = "state";
    private static final String TIME_OUT = "time-out";
    private static final String SNAPSHOTS = "snapshots";
    private static final String TIME = "time";
    private static final String LATEST = "latest";
    private static final String IDLE_UNKNOWN = "idle unknown";
    private static final String IDLE_FROM = "idle from";

    /// Calls the function with a row of a batch.
    interface Calls<S, O> {
        void onRow(BatchRows rows, int row, KeyAtHand<S> key, MadeRows<O> made);
    }

    private final KeyedColumns columns;
    private final Timetable clock;
    private final KeyedFunction<R, S, O> function;
    private final Calls<S, O> calls;
    private final KeyedGroups groups;
    private final BatchRows rows;
    private final KeyAtHand<S> key;
    private final KeyedOutput output;
    private final MadeRows<O> made;
    private final Operator next;
    private final Turn turn;
    private final List<Snapshots> snapshots;

    /// Null where keys are never idle for too long.
    private final DueTimes idle;
    private final long timeOut;
    /// States were there from the start, and it is not known when that was.
    private boolean idleUnknown;

    private final DueOrder due = new DueOrder();
    private final DueOrder clockDue = new DueOrder();
    private final DueTimes.Taker timerDue = (at, group) -> due.add(at, group, TIMER);
    private final DueTimes.Taker idleDue = (at, group) -> due.add(at, group, IDLE);
    private final DueTimes.Taker clockTimerDue = (at, group) -> clockDue.add(at, group, TIMER);
    private boolean clocked;
    /// Groups that may have to be forgotten.
    private int[] loose = new int[64];
    private int looseCount;

    private RowWatermarks watermarks;
    /// The greatest time of a row so far.
    private long latest = Long.MIN_VALUE;
    /// Where time has come to when all is done that this brings.
    private long time = Long.MIN_VALUE;
    /// Whether a part of a checkpoint has been read.
    private boolean restoring;

    /// @param timeOut in the unit of the stream, or 0 for none
    /// @param snapshots of the state, that somebody wants
    public KeyedOperator(
            KeyedColumns columns,
            KeyedTypes<R, S, O> types,
            KeyedFunction<R, S, O> function,
            long timeOut,
            OperatorContext context,
            Operator next,
            List<Snapshots.Wanted> snapshots) {
        this.columns = columns;
        clock = context.site().timetable();
        this.function = function;
        this.timeOut = timeOut;
        this.next = next;
        turn = context.turn();
        MemoryAccount account = context.account(columns.name());
        context.states().add("keyed state", this);
        calls = OwnProfile.copy(RowCalls.class, function, types.rowDecoder(columns.rows()));
        groups = new KeyedGroups(columns, context, account);
        rows = new BatchRows(columns.rows());
        key = KeyAtHand.of(columns, types.state(), groups, context, account);
        output = new KeyedOutput(columns, columns.out(), columns.firstKey(), groups, context, account, next);
        made = MadeRows.of(output, types.out(), types.outSchema(), context, account);
        idle = timeOut > 0 ? context.scope().own(new DueTimes(account)) : null;
        this.snapshots = snapshots.stream()
                .map(wanted -> new Snapshots(wanted, columns, groups, key.states, context, account))
                .toList();
        types.enterInitial(columns, groups, key.states, context);
        idleUnknown = idle != null && key.states.live() > 0;
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        long groupIds = groups.lookUp(batch, active, from, to);
        key.states.ensure(groups.table.groupCount());
        rows.show(batch, 0, batch.readable().rowLimit);
        long times =
                columns.timeColumn() < 0 ? 0 : batch.readable().address(columns.timeColumn(), ColumnAddresses.DATA);
        int position = from;
        try {
            for (; position < to; position++) {
                int row = Selection.row(active, position);
                if (watermarks != null) {
                    fireBefore(row);
                }
                long rowTime = times == 0 ? batchTime() : RawMemory.getLong(times + 8L * row) - columns.timeLag();
                moveTo(RawMemory.getInt(groupIds + 4L * row), rowTime);
                latest = Math.max(latest, rowTime);
                if (idle != null) {
                    touch(rowTime);
                }
                calls.onRow(rows, row, key, made);
                settle();
            }
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw failed(e, key.firing == null ? RowText.of(batch, Selection.row(active, position)) : null);
        }
        finishCalls();
    }

    /// That of rows without times of their own: the end of their batch, or the clock.
    private long batchTime() {
        long interval = columns.batchInterval();
        return interval > 0 && time == Long.MIN_VALUE ? interval : time + interval;
    }

    private void moveTo(int group, long now) {
        key.moveTo(group);
        key.now = now;
        made.group = group;
        made.time = now;
    }

    private void touch(long rowTime) {
        if (idleUnknown) {
            idleFrom(rowTime);
        }
        // A key that is known was not idle since a row that is late; another one starts afresh.
        long until = idleUntil(rowTime);
        if (!key.known() || idle.at(key.group()) < until) {
            idle.put(key.group(), until);
        }
    }

    /// The first time at which a key has been idle for longer than the time-out.
    private long idleUntil(long since) {
        long until = since + timeOut + 1;
        return until < since ? DueTimes.NONE : until;
    }

    /// The states that were there from the start count as touched then.
    private void idleFrom(long since) {
        idleUnknown = false;
        int count = groups.table.groupCount();
        for (int group = 0; group < count; group++) {
            if (key.states.has(group) && idle.at(group) == DueTimes.NONE) {
                idle.put(group, idleUntil(since));
            }
        }
    }

    /// After a call for a key: it may be one to forget.
    private void settle() {
        if (!key.known() && key.states.mark(key.group())) {
            if (looseCount == loose.length) {
                loose = Arrays.copyOf(loose, looseCount * 2);
            }
            loose[looseCount++] = key.group();
        }
        watchClock();
    }

    private void watchClock() {
        if (!clocked && key.clockTimers.least() != DueTimes.NONE) {
            clocked = true;
            clock.add(CLOCK_NANOS, this::fireClock);
        }
    }

    private void fireBefore(int row) {
        long watermark = watermarks.before(row);
        if (watermark > key.streamTime) {
            key.streamTime = watermark;
            takeDue(watermark);
            while (!due.isEmpty()) {
                fire();
            }
            for (int i = 0; i < snapshots.size(); i++) {
                if (snapshots.get(i).begin(watermark)) {
                    output.handOn();
                    snapshots.get(i).run();
                }
            }
        }
    }

    @Override
    public void advance(long time) {
        this.time = time;
        boolean later = time > key.streamTime;
        key.streamTime = time;
        // On batch time the start is not yet the first batch.
        if (idleUnknown && time != Long.MAX_VALUE && (columns.batchInterval() == 0 || time > 0)) {
            idleFrom(time);
        }
        // Else it has been there before the last rows: what they have set for the past waits.
        if (later) {
            takeDue(time);
        }
        for (int i = 0; i < snapshots.size(); i++) {
            snapshots.get(i).begin(time);
        }
        if (!resume()) {
            turn.suspend(this);
        }
    }

    @Override
    public boolean resume() {
        try {
            while (!due.isEmpty()) {
                if (turn.spent()) {
                    return false;
                }
                fire();
                turn.spend(1);
            }
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw failed(e, null);
        }
        finishCalls();
        for (int i = 0; i < snapshots.size(); i++) {
            if (!snapshots.get(i).resume()) {
                return false;
            }
        }
        output.flush();
        next.advance(time);
        for (int i = 0; i < snapshots.size(); i++) {
            snapshots.get(i).advance(time);
        }
        return true;
    }

    /// The end of input fires timers, but it is no reason to take keys for idle.
    private void takeDue(long to) {
        key.timers.take(to, timerDue);
        if (idle != null && to != Long.MAX_VALUE) {
            idle.take(to, idleDue);
        }
        key.firingTo = to == Long.MAX_VALUE ? Long.MIN_VALUE : to;
    }

    /// Fires the first of what is due, if it still is.
    private void fire() {
        long at = due.time();
        int group = due.group();
        int kind = due.kind();
        due.removeFirst();
        key.firing = due;
        if (kind == TIMER && key.timers.at(group) == at) {
            key.timers.put(group, DueTimes.NONE);
            moveTo(group, at);
            function.onTimer(key, key, made);
            settle();
        } else if (kind == IDLE && idle.at(group) == at) {
            idle.put(group, DueTimes.NONE);
            moveTo(group, at);
            if (key.known()) {
                timeOut();
            }
        }
        key.firing = null;
    }

    private void timeOut() {
        key.timingOut = true;
        function.onTimeOut(key, key, made);
        key.timingOut = false;
        key.remove();
        key.cancel();
        key.cancelClock();
        settle();
    }

    private void fireClock() {
        long nanos = clock.nowNanos();
        key.clockTimers.take(nanos, clockTimerDue);
        try {
            while (!clockDue.isEmpty() && !turn.spent()) {
                fireClockTimer();
                turn.spend(1);
            }
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw failed(e, null);
        }
        finishCalls();
        output.flush();
    }

    private void fireClockTimer() {
        long at = clockDue.time();
        int group = clockDue.group();
        clockDue.removeFirst();
        if (key.clockTimers.at(group) == at) {
            key.clockTimers.put(group, DueTimes.NONE);
            moveTo(group, Math.max(key.streamTime, latest));
            function.onClock(key, key, made);
            settle();
        }
    }

    /// After the last call for some rows, or for what was due: hands on what was made, and forgets keys.
    private void finishCalls() {
        if (made.failure() != null) {
            // The function caught what was none of its business.
            throw failed(made.failure(), null);
        }
        output.handOn();
        for (int i = 0; i < looseCount; i++) {
            key.moveTo(loose[i]);
            key.states.unmark(key.group());
            if (!key.known()) {
                if (idle != null) {
                    idle.put(key.group(), DueTimes.NONE);
                }
                groups.table.free(key.group());
            }
        }
        if (looseCount > 0) {
            looseCount = 0;
            trim(groups.table.groupCount());
        }
    }

    private void trim(int count) {
        key.states.trim(count);
        key.timers.trim(count);
        key.clockTimers.trim(count);
        if (idle != null) {
            idle.trim(count);
        }
    }

    @Override
    public boolean asks(RowWatermarks before) {
        watermarks = before;
        return true;
    }

    @Override
    public void flush() {
        output.flush();
    }

    @Override
    public void writeTo(StateWriter out) {
        out.text(FUNCTION, columns.name());
        out.text(STATE, columns.state().toString());
        out.value(TIME_OUT, timeOut);
        out.value(SNAPSHOTS, snapshots.size());
        out.value(TIME, time);
        out.value(LATEST, latest);
        out.value(IDLE_UNKNOWN, idleUnknown ? 1 : 0);
        for (int i = 0; i < snapshots.size(); i++) {
            snapshots.get(i).writeTo(out, i);
        }
        groups.writeTo(out);
        key.writeTo(out);
        if (idle != null) {
            SavedTimes.write(out, IDLE_FROM, idle, groups.table.groupCount());
        }
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(FUNCTION, columns.name());
        in.require(STATE, columns.state().toString());
        in.require(TIME_OUT, Long.toString(timeOut));
        in.require(SNAPSHOTS, Integer.toString(snapshots.size()));
        boolean first = !restoring;
        if (first) {
            restoring = true;
            // What was there from the start has become what was saved.
            groups.clear(key.states);
            idleUnknown = false;
        }
        time = first ? in.value(TIME) : Math.min(time, in.value(TIME));
        latest = Math.max(latest, in.value(LATEST));
        idleUnknown |= in.value(IDLE_UNKNOWN) == 1;
        for (int i = 0; i < snapshots.size(); i++) {
            snapshots.get(i).readFrom(in, i);
        }
        try (SavedGroups keys = groups.readFrom(in)) {
            key.readFrom(in, keys, first);
            if (idle != null) {
                SavedTimes.read(in, IDLE_FROM, idle, keys);
            }
        }
    }

    @Override
    public void restored() {
        watchClock();
    }

    /// @param row in words, or null
    private RuntimeException failed(Throwable cause, String row) {
        if (made.failure() != null) {
            if (made.failure() instanceof Error error) {
                throw error;
            }
            return (RuntimeException) made.failure();
        }
        if (cause instanceof MullionException known && known.reason() == MullionException.Reason.OUT_OF_MEMORY) {
            return known;
        }
        return new MullionException(
                MullionException.Reason.USER_CODE,
                "function failed in " + columns.name() + ": " + cause + ", key=" + groups.keyText(key.group())
                        + (row == null ? "" : ", row=" + row),
                cause);
    }
}
