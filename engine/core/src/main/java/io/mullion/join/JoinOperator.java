package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.Turn;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.Keys;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import io.mullion.spec.JoinKind;
import io.mullion.state.GroupTable;
import io.mullion.state.RowChains;
import io.mullion.state.RowStore;
import io.mullion.state.SavedGroups;
import io.mullion.state.SavedRecords;
import io.mullion.window.MergedTime;
import io.mullion.window.WindowGrid;
import java.util.Arrays;
import java.util.List;

/// Brings the rows of two streams together: those of equal keys whose times lie near each other, or in one window.
///
/// A row that comes is looked up among the rows of its group on the other side, and then kept for those to come, until
/// time has passed the last one that it could meet. What has met goes out at once, in batches; a row that met none, as
/// far as those are asked for, when it leaves. Whether rows meet is asked first by group and time, which is a walk
/// along the ring of the group, then, where there is a further predicate, by its kernel over a batch of pairs.
///
/// The time of the join is the least of the times of its sides; what it hands on lags behind by as much as a result may
/// be older than the row that brings it.
/// A checkpoint has the rows of both sides and their times.
/// *Thread*: the worker. *Ownership*: what it holds belongs to the job's scope.
public final class JoinOperator implements Turn.Suspended, Stateful {
    static final int LEFT = 0;
    static final int RIGHT = 1;
    private static final int LEAVING = 2;
    /// The tables of their rows in a checkpoint.
    private static final String[] SIDES = {"left", "right"};

    /// With fewer groups rows that meet are in the cache, or nearly so.
    private static final int CACHED_GROUPS = 1 << 13;

    /// What the right rows are.
    public enum Right {
        /// Each of them may meet a left row.
        ROWS,
        /// Only the one of its group that has come last does, and a left row asks for it when it comes.
        LATEST,
        /// Only the one that was the last at the time of the left row does, which waits until that is known.
        AS_OF,
        /// All of its group that are there when the left row comes do, and none that come later.
        GIVEN
    }

    /// What a join is.
    ///
    /// @param conditions in words, all of them: state that other ones have left is of no use
    /// @param least the least that the time of the left row is after that of the right one; the least int64: open
    /// @param most the most that it is; the greatest int64: open
    /// @param grid whose windows rows have to be in together, or null
    /// @param columns of a pair
    /// @param pair the schema of a pair
    /// @param results of what comes out: those of a pair, or only left ones
    /// @param result the schema of what comes out
    /// @param condition what else has to hold for a pair, or null
    /// @param lag by which results may be older than the time of the join
    /// @param greatestTime whether the side that has come furthest says what time it is
    public record Terms(
            String name,
            String conditions,
            JoinKind kind,
            long least,
            long most,
            WindowGrid grid,
            List<JoinColumn> columns,
            Schema pair,
            List<JoinColumn> results,
            Schema result,
            Compiled<FilterKernel> condition,
            long lag,
            Right right,
            boolean greatestTime) {}

    private final Terms terms;
    private final Distance distance;
    /// By which the groups are told; null if there is no equality.
    private final Keys keys;
    private final OperatorContext context;
    private final MemoryAccount account;
    private final Turn turn;
    private final Operator next;
    private final GroupTable groups;
    private final RowChains chains;
    private final JoinSide[] sides;
    private final boolean[] kept;
    private final JoinResults results;
    private final LastRows lastRows;
    /// Slots of rows that leave at the end of what is being done, by side.
    private final int[][] leaving = {new int[64], new int[64]};

    private final int[] leavingCounts = new int[2];
    private final int[] due;

    private final MergedTime times;
    private long time = Long.MIN_VALUE;
    /// What time was handed on.
    private long handedOn = Long.MIN_VALUE;
    /// The side whose rows leave next.
    private int expiring = RIGHT + 1;
    /// Rows that came and have not met all that they can.
    private final WaitingRows waiting = new WaitingRows();
    /// The slot that the first of them meets next, -1 if it has met none.
    private int nextMet = -1;

    private boolean suspended;

    private long countedRows;
    private long touched;

    private JoinOperator(Terms terms, JoinInput left, JoinInput right, OperatorContext context, Operator next) {
        this.terms = terms;
        distance = new Distance(terms.least(), terms.most());
        this.context = context;
        turn = context.turn();
        this.next = next;
        times = new MergedTime(2, terms.greatestTime());
        kept = new boolean[] {terms.kind().keepsLeft(), terms.kind().keepsRight()};
        account = context.account(terms.name());
        keys = left.keys();
        context.states().add("join", this);
        groups = context.scope().own(GroupTable.of(keys, account));
        sides = new JoinSide[] {
            new JoinSide(left, groups, terms.grid(), kept[LEFT], context, account),
            new JoinSide(right, groups, terms.grid(), kept[RIGHT], context, account)
        };
        chains = context.scope().own(new RowChains(sides[LEFT].rows, sides[RIGHT].rows, account));
        lastRows = new LastRows(chains, sides[RIGHT].rows);
        results = new JoinResults(terms, sides[LEFT].rows, sides[RIGHT].rows, context, account, next);
        due = new int[Math.max(context.batchRows(), RowStore.PAGE_ROWS)];
    }

    /// The operators that take the rows of the left and of the right side.
    public static List<Operator> of(
            Terms terms, JoinInput left, JoinInput right, OperatorContext context, Operator next) {
        if (terms.right() == Right.LATEST) {
            return TableJoin.of(terms, left, right, context, next);
        }
        JoinOperator join = new JoinOperator(terms, left, right, context, next);
        return List.of(join.new Entrance(LEFT), join.new Entrance(RIGHT));
    }

    /// The operator that takes the rows of the left side of a join with a table that is given.
    public static Operator of(
            Terms terms, JoinInput left, JoinInput right, GivenTable table, OperatorContext context, Operator next) {
        return new GivenJoin(terms, left, right, table, context, next);
    }

    @Override
    public void writeTo(StateWriter out) {
        out.text("conditions", terms.conditions());
        times.writeTo(out);
        SavedGroups.write(out, groups, keys, context.batchDataBytes());
        chains.ensure(groups.groupCount());
        for (int side = LEFT; side <= RIGHT; side++) {
            RowStore rows = sides[side].rows;
            SavedRecords.write(out, SIDES[side], rows, chains, side, groups.groupCount(), account);
        }
    }

    @Override
    public void readFrom(StateReader in) {
        in.require("conditions", terms.conditions());
        times.readFrom(in);
        if (keys == null && !in.owns(0)) {
            return;
        }
        try (SavedGroups of = SavedGroups.read(in, groups, keys, account)) {
            chains.ensure(groups.groupCount());
            for (int side = LEFT; side <= RIGHT; side++) {
                SavedRecords.read(in, SIDES[side], sides[side].rows, chains, side, of, account);
            }
        }
    }

    @Override
    public void restored() {
        time = times.time();
        handedOn = behind();
        for (int side = LEFT; side <= RIGHT; side++) {
            sides[side].restored(times.time(side));
        }
        countRows();
    }

    private void process(int side, Batch batch, long active, int from, int to) {
        JoinSide entering = sides[side];
        entering.enter(batch, active, from, to, time);
        chains.ensure(groups.groupCount());
        int count = entering.entryCount();
        results.free(count);
        boolean waits = waiting.any();
        for (int entry = 0; entry < count; entry++) {
            if (entry % RowChains.TOUCHED == 0 && groups.groupCount() > CACHED_GROUPS) {
                touched += chains.touch(entering.groups() + 4L * entry, Math.min(RowChains.TOUCHED, count - entry));
            }
            int slot = entering.slot(entry);
            if (waiting.any() || results.spent() || !place(side, slot, entering.record(entry))) {
                waiting.add(side, slot);
            }
        }
        if (!waiting.any()) {
            settle();
        } else if (!waits) {
            suspend();
        }
    }

    /// What rows have met goes out, and those that nobody can meet any more leave.
    private void settle() {
        results.handOnPairs();
        letGo();
        countRows();
    }

    /// Has a row meet others, and keeps it for those to come.
    ///
    /// @return false if it has more to meet, but the turn is spent
    private boolean place(int side, int slot, long record) {
        int group = RawMemory.getInt(record + RowStore.GROUP);
        if (group < 0) {
            leave(side, slot, record);
        } else if (terms.right() != Right.ROWS) {
            chains.link(side, group, slot);
            if (side == RIGHT) {
                replace(group);
            }
        } else if (!meet(side, record, group)) {
            return false;
        } else {
            chains.link(side, group, slot);
            if (RawMemory.getLong(record + RowStore.TIME) < distance.expiry(side, time)) {
                leave(side, slot, record);
            }
        }
        return true;
    }

    /// Of the right rows of a group that are no later than what has been answered, all but the last leave.
    private void replace(int group) {
        RowStore rows = sides[RIGHT].rows;
        long last = lastRows.upTo(group, time);
        int first = chains.oldest(RIGHT, group);
        int slot = first;
        do {
            long other = rows.at(slot);
            if (other != last && RawMemory.getLong(other + RowStore.TIME) <= time) {
                leave(RIGHT, slot, other);
            }
            slot = RawMemory.getInt(other + RowStore.NEXT);
        } while (slot != first);
    }

    /// Finds the rows of the other side that a row meets, from where it was left when the turn was spent.
    private boolean meet(int side, long record, int group) {
        int first = chains.oldest(1 - side, group);
        if (first < 0) {
            return true;
        }
        long at = RawMemory.getLong(record + RowStore.TIME);
        long from = distance.from(side, at);
        long to = distance.to(side, at);
        RowStore others = sides[1 - side].rows;
        int slot = nextMet < 0 ? first : nextMet;
        nextMet = -1;
        do {
            long other = others.at(slot);
            slot = RawMemory.getInt(other + RowStore.NEXT);
            long otherTime = RawMemory.getLong(other + RowStore.TIME);
            if (otherTime >= from && otherTime <= to) {
                boolean handedOn = side == LEFT ? results.pair(record, other) : results.pair(other, record);
                if (handedOn && turn.spent() && slot != first) {
                    nextMet = slot;
                    return false;
                }
            }
        } while (slot != first);
        return true;
    }

    /// A row leaves when what is being done is done.
    private void leave(int side, int slot, long record) {
        int flags = RawMemory.getInt(record + RowStore.FLAGS);
        if ((flags & LEAVING) != 0) {
            return;
        }
        RawMemory.putInt(record + RowStore.FLAGS, flags | LEAVING);
        if (leavingCounts[side] == leaving[side].length) {
            leaving[side] = Arrays.copyOf(leaving[side], leavingCounts[side] * 2);
        }
        leaving[side][leavingCounts[side]++] = slot;
    }

    /// What is leaving comes out, if that is asked for and it has met none, and is forgotten.
    private void letGo() {
        for (int side = LEFT; side <= RIGHT; side++) {
            if (kept[side]) {
                comeOut(side);
            }
        }
        results.handOnSingles();
        for (int side = LEFT; side <= RIGHT; side++) {
            forget(side, leaving[side], leavingCounts[side]);
            leavingCounts[side] = 0;
        }
        chains.trim(groups.groupCount());
    }

    private void comeOut(int side) {
        for (int i = 0; i < leavingCounts[side]; i++) {
            long record = sides[side].rows.at(leaving[side][i]);
            if (!JoinResults.matched(record)) {
                results.single(side == LEFT ? record : 0, side == LEFT ? 0 : record);
            }
        }
    }

    private void forget(int side, int[] slots, int count) {
        RowStore rows = sides[side].rows;
        for (int done = 0; done < count; done += RowChains.TOUCHED) {
            int end = Math.min(count, done + RowChains.TOUCHED);
            if (groups.groupCount() > CACHED_GROUPS) {
                touched += chains.touch(side, slots, done, end);
            }
            for (int i = done; i < end; i++) {
                forget(side, slots[i]);
            }
        }
    }

    private void forget(int side, int slot) {
        RowStore rows = sides[side].rows;
        int group = RawMemory.getInt(rows.at(slot) + RowStore.GROUP);
        if (group >= 0) {
            chains.unlink(side, slot);
            if (chains.empty(group)) {
                groups.free(group);
            }
        }
        rows.remove(slot);
    }

    private void advance(int side, long to) {
        sides[side].advance(to);
        follow(times.advance(side, to));
    }

    private void follow(boolean advanced) {
        if (advanced) {
            time = times.time();
            expiring = LEFT;
            if (!suspended && !resume()) {
                suspend();
            }
        }
    }

    private void suspend() {
        suspended = true;
        turn.suspend(this);
    }

    @Override
    public boolean resume() {
        suspended = !placeWaiting() || !letTimePass();
        return !suspended;
    }

    /// @return whether all rows that came have met what they can
    private boolean placeWaiting() {
        if (!waiting.any()) {
            return true;
        }
        results.free(0);
        for (; waiting.any(); waiting.done()) {
            int slot = waiting.slot();
            if (results.spent() || !place(waiting.side(), slot, sides[waiting.side()].rows.at(slot))) {
                return false;
            }
        }
        settle();
        return true;
    }

    /// @return whether all rows whose time has passed have left
    private boolean letTimePass() {
        for (; expiring <= RIGHT; expiring++) {
            RowStore rows = sides[expiring].rows;
            long before = distance.expiry(expiring, time);
            while (before > Long.MIN_VALUE) {
                if (turn.spent()) {
                    return false;
                }
                int count = rows.expired(before, due);
                if (count == 0) {
                    break;
                }
                expire(count);
                turn.spend(count);
            }
        }
        countRows();
        if (behind() > handedOn) {
            handedOn = behind();
            next.advance(handedOn);
        }
        return true;
    }

    /// What time it is for who takes the results.
    private long behind() {
        return time == Long.MAX_VALUE ? time : Distance.before(time, terms.lag());
    }

    /// The rows that are due leave.
    private void expire(int count) {
        boolean answers = terms.right() == Right.AS_OF && expiring == LEFT;
        if (!answers && !kept[expiring]) {
            forget(expiring, due, count);
            chains.trim(groups.groupCount());
            return;
        }
        RowStore rows = sides[expiring].rows;
        for (int i = 0; i < count; i++) {
            long record = rows.at(due[i]);
            if (answers) {
                answer(record);
            }
            leave(expiring, due[i], record);
        }
        results.handOnPairs();
        letGo();
    }

    /// A left row whose time has passed meets the right row of that time.
    private void answer(long left) {
        int group = RawMemory.getInt(left + RowStore.GROUP);
        if (group >= 0) {
            long right = lastRows.upTo(group, RawMemory.getLong(left + RowStore.TIME));
            if (right != 0) {
                results.pair(left, right);
            }
        }
    }

    private void countRows() {
        long count = (long) sides[LEFT].rows.rowCount() + sides[RIGHT].rows.rowCount();
        context.counters().rowsKept.add(count - countedRows);
        countedRows = count;
    }

    private final class Entrance implements Operator {
        private final int side;

        Entrance(int side) {
            this.side = side;
        }

        @Override
        public void process(Batch batch, long active, int from, int to) {
            JoinOperator.this.process(side, batch, active, from, to);
        }

        @Override
        public void advance(long time) {
            JoinOperator.this.advance(side, time);
        }

        @Override
        public boolean exactAtWatermark() {
            return next.exactAtWatermark();
        }

        /// What waits here to come out does so with the time of the other side, or at the end.
        @Override
        public void idle(boolean idle) {
            follow(times.idle(side, idle));
        }

        @Override
        public void flush() {
            sides[side].flush();
            next.flush();
        }
    }
}
