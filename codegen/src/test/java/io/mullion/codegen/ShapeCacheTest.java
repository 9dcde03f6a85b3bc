package io.mullion.codegen;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.formatTime;
import static io.mullion.expr.Expressions.mapLong;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Kernels of one shape share a class, which goes away with the last of them.
class ShapeCacheTest {
    record Row(long n) {}

    private static final Schema SCHEMA =
            Schema.of(Field.of("n", DataType.INT64), Field.of("x", DataType.FLOAT64), Field.of("s", DataType.UTF8));

    private final KernelCompiler compiler = new KernelCompiler(new Target(0, RawMemory.CHECKED));

    @Test
    void queriesThatDifferInLiteralsOnlyShareAClassAndKeepTheirOwnResults() {
        ShapeCache.Statistics before = ShapeCache.statistics();
        FilterKernel low = filter(3, 0.5, "s3");
        FilterKernel high = filter(17, 100.25, "s18 and longer");
        assertSame(low.getClass(), high.getClass());
        assertEquals(before.hits() + 1, ShapeCache.statistics().hits());
        assertEquals("filter n > 3 and x > 0.5 or s = 's3'", low.toString());
        assertEquals("filter n > 17 and x > 100.25 or s = 's18 and longer'", high.toString());
        assertEquals(IntStream.range(3, 20).boxed().toList(), selected(low));
        assertEquals(List.of(), selected(high));
        assertEquals(List.of(18, 19), selected(filter(17, 0.5, "none")));
        Reference.reachabilityFence(low);
    }

    @Test
    void zonesAndPatternsOfTimesAreLiteralsAndEqualOnesAreOne() {
        Compiled<FilterKernel> berlin = years(DataType.timestamp(TimeUnit.SECONDS, "Europe/Berlin"), "yyyy", "MM");
        Compiled<FilterKernel> tokyo = years(DataType.timestamp(TimeUnit.MILLIS, "Asia/Tokyo"), "MM", "dd");
        assertSame(berlin.kernel().getClass(), tokyo.kernel().getClass());
        Compiled<FilterKernel> same = years(DataType.timestamp(TimeUnit.SECONDS), "yyyy", "yyyy");
        // In the loop over all rows, and in that over a selection.
        assertEquals(2, same.complete().listing().split("formatTimeByPattern\\(", -1).length - 1, same.listing());
    }

    private Compiled<FilterKernel> years(DataType time, String pattern, String other) {
        return compiler.filter(
                Schema.of(Field.of("t", time)),
                formatTime(col("t"), pattern)
                        .gt("20")
                        .and(formatTime(col("t"), other).lt("30")));
    }

    @Test
    void theShapeIsKnownFromTheFactsAboutItsLiterals() {
        Expr divisor = col("n").dividedBy(2).gt(1);
        Expr zero = col("n").dividedBy(0).gt(1);
        assertNotSame(classOf(divisor), classOf(zero));
        assertNotSame(classOf(col("n").gt(5)), classOf(col("x").gt(5)));
    }

    @Test
    void kernelsWithFunctionsShareNothing() {
        assertNotSame(
                classOf(mapLong("n", n -> n + 1).gt(5)),
                classOf(mapLong("n", n -> n + 2).gt(5)));
    }

    @Test
    void aClassStaysForTheLastKernelAndThenGoes() throws InterruptedException {
        FilterKernel[] kernels = {filter(1, 1, "a"), filter(2, 2, "b")};
        WeakReference<Class<?>> shape = new WeakReference<>(kernels[0].getClass());
        kernels[0] = null;
        collect();
        assertSame(kernels[1].getClass(), shape.get());
        assertSame(shape.get(), filter(3, 3, "c").getClass());
        kernels[1] = null;
        assertUnloaded(shape);
        int classes = ShapeCache.statistics().classes();
        assertTrue(classes >= 0 && filter(4, 4, "d") != null);
    }

    @Test
    void classesWithFunctionsGoTogetherWithThem() throws InterruptedException {
        int[] captured = {5};
        WeakReference<Class<?>> primitive =
                new WeakReference<>(classOf(mapLong("n", n -> n + captured[0]).gt(5)));
        Predicate<Row> predicate = row -> row.n() > captured[0];
        WeakReference<Predicate<Row>> function = new WeakReference<>(predicate);
        WeakReference<Class<?>> record =
                new WeakReference<>(compiler.filterRecords(SCHEMA, RecordForms.of(Row.class), predicate)
                        .kernel()
                        .getClass());
        predicate = null;
        assertUnloaded(primitive);
        assertUnloaded(record);
        assertUnloaded(function);
    }

    private Class<?> classOf(Expr predicate) {
        return compiler.filter(SCHEMA, predicate).kernel().getClass();
    }

    private FilterKernel filter(long n, double x, String s) {
        return compiler.filter(SCHEMA, col("n").gt(n).and(col("x").gt(x)).or(col("s").eq(s)))
                .kernel();
    }

    /// Of 20 rows: n, n / 2, "sn".
    private static List<Integer> selected(FilterKernel kernel) {
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = TestColumns.of(
                    memory,
                    SCHEMA,
                    IntStream.range(0, 20)
                            .mapToObj(i -> new Object[] {(long) i, i / 2.0, "s" + i})
                            .toList());
            long out = memory.allocate(4 * 20 + 64, 64);
            int count = kernel.filter(in.addresses, 0, 0, 20, out, new Progress());
            return IntStream.range(0, count)
                    .mapToObj(i -> RawMemory.getInt(out + 4L * i))
                    .toList();
        }
    }

    private static void assertUnloaded(WeakReference<?> reference) throws InterruptedException {
        for (int i = 0; i < 100 && reference.get() != null; i++) {
            collect();
        }
        assertNull(reference.get());
    }

    private static void collect() throws InterruptedException {
        System.gc();
        Thread.sleep(10);
    }
}
