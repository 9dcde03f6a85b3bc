package io.mullion.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What was given back in small blocks can be taken again in large ones, and only that.
class FreeBlocksTest {
    private static final long LIMIT = 4 << 20;

    @Test
    void theWholeBudgetIsThereAgainInBlocksOfAnotherSize() {
        try (MemoryPool pool = new MemoryPool(LIMIT)) {
            MemoryAccount account = pool.account("test");
            Random random = new Random(11);
            for (long bytes : new long[] {4096, 8192, 128, 1 << 20, 1024, 512 << 10, 64 << 10}) {
                List<Long> blocks = fill(account, bytes);
                assertEquals(LIMIT / bytes, blocks.size(), "blocks of " + bytes);
                assertApart(blocks, bytes);
                assertEquals(LIMIT, pool.takenBytes());
                Collections.shuffle(blocks, random);
                blocks.forEach(address -> account.give(address, bytes));
                assertEquals(0, pool.bytesOut());
            }
        }
    }

    @Test
    void aFreeBlockIsNotJoinedWithOneThatIsOut() {
        try (MemoryPool pool = new MemoryPool(LIMIT)) {
            MemoryAccount account = pool.account("test");
            List<Long> blocks = fill(account, 4096);
            Collections.sort(blocks);
            for (int i = 0; i < blocks.size(); i++) {
                if (i % 2 == 0) {
                    account.give(blocks.get(i), 4096);
                } else {
                    RawMemory.putLong(blocks.get(i), i);
                    RawMemory.putLong(blocks.get(i) + 4088, i);
                }
            }
            assertEquals(
                    Reason.OUT_OF_MEMORY,
                    assertThrows(MullionException.class, () -> account.take(8192))
                            .reason());
            // Those that are free are still there, each on its own.
            List<Long> again = fill(account, 4096);
            assertEquals(blocks.size() / 2, again.size());
            for (int i = 1; i < blocks.size(); i += 2) {
                assertEquals(i, RawMemory.getLong(blocks.get(i)));
                assertEquals(i, RawMemory.getLong(blocks.get(i) + 4088));
                again.add(blocks.get(i));
            }
            assertApart(again, 4096);
            again.forEach(address -> account.give(address, 4096));
        }
    }

    @Test
    void twoFreeNeighboursThatAreNotHalvesOfOneBlockStayApart() {
        try (MemoryPool pool = new MemoryPool(1 << 20)) {
            MemoryAccount account = pool.account("test");
            List<Long> blocks = fill(account, 4096);
            Collections.sort(blocks);
            account.give(blocks.get(1), 4096);
            account.give(blocks.get(2), 4096);
            assertThrows(MullionException.class, () -> account.take(8192));
            account.give(blocks.get(3), 4096);
            assertEquals(blocks.get(2), account.take(8192));
            account.give(blocks.get(2), 8192);
            blocks.subList(4, blocks.size()).forEach(address -> account.give(address, 4096));
            account.give(blocks.getFirst(), 4096);
        }
    }

    /// Takes blocks until there are none.
    private static List<Long> fill(MemoryAccount account, long bytes) {
        List<Long> blocks = new ArrayList<>();
        while (true) {
            try {
                blocks.add(account.take(bytes));
            } catch (MullionException full) {
                assertEquals(Reason.OUT_OF_MEMORY, full.reason());
                return blocks;
            }
        }
    }

    private static void assertApart(List<Long> blocks, long bytes) {
        List<Long> sorted = blocks.stream().sorted().toList();
        for (int i = 1; i < sorted.size(); i++) {
            assertTrue(sorted.get(i - 1) + bytes <= sorted.get(i));
        }
    }
}
