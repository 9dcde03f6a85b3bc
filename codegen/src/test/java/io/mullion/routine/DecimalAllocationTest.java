package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.sun.management.ThreadMXBean;
import io.mullion.expr.DataType;
import io.mullion.expr.LookupTable;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Decimals, hashes, tables and sets allocate nothing for a row.
class DecimalAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROWS = 1000;
    private static final int ROUNDS = 100;
    private static final int ATTEMPTS = 10;

    private interface Row {
        long run(int row);
    }

    @Test
    void decimalsAllocateNothing() {
        try (TestMemory memory = new TestMemory()) {
            Scratch scratch = new Scratch();
            long text = memory.allocate(64, 8);
            DecimalSamples samples = new DecimalSamples(11);
            long[] highs = new long[ROWS];
            long[] lows = new long[ROWS];
            for (int i = 0; i < ROWS; i++) {
                BigInteger value = samples.next();
                highs[i] = DecimalRules.high(value);
                lows[i] = DecimalRules.low(value);
            }
            assertAllocatesNothing(row -> {
                long high = highs[row];
                long low = lows[row];
                int other = (row + 1) % ROWS;
                scratch.use(text, 64);
                long address = DecimalText.format(high, low, row % 39, scratch);
                long parsed = DecimalText.parse(address, (int) scratch.second, row % 39, 38, scratch);
                long sum = parsed
                        + scratch.second
                        + Decimal128.addChecked(high, low, highs[other], lows[other], row % 39, 0, 38, scratch)
                        + Decimal128.multiplyChecked(high, low, highs[other], lows[other], 38, scratch)
                        + Decimal128.rescaleChecked(high, low, row % 77 - 38, 38, scratch)
                        + Decimal128.compareScaled(high, low, highs[other], lows[other], 0, row % 39)
                        + DecimalDivision.divide(high, low, highs[other], lows[other], row % 45, 38, scratch)
                        + DecimalDivision.remainder(high, low, highs[other], lows[other], row % 39, 0, scratch)
                        + DecimalConversion.toInt64(high, low, 20, scratch);
                double nearest = DecimalConversion.toFloat64(high, low, row % 39);
                sum += DecimalConversion.fromFloat64(nearest, row % 39, 38, scratch);
                scratch.failure = null;
                return sum + (long) nearest + (long) DecimalConversion.toFloat32(high, low, row % 39);
            });
        }
    }

    @Test
    void tablesAndSetsAllocateNothing() {
        try (TestMemory memory = new TestMemory()) {
            Scratch scratch = new Scratch();
            long texts = memory.allocate(8 * ROWS, 8);
            Map<String, String> words = new HashMap<>();
            for (int i = 0; i < ROWS; i++) {
                String word = "w" + (1000 + i);
                RawMemory.copy(word.getBytes(StandardCharsets.UTF_8), 0, texts + 8L * i, 5);
                if (i % 3 != 0) {
                    words.put(word, "value " + i);
                }
            }
            long[] keys = LongStream.range(0, ROWS).map(i -> i * Hashing.GOLDEN).toArray();
            Map<Long, Double> numbers = new HashMap<>();
            for (int i = 0; i < ROWS; i += 2) {
                numbers.put(keys[i], i / 2.0);
            }
            DenseLookup dense = (DenseLookup) LookupForm.of(LookupTable.dense(5, keys), DataType.INT64);
            HashLookup hash = (HashLookup) LookupForm.of(LookupTable.of(numbers), DataType.INT64);
            TextLookup text = (TextLookup) LookupForm.of(LookupTable.of(words), DataType.UTF8);
            LongSet longs = new LongSet(keys);
            DoubleSet doubles = new DoubleSet(1.5, 2.5, Double.NaN);
            TextSet some = new TextSet(List.of("w1001".getBytes(StandardCharsets.UTF_8)));
            DecimalSet decimals = new DecimalSet(List.of(BigInteger.TEN, BigInteger.TWO));
            assertAllocatesNothing(row -> {
                long sum = DenseLookup.int64(row, dense, scratch)
                        + (long) HashLookup.float64(keys[row], hash, scratch)
                        + TextLookup.text(texts + 8L * row, 5, text, scratch)
                        + scratch.second
                        + Hashing.text(texts + 8L * row, 5);
                boolean found = LongSet.contains(row * Hashing.GOLDEN, longs)
                        ^ DoubleSet.contains(row / 2.0, doubles)
                        ^ TextSet.contains(texts + 8L * row, 5, some)
                        ^ DecimalSet.contains(0, row, decimals);
                return found ? sum : -sum;
            });
        }
    }

    /// Tries again, since the JVM itself allocates a little when code that was compiled is thrown away; what allocates
    /// for a row does so each time.
    private static void assertAllocatesNothing(Row routine) {
        Assumptions.assumeFalse(RawMemory.CHECKED, "looking up live memory allocates");
        long sum = rows(routine);
        long allocated = -1;
        for (int attempt = 0; allocated != 0 && attempt < ATTEMPTS; attempt++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int round = 0; round < ROUNDS; round++) {
                sum = 31 * sum + rows(routine);
            }
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated);
        assertNotEquals(0, sum);
    }

    private static long rows(Row routine) {
        long sum = 0;
        for (int row = 0; row < ROWS; row++) {
            sum = 31 * sum + routine.run(row);
        }
        return sum;
    }
}
