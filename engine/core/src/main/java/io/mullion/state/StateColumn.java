package io.mullion.state;

import io.mullion.batch.Bitmap;
import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.VariableAggregate;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.Failure;
import io.mullion.routine.RawMemory;

/// The states of one aggregate by slot: values, one after another, as [ColumnValues] has them.
///
/// *Shape*: a cell of 48 bytes a slot: address of the values, their bytes, the room for them, their number, and two
/// words for the kind of state. What was met of nothing is all 0. *Ownership*: owns the cells; what they refer to is in
/// the arena. *Thread*: the worker.
abstract sealed class StateColumn permits ListStates, DistinctStates, ChosenStates, ObjectStates, ComponentStates {
    private static final int CELL_BYTES = 48;
    static final int VALUES = 0;
    static final int USED = 8;
    static final int ROOM = 16;
    static final int COUNT = 24;
    static final int FIFTH = 32;
    static final int SIXTH = 40;

    private static final int FIRST_ROOM = 32;
    /// Before the values of a saved cell.
    private static final int SAVED_HEADER = 16;

    final ColumnValues input;
    final StateArena arena;
    final Field result;
    private final OffHeapArray cells;
    private int slotCount;

    StateColumn(VariableAggregate aggregate, Schema rows, boolean canonical, StateArena arena, MemoryAccount account) {
        int column = rows.indexOf(aggregate.input());
        input = new ColumnValues(column, rows.field(column), canonical, account);
        result = aggregate.result();
        this.arena = arena;
        cells = new OffHeapArray(account);
    }

    static StateColumn of(VariableAggregate aggregate, Schema rows, StateArena arena, MemoryAccount account) {
        return switch (aggregate.function()) {
            case COLLECT_LIST -> new ListStates(aggregate, rows, arena, account);
            case COLLECT_SET, COUNT_DISTINCT, SUM_DISTINCT -> new DistinctStates(aggregate, rows, arena, account);
            case MIN, MAX, MIN_BY, MAX_BY, FIRST, LAST -> new ChosenStates(aggregate, rows, arena, account);
            case USER ->
                aggregate.user() instanceof RecordReduction<?> reduction
                        ? new RecordStates(aggregate, reduction, rows, arena, account)
                        : new ObjectStates(aggregate, rows, arena, account);
            default -> throw new IllegalArgumentException("of fixed size: " + aggregate);
        };
    }

    /// Takes the value of a row, which is not null unless [#takesNull].
    abstract void take(long cell, int row);

    /// Takes what the cell of another column of this aggregate has.
    abstract void combine(long cell, StateColumn other, long from);

    /// Makes the result of a cell; why there is none, or null.
    abstract Failure result(long cell);

    abstract int resultBytes();

    abstract void write(ColumnAddresses out, int column, int row, int end);

    /// Whether a row without a value may count.
    boolean takesNull(int row) {
        return false;
    }

    /// Whether another column has its states.
    boolean stateless() {
        return false;
    }

    void use(ColumnAddresses in) {
        input.use(in);
    }

    final void fold(ColumnAddresses in, long active, int from, int to, long slots) {
        if (stateless()) {
            return;
        }
        use(in);
        for (int position = from; position < to; position++) {
            int row = Selection.row(active, position);
            if (!input.isNull(row) || takesNull(row)) {
                take(cell(slots == 0 ? 0 : RawMemory.getInt(slots + 4L * row)), row);
            }
        }
    }

    final int slotCount() {
        return slotCount;
    }

    final void ensure(int slots) {
        if (slots > slotCount && !stateless()) {
            cells.ensure((long) CELL_BYTES * slots);
            int room = (int) Math.min(Integer.MAX_VALUE, cells.capacityBytes() / CELL_BYTES);
            RawMemory.fill(cell(slotCount), (long) CELL_BYTES * (room - slotCount), (byte) 0);
            slotCount = room;
        }
    }

    final long cell(int slot) {
        return cells.address() + (long) CELL_BYTES * slot;
    }

    /// Empties a cell.
    void clear(long cell) {
        if (RawMemory.getLong(cell + VALUES) != 0) {
            arena.give(RawMemory.getLong(cell + VALUES), RawMemory.getLong(cell + ROOM));
        }
        RawMemory.fill(cell, CELL_BYTES, (byte) 0);
    }

    /// Makes room for so many bytes of values in all, and keeps those that are there.
    final long ensureRoom(long cell, long bytes) {
        long room = RawMemory.getLong(cell + ROOM);
        long values = RawMemory.getLong(cell + VALUES);
        if (bytes <= room) {
            return values;
        }
        long more = StateArena.pieceBytes(Math.max(bytes, Math.max(FIRST_ROOM, room * 2)));
        long larger = arena.take(more);
        if (values != 0) {
            RawMemory.copy(values, larger, RawMemory.getLong(cell + USED));
            arena.give(values, room);
        }
        RawMemory.putLong(cell + VALUES, larger);
        RawMemory.putLong(cell + ROOM, more);
        return larger;
    }

    /// Adds a value behind the others.
    ///
    /// @param sized whether its length goes before it
    final void append(long cell, long address, int length, boolean sized) {
        long used = RawMemory.getLong(cell + USED);
        int header = sized ? Integer.BYTES : 0;
        long to = ensureRoom(cell, used + header + length) + used;
        if (sized) {
            RawMemory.putInt(to, length);
        }
        RawMemory.copy(address, to + header, length);
        RawMemory.putLong(cell + USED, used + header + length);
        RawMemory.putLong(cell + COUNT, RawMemory.getLong(cell + COUNT) + 1);
    }

    /// Bytes of what [#save] writes; 0 for a cell that has met nothing.
    int savedBytes(long cell) {
        return RawMemory.getLong(cell + COUNT) == 0
                ? 0
                : Math.toIntExact(SAVED_HEADER + RawMemory.getLong(cell + USED));
    }

    /// Writes the number, the word that values are chosen by, and the values.
    void save(long cell, long to) {
        if (RawMemory.getLong(cell + COUNT) != 0) {
            RawMemory.putLong(to, RawMemory.getLong(cell + COUNT));
            RawMemory.putLong(to + 8, chosenBy(cell));
            writeBytes(cell, to + SAVED_HEADER);
        }
    }

    /// Takes what [#save] wrote into an empty cell: as if it were that of another column.
    void load(long cell, long from, int bytes) {
        // Behind the last slot, where no rows are.
        long loaded = cell(slotCount - 1);
        RawMemory.fill(loaded, CELL_BYTES, (byte) 0);
        RawMemory.putLong(loaded + VALUES, from + SAVED_HEADER);
        RawMemory.putLong(loaded + USED, bytes - SAVED_HEADER);
        RawMemory.putLong(loaded + COUNT, RawMemory.getLong(from));
        RawMemory.putLong(loaded + FIFTH, RawMemory.getLong(from + 8));
        combine(cell, this, loaded);
        RawMemory.fill(loaded, CELL_BYTES, (byte) 0);
    }

    /// What the value of a cell was chosen by, where that is so.
    long chosenBy(long cell) {
        return 0;
    }

    static void writeBytes(long cell, long to) {
        long used = RawMemory.getLong(cell + USED);
        if (used > 0) {
            RawMemory.copy(RawMemory.getLong(cell + VALUES), to, used);
        }
    }

    final void writeNull(ColumnAddresses out, int column, int row) {
        Bitmap.put(out.address(column, ColumnAddresses.VALIDITY), row, false);
    }

    final void writeValid(ColumnAddresses out, int column, int row) {
        if (result.nullable()) {
            Bitmap.put(out.address(column, ColumnAddresses.VALIDITY), row, true);
        }
    }

    void release() {
        cells.close();
        slotCount = 0;
    }

    void close() {
        release();
        input.close();
    }
}
