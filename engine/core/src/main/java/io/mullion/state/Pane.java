package io.mullion.state;

import io.mullion.codegen.CombineKernel;
import io.mullion.codegen.StateAddresses;
import io.mullion.memory.MemoryAccount;
import java.util.Arrays;

/// The partial aggregates of one stretch of time, the unit from which windows are assembled.
///
/// A pane has one of two forms, chosen when it is made. A *dense* pane keeps its accumulator rows by group id. A
/// *compact* one, for few of many groups, gives each group that it meets the next of its own slots and keeps rows by
/// slot, so that memory and merging follow the groups it has, not those there are.
/// *Thread*: the worker. *Ownership*: owns its rows and slots.
public final class Pane {
    /// Number of the stretch: pane p covers [p, p + 1) times the pane size, shifted by the phase of the window offset.
    public long index;

    /// Accumulator rows: by group id where the pane is dense, by slot where it is compact.
    public final AccumulatorPages rows;

    /// Further rows, for each of those who assemble windows.
    private AccumulatorPages[] beside = {};

    /// States of any size, numbered as [#rows]; null if there are none.
    public final VariableStates states;

    /// The checkpoint that has the pane as it is; 0 if none has.
    long savedIn;

    /// Groups that it had then.
    int savedGroups;

    private final RowForm form;
    private final MemoryAccount account;
    private final LocalSlots slots;
    private final GroupLifetimes lifetimes;
    private final SlotOrder order;
    private boolean compact;
    /// Whether it was made for rows that came late: there are few.
    private boolean late;

    private boolean sealed;
    /// Whether it has what a checkpoint had of it, and nothing since: its groups are noted already.
    private boolean asRestored;

    Pane(RowForm form, VariableStates states, MemoryAccount account, GroupLifetimes lifetimes, SlotOrder order) {
        this.states = states;
        this.form = form;
        this.account = account;
        this.lifetimes = lifetimes;
        this.order = order;
        rows = form.rows(account);
        slots = new LocalSlots(account);
    }

    /// Makes an empty pane of it.
    ///
    /// @param late whether time has passed it
    /// @param groups that it may well have
    void open(long index, boolean compact, boolean late, int groups) {
        this.index = index;
        slots.expect(groups);
        this.late = late;
        this.compact = compact;
        sealed = false;
        asRestored = false;
        savedIn = 0;
    }

    /// Whether rows are numbered by slot and not by group id.
    public boolean compact() {
        return compact;
    }

    /// The slots of the active rows' groups, with room for their accumulator rows in [#rows]: what an accumulate kernel
    /// takes for group ids. Right for a sealed pane, too, which then looks up slowly the first time.
    ///
    /// *Shape*: `active`, `from` and `to` as in [io.mullion.codegen.KeyKernel].
    ///
    /// @param groupIds address of int32 group ids by row number; 0 where there is one group
    /// @param groupCount all group ids are below
    /// @param into address of as many int32, written if slots are not group ids
    /// @return `groupIds` or `into`
    public long slots(long groupIds, int groupCount, long active, int from, int to, long into) {
        savedIn = 0;
        asRestored = false;
        if (sealed && groupIds != 0) {
            lifetimes.late(groupIds, active, from, to, index);
        }
        if (!compact) {
            rows.ensureGroups(groupCount);
            return groupIds;
        }
        if (groupIds == 0) {
            slots.meetOnly();
            rows.ensureGroups(1);
            return 0;
        }
        slots.translate(groupIds, active, from, to, into);
        rows.ensureGroups(slots.count());
        return into;
    }

    /// Slots below which all rows are: of a compact pane exactly those of its groups.
    public int slotCount() {
        return compact ? slots.count() : rows.capacity();
    }

    /// Address of int32 group ids by slot; 0 if slots are group ids.
    public long groups() {
        return compact ? slots.groups() : 0;
    }

    /// All groups of a compact pane are below.
    int groupLimit() {
        return slots.groupLimit();
    }

    public int groupOf(int slot) {
        return compact ? slots.groupOf(slot) : slot;
    }

    /// The slot of a group, or -1 if the pane never met it. A dense pane has a slot for any group.
    public int slotOf(int group) {
        return compact ? slots.slotOf(group) : group;
    }

    /// Address of a group's row, or 0 if there is none. A row may be there though the group has no rows in the pane.
    public long rowOf(int group) {
        int slot = slotOf(group);
        return slot < 0 ? 0 : rows.row(slot);
    }

    /// Further rows, numbered as [#rows], for one of those who assemble windows of this pane.
    ///
    /// @param assembler its number
    public AccumulatorPages beside(int assembler) {
        while (beside.length <= assembler) {
            beside = Arrays.copyOf(beside, beside.length + 1);
            beside[beside.length - 1] = form.rows(account);
        }
        return beside[assembler];
    }

    /// Address of a group's row in [#beside], which is made if need be; 0 if the pane never met the group.
    public long besideRow(int assembler, int group) {
        int slot = slotOf(group);
        if (slot < 0) {
            return 0;
        }
        AccumulatorPages rows = beside(assembler);
        rows.ensureGroups(slot + 1);
        return rows.touch(slot);
    }

    /// Makes room for groups that a checkpoint has and the pane has not met: there is no need to look for them.
    ///
    /// @param groups their ids in [from, to), or -1 for none; their slots in the end
    /// @param groupCount all group ids are below
    /// @param notes takes note of them
    void restore(int[] groups, int from, int to, int groupCount, GroupLifetimes notes) {
        asRestored = true;
        notes.restored(groups, from, to, groupCount, index);
        if (compact) {
            slots.append(groups, from, to);
        }
        rows.ensureGroups(compact ? slots.count() : groupCount);
    }

    /// Whether the pane has rows of a group, or, if it is compact, had some that a predicate refused.
    boolean mentions(int group) {
        return compact ? slots.slotOf(group) >= 0 : rows.has(group);
    }

    /// Merges the pane into rows by group id: with a combine kernel it is added, with a retract kernel taken out.
    public void mergeInto(AccumulatorPages target, CombineKernel kernel) {
        for (int page = 0; page < rowPages(); page++) {
            mergePageInto(page, target, kernel);
        }
    }

    /// Pages of rows.
    public int rowPages() {
        return compact ? slots.count() + StateAddresses.PAGE_MASK >>> StateAddresses.PAGE_SHIFT : rows.pageCount();
    }

    /// Merges one of its [#rowPages] as [#mergeInto] does.
    public void mergePageInto(int page, AccumulatorPages target, CombineKernel kernel) {
        if (compact) {
            target.ensureGroups(slots.groupLimit());
            target.mergeScattered(slots.groups(), slots.count(), rows, page, null, kernel);
        } else {
            target.mergePage(rows, page, kernel);
        }
    }

    /// Adds the rows of a pane that lies within this one.
    ///
    /// @param groupCount all group ids are below
    public void add(Pane other, int groupCount, CombineKernel kernel) {
        savedIn = 0;
        asRestored = false;
        if (!compact) {
            rows.ensureGroups(groupCount);
            other.mergeInto(rows, kernel);
            return;
        }
        int slotCount = other.slotCount();
        for (int slot = 0; slot < slotCount; slot++) {
            if (other.rows.has(slot)) {
                int own = slots.meet(other.groupOf(slot));
                rows.ensureGroups(slots.count());
                kernel.combine(rows.touch(own), other.rows.row(slot), 1);
            }
        }
    }

    /// Pages that [#addPageKeeping] and [#scatterPage] go through.
    public int keptPages(AccumulatorPages byGroup, AccumulatorPages before) {
        return compact ? rowPages() : Math.max(rows.pageCount(), Math.max(byGroup.pageCount(), before.pageCount()));
    }

    /// Adds a page of the pane to rows by group id, and sets `before` to what these had for its groups, by slot.
    public void addPageKeeping(int page, AccumulatorPages byGroup, AccumulatorPages before, CombineKernel kernel) {
        if (compact) {
            byGroup.ensureGroups(slots.groupLimit());
            byGroup.mergeScattered(slots.groups(), slots.count(), rows, page, before, kernel);
        } else {
            before.copyPage(byGroup, page);
            byGroup.mergePage(rows, page, kernel);
        }
    }

    /// Sets the rows in `byGroup` of the groups of this pane, a page of them, to those of `before`, as
    /// [#addPageKeeping] left it.
    public void scatterPage(int page, AccumulatorPages before, AccumulatorPages byGroup, CombineKernel kernel) {
        if (compact) {
            byGroup.ensureGroups(slots.groupLimit());
            byGroup.scatter(slots.groups(), slots.count(), before, page, kernel);
        } else {
            byGroup.copyPage(before, page);
        }
    }

    /// Whether its rows have all come, as far as the watermark promises.
    public boolean sealed() {
        return sealed;
    }

    /// No more rows are expected: what finds slots is given back.
    void seal() {
        sealed = true;
        slots.dropTable();
        // Nobody has rows beside it yet, unless it is late.
        if (compact && !late && states == null && slots.count() > StateAddresses.ROWS_PER_PAGE) {
            order.order(slots, rows);
        }
        if (!asRestored) {
            lifetimes.sealed(this);
        }
    }

    /// How many groups it has.
    int countGroups() {
        return compact ? slots.count() : rows.countGroups();
    }

    /// Gives back what [#release] keeps for the next stretch of time.
    void close() {
        if (states != null) {
            states.close();
        }
    }

    /// Gives all memory back that rows have taken.
    void release() {
        rows.release();
        for (AccumulatorPages rows : beside) {
            rows.release();
        }
        slots.release();
        if (states != null) {
            states.release();
        }
    }
}
