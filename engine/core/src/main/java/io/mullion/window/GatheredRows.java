package io.mullion.window;

import io.mullion.codegen.AccumulatorLayout;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.VariableStates;

/// Accumulator rows of some groups, side by side in the order in which they were added, for results to be made of.
///
/// *Ownership*: owns its memory; [#clear] gives the rows back and leaves the object ready for use again. *Thread*: the
/// worker.
final class GatheredRows implements WindowRows, WindowEmitter.RowStates, AutoCloseable {
    private final AccumulatorPages rows;
    /// By row; null if there are none.
    private final VariableStates states;
    private final OffHeapArray groups;
    private final OffHeapArray bounds;
    private int count;

    /// @param states for the rows, or null
    GatheredRows(AccumulatorLayout layout, VariableStates states, MemoryAccount account) {
        this(new AccumulatorPages(layout, account), states, account);
    }

    /// @param rows empty; taken
    GatheredRows(AccumulatorPages rows, VariableStates states, MemoryAccount account) {
        this.states = states;
        this.rows = rows;
        groups = new OffHeapArray(account);
        bounds = new OffHeapArray(account);
    }

    /// Adds a row of a group.
    ///
    /// @return its address; it holds the identity
    long add(int group) {
        int row = count++;
        groups.ensure(4L * count);
        RawMemory.putInt(groups.address() + 4L * row, group);
        rows.ensureGroups(count);
        return rows.touch(row);
    }

    /// Says which window the row that was added last is of, and which of its results.
    void bound(long start, long end, int revision) {
        bounds.ensure(WindowEmitter.BOUNDS_BYTES * count);
        long of = bounds.address() + WindowEmitter.BOUNDS_BYTES * (count - 1);
        RawMemory.putLong(of, start);
        RawMemory.putLong(of + 8, end);
        RawMemory.putLong(of + 16, revision);
    }

    /// Adds states of any size to those of the row that was added last.
    void combineStates(VariableStates others, int slot) {
        if (states != null) {
            states.combine(count - 1, others, slot);
        }
    }

    @Override
    public void collect(int row, VariableStates into) {
        into.combine(0, states, row);
    }

    int count() {
        return count;
    }

    int group(int row) {
        return RawMemory.getInt(groups.address() + 4L * row);
    }

    /// Address of what was said with [#bound], by row number, as [WindowEmitter#emitEach] takes it.
    long bounds() {
        return bounds.address();
    }

    void clear() {
        rows.release();
        if (states != null) {
            states.release();
        }
        count = 0;
    }

    @Override
    public int pageCount() {
        return rows.pageCount();
    }

    @Override
    public long page(int page) {
        return rows.page(page);
    }

    @Override
    public int rowsIn(int page) {
        return rows.rowsIn(page);
    }

    @Override
    public long groups() {
        return groups.address();
    }

    @Override
    public void close() {
        clear();
        if (states != null) {
            states.close();
        }
        groups.close();
        bounds.close();
    }
}
