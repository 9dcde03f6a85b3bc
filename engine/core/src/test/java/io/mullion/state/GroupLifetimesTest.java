package io.mullion.state;

import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.Batches;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Groups end with the last pane that mentions them, whatever the order in which rows come.
@Tag("checked")
class GroupLifetimesTest {
    private static final Schema ROWS = Schema.of(Field.of("k", DataType.INT64));
    private static final Accumulation COUNTS =
            new KernelCompiler(KernelOptions.best()).accumulation(ROWS, List.of(count().as("n")));

    @Test
    void groupsOfFewKeysEndWithTheirLastPane() {
        check(1, 60, 400);
        check(2, 3, 400);
    }

    @Test
    void groupsOfManyKeysEndWithTheirLastPane() {
        check(3, 40_000, 150);
    }

    /// Rows come to the open panes, and some late to sealed ones; the oldest pane retires now and then.
    private static void check(long seed, int domain, int steps) {
        Random random = new Random(seed);
        int compact = 0;
        try (Batches batches = new Batches()) {
            GroupTable groups = batches.scope.own(
                    GroupTable.of(new KernelCompiler(KernelOptions.best()).keys(ROWS, List.of("k")), batches.account));
            PaneDeque panes = batches.scope.own(new PaneDeque(COUNTS, batches.account));
            OffHeapArray ids = batches.scope.own(new OffHeapArray(batches.account, 8L * 1024));
            TreeMap<Long, Set<Integer>> mentions = new TreeMap<>();
            Map<Long, Integer> known = new HashMap<>();
            for (long time = 0; time < steps; time++) {
                for (int n = random.nextInt(4); n > 0; n--) {
                    long index = Math.max(time - 4, 0) + random.nextInt(8);
                    List<List<Object>> keys = keys(random, time, domain);
                    try (Batch batch = batches.unowned(ROWS, keys)) {
                        groups.lookUp(batch.readable(), 0, 0, keys.size(), ids.address());
                        panes.lifetimes().born(groups, index);
                        Pane pane = panes.obtain(index, groups.groupCount());
                        compact += pane.compact() ? 1 : 0;
                        long slots =
                                pane.slots(ids.address(), groups.groupCount(), 0, 0, keys.size(), ids.address() + 4096);
                        COUNTS.accumulate().kernel().accumulate(batch.readable(), 0, 0, keys.size(), slots, pane.rows);
                    }
                    for (int row = 0; row < keys.size(); row++) {
                        int group = RawMemory.getInt(ids.address() + 4L * row);
                        mentions.computeIfAbsent(index, _ -> new HashSet<>()).add(group);
                        Integer before = known.put((Long) keys.get(row).getFirst(), group);
                        assertEquals(before == null ? group : before, group);
                    }
                }
                panes.sealBefore(time + 1);
                while (panes.count() > 0 && panes.at(0).index < time - 3) {
                    retire(groups, panes, mentions, known);
                }
            }
            // Those that are made when time has passed them are compact in any case.
            assertTrue(compact > 0);
            while (panes.count() > 0) {
                retire(groups, panes, mentions, known);
            }
            assertEquals(0, groups.liveGroups());
        }
    }

    private static void retire(
            GroupTable groups, PaneDeque panes, TreeMap<Long, Set<Integer>> mentions, Map<Long, Integer> known) {
        assertEquals(mentions.firstKey(), panes.at(0).index);
        Set<Integer> expected = mentions.pollFirstEntry().getValue();
        mentions.values().forEach(expected::removeAll);
        panes.retireFirst();
        GroupLifetimes lifetimes = panes.lifetimes();
        Set<Integer> ended = new HashSet<>();
        for (int i = 0; i < lifetimes.endedCount(); i++) {
            ended.add(RawMemory.getInt(lifetimes.ended() + 4L * i));
        }
        assertEquals(expected, ended);
        known.values().removeAll(ended);
        lifetimes.free(groups, _ -> false);
        assertEquals(0, lifetimes.endedCount());
        assertEquals(known.size(), groups.liveGroups());
    }

    /// Keys from a range that moves on.
    private static List<List<Object>> keys(Random random, long time, int domain) {
        List<List<Object>> keys = new ArrayList<>();
        for (int i = random.nextInt(1000); i >= 0; i--) {
            keys.add(List.of(time * domain / 10 + random.nextInt(domain)));
        }
        return keys;
    }
}
