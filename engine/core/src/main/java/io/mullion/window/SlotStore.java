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
/// *Shape*: a slot is a cell of 64 bytes, so that what a row asks of its session is one line of the cache.
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

    private static final int CELL_BYTES = 64;
    private static final int START = 0;
    private static final int END = 8;
    private static final int BUCKET = 16;
    private static final int GROUP = 24;
    /// The next session of the group, or of the free slots.
    private static final int CHAIN = 28;

    private static final int NEXT = 32;
    private static final int PREVIOUS = 36;
    private static final int REVISION = 40;
    private static final int STATE = 44;
    private static final int SCHEDULED = 48;
    private static final int MARKED = 52;

    private static final State[] STATES = State.values();
    private static final int NONE = -1;

    /// Accumulator rows by slot.
    final AccumulatorPages rows;

    /// States of any size by slot; null if there are none.
    final VariableStates states;

    private final OffHeapArray cells;
    /// By group: slot + 1 of the head of its chain, or 0.
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

    /// Address of the heads of chains by group, slot + 1 or 0, for loops over rows.
    long heads() {
        return heads.address();
    }

    /// Address of the cells, for loops over rows.
    long cells() {
        return cells.address();
    }

    static long startOf(long cells, int slot) {
        return RawMemory.getLong(cells + (long) CELL_BYTES * slot + START);
    }

    static long endOf(long cells, int slot) {
        return RawMemory.getLong(cells + (long) CELL_BYTES * slot + END);
    }

    static void putEnd(long cells, int slot, long end) {
        RawMemory.putLong(cells + (long) CELL_BYTES * slot + END, end);
    }

    /// The session of a group that was touched last, or -1.
    int head(int group) {
        return RawMemory.getInt(heads.address() + (long) Integer.BYTES * group) - 1;
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
        } else {
            free = getInt(slot, CHAIN);
        }
        setBounds(slot, start, end);
        putInt(slot, GROUP, group);
        putInt(slot, CHAIN, head(group));
        putInt(slot, REVISION, 0);
        putInt(slot, SCHEDULED, 0);
        putInt(slot, MARKED, 0);
        setState(slot, State.OPEN);
        setHead(group, slot);
        live++;
        return slot;
    }

    /// Takes a session out of its chain and frees its slot. It must not be scheduled.
    void remove(int slot) {
        live--;
        unchain(slot);
        rows.reset(slot);
        if (states != null) {
            states.clear(slot);
        }
        setState(slot, State.FREE);
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
        return startOf(cells.address(), slot);
    }

    long end(int slot) {
        return endOf(cells.address(), slot);
    }

    void setBounds(int slot, long start, long end) {
        RawMemory.putLong(cell(slot) + START, start);
        RawMemory.putLong(cell(slot) + END, end);
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

    boolean scheduled(int slot) {
        return getInt(slot, SCHEDULED) != 0;
    }

    void setScheduled(int slot, boolean scheduled) {
        putInt(slot, SCHEDULED, scheduled ? 1 : 0);
    }

    long bucket(int slot) {
        return RawMemory.getLong(cell(slot) + BUCKET);
    }

    void setBucket(int slot, long bucket) {
        RawMemory.putLong(cell(slot) + BUCKET, bucket);
    }

    int next(int slot) {
        return getInt(slot, NEXT);
    }

    void setNext(int slot, int next) {
        putInt(slot, NEXT, next);
    }

    int previous(int slot) {
        return getInt(slot, PREVIOUS);
    }

    void setPrevious(int slot, int previous) {
        putInt(slot, PREVIOUS, previous);
    }

    @Override
    public void close() {
        rows.release();
        if (states != null) {
            states.close();
        }
        cells.close();
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
    }

    private void setHead(int group, int slot) {
        RawMemory.putInt(heads.address() + (long) Integer.BYTES * group, slot + 1);
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
