package io.mullion.window;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.Turn;
import io.mullion.codegen.StateAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.memory.Scope;
import io.mullion.routine.RawMemory;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.SavedAccumulators;
import io.mullion.state.SavedGroups;
import io.mullion.state.VariableStates;

/// Aggregates all rows since the start by key, and hands on results whenever the time of the stream passes a multiple
/// of a period, and at the end of input.
///
/// *Thread*: the worker. *Ownership*: owns groups, rows and result batch.
public final class GlobalOperator implements Operator, WindowRows, Turn.Suspended, Stateful {
    private static final String TABLE = "totals";
    private static final Field GROUP = Field.of("group", DataType.INT32);
    private static final Field CHANGED = Field.of("changed", DataType.INT32);

    private final Aggregation aggregation;
    private final long every;
    private final boolean changedOnly;
    private final GroupedRows rows;
    private final Operator next;
    private final AccumulatorPages totals;
    private final SavedAccumulators accumulators;
    /// States of any size by group; null if there are none.
    private final VariableStates states;

    private final WindowEmitter emitter;

    /// Groups with rows since the last results, where only those are wanted: each once, and a byte by group.
    private final SlotList changed = new SlotList();

    private final OffHeapArray marks;
    private int markedGroups;

    private final GatheredRows gathered;
    private final int rowBytes;

    private long period = Long.MIN_VALUE;
    private int revision;
    private boolean any;
    private final MemoryAccount account;
    private final Turn turn;
    private long time = Long.MIN_VALUE;
    /// Whether results are on their way out.
    private boolean emitting;
    /// The changed groups before this one were gathered.
    private int gatheredTo;

    /// @param every the period, in the unit of the stream
    /// @param changedOnly whether groups without new rows are left out
    public GlobalOperator(
            Aggregation aggregation, long every, boolean changedOnly, OperatorContext context, Operator next) {
        this.aggregation = aggregation;
        this.every = every;
        this.changedOnly = changedOnly;
        this.next = next;
        this.turn = context.turn();
        Scope scope = context.scope();
        MemoryAccount account = context.account(aggregation.name());
        aggregation.addTo(context.states(), this);
        this.account = account;
        rows = new GroupedRows(aggregation, context, account, null);
        accumulators = aggregation.saved();
        totals = new AccumulatorPages(aggregation.accumulation().layout(), account);
        scope.own(totals::release);
        states = aggregation.states(account);
        if (states != null) {
            scope.own(states);
        }
        emitter = new WindowEmitter(aggregation, rows.groups, this::collect, context, account, next);
        marks = scope.own(new OffHeapArray(account));
        gathered = scope.own(new GatheredRows(aggregation.accumulation().layout(), null, account));
        rowBytes = aggregation.accumulation().layout().rowBytes();
    }

    @Override
    public void process(Batch batch, long active, int from, int to) {
        rows.use(batch);
        long groupIds = rows.lookUp(active, from, to);
        rows.foldInto(totals);
        rows.foldInto(states, groupIds, rows.groups.groupCount());
        any = true;
        if (changedOnly) {
            mark();
        }
    }

    @Override
    public void advance(long time) {
        long now = Math.floorDiv(time, every);
        // The first time there is passes nothing.
        boolean passed = now > period && (period != Long.MIN_VALUE || time == Long.MAX_VALUE);
        period = Math.max(period, now);
        this.time = time;
        if (passed && any) {
            begin();
        }
        if (!resume()) {
            turn.suspend(this);
        }
    }

    @Override
    public boolean resume() {
        if (emitting && !emit()) {
            return false;
        }
        next.advance(time);
        return true;
    }

    @Override
    public void flush() {
        // Results go out by time.
    }

    private void mark() {
        ensureMarks(rows.groups.groupCount());
        for (int i = 0; i < rows.count(); i++) {
            mark(rows.group(i));
        }
    }

    private void mark(int group) {
        if (RawMemory.getByte(marks.address() + group) == 0) {
            RawMemory.putByte(marks.address() + group, (byte) 1);
            changed.add(group);
        }
    }

    private void ensureMarks(int groups) {
        if (groups > markedGroups) {
            marks.ensure(groups);
            RawMemory.fill(marks.address() + markedGroups, marks.capacityBytes() - markedGroups, (byte) 0);
            markedGroups = (int) Math.min(Integer.MAX_VALUE, marks.capacityBytes());
        }
    }

    private void begin() {
        emitting = true;
        gatheredTo = 0;
        if (!changedOnly) {
            emitter.begin(this, 0, 0, revision);
        }
    }

    private boolean emit() {
        if (changedOnly ? !emitChanged() : !emitter.resume()) {
            return false;
        }
        emitting = false;
        revision++;
        return true;
    }

    private boolean emitChanged() {
        while (gatheredTo < changed.count()) {
            if (turn.spent()) {
                return false;
            }
            int from = gatheredTo;
            gatheredTo = Math.min(changed.count(), from + StateAddresses.ROWS_PER_PAGE);
            gather(from, gatheredTo);
            emitter.emit(gathered, 0, 0, revision);
            gathered.clear();
        }
        changed.clear();
        return true;
    }

    private void collect(int row, VariableStates into) {
        into.combine(0, states, changedOnly ? gathered.group(row) : row);
    }

    private void gather(int from, int to) {
        for (int i = from; i < to; i++) {
            int group = changed.at(i);
            RawMemory.putByte(marks.address() + group, (byte) 0);
            RawMemory.copy(totals.row(group), gathered.add(group), rowBytes);
        }
    }

    @Override
    public void writeTo(StateWriter out) {
        out.value("time", time);
        out.value("period", period);
        out.value("revision", revision);
        rows.writeTo(out);
        StateTable table = out.table(TABLE, new Schema(accumulators.behind(GROUP, CHANGED)));
        for (int group = 0; group < rows.groups.groupCount(); group++) {
            if (totals.has(group)) {
                accumulators.write(table, 2, totals.row(group), states, group);
                table.set(0, group).set(1, changed(group) ? 1 : 0).next();
            }
        }
    }

    @Override
    public void readFrom(StateReader in) {
        // The same for all workers; one that had no keys so far has had fewer results.
        time = in.value("time");
        period = in.value("period");
        revision = Math.max(revision, (int) in.value("revision"));
        try (SavedGroups saved = rows.readFrom(in, account)) {
            totals.ensureGroups(rows.groups.groupCount());
            ensureMarks(rows.groups.groupCount());
            for (StateReader.Table table : in.tables(TABLE)) {
                SavedAccumulators.Cells cells = accumulators.cells(table, GROUP, CHANGED);
                table.forEach(batch -> {
                    for (int row = 0; row < batch.readable().rowLimit; row++) {
                        int group = saved.group((int) batch.int64(0, row));
                        if (group < 0) {
                            continue;
                        }
                        any = true;
                        cells.read(batch, row, totals.touch(group), states, group);
                        if (batch.int64(1, row) != 0) {
                            mark(group);
                        }
                    }
                });
            }
        }
        accumulators.tell(in, "keys that come now");
    }

    private boolean changed(int group) {
        return changedOnly && RawMemory.getByte(marks.address() + group) != 0;
    }

    @Override
    public int pageCount() {
        return totals.pageCount();
    }

    @Override
    public long page(int page) {
        return totals.page(page);
    }

    @Override
    public int rowsIn(int page) {
        return totals.rowsIn(page);
    }

    @Override
    public long groups() {
        return 0;
    }
}
