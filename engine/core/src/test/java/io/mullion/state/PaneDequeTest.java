package io.mullion.state;

import static io.mullion.expr.Expressions.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.mullion.batch.Batches;
import io.mullion.codegen.Accumulation;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PaneDequeTest {
    private final Batches batches = new Batches();
    private final PaneDeque panes = batches.scope.own(new PaneDeque(counts(), batches.account));

    @AfterEach
    void close() {
        batches.close();
    }

    @Test
    void panesAreInOrderOfTimeHoweverTheyCame() {
        Random random = new Random(1);
        TreeMap<Long, Pane> expected = new TreeMap<>();
        for (int round = 0; round < 5000; round++) {
            if (expected.size() > 40 || !expected.isEmpty() && random.nextInt(3) == 0) {
                assertEquals(expected.pollFirstEntry().getKey(), panes.at(0).index);
                panes.retireFirst();
            } else {
                long index = random.nextInt(60) + round / 10 - 30;
                Pane pane = panes.obtain(index, 1);
                assertEquals(index, pane.index);
                Pane known = expected.putIfAbsent(index, pane);
                assertSame(known == null ? pane : known, pane);
            }
            assertEquals(expected.size(), panes.count());
            int position = 0;
            for (Pane pane : expected.values()) {
                assertSame(pane, panes.at(position++));
            }
            long probe = random.nextInt(80) + round / 10 - 40;
            assertEquals(expected.headMap(probe).size(), panes.lowerBound(probe));
        }
    }

    @Test
    void theRingGrowsWhereverItsBeginningIs() {
        for (long index = 0; index < 10; index++) {
            panes.obtain(index, 1);
        }
        for (int i = 0; i < 9; i++) {
            panes.retireFirst();
        }
        for (long index = 10; index < 60; index++) {
            panes.obtain(index, 1);
        }
        for (int position = 0; position < 51; position++) {
            assertEquals(9 + position, panes.at(position).index);
        }
    }

    @Test
    void retiredPanesAreUsedAgainWithoutTheirRows() {
        Set<Pane> objects = new HashSet<>();
        for (long index = 0; index < 100; index++) {
            Pane pane = panes.obtain(index, 1);
            objects.add(pane);
            assertEquals(0, rowsHeld(pane));
            pane.rows.ensureGroups(300);
            pane.rows.takePage(1);
            if (index >= 5) {
                panes.retireFirst();
            }
        }
        assertEquals(6, objects.size());
    }

    @Test
    void closingGivesBackThePagesOfAllPanes() {
        long before = batches.pool.bytesOut();
        for (long index = 0; index < 40; index++) {
            Pane pane = panes.obtain(index, 1);
            pane.rows.ensureGroups(1000);
            pane.rows.takePage((int) (index % 4));
        }
        panes.close();
        assertEquals(before, batches.pool.bytesOut());
        assertEquals(0, panes.count());
    }

    private static int rowsHeld(Pane pane) {
        int held = 0;
        for (long page : pane.rows.pages()) {
            held += page == 0 ? 0 : 1;
        }
        return held;
    }

    private static Accumulation counts() {
        return new KernelCompiler(new KernelOptions(false, false))
                .accumulation(Schema.of(Field.of("v", DataType.INT64)), List.of(count().as("n")));
    }
}
