package io.mullion.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batches;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is due, against a look at all times there are.
@Tag("checked")
class DueTimesTest {
    private record Due(long time, int group) {}

    private final Batches batches = new Batches();

    @AfterEach
    void close() {
        batches.close();
    }

    @Test
    void timesThatAreSetPutOffAndForgottenAreFoundWhenTheyAreDue() {
        for (int seed = 0; seed < 20; seed++) {
            runRandomly(seed, 300, 10, 200);
        }
    }

    /// Enough groups for two blocks of the top level.
    @Test
    void manyGroupsAreFoundToo() {
        runRandomly(1, 20, 20_000, 600_000);
    }

    private void runRandomly(long seed, int steps, int putsAStep, int groups) {
        Random random = new Random(seed);
        Map<Integer, Long> naive = new TreeMap<>();
        try (DueTimes times = new DueTimes(batches.account)) {
            long now = -1_000;
            for (int step = 0; step < steps; step++) {
                for (int i = 0; i < putsAStep; i++) {
                    int group = random.nextInt(groups);
                    if (random.nextInt(4) == 0) {
                        times.put(group, DueTimes.NONE);
                        naive.remove(group);
                    } else {
                        long time = now + random.nextInt(400) - 50;
                        times.put(group, time);
                        naive.put(group, time);
                    }
                }
                now += random.nextInt(100);
                List<Due> expected = due(naive, now);
                List<Due> found = taken(times, now);
                assertEquals(expected, found, "seed=" + seed + ", step=" + step);
                for (Due due : found) {
                    if (random.nextInt(8) > 0) {
                        times.put(due.group(), DueTimes.NONE);
                        naive.remove(due.group());
                    }
                }
                if (random.nextInt(10) == 0) {
                    int kept = random.nextInt(groups);
                    for (int group = kept; group < groups; group++) {
                        times.put(group, DueTimes.NONE);
                        naive.remove(group);
                    }
                    times.trim(kept);
                }
            }
            assertEquals(due(naive, Long.MAX_VALUE), taken(times, Long.MAX_VALUE), "all but those that are never due");
        }
    }

    private static List<Due> due(Map<Integer, Long> naive, long now) {
        List<Due> due = new ArrayList<>();
        naive.forEach((group, time) -> {
            if (time <= now) {
                due.add(new Due(time, group));
            }
        });
        return inOrder(due);
    }

    private static List<Due> taken(DueTimes times, long now) {
        List<Due> due = new ArrayList<>();
        DueOrder order = new DueOrder();
        times.take(now, (time, group) -> order.add(time, group, group & 1));
        while (!order.isEmpty()) {
            assertEquals(order.group() & 1, order.kind());
            due.add(new Due(order.time(), order.group()));
            order.removeFirst();
        }
        assertEquals(inOrder(due), due);
        return due;
    }

    private static List<Due> inOrder(List<Due> due) {
        return due.stream()
                .sorted(Comparator.comparingLong(Due::time).thenComparing(Due::group))
                .toList();
    }

    @Test
    void memoryFollowsTheGroupsThatAreThere() {
        try (DueTimes times = new DueTimes(batches.account)) {
            times.put(100, 5);
            long few = batches.account.bytesOut();
            for (int group = 0; group < 100_000; group++) {
                times.put(group, group);
            }
            long many = batches.account.bytesOut();
            for (int group = 101; group < 100_000; group++) {
                times.put(group, DueTimes.NONE);
            }
            times.trim(101);
            assertTrue(batches.account.bytesOut() < few + (many - few) / 10, few + " " + many);
        }
    }
}
