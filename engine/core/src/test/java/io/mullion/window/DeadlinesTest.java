package io.mullion.window;

import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.batch.Batches;
import io.mullion.codegen.AccumulatorLayout;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.window.SlotStore.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Sessions that are due, against a look at all of them.
@Tag("checked")
class DeadlinesTest {
    private static final AccumulatorLayout LAYOUT = new KernelCompiler(KernelOptions.best())
            .accumulation(Schema.of(Field.of("v", DataType.INT64)), List.of(count().as("n")))
            .layout();

    private final Batches batches = new Batches();

    @AfterEach
    void close() {
        batches.close();
    }

    @Test
    void sessionsThatComeGrowAndGoAreFoundWhenTheyAreDue() {
        for (int seed = 0; seed < 20; seed++) {
            runRandomly(seed, 400, 3, 0);
            runRandomly(seed, 400, 3, 70);
        }
    }

    /// Enough of them for two blocks of the top level.
    @Test
    void manySessionsAreFoundToo() {
        runRandomly(1, 30, 10_000, 0);
    }

    @Test
    void aSessionWithoutAnEndIsDueAtTheEndOfTime() {
        try (SlotStore sessions = new SlotStore(LAYOUT, null, batches.account);
                Deadlines deadlines = new Deadlines(sessions, 0, batches.account)) {
            sessions.ensureGroups(1);
            int slot = sessions.add(0, 0, Long.MAX_VALUE);
            deadlines.put(slot, Long.MAX_VALUE);
            SlotList due = new SlotList();
            deadlines.takeDue(Long.MAX_VALUE, due);
            assertEquals(1, due.count());
        }
    }

    private void runRandomly(long seed, int steps, int sessionsAStep, long lateness) {
        Random random = new Random(seed);
        try (SlotStore sessions = new SlotStore(LAYOUT, null, batches.account);
                Deadlines deadlines = new Deadlines(sessions, lateness, batches.account)) {
            List<Integer> held = new ArrayList<>();
            SlotList due = new SlotList();
            int groups = 0;
            long time = -500;
            for (int step = 0; step < steps; step++) {
                for (int i = random.nextInt(2 * sessionsAStep); i >= 0; i--) {
                    sessions.ensureGroups(groups + 1);
                    int slot = sessions.add(groups++, time, time + 1 + random.nextInt(100));
                    deadlines.put(slot, sessions.end(slot));
                    held.add(slot);
                }
                for (int i = held.size() / 2; i > 0; i--) {
                    int slot = held.get(random.nextInt(held.size()));
                    if (sessions.state(slot) == State.OPEN) {
                        sessions.setBounds(slot, sessions.start(slot), sessions.end(slot) + random.nextInt(50));
                    }
                }
                time += random.nextInt(20);
                due.clear();
                deadlines.takeDue(time, due);
                assertEquals(expected(sessions, held, time, lateness), listed(due), "seed=" + seed + " step=" + step);
                for (int i = 0; i < due.count(); i++) {
                    fireOrRemove(sessions, deadlines, due.at(i), time, lateness);
                }
                held.removeIf(slot -> sessions.state(slot) == State.FREE);
            }
            due.clear();
            deadlines.takeDue(Long.MAX_VALUE, due);
            assertEquals(Set.copyOf(held), listed(due), "seed=" + seed);
        }
    }

    private static void fireOrRemove(SlotStore sessions, Deadlines deadlines, int slot, long time, long lateness) {
        long expires = sessions.end(slot) + lateness;
        if (expires <= time) {
            sessions.remove(slot);
        } else {
            sessions.setState(slot, State.FIRED);
            deadlines.put(slot, expires);
        }
    }

    private static Set<Integer> expected(SlotStore sessions, List<Integer> held, long time, long lateness) {
        Set<Integer> due = new HashSet<>();
        for (int slot : held) {
            if (sessions.end(slot) + (sessions.state(slot) == State.FIRED ? lateness : 0) <= time) {
                due.add(slot);
            }
        }
        return due;
    }

    private static Set<Integer> listed(SlotList list) {
        Set<Integer> slots = new HashSet<>();
        for (int i = 0; i < list.count(); i++) {
            slots.add(list.at(i));
        }
        assertEquals(list.count(), slots.size());
        return slots;
    }
}
