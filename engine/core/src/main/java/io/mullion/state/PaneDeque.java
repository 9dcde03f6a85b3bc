package io.mullion.state;

import io.mullion.codegen.AccumulatorLayout;
import io.mullion.memory.MemoryAccount;
import java.util.Arrays;

/// The live panes of a window operator, in order of time. Only panes with rows exist, so that a gap in time costs
/// nothing.
///
/// Retired pane objects are kept for reuse: in a steady state nothing is allocated. *Ownership*: owns its panes.
/// *Thread*: the worker.
public final class PaneDeque implements AutoCloseable {
    private final AccumulatorLayout layout;
    private final MemoryAccount account;
    private Pane[] ring = new Pane[16];
    private int first;
    private int count;
    private Pane[] spare = new Pane[16];
    private int spareCount;

    public PaneDeque(AccumulatorLayout layout, MemoryAccount account) {
        this.layout = layout;
        this.account = account;
    }

    public int count() {
        return count;
    }

    /// The pane at a position, oldest first.
    public Pane at(int position) {
        return ring[(first + position) & (ring.length - 1)];
    }

    /// Position of the first pane whose index is not below `index`; [#count] if there is none.
    public int lowerBound(long index) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (at(middle).index < index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The pane with this index, made if it is not there.
    public Pane obtain(long index) {
        // Rows mostly belong to the newest pane.
        if (count > 0 && at(count - 1).index == index) {
            return at(count - 1);
        }
        int position = lowerBound(index);
        if (position < count && at(position).index == index) {
            return at(position);
        }
        return insert(position, index);
    }

    /// Takes the oldest pane out and gives its rows back.
    public void retireFirst() {
        Pane pane = at(0);
        ring[first] = null;
        first = (first + 1) & (ring.length - 1);
        count--;
        pane.rows.release();
        keep(pane);
    }

    private Pane insert(int position, long index) {
        if (count == ring.length) {
            growRing();
        }
        Pane pane = spareCount > 0 ? spare[--spareCount] : new Pane(layout, account);
        pane.index = index;
        for (int i = count; i > position; i--) {
            set(i, at(i - 1));
        }
        set(position, pane);
        count++;
        return pane;
    }

    private void set(int position, Pane pane) {
        ring[(first + position) & (ring.length - 1)] = pane;
    }

    private void growRing() {
        Pane[] larger = new Pane[ring.length * 2];
        for (int i = 0; i < count; i++) {
            larger[i] = at(i);
        }
        ring = larger;
        first = 0;
    }

    private void keep(Pane pane) {
        if (spareCount == spare.length) {
            spare = Arrays.copyOf(spare, spare.length * 2);
        }
        spare[spareCount++] = pane;
    }

    @Override
    public void close() {
        while (count > 0) {
            retireFirst();
        }
    }
}
