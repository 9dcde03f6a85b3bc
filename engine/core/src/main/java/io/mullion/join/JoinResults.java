package io.mullion.join;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Selection;
import io.mullion.batch.Turn;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.spec.JoinKind;
import io.mullion.state.RowStore;
import java.util.List;

/// What a join hands on: pairs that are gathered until a batch of them is full and then asked for the condition, and
/// rows that come out by themselves.
///
/// A record that has met another is marked in its flags, where somebody asks for those that met none.
/// *Ownership*: borrows the records until [#handOnPairs] and [#handOnSingles] return. *Thread*: the worker.
final class JoinResults {
    /// The bit of the flags that says that a row has met another.
    static final int MATCHED = 1;

    private final JoinOperator.Terms terms;
    private final OperatorContext context;
    private final Turn turn;
    private final Operator next;
    private final RowStore left;
    private final RowStore right;
    private final boolean keepsLeft;
    private final boolean keepsRight;
    /// Whether pairs only say which left rows have met another.
    private final boolean leftOnly;

    private final JoinOutput pairs;
    private final JoinOutput singles;
    /// Null if there is none.
    private final RowPredicate condition;

    private final Selection holding;
    private final OffHeapArray pairLefts;
    private final OffHeapArray pairRights;
    private int pairCount;
    private final OffHeapArray singleLefts;
    private final OffHeapArray singleRights;
    private int singleCount;
    private int free;

    JoinResults(
            JoinOperator.Terms terms,
            RowStore left,
            RowStore right,
            OperatorContext context,
            MemoryAccount account,
            Operator next) {
        this.terms = terms;
        this.left = left;
        this.right = right;
        this.context = context;
        this.next = next;
        turn = context.turn();
        keepsLeft = terms.kind().keepsLeft();
        keepsRight = terms.kind().keepsRight();
        leftOnly = terms.kind().leftOnly();
        pairs = leftOnly && terms.condition() == null ? null : output(terms.columns(), terms.pair(), account);
        singles = leftOnly ? output(terms.results(), terms.result(), account) : pairs;
        condition =
                terms.condition() == null ? null : new RowPredicate(terms.name(), terms.condition(), context, account);
        holding = context.scope().own(new Selection(account, context.batchRows()));
        pairLefts = records(account);
        pairRights = records(account);
        singleLefts = records(account);
        singleRights = records(account);
    }

    private JoinOutput output(List<JoinColumn> columns, Schema schema, MemoryAccount account) {
        return new JoinOutput(
                columns.toArray(JoinColumn[]::new),
                left.cells(),
                right.cells(),
                terms.grid(),
                context.batch(schema, account));
    }

    private OffHeapArray records(MemoryAccount account) {
        return context.scope().own(new OffHeapArray(account, 8L * context.batchRows()));
    }

    /// Pairs that the turn is not charged for: as many as rows that came.
    void free(int pairs) {
        free = pairs;
    }

    /// Whether those have been handed on, and the turn is spent.
    boolean spent() {
        return free == 0 && turn.spent();
    }

    /// @return whether it was the last one of a batch, which was handed on
    boolean pair(long left, long right) {
        if (leftOnly) {
            if (matched(left)) {
                return false;
            }
            if (condition == null) {
                return match(left);
            }
        }
        RawMemory.putLong(pairLefts.address() + 8L * pairCount, left);
        RawMemory.putLong(pairRights.address() + 8L * pairCount, right);
        if (++pairCount < pairs.capacity()) {
            return false;
        }
        handOnPairs();
        return true;
    }

    static boolean matched(long record) {
        return (RawMemory.getInt(record + RowStore.FLAGS) & MATCHED) != 0;
    }

    /// A left row that only counts by itself has met another. It needs to meet no more.
    ///
    /// @return whether a batch was handed on
    private boolean match(long left) {
        mark(left);
        return terms.kind() == JoinKind.SEMI && single(left, 0);
    }

    private static void mark(long record) {
        RawMemory.putInt(record + RowStore.FLAGS, RawMemory.getInt(record + RowStore.FLAGS) | MATCHED);
    }

    void handOnPairs() {
        int done = 0;
        while (done < pairCount) {
            long lefts = pairLefts.address() + 8L * done;
            long rights = pairRights.address() + 8L * done;
            int written = pairs.write(lefts, rights, pairCount - done);
            if (condition == null) {
                markBoth(lefts, rights, written);
                next.process(pairs.batch(), 0, 0, written);
            } else {
                handOnHolding(lefts, rights, written);
            }
            done += written;
        }
        charge(pairCount);
        pairCount = 0;
    }

    private void charge(int results) {
        turn.spend(Math.max(0, results - free));
        free = Math.max(0, free - results);
    }

    private void markBoth(long lefts, long rights, int count) {
        for (int i = 0; i < count && keepsLeft; i++) {
            mark(RawMemory.getLong(lefts + 8L * i));
        }
        for (int i = 0; i < count && keepsRight; i++) {
            mark(RawMemory.getLong(rights + 8L * i));
        }
    }

    /// Hands on those of the pairs that were written for which the condition holds.
    private void handOnHolding(long lefts, long rights, int count) {
        long out = holding.address(count);
        Batch batch = pairs.batch();
        int held = condition.select(batch, 0, count, out);
        for (int i = 0; i < held; i++) {
            int row = RawMemory.getInt(out + 4L * i);
            long left = RawMemory.getLong(lefts + 8L * row);
            if (!leftOnly) {
                mark(left);
                mark(RawMemory.getLong(rights + 8L * row));
            } else if (!matched(left)) {
                match(left);
            }
        }
        if (held > 0 && !leftOnly) {
            next.process(batch, out, 0, held);
        }
    }

    /// A row, or one and nothing, comes out by itself.
    ///
    /// @return whether it was the last one of a batch, which was handed on
    boolean single(long left, long right) {
        RawMemory.putLong(singleLefts.address() + 8L * singleCount, left);
        RawMemory.putLong(singleRights.address() + 8L * singleCount, right);
        if (++singleCount < singles.capacity()) {
            return false;
        }
        charge(singleCount);
        handOnSingles();
        return true;
    }

    void handOnSingles() {
        for (int done = 0; done < singleCount; ) {
            int written = singles.write(
                    singleLefts.address() + 8L * done, singleRights.address() + 8L * done, singleCount - done);
            next.process(singles.batch(), 0, 0, written);
            done += written;
        }
        singleCount = 0;
    }
}
