package io.mullion.state;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.StateAddresses;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// The rows of saved panes on their way into memory: who waits for a job to go on waits for this, so that several
/// threads take many rows over side by side, each of them whole panes.
///
/// *Thread*: that which starts the job; it has others help, and is alone again when [#read] has returned. What they
/// share is the list of panes, which is locked, and the budget.
final class RestoredPanes {
    /// Rows that are worth a thread: some milliseconds of work.
    private static final long LEAST_PART_ROWS = 1 << 16;

    private static final int MOST_THREADS = 4;
    /// For each thread, so that one that is slower has less to do in the end.
    private static final int PARTS = 2;

    private final PaneDeque panes;
    private final int groupCount;
    private final SavedGroups saved;
    private final Map<Long, SavedPanes.Live> live;
    private final List<Source> sources = new ArrayList<>();

    /// @param groupCount all group ids are below
    /// @param live the panes that there are to be
    RestoredPanes(PaneDeque panes, int groupCount, SavedGroups saved, Map<Long, SavedPanes.Live> live) {
        this.panes = panes;
        this.groupCount = groupCount;
        this.saved = saved;
        this.live = live;
    }

    /// A table of rows.
    ///
    /// @param taken rows that were read by those whose they are
    private record Source(StateReader.Table table, SavedAccumulators.Cells cells, AtomicLong taken) {
        /// All rows that were written have to be found: panes that are not in their order would be missed.
        void requireAll() {
            if (taken.get() != table.rows()) {
                throw MullionException.invalid("the rows of the state are not in the order of panes: rows="
                        + table.rows() + ", found=" + taken.get());
            }
        }
    }

    /// Rows of the panes in [`firstPane`, `lastPane`], which nobody else has.
    ///
    /// @param batch before which there are none of them
    private record Part(Source source, int batch, long firstPane, long lastPane) {}

    void add(StateReader.Table table, SavedAccumulators.Cells cells) {
        sources.add(new Source(table, cells, new AtomicLong()));
    }

    /// Reads all tables.
    ///
    /// @param sideBySide whether other threads may help: they do not where states are made by the user's code
    void read(boolean sideBySide) {
        long rows = sources.stream().mapToLong(source -> source.table().rows()).sum();
        int most = sideBySide ? Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS) : 1;
        int threads = Math.clamp(rows / LEAST_PART_ROWS, 1, most);
        Queue<Part> parts = new ConcurrentLinkedQueue<>();
        sources.forEach(source -> cut(source, threads == 1 ? 1 : threads * PARTS, parts));
        if (threads == 1) {
            new Placing(panes.lifetimes()).run(parts);
        } else {
            readSideBySide(threads, parts);
        }
        sources.forEach(Source::requireAll);
    }

    private void readSideBySide(int threads, Queue<Part> parts) {
        List<GroupLifetimes> notes = new ArrayList<>();
        try {
            List<Future<?>> reading = new ArrayList<>();
            try (ExecutorService others = Executors.newFixedThreadPool(threads)) {
                for (int thread = 0; thread < threads; thread++) {
                    GroupLifetimes own = panes.lifetimes().beside();
                    notes.add(own);
                    reading.add(others.submit(() -> new Placing(own).run(parts)));
                }
            }
            reading.forEach(RestoredPanes::require);
            notes.forEach(panes.lifetimes()::add);
        } finally {
            notes.forEach(GroupLifetimes::close);
        }
    }

    private static void require(Future<?> reading) {
        try {
            reading.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case Throwable failure -> throw new IllegalStateException(failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw MullionException.invalid("interrupted while state was read");
        }
    }

    /// Cuts a table where a pane ends, into parts of about as many rows.
    private static void cut(Source source, int most, Queue<Part> parts) {
        StateReader.Table table = source.table();
        int count = Math.clamp(table.rows() / LEAST_PART_ROWS, 1, most);
        int batches = count == 1 ? 0 : table.batches();
        long end = count == 1 ? 0 : lastPane(table, batches - 1);
        int batch = 0;
        long firstPane = Long.MIN_VALUE;
        for (int part = 1; part < count; part++) {
            int next = (int) ((long) batches * part / count);
            long last = next == 0 ? end : lastPane(table, next - 1);
            if (last >= firstPane && last < end) {
                parts.add(new Part(source, batch, firstPane, last));
                batch = next;
                firstPane = last + 1;
            }
        }
        parts.add(new Part(source, batch, firstPane, Long.MAX_VALUE));
    }

    private static long lastPane(StateReader.Table table, int batch) {
        long[] pane = new long[1];
        table.read(batch, rows -> {
            pane[0] = rows.int64(0, rows.readable().rowLimit - 1);
            return false;
        });
        return pane[0];
    }

    /// What one thread does.
    private final class Placing {
        private final GroupLifetimes notes;
        /// By row of a batch: the slot, or -1 for one that nobody wants.
        private int[] slots = {};
        /// By row of a batch: the address of its accumulator row, or 0.
        private long[] rows = {};

        /// @param notes takes note of the groups that panes have
        Placing(GroupLifetimes notes) {
            this.notes = notes;
        }

        void run(Queue<Part> parts) {
            for (Part part = parts.poll(); part != null; part = parts.poll()) {
                Part taken = part;
                part.source().table().read(part.batch(), batch -> take(taken, batch));
            }
        }

        /// @return whether there may be more of the part
        private boolean take(Part part, Batch batch) {
            int count = batch.readable().rowLimit;
            if (slots.length < count) {
                slots = new int[count];
                rows = new long[count];
            }
            long indices = batch.readable().address(0, ColumnAddresses.DATA);
            // Those of a pane stand together.
            int from = 0;
            while (from < count) {
                long index = RawMemory.getLong(indices + 8L * from);
                if (index > part.lastPane()) {
                    return false;
                }
                int to = end(indices, index, from, count);
                if (index >= part.firstPane()) {
                    part.source().taken().addAndGet(to - from);
                    take(part.source(), batch, index, from, to);
                }
                from = to;
            }
            return true;
        }

        /// Where the rows of a pane end, of which that at `from` is one: they stand together, so it is not looked at
        /// each.
        private static int end(long indices, long index, int from, int count) {
            int low = from + 1;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (RawMemory.getLong(indices + 8L * middle) == index) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        /// Takes the rows of one pane.
        private void take(Source source, Batch batch, long index, int from, int to) {
            SavedPanes.Live there = live.get(index);
            if (there == null || there.epoch() != source.table().epoch() || !findGroups(batch, from, to)) {
                return;
            }
            Pane pane;
            synchronized (panes) {
                pane = panes.restored(index, groupCount, there.groups(), saved.count());
            }
            pane.restore(slots, from, to, groupCount, notes);
            place(source.cells(), batch, pane, from, to);
            for (int row = from; row < to && pane.states != null; row++) {
                if (slots[row] >= 0) {
                    source.cells().readStates(batch, row, pane.states, slots[row]);
                }
            }
        }

        /// Writes the groups of some rows to [#slots].
        ///
        /// @return whether the worker has any of them
        private boolean findGroups(Batch batch, int from, int to) {
            long groups = batch.readable().address(1, ColumnAddresses.DATA);
            boolean any = false;
            for (int row = from; row < to; row++) {
                slots[row] = saved.group(RawMemory.getInt(groups + 4L * row));
                any |= slots[row] >= 0;
            }
            return any;
        }

        /// A page after the other, which then stays in the cache while all of its lanes are set.
        private void place(SavedAccumulators.Cells cells, Batch batch, Pane pane, int from, int to) {
            boolean together = together(from, to);
            int rowBytes = panes.form().layout().rowBytes();
            int at = from;
            while (at < to) {
                if (together) {
                    int end = Math.min(to, at + StateAddresses.ROWS_PER_PAGE - (slots[at] & StateAddresses.PAGE_MASK));
                    long address = pane.rows.touch(slots[at]);
                    cells.readLanes(
                            batch, at, end, address, rowBytes, panes.form().narrow());
                    at = end;
                } else {
                    int end = Math.min(to, at + StateAddresses.ROWS_PER_PAGE);
                    for (int row = at; row < end; row++) {
                        rows[row] = slots[row] < 0 ? 0 : pane.rows.touch(slots[row]);
                    }
                    cells.readLanes(batch, rows, at, end, panes.form().narrow());
                    at = end;
                }
            }
        }

        /// Whether rows have slots one after the other, as those of a pane of all groups have.
        private boolean together(int from, int to) {
            int differing = slots[from] >>> 31;
            for (int row = from; row < to; row++) {
                differing |= slots[row] - slots[from] ^ row - from;
            }
            return differing == 0;
        }
    }
}
