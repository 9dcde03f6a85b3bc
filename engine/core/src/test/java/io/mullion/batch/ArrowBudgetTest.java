package io.mullion.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.MemoryPool;
import io.mullion.spec.MullionException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/// Vectors over a batch take validity bitmaps from the budget; when it ends in the middle, those taken go back.
class ArrowBudgetTest {
    private static final long BLOCK_BYTES = 128;
    private static final Schema SCHEMA =
            Schema.of(Field.of("a", DataType.INT64), Field.of("b", DataType.FLOAT64), Field.of("c", DataType.INT64));

    @Test
    void vectorsThatDoNotFitLeaveNothingBehind() {
        try (MemoryPool pool = new MemoryPool(1 << 20)) {
            MemoryAccount filler = pool.account("filler");
            int refused = 0;
            boolean fitted = false;
            for (int blocksLeft = 0; !fitted; blocksLeft++) {
                try (BatchAllocator allocator = new BatchAllocator(pool.account("batch"));
                        Batch batch = allocator.batch(SCHEMA, 64, 64)) {
                    batch.clear();
                    Deque<Long> blocks = fill(filler);
                    for (int i = 0; i < blocksLeft; i++) {
                        filler.give(blocks.pop(), BLOCK_BYTES);
                    }
                    BatchRows rows = new BatchRows(SCHEMA).show(batch, 0, 64);
                    try {
                        assertEquals(64, rows.arrow().getRowCount());
                        fitted = true;
                    } catch (MullionException full) {
                        assertEquals(MullionException.Reason.OUT_OF_MEMORY, full.reason());
                        refused++;
                    } finally {
                        rows.hide();
                        blocks.forEach(block -> filler.give(block, BLOCK_BYTES));
                    }
                }
                assertEquals(0, pool.bytesOut());
            }
            assertTrue(refused >= 3, "refused=" + refused);
        }
    }

    private static Deque<Long> fill(MemoryAccount account) {
        Deque<Long> blocks = new ArrayDeque<>();
        while (true) {
            try {
                blocks.push(account.take(BLOCK_BYTES));
            } catch (MullionException full) {
                return blocks;
            }
        }
    }
}
