package io.mullion.keyed;

import io.mullion.batch.OperatorContext;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Timetable;
import io.mullion.ingest.RecordCodec;
import io.mullion.io.KeyedState;
import io.mullion.io.RowView;
import io.mullion.io.Timers;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.state.DueOrder;
import io.mullion.state.DueTimes;
import io.mullion.state.SavedGroups;
import io.mullion.state.SavedStates;
import io.mullion.state.SavedTimes;
import io.mullion.state.StateCells;
import io.mullion.state.StateRows;

/// State and timers of one key at a time, as a user's function sees them.
///
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
abstract class KeyAtHand<S> implements KeyedState<S>, Timers {
    private static final String STREAM_TIME = "stream time";
    private static final String TIMERS = "timers";
    private static final String CLOCK_TIMERS = "clock timers";

    private final KeyedGroups groups;
    private final Timetable clock;
    private final SavedStates saved;
    private final MemoryAccount account;
    final StateRows states;
    /// Stands on the state of the key.
    final StateCells cells;
    final DueTimes timers;
    final DueTimes clockTimers;

    private int group;
    long now;
    long streamTime = Long.MIN_VALUE;
    boolean timingOut;

    /// Where timers that are set now fire still, while timers fire; else null.
    DueOrder firing;

    /// Up to which time they fire.
    long firingTo;

    KeyAtHand(KeyedColumns columns, KeyedGroups groups, OperatorContext context, MemoryAccount account) {
        this.groups = groups;
        this.account = account;
        saved = new SavedStates("states", "state", columns.state());
        clock = context.site().timetable();
        states = context.scope().own(new StateRows(columns.state(), account));
        cells = states.cells();
        timers = context.scope().own(new DueTimes(account));
        clockTimers = context.scope().own(new DueTimes(account));
    }

    static <S> KeyAtHand<S> of(
            KeyedColumns columns, Class<S> type, KeyedGroups groups, OperatorContext context, MemoryAccount account) {
        return OwnProfile.copy(
                StateCalls.class,
                columns,
                RecordCodec.decoder(type, columns.state()),
                RecordCodec.encoder(type),
                groups,
                context,
                account);
    }

    /// The states and the timers of all keys.
    final void writeTo(StateWriter out) {
        int limit = groups.table.groupCount();
        out.value(STREAM_TIME, streamTime);
        saved.write(out, states, limit);
        SavedTimes.write(out, TIMERS, timers, limit);
        SavedTimes.write(out, CLOCK_TIMERS, clockTimers, limit);
    }

    /// @param first whether nothing has been read before
    final void readFrom(StateReader in, SavedGroups keys, boolean first) {
        long time = in.value(STREAM_TIME);
        streamTime = first ? time : Math.min(streamTime, time);
        states.ensure(groups.table.groupCount());
        saved.read(in, account, (key, state) -> {
            int to = keys.group(key);
            if (to >= 0) {
                states.put(to, state);
            }
        });
        SavedTimes.read(in, TIMERS, timers, keys);
        SavedTimes.read(in, CLOCK_TIMERS, clockTimers, keys);
    }

    /// Takes up a key, for which there is room among the states.
    final void moveTo(int group) {
        this.group = group;
        states.show(group, cells);
    }

    final int group() {
        return group;
    }

    /// Whether the key has to be remembered.
    final boolean known() {
        return states.has(group) || timers.at(group) != DueTimes.NONE || clockTimers.at(group) != DueTimes.NONE;
    }

    @Override
    public final RowView key() {
        return groups.key(group);
    }

    @Override
    public final boolean exists() {
        return cells.exists();
    }

    static MullionException notUpdated(boolean nothing) {
        return MullionException.misuse(
                nothing
                        ? "a state is a record: remove() takes it away"
                        : "the key is timing out, and cannot have a new state");
    }

    @Override
    public final void remove() {
        states.remove(group);
    }

    @Override
    public final boolean isTimingOut() {
        return timingOut;
    }

    @Override
    public final long now() {
        return now;
    }

    @Override
    public final long streamTime() {
        return streamTime;
    }

    @Override
    public final void at(long time) {
        long due = Math.min(time, DueTimes.NONE - 1);
        timers.put(group, due);
        if (firing != null && due > now && due <= firingTo) {
            firing.add(due, group, KeyedOperator.TIMER);
        }
    }

    @Override
    public final void cancel() {
        timers.put(group, DueTimes.NONE);
    }

    @Override
    public final long clockNanos() {
        return clock.nowNanos();
    }

    @Override
    public final void atClock(long nanos) {
        clockTimers.put(group, Math.min(nanos, DueTimes.NONE - 1));
    }

    @Override
    public final void cancelClock() {
        clockTimers.put(group, DueTimes.NONE);
    }
}
