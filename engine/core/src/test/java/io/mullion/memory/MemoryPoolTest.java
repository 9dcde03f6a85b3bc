package io.mullion.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("checked")
class MemoryPoolTest {
    private static final long MIB = 1 << 20;

    private record Block(long address, long bytes) {}

    @Test
    void blocksAreAlignedPowersOfTwoThatDoNotOverlap() {
        Random random = new Random(7);
        try (MemoryPool pool = new MemoryPool(64 * MIB)) {
            MemoryAccount account = pool.account("test");
            List<Block> out = new ArrayList<>();
            for (int round = 0; round < 2000; round++) {
                if (!out.isEmpty() && random.nextInt(3) == 0) {
                    Block block = out.remove(random.nextInt(out.size()));
                    account.give(block.address(), block.bytes());
                } else {
                    long bytes = 1 + random.nextInt(random.nextInt(10) == 0 ? 600_000 : 3_000);
                    long address = account.take(bytes);
                    assertEquals(0, address % 128);
                    out.add(new Block(address, bytes));
                }
            }
            out.sort(Comparator.comparingLong(Block::address));
            for (int i = 1; i < out.size(); i++) {
                assertTrue(out.get(i - 1).address()
                                + Budget.blockBytes(out.get(i - 1).bytes())
                        <= out.get(i).address());
            }
            assertEquals(
                    out.stream()
                            .mapToLong(block -> Budget.blockBytes(block.bytes()))
                            .sum(),
                    account.bytesOut());
            assertEquals(account.bytesOut(), pool.bytesOut());
            out.forEach(block -> account.give(block.address(), block.bytes()));
            assertEquals(0, pool.bytesOut());
        }
    }

    @Test
    void blockSizesRoundUpToPowersOfTwo() {
        assertEquals(128, Budget.blockBytes(0));
        assertEquals(128, Budget.blockBytes(1));
        assertEquals(128, Budget.blockBytes(128));
        assertEquals(256, Budget.blockBytes(129));
        assertEquals(1 << 20, Budget.blockBytes(1 << 20));
        assertEquals(1 << 21, Budget.blockBytes((1 << 20) + 1));
    }

    @Test
    void aSteadyStateTakesNothingNew() {
        try (MemoryPool pool = new MemoryPool(64 * MIB)) {
            MemoryAccount account = pool.account("test");
            Map<Long, Set<Long>> seen = new HashMap<>();
            long taken = 0;
            for (int round = 0; round < 100; round++) {
                List<Block> out = new ArrayList<>();
                for (long bytes : new long[] {100, 5000, 300_000, 2 * MIB, 200}) {
                    long address = account.take(bytes);
                    out.add(new Block(address, bytes));
                    seen.computeIfAbsent(bytes, _ -> new HashSet<>()).add(address);
                }
                out.forEach(block -> account.give(block.address(), block.bytes()));
                if (round == 0) {
                    taken = pool.takenBytes();
                }
            }
            assertEquals(taken, pool.takenBytes());
            assertEquals(1, seen.get(2 * MIB).size());
        }
    }

    @Test
    void theLimitErrorNamesWhoWantsAndWhoHolds() {
        try (MemoryPool pool = new MemoryPool(4 * MIB)) {
            MemoryAccount small = pool.account("small holder");
            MemoryAccount large = pool.account("large holder");
            MemoryAccount idle = pool.account("idle");
            long a = small.take(100);
            long b = large.take(2 * MIB);
            MullionException full = assertThrows(MullionException.class, () -> idle.take(2 * MIB));
            assertEquals(Reason.OUT_OF_MEMORY, full.reason());
            assertEquals(
                    "memory budget exhausted: wanted=2097152 for idle, limit=4194304, held by "
                            + "[large holder=2097152, small holder=128], free in smaller blocks=1048448",
                    full.getMessage());
            assertEquals(0, idle.bytesOut());
            small.give(a, 100);
            large.give(b, 2 * MIB);
        }
    }

    @Test
    void theLimitErrorIsALineHoweverManyHoldWithWhateverNames() {
        try (MemoryPool pool = new MemoryPool(MIB)) {
            List<MemoryAccount> holders = new ArrayList<>();
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                holders.add(pool.account("holder " + i + " " + "x".repeat(1000)));
                blocks.add(holders.get(i).take(128 << i));
            }
            MullionException full = assertThrows(
                    MullionException.class, () -> holders.getFirst().take(2 * MIB));
            String rest = " " + "x".repeat(51) + "...";
            assertEquals(
                    "memory budget exhausted: wanted=2097152 for holder 0" + rest + ", limit=1048576, held by [holder 4"
                            + rest + "=2048, holder 3" + rest + "=1024, holder 2" + rest
                            + "=512, 2 more=384], free in smaller blocks=1044608",
                    full.getMessage());
            for (int i = 0; i < 5; i++) {
                holders.get(i).give(blocks.get(i), 128 << i);
            }
        }
    }

    @Test
    void largerBlocksAreHalvedWhenNoSlabMayBeTaken() {
        try (MemoryPool pool = new MemoryPool(2 * MIB)) {
            MemoryAccount account = pool.account("test");
            account.give(account.take(2 * MIB), 2 * MIB);
            List<Long> small = new ArrayList<>();
            for (int i = 0; i < 2 * MIB / 128; i++) {
                small.add(account.take(128));
            }
            assertEquals(2 * MIB / 128, new HashSet<>(small).size());
            assertEquals(2 * MIB, pool.bytesOut());
            assertEquals(2 * MIB, pool.takenBytes());
            assertThrows(MullionException.class, () -> account.take(1));
            small.forEach(address -> account.give(address, 128));
        }
    }

    @Test
    void smallBlocksThatCameBackServeLargeOnes() {
        try (MemoryPool pool = new MemoryPool(2 * MIB)) {
            MemoryAccount account = pool.account("test");
            for (int round = 0; round < 3; round++) {
                List<Long> small = new ArrayList<>();
                for (int i = 0; i < 2 * MIB / 128; i++) {
                    small.add(account.take(128));
                }
                Collections.shuffle(small, new Random(round));
                small.forEach(address -> account.give(address, 128));
                long first = account.take(MIB);
                long second = account.take(MIB);
                assertTrue(Math.abs(first - second) >= MIB);
                account.give(first, MIB);
                account.give(second, MIB);
            }
        }
    }

    @Test
    void whatIsTakenNeverPassesTheLimit() {
        try (MemoryPool pool = new MemoryPool(5 * MIB)) {
            MemoryAccount account = pool.account("test");
            Random random = new Random(3);
            List<Block> out = new ArrayList<>();
            int refused = 0;
            for (int round = 0; round < 3000; round++) {
                long bytes = 1L << random.nextInt(21);
                try {
                    out.add(new Block(account.take(bytes), bytes));
                } catch (MullionException full) {
                    refused++;
                    Block block = out.remove(random.nextInt(out.size()));
                    account.give(block.address(), block.bytes());
                }
                assertTrue(pool.takenBytes() <= 5 * MIB);
            }
            assertTrue(refused > 0);
            out.forEach(block -> account.give(block.address(), block.bytes()));
        }
    }

    @Test
    void aLeakNamesItsOwnerAndThePoolStaysOpen() {
        MemoryPool pool = new MemoryPool(4 * MIB);
        MemoryAccount good = pool.account("good");
        MemoryAccount leaky = pool.account("leaky");
        good.give(good.take(10), 10);
        long address = leaky.take(1000);
        MullionException leak = assertThrows(MullionException.class, pool::close);
        assertEquals(Reason.LEAK, leak.reason());
        assertEquals("memory still out when the engine closed: [leaky=1024]", leak.getMessage());
        RawMemory.putLong(address, 1);
        leaky.give(address, 1000);
        pool.close();
        pool.close();
        assertThrows(MullionException.class, () -> good.take(1));
    }

    @Test
    void anAccountThatHoldsSomethingIsNotRetired() {
        MemoryPool pool = new MemoryPool(4 * MIB);
        MemoryAccount account = pool.account("kept");
        long address = account.take(1);
        pool.retire(account);
        assertEquals(128, pool.bytesOut());
        account.give(address, 1);
        pool.retire(account);
        pool.close();
    }

    @Test
    void aBudgetBelowOneSlabIsRefused() {
        MullionException tooSmall = assertThrows(MullionException.class, () -> new MemoryPool(MIB - 1));
        assertTrue(tooSmall.getMessage().contains("memoryLimitBytes=1048575"), tooSmall.getMessage());
        assertThrows(MullionException.class, () -> new MemoryPool(-1));
    }

    @Test
    void anAbsurdSizeIsRefused() {
        try (MemoryPool pool = new MemoryPool(4 * MIB)) {
            MemoryAccount account = pool.account("test");
            assertThrows(IllegalArgumentException.class, () -> account.take(-1));
            assertThrows(IllegalArgumentException.class, () -> account.take(Long.MAX_VALUE));
            assertThrows(MullionException.class, () -> account.take(1L << 46));
            assertEquals(0, pool.bytesOut());
        }
    }

    @Test
    void manyThreadsShareThePool() throws InterruptedException {
        try (MemoryPool pool = new MemoryPool(64 * MIB)) {
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                long mark = t + 1;
                MemoryAccount account = pool.account("thread " + t);
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        takeMarkAndGive(account, mark);
                    } catch (Throwable e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), failures);
            assertEquals(0, pool.bytesOut());
        }
    }

    @Test
    void inCheckedModeWhatWasGivenBackIsOutOfReach() {
        assumeTrue(RawMemory.CHECKED);
        try (MemoryPool pool = new MemoryPool(4 * MIB)) {
            MemoryAccount account = pool.account("test");
            long address = account.take(100);
            RawMemory.putLong(address + 120, 1);
            assertThrows(IndexOutOfBoundsException.class, () -> RawMemory.putLong(address + 121, 1));
            account.give(address, 100);
            assertThrows(IndexOutOfBoundsException.class, () -> RawMemory.getLong(address));
            long again = account.take(100);
            assertEquals(address, again);
            // All of it was poisoned but the link of the free list.
            assertEquals(0xDBDBDBDBDBDBDBDBL, RawMemory.getLong(again + 64));
            account.give(again, 100);
        }
    }

    private static void takeMarkAndGive(MemoryAccount account, long mark) {
        Random random = new Random(mark);
        List<Block> out = new ArrayList<>();
        for (int round = 0; round < 5000; round++) {
            if (out.size() > 20) {
                Block block = out.remove(random.nextInt(out.size()));
                assertEquals(mark, RawMemory.getLong(block.address()));
                account.give(block.address(), block.bytes());
            }
            long bytes = 8 + random.nextInt(4000);
            Block block = new Block(account.take(bytes), bytes);
            RawMemory.putLong(block.address(), mark);
            out.add(block);
        }
        out.forEach(block -> account.give(block.address(), block.bytes()));
        assertEquals(0, account.bytesOut());
    }

    @Test
    void jobsShareOneBudgetAndAreNamedByWhatTheyHold() {
        try (MemoryPool engine = new MemoryPool(4 * MIB)) {
            MemoryPool orders = engine.of("orders");
            MemoryPool trades = engine.of("trades");
            MemoryAccount lane = orders.account("in#0");
            MemoryAccount again = orders.account("in#0");
            MemoryAccount panes = trades.account("panes");
            long a = lane.take(MIB);
            long b = again.take(128);
            long c = panes.take(MIB);
            assertEquals(Map.of("in#0", MIB + 128), orders.bytesByPart());
            assertEquals(Map.of("panes", MIB), trades.bytesByPart());
            assertEquals(2 * MIB + 128, orders.bytesOut());
            MullionException full = assertThrows(MullionException.class, () -> panes.take(2 * MIB));
            assertTrue(
                    full.getMessage()
                            .contains(
                                    "wanted=2097152 for trades/panes, limit=4194304, held by [orders/in#0=1048576, "
                                            + "trades/panes=1048576, orders/in#0=128], by job {orders=1048704, trades=1048576}"),
                    full::getMessage);
            lane.give(a, MIB);
            again.give(b, 128);
            panes.give(c, MIB);
            assertEquals(Map.of(), orders.bytesByPart());
        }
    }
}
