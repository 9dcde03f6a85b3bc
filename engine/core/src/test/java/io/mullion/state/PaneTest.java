package io.mullion.state;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.Batches;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.StateAddresses;
import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Both forms of a pane against maps of sums.
@Tag("checked")
class PaneTest {
    private static final Schema ROWS = Schema.of(Field.of("v", DataType.INT64));
    private static final int GROUPS = 10_000;

    private final Batches batches = new Batches();
    private final Accumulation sums = accumulation(count().as("n"), sum("v").as("s"));
    private final OffHeapArray groupIds = batches.scope.own(new OffHeapArray(batches.account, 4L * 1024));
    private final OffHeapArray slots = batches.scope.own(new OffHeapArray(batches.account, 4L * 1024));
    private final Random random = new Random(1);

    @AfterEach
    void close() {
        batches.close();
    }

    @Test
    void aPaneHasTheSumsOfItsRowsInEitherForm() {
        for (boolean compact : new boolean[] {false, true}) {
            for (int distinct : new int[] {1, 3, 4, 5, 255, 256, 257, 3000}) {
                try (PaneDeque panes = panes(sums, compact)) {
                    Map<Integer, Long> expected = new HashMap<>();
                    Pane pane = panes.obtain(distinct, GROUPS);
                    assertEquals(compact, pane.compact());
                    for (int n = 0; n < 8; n++) {
                        add(pane, expected, distinct);
                    }
                    assertRows(expected, pane);
                    panes.sealBefore(distinct + 1);
                    assertTrue(pane.sealed());
                    add(pane, expected, distinct + 20);
                    assertRows(expected, pane);
                    if (compact) {
                        assertEquals(expected.size(), pane.slotCount());
                    }
                }
            }
        }
    }

    /// As a window of many small slides does it, pane by pane, for good.
    @Test
    void rowsThatAreCopiedToAndFroHaveRoomForTheirGroupsOnly() {
        AccumulatorPages total = new AccumulatorPages(sums.layout(), batches.account);
        AccumulatorPages before = new AccumulatorPages(sums.layout(), batches.account);
        // As groups come, tables of pages get other lengths.
        total.ensureGroups(60 * StateAddresses.ROWS_PER_PAGE);
        before.ensureGroups(41 * StateAddresses.ROWS_PER_PAGE);
        try (PaneDeque panes = panes(sums, false)) {
            Pane pane = panes.obtain(1, GROUPS);
            add(pane, new HashMap<>(), 100);
            pane.mergeInto(total, sums.combine().kernel());
            for (int slide = 0; slide < 10; slide++) {
                for (int page = 0; page < pane.keptPages(total, before); page++) {
                    pane.addPageKeeping(page, total, before, sums.combine().kernel());
                }
                for (int page = 0; page < pane.keptPages(total, before); page++) {
                    pane.scatterPage(page, before, total, sums.combine().kernel());
                }
            }
            assertEquals(60, total.pageCount());
            assertEquals(41, before.pageCount());
        }
        total.release();
        before.release();
    }

    @Test
    void panesAddUpAndAreTakenOutAgain() {
        AccumulatorPages total = new AccumulatorPages(sums.layout(), batches.account);
        for (boolean compact : new boolean[] {false, true}) {
            try (PaneDeque panes = panes(sums, compact)) {
                Map<Integer, Long> expected = new HashMap<>();
                Pane first = panes.obtain(1, GROUPS);
                add(first, new HashMap<>(), 700);
                first.mergeInto(total, sums.combine().kernel());
                Pane second = panes.obtain(2, GROUPS);
                add(second, expected, 700);
                second.mergeInto(total, sums.combine().kernel());
                first.mergeInto(total, sums.retract().orElseThrow().kernel());
                assertRows(expected, total);
                total.release();
            }
        }
    }

    @Test
    void rowsOfAPanesGroupsAreKeptBesideItAndPutBack() {
        Accumulation maxima = accumulation(max("v").as("h"));
        for (boolean compact : new boolean[] {false, true}) {
            try (PaneDeque panes = panes(maxima, compact)) {
                AccumulatorPages suffix = new AccumulatorPages(maxima.layout(), batches.account);
                AccumulatorPages before = new AccumulatorPages(maxima.layout(), batches.account);
                Pane newer = panes.obtain(2, GROUPS);
                add(maxima, newer, new HashMap<>(), 400);
                newer.mergeInto(suffix, maxima.combine().kernel());
                Map<Integer, Long> was = lanes(suffix);
                Pane older = panes.obtain(1, GROUPS);
                add(maxima, older, new HashMap<>(), 400);
                for (int page = 0; page < older.keptPages(suffix, before); page++) {
                    older.addPageKeeping(page, suffix, before, maxima.combine().kernel());
                }
                assertFalse(was.equals(lanes(suffix)));
                for (int page = 0; page < older.keptPages(suffix, before); page++) {
                    older.scatterPage(page, before, suffix, maxima.combine().kernel());
                }
                assertEquals(was, lanes(suffix));
                suffix.release();
                before.release();
            }
        }
    }

    @Test
    void aRestoredPaneHasItsRowsInEitherFormTakesMoreAndKnowsItsGroups() {
        for (boolean compact : new boolean[] {false, true}) {
            for (int further : new int[] {0, 300}) {
                try (PaneDeque panes = new PaneDeque(sums, batches.account)) {
                    Map<Integer, Long> expected = new HashMap<>();
                    Pane pane = panes.restored(5, GROUPS, compact ? 700 : GROUPS / 2, GROUPS);
                    assertEquals(compact, pane.compact());
                    // In two pieces, the later groups first, and each seventh is another worker's.
                    restore(panes.lifetimes(), pane, IntStream.range(0, 500).map(i -> GROUPS - 1 - i), expected);
                    // By another thread.
                    try (GroupLifetimes beside = panes.lifetimes().beside()) {
                        restore(beside, pane, IntStream.range(100, 400), expected);
                        panes.lifetimes().add(beside);
                    }
                    if (further > 0) {
                        add(pane, expected, further);
                    }
                    panes.sealBefore(6);
                    assertRows(expected, pane);
                    panes.retireFirst();
                    assertEquals(expected.size(), panes.lifetimes().endedCount());
                }
            }
        }
    }

    private static void restore(GroupLifetimes notes, Pane pane, IntStream ids, Map<Integer, Long> expected) {
        int[] groups = ids.map(group -> group % 7 == 0 ? -1 : group).toArray();
        int[] at = groups.clone();
        pane.restore(at, 0, at.length, GROUPS, notes);
        for (int i = 0; i < at.length; i++) {
            if (groups[i] < 0) {
                assertEquals(-1, at[i]);
                continue;
            }
            long row = pane.rows.touch(at[i]);
            RawMemory.putLong(row, 1);
            RawMemory.putLong(row + 8, groups[i]);
            expected.put(groups[i], (long) groups[i]);
        }
    }

    @Test
    void aPaneOfFewGroupsTakesLittleMemory() {
        try (PaneDeque panes = panes(sums, true)) {
            long before = batches.account.bytesOut();
            for (int index = 1; index <= 1000; index++) {
                add(panes.obtain(index, GROUPS), new HashMap<>(), 1);
            }
            panes.sealBefore(1001);
            // Beside them lies what is known of each group.
            assertTrue(batches.account.bytesOut() - before <= 1000 * 256 + (1 << 17));
        }
    }

    @Test
    void theFormFollowsWhatTheLastPaneHad() {
        try (PaneDeque panes = panes(sums, false)) {
            assertFalse(panes.obtain(1, 256).compact());
            Pane half = panes.obtain(2, 2 * 1024);
            assertFalse(half.compact());
            addAll(half, IntStream.range(0, 1024).toArray());
            panes.sealBefore(3);
            assertFalse(panes.obtain(3, 2 * 1024 + 1).compact());
            assertTrue(panes.obtain(4, 2 * 1024 + 2).compact());
        }
    }

    private PaneDeque panes(Accumulation accumulation, boolean compact) {
        PaneDeque panes = new PaneDeque(accumulation, batches.account);
        if (!compact) {
            // A pane before the others that has all groups.
            Pane full = panes.obtain(0, 1);
            full.rows.ensureGroups(GROUPS);
            for (int group = 0; group < GROUPS; group++) {
                RawMemory.putLong(full.rows.touch(group), 1);
            }
            panes.sealBefore(1);
        }
        return panes;
    }

    private void add(Pane pane, Map<Integer, Long> expected, int distinct) {
        add(sums, pane, expected, distinct);
    }

    /// Adds 700 rows of groups that lie far apart.
    private void add(Accumulation accumulation, Pane pane, Map<Integer, Long> expected, int distinct) {
        int[] ids = new int[700];
        long[] values = new long[ids.length];
        for (int row = 0; row < ids.length; row++) {
            ids[row] = GROUPS - 1 - random.nextInt(distinct) * (GROUPS / (distinct + 1));
            values[row] = random.nextInt(1000);
            expected.merge(ids[row], values[row], Long::sum);
        }
        accumulate(accumulation, pane, ids, values);
    }

    private void addAll(Pane pane, int[] ids) {
        for (int from = 0; from < ids.length; from += 512) {
            int[] slice = Arrays.copyOfRange(ids, from, Math.min(from + 512, ids.length));
            accumulate(sums, pane, slice, new long[slice.length]);
        }
    }

    private void accumulate(Accumulation accumulation, Pane pane, int[] ids, long[] values) {
        for (int row = 0; row < ids.length; row++) {
            RawMemory.putInt(groupIds.address() + 4L * row, ids[row]);
        }
        try (Batch batch = batches.unowned(
                ROWS,
                Arrays.stream(values).mapToObj(value -> List.<Object>of(value)).toList())) {
            long by = pane.slots(groupIds.address(), GROUPS, 0, 0, ids.length, slots.address());
            accumulation.accumulate().kernel().accumulate(batch.readable(), 0, 0, ids.length, by, pane.rows);
        }
    }

    private static void assertRows(Map<Integer, Long> expected, Pane pane) {
        for (int group = 0; group < GROUPS; group++) {
            assertRow(expected.get(group), pane.rowOf(group));
        }
    }

    private static void assertRows(Map<Integer, Long> expected, AccumulatorPages rows) {
        for (int group = 0; group < GROUPS; group++) {
            assertRow(expected.get(group), rows.row(group));
        }
    }

    /// The value of a sum: what its low half has beyond the high one.
    private static void assertRow(Long expected, long row) {
        boolean there = row != 0 && RawMemory.getLong(row) != 0;
        assertEquals(expected != null, there);
        if (there) {
            assertEquals(expected, RawMemory.getLong(row + 8));
        }
    }

    private static Map<Integer, Long> lanes(AccumulatorPages rows) {
        Map<Integer, Long> lanes = new HashMap<>();
        for (int group = 0; group < GROUPS; group++) {
            if (rows.has(group)) {
                lanes.put(group, RawMemory.getLong(rows.row(group) + 8));
            }
        }
        return lanes;
    }

    private static Accumulation accumulation(Expr... aggregates) {
        return new KernelCompiler(KernelOptions.best()).accumulation(ROWS, List.of(aggregates));
    }
}
