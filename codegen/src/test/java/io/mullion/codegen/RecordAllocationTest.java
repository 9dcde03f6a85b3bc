package io.mullion.codegen;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.TestMemory;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Records of primitives that functions of the user's take and give are never made, once the loop is compiled: the JIT
/// sees constructor, function and accessors as one.
class RecordAllocationTest {
    record Trade(long time, double price, int quantity, long venue) {}

    record Value(long time, double value, long venue) {}

    private static final int ROWS = 1000;
    private static final Schema TRADE = Schema.of(
            Field.of("time", DataType.INT64),
            Field.of("price", DataType.FLOAT64),
            Field.of("quantity", DataType.INT32),
            Field.of("venue", DataType.INT64));
    private static final Schema VALUE = Schema.of(
            Field.of("time", DataType.INT64), Field.of("value", DataType.FLOAT64), Field.of("venue", DataType.INT64));
    private static final RecordFunction RECORDS =
            new RecordFunction(RecordForms.of(Trade.class), RecordForms.of(Value.class), VALUE, List.of());

    private final KernelCompiler compiler = new KernelCompiler(new Target(0, false));
    private final Progress progress = new Progress();

    @Test
    void filtersMakeNoRecords() {
        Predicate<Trade> predicate = it -> it.price() * it.quantity() > 1000 && it.venue() > 3;
        FilterKernel kernel = compiler.filterRecords(TRADE, RecordForms.of(Trade.class), predicate)
                .kernel();
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = trades(memory);
            long out = memory.allocate(4 * ROWS + 64, 64);
            AllocationTest.assertAllocatesNothing(
                    kernel, () -> kernel.filter(in.addresses, 0, 0, ROWS, out, progress.start()));
        }
    }

    @Test
    void mapsMakeNoRecords() {
        Function<Trade, Value> function = it -> new Value(it.time() + 1, it.price() * it.quantity(), it.venue());
        ProjectKernel kernel = compiler.mapRecords(TRADE, RECORDS, function).kernel();
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = trades(memory);
            TestColumns out = TestColumns.empty(memory, VALUE, ROWS, 0);
            AllocationTest.assertAllocatesNothing(
                    kernel, () -> kernel.project(in.addresses, 0, 0, ROWS, out.addresses, progress.start()));
        }
    }

    @Test
    void flatMapsMakeNoRecords() {
        BiConsumer<Trade, Consumer<Value>> function = (it, values) -> {
            values.accept(new Value(it.time(), it.price(), it.venue()));
            if (it.quantity() > 50) {
                values.accept(new Value(it.time(), it.price() * it.quantity(), it.venue()));
            }
        };
        FlatMapKernel kernel = compiler.flatMapRecords(TRADE, RECORDS, function).kernel();
        try (TestMemory memory = new TestMemory()) {
            TestColumns in = trades(memory);
            TestColumns out = TestColumns.empty(memory, VALUE, 2 * ROWS, 0);
            AllocationTest.assertAllocatesNothing(
                    kernel, () -> kernel.flatMap(in.addresses, 0, 0, ROWS, out.addresses, progress.start()));
        }
    }

    private static TestColumns trades(TestMemory memory) {
        return TestColumns.of(
                memory,
                TRADE,
                LongStream.range(0, ROWS)
                        .mapToObj(i -> new Object[] {i, i * 0.25, i * 37 % 100, i % 7 * 1000})
                        .toList());
    }
}
