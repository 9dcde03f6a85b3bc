package io.mullion.keyed;

import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Turn;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.state.StateCells;
import io.mullion.state.StateRows;

/// All keys with their states, every so often in the time of the stream.
///
/// *Thread*: the worker. *Ownership*: its batch belongs to the job.
public final class Snapshots {
    /// Who wants them.
    ///
    /// @param schema the columns of the key, then those of the state
    /// @param every in the unit of the stream
    /// @param fromStart whether time begins at 0, so that the first multiple counts; else the first time there is
    /// passes nothing
    /// @param next takes them
    public record Wanted(Schema schema, long every, boolean fromStart, Operator next) {}

    private static final int NOT_DUE = -1;

    private final Wanted wanted;
    private final KeyedGroups groups;
    private final StateRows states;
    private final StateCells cells;
    private final KeyedOutput output;
    private final Turn turn;
    private long period;
    /// The next group to hand on, while one is on its way out.
    private int nextGroup = NOT_DUE;

    Snapshots(
            Wanted wanted,
            KeyedColumns columns,
            KeyedGroups groups,
            StateRows states,
            OperatorContext context,
            MemoryAccount account) {
        this.wanted = wanted;
        this.groups = groups;
        this.states = states;
        cells = states.cells();
        output = new KeyedOutput(columns, wanted.schema(), 0, groups, context, account, wanted.next());
        turn = context.turn();
        period = wanted.fromStart() ? 0 : Long.MIN_VALUE;
    }

    /// Time has come to `time`.
    ///
    /// @return whether one is due, which [#run] or [#resume] hands on
    boolean begin(long time) {
        long now = Math.floorDiv(time, wanted.every());
        boolean passed = now > period && period != Long.MIN_VALUE && (time != Long.MAX_VALUE || !wanted.fromStart());
        period = Math.max(period, now);
        nextGroup = passed ? 0 : NOT_DUE;
        return passed;
    }

    /// @return whether all has been handed on; else the turn is spent
    boolean resume() {
        while (nextGroup != NOT_DUE) {
            if (turn.spent()) {
                return false;
            }
            step();
            turn.spend(1);
        }
        return true;
    }

    /// Hands on all, in the middle of a run of rows.
    void run() {
        while (nextGroup != NOT_DUE) {
            step();
        }
    }

    private void step() {
        if (nextGroup < groups.table.groupCount()) {
            if (states.has(nextGroup)) {
                output.add(states.show(nextGroup, cells), nextGroup, 0);
            }
            nextGroup++;
        } else {
            nextGroup = NOT_DUE;
            output.flush();
        }
    }

    /// @param number of those of the operator
    void writeTo(StateWriter out, int number) {
        out.value("snapshots every " + number, wanted.every());
        out.value("snapshot period " + number, period);
    }

    void readFrom(StateReader in, int number) {
        in.require("snapshots every " + number, Long.toString(wanted.every()));
        period = Math.max(period, in.value("snapshot period " + number));
    }

    void advance(long time) {
        wanted.next().advance(time);
    }
}
