package io.mullion.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.FilterKernel;
import io.mullion.codegen.FlatMapKernel;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What operators do for their kernels: lend them memory, and say which one threw.
@Tag("checked")
class RunningKernelTest {
    private static final Schema SCHEMA =
            Schema.of(Field.of("n", DataType.INT64), Field.nullable("text", DataType.UTF8));

    private final Batches batches = new Batches();
    private final Batch batch =
            batches.of(SCHEMA, List.of(List.of(1L, "a"), List.of(2L, "b"), Arrays.asList(3L, null)));
    private final OperatorContext context = new OperatorContext(
            batches.pool,
            batches.scope,
            16,
            64,
            letter -> {},
            new Counters(),
            new Site(new Turn(16, null), new Timetable(), null),
            null,
            new States(null, false),
            null,
            null,
            null);

    @AfterEach
    void close() {
        batches.close();
    }

    @Test
    void aFunctionThatThrowsIsNamedWithItsRowAndListing() {
        IllegalStateException cause = new IllegalStateException("unlucky");
        MullionException failed = failureOf((in, _, _, _, _, _) -> {
            in.currentRow = 1;
            throw cause;
        });
        assertEquals(Reason.USER_CODE, failed.reason());
        assertSame(cause, failed.getCause());
        assertEquals(
                "function failed in filter f(n): java.lang.IllegalStateException: unlucky, row={n=2, text=b},"
                        + " variant=plain\nfor (;;) {}",
                failed.getMessage());
    }

    @Test
    void anAccessOutsideIsTheEnginesErrorAndNotTheFunctions() {
        ColumnAddresses none = new ColumnAddresses(1);
        MullionException failed = failureOf((in, _, _, _, _, _) -> {
            in.currentRow = 1;
            none.check(0, 0, 8);
            return 0;
        });
        assertEquals(Reason.KERNEL, failed.reason());
        assertTrue(failed.getMessage().startsWith("kernel failed in filter f(n): "), failed::getMessage);
        assertTrue(failed.getMessage().contains("access outside of a column"), failed::getMessage);
        assertTrue(failed.getMessage().endsWith(", variant=plain\nfor (;;) {}"), failed::getMessage);
    }

    @Test
    void theRowOfAnEarlierCallIsNotNamed() {
        FilterKernel kernel = (in, _, from, _, _, progress) -> {
            if (from == 0) {
                in.currentRow = 2;
                progress.next = 3;
                return 0;
            }
            throw new IllegalStateException("later");
        };
        FilterOperator operator = filter(kernel, new Ignored());
        operator.process(batch, 0, 0, 3);
        MullionException failed = assertThrows(MullionException.class, () -> operator.process(batch, 0, 1, 3));
        assertEquals(Reason.KERNEL, failed.reason());
        assertTrue(failed.getMessage().contains("IllegalStateException: later, variant="), failed::getMessage);
    }

    @Test
    void whatTheBudgetSaysStaysAsItIs() {
        MullionException budget = new MullionException(Reason.OUT_OF_MEMORY, "budget exhausted");
        assertSame(budget, failureOf((_, _, _, _, _, _) -> {
            throw budget;
        }));
    }

    @Test
    void whatAnOperatorBehindThrowsIsNotWrappedAgain() {
        MullionException behind = MullionException.misuse("behind");
        Operator next = new Ignored() {
            @Override
            public void process(Batch rows, long active, int from, int to) {
                throw behind;
            }
        };
        FilterOperator operator = filter(
                (_, _, _, to, _, progress) -> {
                    progress.next = to;
                    return 1;
                },
                next);
        assertSame(behind, assertThrows(MullionException.class, () -> operator.process(batch, 0, 0, 3)));
    }

    @Test
    void aProjectionThatThrowsIsNamedToo() {
        FlatMapKernel kernel = (in, _, _, _, _, _) -> {
            in.currentRow = 2;
            throw new ArithmeticException("no");
        };
        ProjectOperator operator = ProjectOperator.flatMap(
                "select g(n)", new Compiled<>(kernel, "loop", "vector 512", 0), SCHEMA, context, new Ignored());
        MullionException failed = assertThrows(MullionException.class, () -> operator.process(batch, 0, 0, 3));
        assertEquals(
                "function failed in select g(n): java.lang.ArithmeticException: no, row={n=3, text=null},"
                        + " variant=vector 512\nloop",
                failed.getMessage());
    }

    @Test
    void aKernelGetsTheMemoryItAsksForOnItsOperatorsAccount() {
        long before = batches.pool.bytesOut();
        RunningKernel<String> without =
                new RunningKernel<>("none", new Compiled<>("kernel", "", "", 0), context, batches.account);
        assertEquals(before, batches.pool.bytesOut());
        RunningKernel<String> with =
                new RunningKernel<>("some", new Compiled<>("kernel", "", "", 5000), context, batches.account);
        assertTrue(batches.pool.bytesOut() >= before + 5000);
        assertEquals("kernel", with.kernel());
        assertEquals("kernel", without.kernel());
    }

    private MullionException failureOf(FilterKernel kernel) {
        FilterOperator operator = filter(kernel, new Ignored());
        return assertThrows(MullionException.class, () -> operator.process(batch, 0, 0, 3));
    }

    private FilterOperator filter(FilterKernel kernel, Operator next) {
        return new FilterOperator("filter f(n)", new Compiled<>(kernel, "for (;;) {}", "plain", 0), context, next);
    }

    private static class Ignored implements Operator {
        @Override
        public void process(Batch rows, long active, int from, int to) {}

        @Override
        public void advance(long time) {}

        @Override
        public void flush() {}
    }
}
