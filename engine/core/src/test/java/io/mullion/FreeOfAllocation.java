package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/// Runs rounds of equal work until the JIT has done its part and so many of them, one after the other, have allocated
/// nothing on the heap.
final class FreeOfAllocation {
    static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /// So many rounds one after the other have to be free of allocation, ...
    static final int FREE_ROUNDS = 10;
    /// ... and the JIT has so many to get there: what is called once a pane comes late, and later where the machine is
    /// busy.
    private static final int MAX_ROUNDS = 400;
    /// So many show whether memory off the heap grows: tables take a while to have the size that they need.
    private static final int MEMORY_ROUNDS = 40;

    private FreeOfAllocation() {}

    /// @param allocated runs a round and says how many bytes it allocated
    static void requireAtLast(LongUnaryOperator allocated) {
        List<Long> bytes = new ArrayList<>();
        int free = 0;
        while (free < FREE_ROUNDS && bytes.size() < MAX_ROUNDS) {
            bytes.add(allocated.applyAsLong(bytes.size()));
            free = bytes.getLast() == 0 ? free + 1 : 0;
        }
        assertEquals(FREE_ROUNDS, free, () -> "bytes allocated by round: " + bytes);
    }

    /// Rounds on this thread, which must not hold more and more memory off the heap either. How much it is may sway a
    /// little, with where in a window a round ends and how keys fall into their table.
    ///
    /// @param offHeapBytes what is held after a round
    static void requireAtLast(Round round, LongSupplier offHeapBytes) {
        List<Long> held = new ArrayList<>();
        requireAtLast(number -> {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            round.run(number);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            held.add(offHeapBytes.getAsLong());
            return allocated;
        });
        while (held.size() < MEMORY_ROUNDS) {
            round.run(held.size());
            held.add(offHeapBytes.getAsLong());
        }
        int half = held.size() / 2;
        assertTrue(
                Collections.max(held.subList(half, held.size())) <= Collections.max(held.subList(0, half)) * 1.1,
                () -> "bytes off the heap by round: " + held);
    }

    interface Round {
        void run(long number);
    }
}
