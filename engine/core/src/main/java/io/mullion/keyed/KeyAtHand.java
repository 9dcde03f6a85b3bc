package io.mullion.keyed;

import io.mullion.batch.OperatorContext;
import io.mullion.ingest.RecordCodec;
import io.mullion.ingest.RecordDecoder;
import io.mullion.ingest.RecordEncoder;
import io.mullion.io.KeyedState;
import io.mullion.io.RowView;
import io.mullion.io.Timers;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.state.DueOrder;
import io.mullion.state.DueTimes;
import io.mullion.state.StateCells;
import io.mullion.state.StateRows;

/// State and timers of one key at a time, as a user's function sees them.
///
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
final class KeyAtHand<S> implements KeyedState<S>, Timers {
    private final KeyedGroups groups;
    private final OperatorContext context;
    final StateRows states;
    private final StateCells cells;
    private final RecordDecoder<S> decoder;
    private final RecordEncoder<S> encoder;
    final DueTimes timers;
    final DueTimes clockTimers;

    int group;
    long now;
    long streamTime = Long.MIN_VALUE;
    boolean timingOut;

    /// Where timers that are set now fire still, while timers fire; else null.
    DueOrder firing;

    /// Up to which time they fire.
    long firingTo;

    KeyAtHand(KeyedColumns columns, Class<S> type, KeyedGroups groups, OperatorContext context, MemoryAccount account) {
        this.groups = groups;
        this.context = context;
        states = context.scope().own(new StateRows(columns.state(), account));
        cells = states.cells();
        decoder = RecordCodec.decoder(type, columns.state());
        encoder = RecordCodec.encoder(type);
        timers = context.scope().own(new DueTimes(account));
        clockTimers = context.scope().own(new DueTimes(account));
    }

    /// Whether the key has to be remembered.
    boolean known() {
        return states.has(group) || timers.at(group) != DueTimes.NONE || clockTimers.at(group) != DueTimes.NONE;
    }

    @Override
    public RowView key() {
        return groups.key(group);
    }

    @Override
    public boolean exists() {
        return states.has(group);
    }

    @Override
    public S get() {
        return states.has(group) ? decoder.decode(states.show(group, cells)) : null;
    }

    @Override
    public void update(S state) {
        if (state == null || timingOut) {
            throw MullionException.misuse(
                    state == null
                            ? "a state is a record: remove() takes it away"
                            : "the key is timing out, and cannot have a new state");
        }
        states.put(group, encoder, state);
    }

    @Override
    public void remove() {
        states.remove(group);
    }

    @Override
    public boolean isTimingOut() {
        return timingOut;
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public long streamTime() {
        return streamTime;
    }

    @Override
    public void at(long time) {
        long due = Math.min(time, DueTimes.NONE - 1);
        timers.put(group, due);
        if (firing != null && due > now && due <= firingTo) {
            firing.add(due, group, KeyedOperator.TIMER);
        }
    }

    @Override
    public void cancel() {
        timers.put(group, DueTimes.NONE);
    }

    @Override
    public long clockNanos() {
        return context.nowNanos();
    }

    @Override
    public void atClock(long nanos) {
        clockTimers.put(group, Math.min(nanos, DueTimes.NONE - 1));
    }

    @Override
    public void cancelClock() {
        clockTimers.put(group, DueTimes.NONE);
    }
}
