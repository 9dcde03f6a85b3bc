package io.mullion.codegen;

import io.mullion.routine.RawMemory;
import java.util.Arrays;
import java.util.List;

/// The accumulators of one group: lanes of 8 bytes side by side in a row.
///
/// *Shape*: lane 0 tells whether the group is there: it counts input rows, all of them if an aggregate asks for their
/// number, and else at least one. So combined lanes are 0 just where no pane has a row, and stay so when panes are
/// retracted. Rows are padded to 2, 4 or 8 lanes, then to multiples of 8, so that vectors and rows fit each other;
/// padding adds 0 to 0. *Thread*: immutable.
public final class AccumulatorLayout {
    /// How a lane takes a value, and another lane of its kind.
    enum Op {
        /// int64, wrapping.
        ADD(0),
        /// float64.
        ADD_FLOAT(0),
        /// int64, signed.
        MIN(Long.MAX_VALUE),
        /// int64, signed.
        MAX(Long.MIN_VALUE),
        BIT_AND(-1),
        BIT_OR(0),
        BIT_XOR(0),
        /// Of [CompoundOps], with the next two lanes.
        VARIANCE("Variance"),
        LEAST_BY("LeastBy"),
        GREATEST_BY("GreatestBy"),
        LATEST_BY("LatestBy"),
        LEAST_DECIMAL("LeastDecimal"),
        GREATEST_DECIMAL("GreatestDecimal"),
        /// A lane of a compound accumulator that is not its first.
        REST(0),
        /// A word of a user's aggregate, which generated loops leave alone.
        USER(0);

        final long identity;
        /// What is behind `fold` and `combine` in the names of [CompoundOps]; null if a lane is folded by itself.
        final String compound;

        Op(long identity) {
            this.identity = identity;
            this.compound = null;
        }

        Op(String compound) {
            this.identity = 0;
            this.compound = compound;
        }
    }

    static final int LANE_BYTES = 8;

    private final List<Op> ops;
    private final long[] identity;

    /// @param used the ops of the lanes in use; padding is added here
    AccumulatorLayout(List<Op> used) {
        Op[] padded = used.toArray(new Op[paddedLanes(used.size())]);
        Arrays.fill(padded, used.size(), padded.length, Op.ADD);
        ops = List.of(padded);
        identity = new long[padded.length];
        for (int lane = 0; lane < padded.length; lane++) {
            identity[lane] = padded[lane].identity;
        }
    }

    public int rowBytes() {
        return ops.size() * LANE_BYTES;
    }

    /// Lanes of a row, with padding.
    public int laneCount() {
        return ops.size();
    }

    /// What each lane holds before the first row. A copy.
    public long[] identity() {
        return identity.clone();
    }

    /// Whether a row can be taken out of another one again without loss: if all lanes are integer sums. Of users'
    /// aggregates it is not known here.
    public boolean retractable() {
        for (Op op : ops) {
            if (op != Op.ADD && op != Op.USER) {
                return false;
            }
        }
        return true;
    }

    /// Writes the identity to `rows` rows side by side.
    public void fillIdentity(long address, int rows) {
        if (rows == 0) {
            return;
        }
        long at = address;
        for (long lane : identity) {
            RawMemory.putLong(at, lane);
            at += LANE_BYTES;
        }
        // What is there is doubled.
        long bytes = (long) rows * rowBytes();
        for (long done = rowBytes(); done < bytes; done *= 2) {
            RawMemory.copy(address, address + done, Math.min(done, bytes - done));
        }
    }

    /// Whether some lanes are updated together, or by the user's code, lane by lane and not as vectors.
    boolean compound() {
        return ops.contains(Op.REST) || ops.contains(Op.USER);
    }

    List<Op> ops() {
        return ops;
    }

    /// What code over rows of this layout depends on.
    ShapeKey addOps(ShapeKey key) {
        for (Op op : ops) {
            key.fact(op);
        }
        return key.end();
    }

    private static int paddedLanes(int used) {
        if (used <= 2) {
            return 2;
        }
        return used <= 4 ? 4 : (used + 7) / 8 * 8;
    }
}
