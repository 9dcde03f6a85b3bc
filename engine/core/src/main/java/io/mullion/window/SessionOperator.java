package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Counters;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.RunningKernel;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.Turn;
import io.mullion.codegen.CombineKernel;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.state.SavedGroups;
import io.mullion.window.SlotStore.State;

/// Aggregates the rows of each key by sessions.
///
/// A row finds the session of its group that it touches, mostly the one that was touched last, and all rows of a run
/// are folded by one kernel call into the accumulator rows of their sessions. A row that touches several sessions makes
/// them one. When time passes the end of a session its result goes out; within the allowed lateness it is held, grows
/// and merges still, and has a further result. A row is late if the session it is in after merging has ended and takes
/// no more rows.
/// *Order*: results in order of the ends of their sessions, for each advance of time.
/// *Thread*: the worker. *Ownership*: owns groups, sessions and result batch.
public final class SessionOperator implements Operator, Turn.Suspended, Stateful {
    /// Results that are gathered at a time.
    private static final int CHUNK = 1 << 10;

    private final Aggregation aggregation;
    private final SessionGap gap;
    private final boolean ofResults;
    private final GroupedRows rows;
    private final RunningKernel<CombineKernel> combine;
    private final Counters counters;
    private final Operator next;
    private final SlotStore sessions;
    private final SavedSlots saved;
    private final Deadlines deadlines;
    private final IdleGroups idle;
    private final Selection slotRoom;
    private final WindowEmitter emitter;
    private final SlotList looked = new SlotList();
    private final SlotList due = new SlotList();
    private final SlotList changed = new SlotList();
    /// Sessions with rows that no early result has; null where there are no such results.
    private final SlotList early;
    private final GatheredRows gathered;
    private final int rowBytes;
    /// Tells the watermark before a row; null if time is advanced before each row that has to find it so.
    private RowWatermarks watermarks;
    private final MemoryAccount account;
    private final Turn turn;
    /// Sessions that are in the job's count of panes.
    private int counted;
    private long time = Long.MIN_VALUE;
    /// Those before it of [#due] have been emitted.
    private int dueTo;
    /// The rows being processed, those of [`runFrom`, ...) not folded yet.
    private long active;

    private int runFrom;
    private long slots;

    /// @param ofResults whether rows are results of windows, which prolong a session whose end they touch
    /// @param late takes the rows that are late, or null
    public SessionOperator(
            Aggregation aggregation,
            SessionGap gap,
            boolean ofResults,
            OperatorContext context,
            Operator next,
            Operator late) {
        this.aggregation = aggregation;
        this.gap = gap;
        this.ofResults = ofResults;
        this.next = next;
        counters = context.counters();
        turn = context.turn();
        Scope scope = context.scope();
        account = context.account(aggregation.name());
        aggregation.addTo(context.states(), this);
        rows = new GroupedRows(aggregation, context, account, late);
        combine = new RunningKernel<>(
                "combine of " + aggregation.name(), aggregation.accumulation().combine(), context, account);
        sessions = scope.own(new SlotStore(aggregation.accumulation().layout(), aggregation.states(account), account));
        saved = new SavedSlots(aggregation.saved(), sessions);
        deadlines = scope.own(new Deadlines(sessions, aggregation.lateness(), account));
        idle = scope.own(new IdleGroups(account));
        slotRoom = scope.own(new Selection(account, context.batchRows()));
        gathered =
                scope.own(new GatheredRows(aggregation.accumulation().layout(), aggregation.states(account), account));
        emitter = new WindowEmitter(aggregation, rows.groups, gathered, context, account, next);
        rowBytes = aggregation.accumulation().layout().rowBytes();
        early = aggregation.earlyEveryNanos() > 0 ? new SlotList() : null;
        if (early != null) {
            context.every(aggregation.earlyEveryNanos(), this::emitEarlyResults);
        }
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        rows.use(batch);
        long groupIds = rows.lookUp(active, from, to);
        sessions.ensureGroups(rows.groups.groupCount());
        slots = slotRoom.address(batch.capacity());
        this.active = active;
        runFrom = from;
        long times = aggregation.timeColumn() < 0 ? 0 : rows.times();
        boolean simple = gap.column() < 0 && early == null;
        for (int position = from; position < to; position++) {
            if (simple) {
                position = groupIds != 0 && active == 0 && times != 0
                        ? prolongAll(groupIds, times, position, to)
                        : prolong(groupIds, times, position, to);
                if (position == to) {
                    break;
                }
            }
            row(groupIds, times, position);
        }
        fold(to);
        // New keys whose rows were all late, or without a gap.
        for (int i = 0; i < rows.groups.newGroupCount(); i++) {
            idleIfEmpty(RawMemory.getInt(rows.groups.newGroups() + 4L * i));
        }
    }

    @Override
    public void advance(long time) {
        emitChanged();
        this.time = time;
        looked.clear();
        due.clear();
        deadlines.takeDue(time, looked);
        for (int i = 0; i < looked.count(); i++) {
            if (sessions.state(looked.at(i)) == State.FIRED) {
                remove(looked.at(i));
            } else {
                due.add(looked.at(i));
            }
        }
        due.sortByEnd(sessions);
        dueTo = 0;
        if (!resume()) {
            turn.suspend(this);
        }
    }

    @Override
    public boolean resume() {
        while (dueTo < due.count()) {
            if (turn.spent()) {
                return false;
            }
            int from = dueTo;
            dueTo = Math.min(due.count(), from + CHUNK);
            emitRows(due, from, dueTo, false);
            settle(due, from, dueTo);
        }
        idle.free(rows.groups, sessions, time == Long.MAX_VALUE);
        counters.panes.add(sessions.live() - counted);
        counted = sessions.live();
        next.advance(time);
        rows.advance(time);
        return true;
    }

    /// Where fired sessions take no more rows: that one had ended before a row that touches its end is then all there
    /// is to know.
    @Override
    public boolean asks(RowWatermarks before) {
        watermarks = ofResults || aggregation.lateness() > 0 ? null : before;
        return watermarks != null;
    }

    @Override
    public boolean exactAtWatermark() {
        return watermarks == null;
    }

    @Override
    public void flush() {
        emitChanged();
        rows.flush();
    }

    /// Finds the sessions of rows that do no more than prolong the only session of their group.
    ///
    /// @return the position of the first row that does something else, or `to`
    private int prolong(long groupIds, long times, int from, int to) {
        long active = this.active;
        long slots = this.slots;
        long heads = sessions.heads();
        long ends = sessions.ends();
        long gap = this.gap.fixed();
        long now = time;
        int position = from;
        for (; position < to; position++) {
            int row = Selection.row(active, position);
            int group = groupIds == 0 ? 0 : RawMemory.getInt(groupIds + 4L * row);
            int slot = RawMemory.getInt(heads + 4L * group) - 1;
            if (slot < 0) {
                break;
            }
            long start = times == 0 ? now : RawMemory.getLong(times + 8L * row);
            long held = RawMemory.getLong(ends + 8L * slot);
            // Less than what is held where it leaves int64, too.
            long end = start + gap;
            if (start >= held || end < held || held <= now) {
                break;
            }
            RawMemory.putLong(ends + 8L * slot, end);
            RawMemory.putInt(slots + 4L * row, slot);
        }
        return position;
    }

    /// The same where rows have keys and times and no selection: what is invariant is decided once.
    private int prolongAll(long groupIds, long times, int from, int to) {
        long slots = this.slots;
        long heads = sessions.heads();
        long ends = sessions.ends();
        long gap = this.gap.fixed();
        long now = time;
        int row = from;
        for (; row < to; row++) {
            int slot = RawMemory.getInt(heads + 4L * RawMemory.getInt(groupIds + 4L * row)) - 1;
            if (slot < 0) {
                break;
            }
            long start = RawMemory.getLong(times + 8L * row);
            long held = RawMemory.getLong(ends + 8L * slot);
            long end = start + gap;
            if (start >= held || end < held || held <= now) {
                break;
            }
            RawMemory.putLong(ends + 8L * slot, end);
            RawMemory.putInt(slots + 4L * row, slot);
        }
        return row;
    }

    /// Finds the session of any row.
    private void row(long groupIds, long times, int position) {
        int row = Selection.row(active, position);
        long start = times == 0 ? time : RawMemory.getLong(times + 8L * row);
        long rowGap = gap.of(rows, row);
        if (rowGap <= 0) {
            fold(position);
            runFrom = position + 1;
            counters.rowsWithoutGap.add(1);
            return;
        }
        int group = groupIds == 0 ? 0 : RawMemory.getInt(groupIds + 4L * row);
        int slot = touch(group, start, WindowGrid.saturatedAdd(start, rowGap), position);
        if (slot < 0) {
            fold(position);
            rows.late(active, position, position + 1);
            runFrom = position + 1;
        } else {
            RawMemory.putInt(slots + 4L * row, slot);
            if (early != null) {
                mark(slot);
            }
        }
    }

    /// The session of a row, which grows or is made; -1 if the row is late.
    private int touch(int group, long start, long end, int position) {
        int slot = sessions.head(group);
        if (slot >= 0) {
            long held = sessions.end(slot);
            if (start < held && held > time && start >= sessions.start(slot)) {
                if (end <= held) {
                    return slot;
                }
                // One that grows may come to touch another one of its group.
                if (sessions.chained(slot) < 0) {
                    sessions.setBounds(slot, sessions.start(slot), end);
                    return slot;
                }
            }
        }
        return place(group, start, end, position);
    }

    /// As [#touch], for a row that does not just prolong the session that was touched last.
    private int place(int group, long start, long end, int position) {
        int target = -1;
        int next;
        for (int slot = sessions.head(group); slot >= 0; slot = next) {
            next = sessions.chained(slot);
            if (start <= sessions.end(slot) && end >= sessions.start(slot) && !ended(slot, start, position)) {
                if (target < 0) {
                    target = slot;
                } else {
                    fold(position);
                    merge(slot, target);
                }
            }
        }
        if (target < 0) {
            if (expired(end)) {
                return -1;
            }
            target = sessions.add(group, start, end);
        } else {
            sessions.setBounds(target, Math.min(start, sessions.start(target)), Math.max(end, sessions.end(target)));
            sessions.toHead(target);
        }
        changed(target);
        return target;
    }

    /// Whether time had come to the end of a session, which it has not been told yet, before a row that starts there.
    private boolean ended(int slot, long start, int position) {
        return watermarks != null
                && start == sessions.end(slot)
                && watermarks.before(Selection.row(active, position)) >= start;
    }

    /// Puts the rows of one session into another one of the group, which covers both then.
    private void merge(int slot, int target) {
        try {
            combine.kernel().combine(sessions.rows.touch(target), sessions.rows.touch(slot), 1);
            if (sessions.states != null) {
                sessions.states.combine(target, sessions.states, slot);
            }
        } catch (Exception | AssertionError e) {
            throw combine.failed(e);
        }
        sessions.setBounds(
                target,
                Math.min(sessions.start(slot), sessions.start(target)),
                Math.max(sessions.end(slot), sessions.end(target)));
        sessions.setRevision(target, Math.max(sessions.revision(slot), sessions.revision(target)));
        if (sessions.marked(slot)) {
            mark(target);
        }
        sessions.remove(slot);
    }

    /// A session has new rows or new bounds.
    private void changed(int slot) {
        if (sessions.end(slot) > time) {
            sessions.setState(slot, State.OPEN);
            deadlines.put(slot, sessions.end(slot));
        } else if (sessions.state(slot) != State.CHANGED) {
            sessions.setState(slot, State.CHANGED);
            changed.add(slot);
        }
    }

    /// Whether a session with this end takes no more rows.
    private boolean expired(long end) {
        return WindowGrid.saturatedAdd(end, aggregation.lateness()) <= time;
    }

    private void mark(int slot) {
        if (!sessions.marked(slot)) {
            sessions.setMarked(slot, true);
            early.add(slot);
        }
    }

    private void emitEarlyResults() {
        looked.clear();
        for (int i = 0; i < early.count(); i++) {
            int slot = early.at(i);
            // It may have fired since, or another one may have its slot: that one is marked again.
            if (sessions.marked(slot) && sessions.state(slot) == State.OPEN) {
                sessions.setMarked(slot, false);
                looked.add(slot);
            }
        }
        early.clear();
        looked.sortByEnd(sessions);
        emitRows(looked, 0, looked.count(), true);
    }

    private void remove(int slot) {
        int group = sessions.group(slot);
        sessions.remove(slot);
        idleIfEmpty(group);
    }

    private void idleIfEmpty(int group) {
        if (sessions.head(group) < 0) {
            idle.add(group);
        }
    }

    private void emitChanged() {
        if (changed.count() == 0) {
            return;
        }
        looked.clear();
        for (int i = 0; i < changed.count(); i++) {
            int slot = changed.at(i);
            // It may have been merged since, or have grown beyond the present.
            if (sessions.state(slot) == State.CHANGED) {
                sessions.setState(slot, State.FIRED);
                looked.add(slot);
            }
        }
        changed.clear();
        emit(looked);
    }

    /// Emits the sessions in order of their ends, and keeps those that take late rows.
    private void emit(SlotList list) {
        list.sortByEnd(sessions);
        emitRows(list, 0, list.count(), false);
        settle(list, 0, list.count());
    }

    private void settle(SlotList list, int first, int last) {
        for (int i = first; i < last; i++) {
            int slot = list.at(i);
            if (expired(sessions.end(slot))) {
                remove(slot);
            } else {
                sessions.setState(slot, State.FIRED);
                sessions.setMarked(slot, false);
                deadlines.put(slot, WindowGrid.saturatedAdd(sessions.end(slot), aggregation.lateness()));
            }
        }
    }

    private void emitRows(SlotList list, int first, int last, boolean early) {
        for (int from = first; from < last; from += CHUNK) {
            int to = Math.min(last, from + CHUNK);
            gather(list, from, to, early);
            emitter.emitEach(gathered, gathered.bounds());
            gathered.clear();
        }
    }

    private void gather(SlotList list, int from, int to, boolean early) {
        for (int i = from; i < to; i++) {
            int slot = list.at(i);
            RawMemory.copy(sessions.rows.touch(slot), gathered.add(sessions.group(slot)), rowBytes);
            gathered.combineStates(sessions.states, slot);
            int revision = early ? WindowEmitter.EARLY : sessions.revision(slot);
            gathered.bound(sessions.start(slot), sessions.end(slot), revision);
            if (!early) {
                sessions.setRevision(slot, sessions.revision(slot) + 1);
            }
        }
    }

    @Override
    public void writeTo(StateWriter out) {
        if (changed.count() > 0) {
            throw new IllegalStateException("changes of late rows that were not emitted: " + aggregation.name());
        }
        out.value("time", time);
        rows.writeTo(out);
        saved.write(out, rows.groups.groupCount());
    }

    @Override
    public void readFrom(StateReader in) {
        time = in.value("time");
        try (SavedGroups groups = rows.readFrom(in, account)) {
            sessions.ensureGroups(rows.groups.groupCount());
            saved.tell(in, "sessions that begin after " + aggregation.timeText(saved.read(in, groups)));
        }
    }

    @Override
    public void restored() {
        for (int slot = 0; slot < sessions.slotCount(); slot++) {
            long more = sessions.state(slot) == State.FIRED ? aggregation.lateness() : 0;
            deadlines.put(slot, WindowGrid.saturatedAdd(sessions.end(slot), more));
            if (early != null && sessions.marked(slot)) {
                early.add(slot);
            }
        }
        for (int group = 0; group < rows.groups.groupCount(); group++) {
            idleIfEmpty(group);
        }
        counters.panes.add(sessions.live() - counted);
        counted = sessions.live();
    }

    /// Folds the rows up to `position` that have their slots.
    private void fold(int position) {
        if (runFrom < position) {
            rows.select(active, runFrom, position);
            rows.foldInto(sessions.rows, slots);
            rows.foldInto(sessions.states, slots, sessions.slotCount());
            runFrom = position;
        }
    }
}
