package io.mullion.keyed;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Selection;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.expr.Schema;
import io.mullion.ingest.RecordColumns;
import io.mullion.ingest.RecordDecoder;
import io.mullion.io.RowView;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import io.mullion.state.SavedGroups;
import io.mullion.state.SavedStates;
import io.mullion.state.StateCells;
import io.mullion.state.StateRows;
import io.mullion.state.Touch;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// The rows of a batch interval by key, in the order of their arrival: of each row the columns that the user's function
/// asks for, copied, for the batches that rows come in go round before the interval ends.
///
/// *Shape*: the rows of a group are a chain. *Thread*: the worker. *Ownership*: what it holds belongs to the job's
/// scope. It is the iterable, and the only iterator, of the group it was moved to.
final class BatchValues<R> implements Iterable<R>, Iterator<R> {
    private static final int NONE = -1;
    /// The first and the last row of a group.
    private static final long CHAIN_BYTES = 8;

    /// Groups whose rows are touched at once.
    static final int TOUCHED = 512;

    private static final int SHRINK = 4;

    private final RecordDecoder<R> decoder;
    private final StateRows kept;
    private final StateCells shown;
    private final SavedStates saved;
    private final MemoryAccount account;
    /// Of the batch, by column of what is kept.
    private final int[] columns;

    /// By row: the next one of its group.
    private final OffHeapArray nexts;

    private final OffHeapArray chains;
    /// Of rows that are touched.
    private final OffHeapArray addresses;

    private int chainCount;
    private int count;
    private int first = NONE;
    private int next = NONE;
    /// Means nothing.
    private long touched;

    BatchValues(KeyedTypes<R, ?, ?> types, Schema rows, OperatorContext context, MemoryAccount account) {
        Schema wanted = types.row() == RowView.class ? rows : RecordColumns.columns(types.row(), rows);
        columns = new int[wanted.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = rows.indexOf(wanted.field(i).name());
        }
        this.account = account;
        saved = new SavedStates("rows", "row", wanted);
        decoder = types.rowDecoder(wanted);
        kept = context.scope().own(new StateRows(wanted, account));
        shown = kept.cells();
        nexts = context.scope().own(new OffHeapArray(account));
        chains = context.scope().own(new OffHeapArray(account));
        addresses = context.scope().own(new OffHeapArray(account));
    }

    /// All groups are below `groups`.
    void ensureGroups(int groups) {
        if (groups > chainCount) {
            chains.ensure(CHAIN_BYTES * groups);
            RawMemory.fill(
                    chains.address() + CHAIN_BYTES * chainCount, CHAIN_BYTES * (groups - chainCount), (byte) NONE);
            chainCount = groups;
        }
    }

    /// Adds the active rows [from, to), as [Operator#process] has them, to their groups.
    ///
    /// @param groupIds address of int32 groups by row number
    void add(Batch batch, long active, int from, int to, long groupIds) {
        int first = reserve(to - from);
        kept.putAll(first, batch, columns, active, from, to);
        for (int position = from; position < to; position++) {
            int group = RawMemory.getInt(groupIds + 4L * Selection.row(active, position));
            touched += RawMemory.getLong(chains.address() + CHAIN_BYTES * group);
        }
        for (int position = from; position < to; position++) {
            link(first + position - from, RawMemory.getInt(groupIds + 4L * Selection.row(active, position)));
        }
    }

    private void add(StateCells row, int group) {
        int number = reserve(1);
        kept.put(number, row);
        link(number, group);
    }

    /// Makes room for so many more rows.
    ///
    /// @return the number of the first of them
    private int reserve(int more) {
        if (count > Integer.MAX_VALUE - more) {
            throw new MullionException(
                    MullionException.Reason.OUT_OF_MEMORY, "more rows in a batch interval than there are int32");
        }
        int first = count;
        kept.ensure(count + more);
        nexts.ensure(4L * (count + more));
        count += more;
        return first;
    }

    /// Puts a row behind those of its group.
    private void link(int number, int group) {
        setNext(number, NONE);
        long chain = chains.address() + CHAIN_BYTES * group;
        int last = RawMemory.getInt(chain + 4);
        if (last == NONE) {
            RawMemory.putInt(chain, number);
        } else {
            setNext(last, number);
        }
        RawMemory.putInt(chain + 4, number);
    }

    /// Loads the first rows of some groups, [#TOUCHED] at most, which [#of] will move to.
    void touch(int group, int end) {
        addresses.ensure(8L * TOUCHED);
        int found = 0;
        for (int of = group; of < Math.min(end, chainCount); of++) {
            int row = RawMemory.getInt(chains.address() + CHAIN_BYTES * of);
            if (row != NONE) {
                RawMemory.putLong(addresses.address() + 8L * found++, kept.address(row));
            }
        }
        touched += Touch.all(addresses.address(), found);
    }

    void writeTo(StateWriter out) {
        saved.begin(out);
        for (int group = 0; group < chainCount; group++) {
            int row = RawMemory.getInt(chains.address() + CHAIN_BYTES * group);
            for (; row != NONE; row = RawMemory.getInt(nexts.address() + 4L * row)) {
                saved.add(group, kept.show(row, shown));
            }
        }
    }

    /// There is room for all groups.
    void readFrom(StateReader in, SavedGroups keys) {
        saved.read(in, account, (key, row) -> {
            int group = keys.group(key);
            if (group >= 0) {
                add(row, group);
            }
        });
    }

    /// Moves to the rows of a group, whose chain is undone.
    ///
    /// @return whether there are any
    boolean of(int group) {
        if (group >= chainCount) {
            first = NONE;
        } else {
            long chain = chains.address() + CHAIN_BYTES * group;
            first = RawMemory.getInt(chain);
            RawMemory.putLong(chain, NONE);
        }
        next = first;
        return first != NONE;
    }

    /// The interval has ended, and all chains are undone: forgets the rows.
    void clear(int groups) {
        kept.clear(count);
        count = 0;
        first = NONE;
        next = NONE;
        if (chainCount > SHRINK * Math.max(groups, 64)) {
            chains.close();
            chainCount = 0;
        }
    }

    @Override
    public Iterator<R> iterator() {
        next = first;
        return this;
    }

    @Override
    public boolean hasNext() {
        return next != NONE;
    }

    @Override
    public R next() {
        if (next == NONE) {
            throw new NoSuchElementException("the key has no more rows in this batch");
        }
        kept.show(next, shown);
        next = RawMemory.getInt(nexts.address() + 4L * next);
        return decoder.decode(shown);
    }

    private void setNext(int row, int to) {
        RawMemory.putInt(nexts.address() + 4L * row, to);
    }
}
