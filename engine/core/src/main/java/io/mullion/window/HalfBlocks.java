package io.mullion.window;

import io.mullion.batch.Counters.Counter;
import io.mullion.batch.Turn;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.AccumulatorLayout;
import io.mullion.codegen.CombineKernel;
import io.mullion.codegen.StateAddresses;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;
import io.mullion.state.RowForm;

/// Sliding windows for accumulators that cannot be retracted, with a bound on the work of every slide: two stacks whose
/// flip is spread over the slides.
///
/// Panes are cut into blocks of half a window, so that while the first pane of the window is in one block, the next
/// block is in the window as a whole:
///
/// ```
///              | block            | block + 1        | block + 2
/// panes        . . . . [* * * * * | * * * * * * * * * | * * * * ] . .
///                       --------- front (what is left of it)
///                                  ------------------------- back
///                                                     ------- newest
///                                            <------- next: built newest to oldest, one pane a slide
/// ```
///
/// A window is `front` + `back`. Whenever a pane is put into `next`, what `next` held before for the pane's groups is
/// kept beside the pane: when that pane is the one to leave, this is what `front` must hold for them then. At the
/// change of blocks `next` becomes `front` and `newest` becomes `back`. So a slide costs at most: the pane that enters,
/// twice; one pane of `next`; one copy for the pane that leaves; and `front` + `back` at emission. Only groups with
/// rows in those panes are touched, but for the last.
/// *Source*: the idea of two stacks with a spread flip is DABA's (K. Tangwongsan, M. Hirzel, S. Schneider, "In-order
/// sliding-window aggregation in worst-case constant time", VLDB Journal 30, 2021); fixed windows make the schedule
/// simpler.
final class HalfBlocks implements WindowAssembler, WindowRows {
    private AccumulatorLayout layout;
    private CombineKernel combine;
    private final Counter combinedPanes;
    private final MemoryAccount account;
    /// Its number among those who assemble windows from the same panes.
    private final int number;
    /// Panes of a block.
    private final long length;

    private AccumulatorPages front;
    private AccumulatorPages back;
    private AccumulatorPages newest;
    private AccumulatorPages next;

    /// Room for a page of results, and for one row.
    private long page;

    private long row;
    private long roomBytes;

    /// The panes [from, to) are in the window.
    private long from;

    private long to;
    /// The block of `from`.
    private long block;
    /// The panes from here to the end of the next block are in `next`.
    private long built;

    private final PaneSteps steps = new PaneSteps();
    /// Whether a window has been entered that is not there yet.
    private boolean entered;

    HalfBlocks(WindowGrid grid, RowForm form, int number, MemoryAccount account, Counter combinedPanes) {
        this.number = number;
        this.combinedPanes = combinedPanes;
        this.account = account;
        length = grid.panesPerWindow() / 2;
        front = form.rows(account);
        back = form.rows(account);
        newest = form.rows(account);
        next = form.rows(account);
        takeRoom(form.layout(), form.combine());
        startAt(Long.MIN_VALUE);
    }

    private void takeRoom(AccumulatorLayout layout, CombineKernel combine) {
        long bytes = (StateAddresses.ROWS_PER_PAGE + 1L) * layout.rowBytes();
        page = account.take(bytes);
        roomBytes = bytes;
        row = page + (long) StateAddresses.ROWS_PER_PAGE * layout.rowBytes();
        this.layout = layout;
        this.combine = combine;
    }

    @Override
    public void use(Accumulation accumulation) {
        long old = page;
        long oldBytes = roomBytes;
        takeRoom(accumulation.layout(), accumulation.combine().kernel());
        account.give(old, oldBytes);
    }

    @Override
    public void leaveBefore(PaneDeque panes, long newFrom) {
        if (newFrom <= from) {
            return;
        }
        int first = panes.lowerBound(from);
        int left = panes.lowerBound(newFrom);
        if (left == panes.count() || panes.at(left).index >= to) {
            startAt(newFrom);
        }
        while (from < newFrom) {
            long blockEnd = blockStart(1);
            if (newFrom < blockEnd) {
                for (int i = panes.lowerBound(from); i < left; i++) {
                    Pane pane = panes.at(i);
                    steps.restore(pane, pane.beside(number), front, combine);
                }
                from = newFrom;
            } else {
                from = blockEnd;
                changeBlock(panes);
            }
        }
        for (int i = first; i < left; i++) {
            // Other windows may need the pane for long.
            steps.release(panes.at(i).beside(number));
        }
    }

    @Override
    public void enter(PaneDeque panes, long from, long newTo) {
        leaveBefore(panes, from);
        boolean enteredFront = false;
        for (int i = panes.lowerBound(to); i < panes.count() && panes.at(i).index < newTo; i++) {
            Pane pane = panes.at(i);
            long of = Math.floorDiv(pane.index, length);
            if (of == block) {
                enteredFront = true;
            } else {
                add(pane, back);
                if (of - block > 1) {
                    add(pane, newest);
                }
            }
        }
        to = Math.max(to, newTo);
        if (enteredFront) {
            // Only where the window began anew at panes that were there already.
            steps.release(front);
            stack(panes, frontEnd(), from, front);
        }
        // A window that begins before the least int64 does not have the next block as a whole.
        if (from > Long.MIN_VALUE) {
            long offset = from - block * length;
            build(panes, Math.max(blockStart(2) - 1 - offset, blockStart(1)));
        }
        entered = true;
    }

    @Override
    public boolean resume(Turn turn) {
        if (!steps.resume(turn)) {
            return false;
        }
        if (entered) {
            entered = false;
            // Where there are both, the one is added to the other as the window is read.
            if (back.pageCount() > 0 && front.pageCount() > 0) {
                combinedPanes.add(1);
            }
        }
        return true;
    }

    @Override
    public WindowRows window() {
        return this;
    }

    @Override
    public void late(PaneDeque panes, long pane, LateRows rows) {
        if (pane < from || pane >= to) {
            return;
        }
        long of = Math.floorDiv(pane, length);
        if (of == block) {
            restack(panes, frontEnd(), from, rows, front);
            return;
        }
        rows.foldInto(back);
        if (of - block > 1) {
            rows.foldInto(newest);
        } else if (pane >= built) {
            restack(panes, blockStart(2), built, rows, next);
        }
    }

    @Override
    public int pageCount() {
        return Math.max(front.pageCount(), back.pageCount());
    }

    @Override
    public int rowsIn(int index) {
        return Math.max(front.rowsIn(index), back.rowsIn(index));
    }

    @Override
    public long page(int index) {
        long older = front.page(index);
        long newer = back.page(index);
        if (older == 0 || newer == 0) {
            // The one that is there may be shorter than the other would be.
            return whole(older == 0 ? back : front, older + newer, index);
        }
        if (front.rowsIn(index) == back.rowsIn(index)) {
            combine.combineInto(page, older, newer, back.rowsIn(index), layout.rowBytes());
        } else {
            fill(front.rowsIn(index), older, rowsIn(index));
            combine.combine(page, newer, back.rowsIn(index));
        }
        return page;
    }

    @Override
    public long groups() {
        return 0;
    }

    @Override
    public void close() {
        front.release();
        back.release();
        newest.release();
        next.release();
        account.give(page, roomBytes);
    }

    private long whole(AccumulatorPages rows, long address, int index) {
        if (address == 0 || rows.rowsIn(index) == rowsIn(index)) {
            return address;
        }
        fill(rows.rowsIn(index), address, rowsIn(index));
        return page;
    }

    /// Sets the room for a page to some rows, and the identity behind them.
    private void fill(int rows, long address, int allRows) {
        long bytes = (long) rows * layout.rowBytes();
        RawMemory.copy(address, page, bytes);
        layout.fillIdentity(page + bytes, allRows - rows);
    }

    /// Nothing is in the window, which starts here.
    private void startAt(long start) {
        steps.release(front);
        steps.release(back);
        steps.release(newest);
        steps.release(next);
        from = start;
        to = start;
        block = Math.floorDiv(start, length);
        built = blockStart(2);
    }

    /// The first pane of the block that is so many after this one; the greatest int64 if there is none.
    private long blockStart(int after) {
        long number = WindowGrid.saturatedAdd(block, after);
        return Math.multiplyHigh(number, length) == number * length >> 63 ? number * length : Long.MAX_VALUE;
    }

    /// A window that begins before the least int64 may end within the block.
    private long frontEnd() {
        return Math.min(blockStart(1), to);
    }

    private void changeBlock(PaneDeque panes) {
        build(panes, blockStart(1));
        AccumulatorPages old = front;
        front = next;
        next = old;
        steps.release(next);
        old = back;
        back = newest;
        newest = old;
        steps.release(newest);
        block++;
        built = blockStart(2);
    }

    private void build(PaneDeque panes, long downTo) {
        if (downTo < built) {
            stack(panes, built, downTo, next);
            built = downTo;
        }
    }

    /// Puts the panes [downTo, end) on a stack, newest first.
    private void stack(PaneDeque panes, long end, long downTo, AccumulatorPages rows) {
        for (int i = panes.lowerBound(end) - 1; i >= 0 && panes.at(i).index >= downTo; i--) {
            Pane pane = panes.at(i);
            steps.stack(pane, rows, pane.beside(number), combine);
            combinedPanes.add(1);
        }
    }

    private void add(Pane pane, AccumulatorPages rows) {
        steps.merge(pane, rows, combine);
        combinedPanes.add(1);
    }

    /// Does again what [#stack] did, for the groups of some rows only.
    private void restack(PaneDeque panes, long end, long downTo, LateRows late, AccumulatorPages rows) {
        int last = panes.lowerBound(end) - 1;
        for (int i = 0; i < late.count(); i++) {
            int group = late.group(i);
            layout.fillIdentity(row, 1);
            for (int at = last; at >= 0 && panes.at(at).index >= downTo; at--) {
                Pane pane = panes.at(at);
                long beside = pane.besideRow(number, group);
                if (beside != 0) {
                    RawMemory.copy(row, beside, layout.rowBytes());
                    long own = pane.rowOf(group);
                    if (own != 0) {
                        combine.combine(row, own, 1);
                    }
                }
            }
            rows.ensureGroups(group + 1);
            RawMemory.copy(row, rows.touch(group), layout.rowBytes());
        }
    }
}
