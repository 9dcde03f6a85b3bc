package io.mullion.window;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.Batches;
import io.mullion.batch.Counters;
import io.mullion.batch.Turn;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.Progress;
import io.mullion.codegen.StateAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.spec.Window;
import io.mullion.state.AccumulatorPages;
import io.mullion.state.Pane;
import io.mullion.state.PaneDeque;
import io.mullion.state.RowForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One suite for each way to assemble windows: after every slide the result is that of recomputing the window from its
/// rows, with rows that come late into panes which are in the total already, or into panes that were not there before.
class WindowAssemblerTest {
    private static final Schema ROWS = Schema.of(Field.of("group", DataType.INT64), Field.of("v", DataType.INT64));
    private static final int GROUPS = 600;

    @ParameterizedTest(name = "size {0}, slide {1}")
    @CsvSource({"1, 1", "6, 2", "7, 3", "2, 5", "20, 1", "5, 5"})
    void aRunningTotalEqualsARecomputation(long size, long slide) {
        new Run(size, slide, count().as("n"), sum("v").as("s")).slideOn(60);
    }

    @ParameterizedTest(name = "size {0}, slide {1}")
    @CsvSource({
        "1, 1", "6, 2", "7, 3", "2, 5", "20, 1", "5, 5", "2, 1", "3, 1", "4, 1", "5, 1", "9, 2", "11, 4", "41, 3",
        "64, 1"
    })
    void twoStacksEqualARecomputation(long size, long slide) {
        new Run(size, slide, count().as("n"), sum("v").as("s"), max("v").as("h")).slideOn(200);
    }

    @ParameterizedTest(name = "size {0}, step {1}")
    @CsvSource({"1, 1", "6, 2", "20, 1", "5, 5"})
    void growingWindowsEqualARecomputation(long size, long step) {
        WindowGrid grid =
                WindowGrid.of(Window.cumulating(Duration.ofSeconds(size), Duration.ofSeconds(step)), TimeUnit.SECONDS);
        new Run(grid, count().as("n"), sum("v").as("s"), max("v").as("h")).slideOn(200);
    }

    @Test
    void theCheapestExactWayIsChosen() {
        try (Batches batches = new Batches()) {
            assertInstanceOf(SinglePane.class, chosen(batches, 5, 5, max("v").as("h")));
            assertInstanceOf(RunningTotal.class, chosen(batches, 6, 2, count().as("n"), sum("v").as("s")));
            assertInstanceOf(HalfBlocks.class, chosen(batches, 6, 2, count().as("n"), max("v").as("h")));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 100, 1001})
    void noSlideCombinesMoreThanTwoOrFivePanes(int panes) {
        Run sums = new Run(panes, 1, count().as("n"));
        sums.slideInOrder(4 * panes + 10);
        assertTrue(sums.mostCombined <= 2, () -> "combined: " + sums.mostCombined);
        Run greatest = new Run(panes, 1, count().as("n"), sum("v").as("s"), max("v").as("h"));
        greatest.slideInOrder(4 * panes + 10);
        assertTrue(greatest.mostCombined <= 5, () -> "combined: " + greatest.mostCombined);
    }

    private static WindowAssembler chosen(Batches batches, long size, long slide, Expr... aggregates) {
        Accumulation accumulation = accumulation(aggregates);
        return batches.scope.own(WindowAssembler.choose(
                grid(size, slide),
                accumulation,
                new RowForm(accumulation),
                0,
                batches.account,
                new Counters().combinedPanes));
    }

    private static WindowGrid grid(long size, long slide) {
        return WindowGrid.of(Window.sliding(Duration.ofSeconds(size), Duration.ofSeconds(slide)), TimeUnit.SECONDS);
    }

    private static Accumulation accumulation(Expr... aggregates) {
        return new KernelCompiler(new KernelOptions(false, false)).accumulation(ROWS, List.of(aggregates));
    }

    private static final class Run {
        private final Random random;
        private final WindowGrid grid;
        private final Accumulation accumulation;
        private final Counters counters = new Counters();
        private final TreeMap<Long, List<long[]>> rowsByPane = new TreeMap<>();
        /// The most panes that were combined for one window.
        private long mostCombined;

        Run(long size, long slide, Expr... aggregates) {
            this(grid(size, slide), aggregates);
        }

        Run(WindowGrid grid, Expr... aggregates) {
            random = new Random(grid.panesPerWindow() * 31 + aggregates.length);
            this.grid = grid;
            accumulation = accumulation(aggregates);
        }

        /// Windows without a row out of order and without a gap.
        void slideInOrder(int windows) {
            try (Batches batches = new Batches()) {
                PaneDeque panes = batches.scope.own(new PaneDeque(accumulation, batches.account));
                WindowAssembler assembler = batches.scope.own(WindowAssembler.choose(
                        grid, accumulation, new RowForm(accumulation), 0, batches.account, counters.combinedPanes));
                OffHeapArray groupIds = batches.scope.own(new OffHeapArray(batches.account, 4));
                for (long window = 0; window < windows; window++) {
                    add(batches, panes, assembler, groupIds, grid.endPane(window) - 1);
                    long before = counters.combinedPanes.get();
                    fireAndRetire(batches, panes, assembler, window);
                    mostCombined = Math.max(mostCombined, counters.combinedPanes.get() - before);
                }
            }
        }

        void slideOn(int windows) {
            try (Batches batches = new Batches()) {
                PaneDeque panes = batches.scope.own(new PaneDeque(accumulation, batches.account));
                WindowAssembler assembler = batches.scope.own(WindowAssembler.choose(
                        grid, accumulation, new RowForm(accumulation), 0, batches.account, counters.combinedPanes));
                OffHeapArray groupIds = batches.scope.own(new OffHeapArray(batches.account, 4));
                for (long window = -20; window < windows - 20; window++) {
                    if (random.nextInt(8) == 0) {
                        // A gap in time, after which panes that were there have gone.
                        window += random.nextInt(12);
                        retire(panes, assembler, window - 1);
                    }
                    for (int n = random.nextInt(30); n > 0; n--) {
                        // Not before what the window still needs, and not past it.
                        long pane = random.nextLong(grid.firstPane(window), grid.endPane(window));
                        add(batches, panes, assembler, groupIds, pane);
                    }
                    fireAndRetire(batches, panes, assembler, window);
                }
            }
        }

        private void add(
                Batches batches, PaneDeque panes, WindowAssembler assembler, OffHeapArray groupIds, long pane) {
            long group = random.nextInt(4) == 0 ? random.nextInt(GROUPS) : random.nextInt(3);
            long value = random.nextInt(100) - 50;
            rowsByPane.computeIfAbsent(pane, _ -> new ArrayList<>()).add(new long[] {group, value});
            try (Batch row = one(batches, group, value)) {
                RawMemory.putInt(groupIds.address(), (int) group);
                Pane into = panes.obtain(pane, random.nextInt(4) == 0 ? 100_000 : GROUPS);
                OffHeapArray slots = batches.scope.own(new OffHeapArray(batches.account, 4));
                accumulate(row, into.slots(groupIds.address(), GROUPS, 0, 0, 1, slots.address()), into.rows);
                assembler.late(panes, pane, new WindowAssembler.LateRows() {
                    @Override
                    public void foldInto(AccumulatorPages rows) {
                        rows.ensureGroups(GROUPS);
                        accumulate(row, groupIds.address(), rows);
                    }

                    @Override
                    public int count() {
                        return 1;
                    }

                    @Override
                    public int group(int i) {
                        return (int) group;
                    }
                });
            }
        }

        private static Batch one(Batches batches, long group, long value) {
            return batches.unowned(ROWS, List.of(List.of(group, value)));
        }

        private void accumulate(Batch row, long groupIds, AccumulatorPages into) {
            accumulation.accumulate().kernel().accumulate(row.readable(), 0, 0, 1, groupIds, into);
        }

        private void fireAndRetire(Batches batches, PaneDeque panes, WindowAssembler assembler, long window) {
            long from = grid.firstPane(window);
            long to = grid.endPane(window);
            // A window without panes is never asked for.
            panes.sealBefore(to);
            if (panes.lowerBound(from) < panes.lowerBound(to)) {
                assembler.enter(panes, from, to);
                finish(assembler);
                assertEquals(expected(from, to), results(batches, assembler.window()));
            }
            retire(panes, assembler, window);
        }

        /// A page of rows a turn.
        private void finish(WindowAssembler assembler) {
            Turn turn = new Turn(1, null);
            while (!assembler.resume(turn)) {
                assertTrue(turn.spent());
                turn.begin();
            }
        }

        /// The panes that no window after `window` needs.
        private void retire(PaneDeque panes, WindowAssembler assembler, long window) {
            assembler.leaveBefore(panes, grid.firstPane(window + 1));
            finish(assembler);
            while (panes.count() > 0 && grid.lastWindowOf(panes.at(0).index) <= window) {
                panes.retireFirst();
            }
        }

        private TreeMap<Long, List<Long>> expected(long from, long to) {
            TreeMap<Long, List<Long>> groups = new TreeMap<>();
            for (List<long[]> rows : rowsByPane.subMap(from, to).values()) {
                for (long[] row : rows) {
                    groups.merge(
                            row[0],
                            List.of(1L, row[1], row[1]),
                            (a, b) -> List.of(a.get(0) + b.get(0), a.get(1) + b.get(1), Math.max(a.get(2), b.get(2))));
                }
            }
            int columns = accumulation.results().size();
            groups.replaceAll((_, values) -> values.subList(0, columns));
            return groups;
        }

        private TreeMap<Long, List<Long>> results(Batches batches, WindowRows rows) {
            TreeMap<Long, List<Long>> groups = new TreeMap<>();
            Schema schema = accumulation.results();
            try (Batch out = batches.unowned(schema, GROUPS);
                    OffHeapArray groupIds = new OffHeapArray(batches.account, 4L * GROUPS)) {
                Progress progress = new Progress().start();
                for (int page = 0; page < rows.pageCount(); page++) {
                    long address = rows.page(page);
                    if (address != 0) {
                        accumulation
                                .result()
                                .kernel()
                                .result(
                                        address,
                                        0,
                                        rows.rowsIn(page),
                                        page << StateAddresses.PAGE_SHIFT,
                                        groupIds.address(),
                                        out.writable(),
                                        progress);
                    }
                }
                for (int row = 0; row < progress.outRows; row++) {
                    List<Long> values = new ArrayList<>();
                    for (int column = 0; column < schema.size(); column++) {
                        values.add(out.int64(column, row));
                    }
                    int number = RawMemory.getInt(groupIds.address() + 4L * row);
                    long group = rows.groups() == 0 ? number : RawMemory.getInt(rows.groups() + 4L * number);
                    groups.put(group, values);
                }
            }
            return groups;
        }
    }
}
