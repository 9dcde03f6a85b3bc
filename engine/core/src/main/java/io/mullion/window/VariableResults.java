package io.mullion.window;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;
import io.mullion.state.VariableStates;

/// Puts the states of any size of result rows together and writes their results.
///
/// *Thread*: the worker. *Ownership*: owns the states it puts together.
final class VariableResults implements AutoCloseable {
    private final VariableStates scratch;
    private final WindowEmitter.RowStates states;
    private final int firstColumn;
    /// Row numbers of the result rows in their window.
    private final OffHeapArray rows;

    private final int[] ends;
    private Failure failure;

    VariableResults(
            VariableStates scratch,
            WindowEmitter.RowStates states,
            int firstColumn,
            int batchRows,
            MemoryAccount account) {
        this.scratch = scratch;
        this.states = states;
        this.firstColumn = firstColumn;
        ends = new int[scratch.columnCount()];
        rows = new OffHeapArray(account, (long) Integer.BYTES * batchRows);
    }

    /// The result rows of a batch follow.
    ///
    /// @param numbers address of their int32 row numbers
    void use(long numbers, int count) {
        RawMemory.copy(numbers, rows.address(), (long) Integer.BYTES * count);
    }

    /// Writes the results of up to `count` rows from `first` on. Values begin at the start of the data areas.
    ///
    /// @return how many: fewer than `count` if a data area is full, or the next row has no result; none if that is the
    /// first one, which [#failure] tells of then
    int write(ColumnAddresses out, int first, int count) {
        for (int column = 0; column < ends.length; column++) {
            ends[column] = 0;
            long offsets = out.address(firstColumn + column, ColumnAddresses.OFFSETS);
            if (offsets != 0) {
                RawMemory.putInt(offsets + 4L * first, 0);
            }
        }
        for (int i = 0; i < count; i++) {
            states.collect(RawMemory.getInt(rows.address() + 4L * (first + i)), scratch);
            boolean fits = fits(out);
            if (fits) {
                write(out, first + i);
            }
            scratch.clear(0);
            if (!fits) {
                return i;
            }
        }
        return count;
    }

    Failure failure() {
        return failure;
    }

    private boolean fits(ColumnAddresses out) {
        failure = scratch.results(0);
        for (int column = 0; column < ends.length && failure == null; column++) {
            long room = Math.min(out.limit(firstColumn + column, ColumnAddresses.DATA), Integer.MAX_VALUE);
            if (scratch.resultBytes(column) > room - ends[column]) {
                failure = Failure.VALUE_TOO_LARGE;
            }
        }
        return failure == null;
    }

    private void write(ColumnAddresses out, int row) {
        for (int column = 0; column < ends.length; column++) {
            int outColumn = firstColumn + column;
            scratch.write(column, out, outColumn, row, ends[column]);
            long offsets = out.address(outColumn, ColumnAddresses.OFFSETS);
            if (offsets != 0) {
                ends[column] += scratch.resultBytes(column);
                RawMemory.putInt(offsets + 4L * row + 4, ends[column]);
            }
        }
    }

    @Override
    public void close() {
        scratch.close();
        rows.close();
    }
}
