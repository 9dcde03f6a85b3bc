package io.mullion.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import org.junit.jupiter.api.Test;

class OffHeapArrayTest {
    @Test
    void growingKeepsWhatIsThere() {
        try (MemoryPool pool = new MemoryPool(8 << 20)) {
            MemoryAccount account = pool.account("test");
            try (OffHeapArray array = new OffHeapArray(account, 8)) {
                for (int i = 0; i < 10_000; i++) {
                    array.ensure(8L * (i + 1));
                    RawMemory.putLong(array.address() + 8L * i, i);
                }
                for (int i = 0; i < 10_000; i++) {
                    assertEquals(i, RawMemory.getLong(array.address() + 8L * i));
                }
                assertTrue(array.capacityBytes() >= 80_000 && array.capacityBytes() < 200_000);
                assertEquals(Budget.blockBytes(array.capacityBytes()), account.bytesOut());
            }
            assertEquals(0, account.bytesOut());
        }
    }

    @Test
    void whatIsLargeEnoughStaysWhereItIs() {
        try (MemoryPool pool = new MemoryPool(8 << 20);
                OffHeapArray array = new OffHeapArray(pool.account("test"), 100)) {
            long address = array.address();
            array.ensure(0);
            array.ensure(100);
            assertEquals(address, array.address());
        }
    }

    @Test
    void whatCannotGrowKeepsItsContent() {
        try (MemoryPool pool = new MemoryPool(1 << 20);
                OffHeapArray array = new OffHeapArray(pool.account("test"), 8)) {
            RawMemory.putLong(array.address(), 42);
            assertThrows(MullionException.class, () -> array.ensure(1 << 21));
            assertEquals(42, RawMemory.getLong(array.address()));
        }
    }

    @Test
    void closingTwiceGivesBackOnce() {
        try (MemoryPool pool = new MemoryPool(8 << 20)) {
            MemoryAccount account = pool.account("test");
            OffHeapArray array = new OffHeapArray(account, 100);
            array.close();
            array.close();
            assertEquals(0, account.bytesOut());
        }
    }
}
