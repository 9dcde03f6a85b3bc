package io.mullion.state;

import io.mullion.codegen.Accumulation;
import io.mullion.codegen.StateAddresses;
import io.mullion.memory.MemoryAccount;
import java.util.Arrays;
import java.util.function.Supplier;

/// The live panes of a window operator, in order of time. Only panes with rows exist, so that a gap in time costs
/// nothing.
///
/// Retired pane objects are kept for reuse: in a steady state nothing is allocated. *Ownership*: owns its panes.
/// *Thread*: the worker.
public final class PaneDeque implements AutoCloseable {
    /// So many groups take a dense pane in any case: their rows are one page.
    private static final int FEW_GROUPS = StateAddresses.ROWS_PER_PAGE;
    /// A dense pane pays where at least one of so many groups is in it: measured with one row for each group that is,
    /// from 4,096 groups to a million.
    private static final int SPARSE = 2;

    private final RowForm form;
    private final Supplier<VariableStates> states;
    private final MemoryAccount account;
    private final GroupLifetimes lifetimes;
    private final SlotOrder order;
    /// Groups in the pane that was last of those sealed, or -1.
    private int lastSealedGroups = -1;

    private long lastSealed = Long.MIN_VALUE;
    /// No pane before this one is open.
    private long firstOpen = Long.MAX_VALUE;
    /// Time has passed the panes before this one.
    private long passed = Long.MIN_VALUE;

    private Pane[] ring = new Pane[16];
    private int first;
    private int count;
    private Pane[] spare = new Pane[16];
    private int spareCount;

    public PaneDeque(Accumulation accumulation, MemoryAccount account) {
        this(new RowForm(accumulation), () -> null, account);
    }

    /// @param form of the rows of its panes
    /// @param states makes those of a pane, or null where accumulator rows are all there is
    public PaneDeque(RowForm form, Supplier<VariableStates> states, MemoryAccount account) {
        this.form = form;
        this.states = states;
        this.account = account;
        lifetimes = new GroupLifetimes(account);
        order = new SlotOrder(form, account);
    }

    /// The form of all rows.
    RowForm form() {
        return form;
    }

    /// No sum of any of the panes' rows, of one group, can be farther from 0.
    public long farthest() {
        long reach = 0;
        for (int i = 0; i < count; i++) {
            long sum = reach + form.farthest(at(i).rows);
            reach = sum < 0 ? Long.MAX_VALUE : sum;
        }
        return reach;
    }

    /// Which groups end when panes retire.
    public GroupLifetimes lifetimes() {
        return lifetimes;
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
    ///
    /// @param groupCount all group ids are below: with what the last sealed pane had, it decides on the pane's form
    public Pane obtain(long index, int groupCount) {
        // Rows mostly belong to the newest pane.
        if (count > 0 && at(count - 1).index == index) {
            return at(count - 1);
        }
        int position = lowerBound(index);
        if (position < count && at(position).index == index) {
            return at(position);
        }
        boolean late = index < passed;
        // What comes late is little, and must leave alone the groups that it does not have.
        return insert(position, index, late || sparse(lastSealedGroups, groupCount, groupCount), late);
    }

    /// The pane with this index that a checkpoint has, made if it is not there.
    ///
    /// @param groupCount all group ids are below
    /// @param groups that it had
    /// @param ofGroups there were so many then
    Pane restored(long index, int groupCount, long groups, long ofGroups) {
        int position = lowerBound(index);
        if (position < count && at(position).index == index) {
            return at(position);
        }
        return insert(position, index, sparse(groups, ofGroups, groupCount), false);
    }

    /// Seals the open panes before `index`: time has passed them.
    public void sealBefore(long index) {
        passed = Math.max(passed, index);
        if (firstOpen >= index) {
            return;
        }
        Pane newest = null;
        for (int i = lowerBound(firstOpen); i < count && at(i).index < index; i++) {
            if (!at(i).sealed()) {
                at(i).seal();
                newest = at(i);
            }
        }
        firstOpen = index;
        if (newest != null && newest.index >= lastSealed) {
            lastSealed = newest.index;
            lastSealedGroups = newest.countGroups();
        }
    }

    /// Whether a pane has rows of a group.
    public boolean mentions(int group) {
        return lifetimes.knows(group) || openPaneMentions(group, 0);
    }

    /// Whether an open pane, other than the oldest one, has rows of a group.
    boolean openPaneMentions(int group) {
        return openPaneMentions(group, 1);
    }

    private boolean openPaneMentions(int group, int from) {
        for (int i = count - 1; i >= from && at(i).index >= firstOpen; i--) {
            if (!at(i).sealed() && at(i).mentions(group)) {
                return true;
            }
        }
        return false;
    }

    /// Takes the oldest pane out and gives its rows back. Then [GroupLifetimes#ended] are the groups that were in no
    /// other pane.
    public void retireFirst() {
        Pane pane = at(0);
        if (!pane.sealed()) {
            pane.seal();
        }
        lifetimes.retiring(this);
        ring[first] = null;
        first = (first + 1) & (ring.length - 1);
        count--;
        pane.release();
        keep(pane);
    }

    private Pane insert(int position, long index, boolean compact, boolean late) {
        if (count == ring.length) {
            growRing();
        }
        Pane pane = spareCount > 0 ? spare[--spareCount] : new Pane(form, states.get(), account, lifetimes, order);
        pane.open(index, compact, late, compact && !late ? lastSealedGroups : 0);
        for (int i = count; i > position; i--) {
            set(i, at(i - 1));
        }
        set(position, pane);
        count++;
        firstOpen = Math.min(firstOpen, index);
        return pane;
    }

    /// Whether few of many groups are in a pane, if it has as large a part of them as `groups` is of `ofGroups`.
    private static boolean sparse(long groups, long ofGroups, int groupCount) {
        return groupCount > FEW_GROUPS && groups < ofGroups / SPARSE;
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
        for (int i = 0; i < spareCount; i++) {
            spare[i].close();
        }
        lifetimes.close();
        order.close();
    }
}
