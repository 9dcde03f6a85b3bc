package io.mullion.codegen;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.expr.DataType;
import io.mullion.expr.Expr;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.routine.TestMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccumulatorLayoutTest {
    private static final Schema SCHEMA = Schema.of(Field.of("a", DataType.INT64), Field.nullable("b", DataType.INT64));

    private static AccumulatorLayout layout(Expr... aggregates) {
        return AggregatePlan.of(SCHEMA, List.of(aggregates)).layout();
    }

    @Test
    void rowsHaveTwoFourOrEightLanesAndThenMultiplesOfEight() {
        assertEquals(2, layout(count()).laneCount());
        assertEquals(4, layout(sum("a")).laneCount());
        assertEquals(8, layout(sum("a"), min("a"), max("a")).laneCount());
        assertEquals(
                16, layout(sum("a"), min("a"), max("a"), sum("b"), min("b")).laneCount());
        assertEquals(
                128, layout(sum("a"), min("a"), max("a"), sum("b"), min("b")).rowBytes());
    }

    @Test
    void equalAccumulatorsAreShared() {
        assertEquals(
                4, layout(count(), count("a"), sum("a"), sum("a").as("again")).laneCount());
        assertEquals(4, layout(count("b"), sum("b"), count()).laneCount());
    }

    @Test
    void theIdentityOfAMinimumIsTheGreatestValue() {
        AccumulatorLayout layout = layout(min("a"), max("a"));
        long[] identity = {0, Long.MAX_VALUE, Long.MIN_VALUE, 0};
        assertArrayEquals(identity, layout.identity());
        try (TestMemory memory = new TestMemory()) {
            long address = memory.allocate(2L * layout.rowBytes(), 8);
            layout.fillIdentity(address, 2);
            for (int lane = 0; lane < 8; lane++) {
                assertEquals(identity[lane % 4], RawMemory.getLong(address + 8L * lane));
            }
        }
    }
}
