package io.mullion.keyed;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.Turn;
import io.mullion.ingest.RecordCodec;
import io.mullion.ingest.RecordDecoder;
import io.mullion.ingest.RecordEncoder;
import io.mullion.io.UpdateFunction;
import io.mullion.memory.MemoryAccount;
import io.mullion.spec.MullionException;
import io.mullion.state.SavedGroups;
import io.mullion.state.SavedStates;
import io.mullion.state.StateCells;
import io.mullion.state.StateRows;

/// Calls a function of the user's for every known key at the end of every batch interval, with the rows that the key
/// had in it, and hands on all states.
///
/// Time is that of a stream on batch time: it begins at 0, and is advanced once at the end of each interval, behind the
/// rows of that interval; what is handed on before the advance belongs to the same interval.
/// *Order*: groups in order of their ids. *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
public final class UpdateOperator<R, S> implements Operator, Turn.Suspended, Stateful {
    private static final int DONE = -1;
    private static final String FUNCTION = "function";
    private static final String STATE = "state";

    private final KeyedColumns columns;
    private final UpdateFunction<R, S> function;
    private final KeyedGroups groups;
    private final StateRows states;
    private final StateCells cells;
    private final RecordDecoder<S> decoder;
    private final RecordEncoder<S> encoder;
    private final BatchValues<R> values;
    private final KeyedOutput output;
    private final Operator next;
    private final Turn turn;
    private final MemoryAccount account;
    private final SavedStates saved;
    /// Whether a part of a checkpoint has been read.
    private boolean restoring;

    /// The end of the last interval that has ended, or ends: that of the groups that are updated.
    private long time;
    /// The next group to update.
    private int group = DONE;
    /// Groups that lost their state, and are marked.
    private int removed;

    /// @param columns without a time column, and with a batch interval
    public UpdateOperator(
            KeyedColumns columns,
            KeyedTypes<R, S, S> types,
            UpdateFunction<R, S> function,
            OperatorContext context,
            Operator next) {
        this.columns = columns;
        this.function = function;
        this.next = next;
        turn = context.turn();
        MemoryAccount account = context.account(columns.name());
        this.account = account;
        context.states().add("updated state", this);
        saved = new SavedStates("states", "state", columns.state());
        groups = new KeyedGroups(columns, context, account);
        states = context.scope().own(new StateRows(columns.state(), account));
        cells = states.cells();
        decoder = RecordCodec.decoder(types.state(), columns.state());
        encoder = RecordCodec.encoder(types.state());
        values = new BatchValues<>(types, columns.rows(), context, account);
        output = new KeyedOutput(columns, columns.out(), columns.firstKey(), groups, context, account, next);
        types.enterInitial(columns, groups, states, context);
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        long groupIds = groups.lookUp(batch, active, from, to);
        int count = groups.table.groupCount();
        states.ensure(count);
        values.ensureGroups(count);
        values.add(batch, active, from, to, groupIds);
    }

    @Override
    public void advance(long time) {
        this.time = time;
        // Time 0 is the start of the first interval, and the end of none.
        if (time > 0) {
            group = 0;
        }
        if (!resume()) {
            turn.suspend(this);
        }
    }

    @Override
    public boolean resume() {
        if (group != DONE && !update()) {
            return false;
        }
        next.advance(time);
        return true;
    }

    private boolean update() {
        // No group is made here, and only those that were updated are freed.
        int count = groups.table.groupCount();
        for (int near = group; group < count; group++) {
            if (turn.spent()) {
                return false;
            }
            if (group == near) {
                near = Math.min(count, group + BatchValues.TOUCHED);
                values.touch(group, near);
            }
            boolean any = values.of(group);
            boolean known = states.show(group, cells).exists();
            if (any || known) {
                update(known);
                turn.spend(1);
            }
        }
        output.flush();
        free(count);
        values.clear(groups.table.groupCount());
        group = DONE;
        return true;
    }

    /// Updates the group that the cells stand on.
    private void update(boolean known) {
        S state;
        try {
            state = function.update(values, known ? decoder.decode(cells) : null, time);
            if (state != null) {
                encoder.encode(state, states.toWrite(cells));
                states.end(group, cells);
            }
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw failed(e);
        }
        if (state == null) {
            states.remove(group);
            states.mark(group);
            removed++;
        } else {
            output.add(cells, group, time);
        }
    }

    /// Gives the ids of the keys back that were removed.
    private void free(int count) {
        for (int freed = 0; removed > 0 && freed < count; freed++) {
            if (states.marked(freed)) {
                states.unmark(freed);
                groups.table.free(freed);
                removed--;
            }
        }
        states.trim(groups.table.groupCount());
    }

    @Override
    public void flush() {
        // What goes out goes out when an interval ends.
    }

    @Override
    public void writeTo(StateWriter out) {
        out.text(FUNCTION, columns.name());
        out.text(STATE, columns.state().toString());
        groups.writeTo(out);
        saved.write(out, states, groups.table.groupCount());
        values.writeTo(out);
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(FUNCTION, columns.name());
        in.require(STATE, columns.state().toString());
        if (!restoring) {
            restoring = true;
            // What was there from the start has become what was saved.
            groups.clear(states);
        }
        try (SavedGroups keys = groups.readFrom(in)) {
            states.ensure(groups.table.groupCount());
            values.ensureGroups(groups.table.groupCount());
            saved.read(in, account, (key, state) -> {
                int to = keys.group(key);
                if (to >= 0) {
                    states.put(to, state);
                }
            });
            values.readFrom(in, keys);
        }
    }

    private MullionException failed(Throwable cause) {
        if (cause instanceof MullionException known && known.reason() == MullionException.Reason.OUT_OF_MEMORY) {
            return known;
        }
        return new MullionException(
                MullionException.Reason.USER_CODE,
                "function failed in " + columns.name() + ": " + cause + ", key=" + groups.keyText(group)
                        + ", batch time=" + time,
                cause);
    }
}
