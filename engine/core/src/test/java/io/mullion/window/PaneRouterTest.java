package io.mullion.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.Batches;
import io.mullion.batch.Selection;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.RawMemory;
import io.mullion.spec.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaneRouterTest {
    private static final Schema SCHEMA = Schema.of(Field.of("time", DataType.timestamp(TimeUnit.SECONDS)));

    @ParameterizedTest(name = "{0} rows of a span of {1} from {2} on")
    @CsvSource({
        "1, 1, 0",
        "9, 3, -2",
        "64, 20, -10",
        "65, 5000, -2500",
        "500, 40000, 0",
        "300, 40000000, 0",
        "300, 2000, -9223372036854775808",
        "300, 2000, 9223372036854773807",
        "300, 9223372036854775807, -4611686018427387904"
    })
    void rowsReachTheirPanesInOrder(int count, long span, long low) {
        Random random = new Random(count + span);
        try (Batches batches = new Batches()) {
            WindowGrid grid = WindowGrid.of(
                    Window.sliding(Duration.ofSeconds(9), Duration.ofSeconds(6)).offset(Duration.ofSeconds(2)),
                    TimeUnit.SECONDS);
            PaneRouter router = batches.scope.own(new PaneRouter(
                    grid, new KernelCompiler(KernelOptions.best()).order().kernel(), batches.account));
            for (int round = 0; round < 30; round++) {
                check(
                        grid,
                        router,
                        batches,
                        random.longs(count, low, low + span).toArray(),
                        random);
            }
        }
    }

    private static void check(WindowGrid grid, PaneRouter router, Batches batches, long[] times, Random random) {
        Batch batch = batches.ofLongs(SCHEMA, times);
        Selection selection = batches.scope.own(new Selection(batches.account, times.length));
        List<Integer> chosen = new ArrayList<>();
        boolean all = random.nextBoolean();
        long active = all ? 0 : selection.address(times.length);
        for (int row = 0; row < times.length; row++) {
            if (all || row == 0 || random.nextInt(3) > 0) {
                if (!all) {
                    RawMemory.putInt(active + 4L * chosen.size(), row);
                }
                chosen.add(row);
            }
        }
        int from = random.nextInt(chosen.size());
        List<Integer> rows = chosen.subList(from, chosen.size());
        // Of the rows before `live` nobody asks for panes, and those before `lateBefore` may be late.
        long middle = grid.paneOf(times[rows.getFirst()]);
        long live = random.nextInt(3) == 0 ? middle : Long.MIN_VALUE;
        long lateBefore = random.nextBoolean() ? Math.max(live, middle) : live;
        TreeMap<Long, List<Integer>> expected = new TreeMap<>();
        for (int row : rows) {
            if (grid.paneOf(times[row]) >= live) {
                expected.computeIfAbsent(grid.paneOf(times[row]), _ -> new ArrayList<>())
                        .add(row);
            }
        }
        boolean anyLate = rows.stream().anyMatch(row -> grid.paneOf(times[row]) < lateBefore);
        TreeMap<Long, List<Integer>> routed = new TreeMap<>();
        List<Integer> behind = new ArrayList<>();
        long address = batch.readable().address(0, ColumnAddresses.DATA);
        router.route(address, active, from, chosen.size(), lateBefore, live, new PaneRouter.PaneRows() {
            @Override
            public void behind(long active, int from, int to) {
                add(behind, active, from, to);
            }

            @Override
            public void accept(long pane, long active, int from, int to) {
                assertTrue(from < to);
                add(routed.computeIfAbsent(pane, _ -> new ArrayList<>()), active, from, to);
            }
        });
        assertEquals(expected, routed);
        assertEquals(anyLate ? rows : List.of(), behind);
    }

    private static void add(List<Integer> rows, long active, int from, int to) {
        for (int position = from; position < to; position++) {
            rows.add(Selection.row(active, position));
        }
    }
}
