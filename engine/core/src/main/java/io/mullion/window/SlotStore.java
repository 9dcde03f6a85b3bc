package io.mullion.window;

import io.mullion.codegen.AccumulatorLayout;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.VariableStates;

/// The sessions that are held: for each its bounds, its group and its accumulator row, by slot, and the sessions of
/// each group as a chain, the one that was touched last at its head.
///
/// *Shape*: ends lie apart, side by side: they are all that most rows ask of their session, and all that is looked at
/// when time advances. The rest of a slot is a cell of 32 bytes.
/// *Ownership*: owns its memory. *Thread*: the worker.
final class SlotStore implements AutoCloseable {
    /// What has become of one.
    enum State {
        /// The slot is free.
        FREE,
        /// Its end has not come.
        OPEN,
        /// Its result is out, and it takes late rows still.
        FIRED,
        /// Its end has passed, and it has rows that no result has.
        CHANGED
    }

    /// Slots whose ends are looked at together ([#leastEnd]).
    static final int BLOCK = 16;

    private static final int CELL_BYTES = 32;
    private static final int START = 0;
    private static final int GROUP = 8;
    /// The next session of the group, or of the free slots.
    private static final int CHAIN = 12;

    private static final int REVISION = 16;
    private static final int STATE = 20;
    private static final int MARKED = 24;

    private static final State[] STATES = State.values();
    private static final int NONE = -1;

    /// Accumulator rows by slot.
    final AccumulatorPages rows;

    /// States of any size by slot; null if there are none.
    final VariableStates states;

    private final OffHeapArray cells;
    /// By slot, in whole blocks: the greatest int64 where it is free.
    private final OffHeapArray ends;
    /// By group: slot + 1 of the head of its chain, negated if that is not all of the chain, or 0.
    private final OffHeapArray heads;

    private int headCount;
    private int slotCount;
    private int free = NONE;
    private int live;

    /// @param states of the slots, or null
    SlotStore(AccumulatorLayout layout, VariableStates states, MemoryAccount account) {
        this.states = states;
        rows = new AccumulatorPages(layout, account);
        cells = new OffHeapArray(account, 64L * CELL_BYTES);
        ends = new OffHeapArray(account);
        heads = new OffHeapArray(account, 64L * Integer.BYTES);
    }

    /// Makes room for the chains of groups below `groupCount`.
    void ensureGroups(int groupCount) {
        if (groupCount > headCount) {
            heads.ensure((long) Integer.BYTES * groupCount);
            long from = heads.address() + (long) Integer.BYTES * headCount;
            RawMemory.fill(from, (long) Integer.BYTES * (groupCount - headCount), (byte) 0);
            headCount = groupCount;
        }
    }

    /// Slots given out: all slots are below.
    int slotCount() {
        return slotCount;
    }

    /// Slots in use.
    int live() {
        return live;
    }

    /// Address of the heads of chains by group, for loops over rows: slot + 1 of the only session, 0 or less if there
    /// is none or there are several.
    long heads() {
        return heads.address();
    }

    /// Address of the ends by slot, for loops over rows.
    long ends() {
        return ends.address();
    }

    /// The least end of a block of slots, of which the free ones have the greatest int64.
    ///
    /// @param ends their address
    static long leastEnd(long ends, int block) {
        long from = ends + 8L * BLOCK * block;
        long even = Long.MAX_VALUE;
        long odd = Long.MAX_VALUE;
        for (int i = 0; i < BLOCK; i += 2) {
            even = Math.min(even, RawMemory.getLong(from + 8L * i));
            odd = Math.min(odd, RawMemory.getLong(from + 8L * i + 8));
        }
        return Math.min(even, odd);
    }

    /// The session of a group that was touched last, or -1.
    int head(int group) {
        return Math.abs(RawMemory.getInt(heads.address() + (long) Integer.BYTES * group)) - 1;
    }

    /// The next session of the same group, or -1.
    int chained(int slot) {
        return getInt(slot, CHAIN);
    }

    /// A new session, open and with the identity for its row.
    int add(int group, long start, long end) {
        int slot = free;
        if (slot == NONE) {
            slot = slotCount++;
            cells.ensure((long) CELL_BYTES * slotCount);
            rows.ensureGroups(slotCount);
            ensureEnds();
        } else {
            free = getInt(slot, CHAIN);
        }
        setBounds(slot, start, end);
        putInt(slot, GROUP, group);
        putInt(slot, CHAIN, head(group));
        putInt(slot, REVISION, 0);
        putInt(slot, MARKED, 0);
        setState(slot, State.OPEN);
        setHead(group, slot);
        live++;
        return slot;
    }

    private void ensureEnds() {
        long before = ends.capacityBytes();
        if (8L * slotCount > before) {
            ends.ensure(Math.max(8L * BLOCK, before * 2));
            for (long at = before; at < ends.capacityBytes(); at += 8) {
                RawMemory.putLong(ends.address() + at, Long.MAX_VALUE);
            }
        }
    }

    /// Takes a session out of its chain and frees its slot.
    void remove(int slot) {
        live--;
        unchain(slot);
        rows.reset(slot);
        if (states != null) {
            states.clear(slot);
        }
        setState(slot, State.FREE);
        putEnd(slot, Long.MAX_VALUE);
        putInt(slot, CHAIN, free);
        free = slot;
    }

    /// Puts a session at the head of its chain.
    void toHead(int slot) {
        int group = group(slot);
        if (head(group) != slot) {
            unchain(slot);
            putInt(slot, CHAIN, head(group));
            setHead(group, slot);
        }
    }

    long start(int slot) {
        return RawMemory.getLong(cell(slot) + START);
    }

    long end(int slot) {
        return RawMemory.getLong(ends.address() + 8L * slot);
    }

    void setBounds(int slot, long start, long end) {
        RawMemory.putLong(cell(slot) + START, start);
        putEnd(slot, end);
    }

    private void putEnd(int slot, long end) {
        RawMemory.putLong(ends.address() + 8L * slot, end);
    }

    int group(int slot) {
        return getInt(slot, GROUP);
    }

    /// Results that have gone out.
    int revision(int slot) {
        return getInt(slot, REVISION);
    }

    void setRevision(int slot, int revision) {
        putInt(slot, REVISION, revision);
    }

    State state(int slot) {
        return STATES[getInt(slot, STATE)];
    }

    void setState(int slot, State state) {
        putInt(slot, STATE, state.ordinal());
    }

    /// Whether it has rows that no early result has.
    boolean marked(int slot) {
        return getInt(slot, MARKED) != 0;
    }

    void setMarked(int slot, boolean marked) {
        putInt(slot, MARKED, marked ? 1 : 0);
    }

    @Override
    public void close() {
        rows.release();
        if (states != null) {
            states.close();
        }
        cells.close();
        ends.close();
        heads.close();
    }

    private void unchain(int slot) {
        int group = group(slot);
        int after = chained(slot);
        int at = head(group);
        if (at == slot) {
            setHead(group, after);
            return;
        }
        while (chained(at) != slot) {
            at = chained(at);
        }
        putInt(at, CHAIN, after);
        setHead(group, head(group));
    }

    /// Puts a slot whose chain is known, or none, at the head.
    private void setHead(int group, int slot) {
        int head = slot == NONE || chained(slot) == NONE ? slot + 1 : -slot - 1;
        RawMemory.putInt(heads.address() + (long) Integer.BYTES * group, head);
    }

    private long cell(int slot) {
        return cells.address() + (long) CELL_BYTES * slot;
    }

    private int getInt(int slot, int field) {
        return RawMemory.getInt(cell(slot) + field);
    }

    private void putInt(int slot, int field, int value) {
        RawMemory.putInt(cell(slot) + field, value);
    }
}
