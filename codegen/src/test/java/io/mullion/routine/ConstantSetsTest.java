package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The sets of `in` lists against those of the JDK.
class ConstantSetsTest {
    static Stream<LongUnaryOperator> values() {
        return Stream.of(
                i -> i,
                i -> -5 * i,
                i -> 1_000_000 + 200 * i,
                i -> 1_000_000 + 300 * i,
                i -> i * Hashing.GOLDEN,
                i -> i << 40,
                i -> Long.MAX_VALUE - i,
                i -> Long.MIN_VALUE + i,
                i -> (i & 1) == 0 ? Long.MIN_VALUE + i : Long.MAX_VALUE - i,
                i -> i / 3);
    }

    @ParameterizedTest
    @MethodSource("values")
    void longsAreFound(LongUnaryOperator value) {
        for (int count : new int[] {0, 1, 2, 63, 64, 65, 1000, 100_000}) {
            long[] values = LongStream.range(0, count).map(value).toArray();
            Set<Long> expected = new HashSet<>();
            LongStream.of(values).forEach(expected::add);
            LongSet set = new LongSet(values);
            assertEquals(expected.size(), set.size());
            for (long it : values) {
                assertTrue(LongSet.contains(it, set));
                assertEquals(expected.contains(it + 1), LongSet.contains(it + 1, set));
                assertEquals(expected.contains(it - 1), LongSet.contains(it - 1, set));
                assertEquals(expected.contains(it ^ 1L << 38), LongSet.contains(it ^ 1L << 38, set));
            }
            for (long it : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
                assertEquals(expected.contains(it), LongSet.contains(it, set));
            }
        }
    }

    @Test
    void aSetOfMillionsIsMadeAndFound() {
        long[] values = LongStream.range(0, 3_000_000).map(i -> i * 1_000_003L).toArray();
        LongSet set = new LongSet(values);
        assertEquals(values.length, set.size());
        for (long it : values) {
            assertTrue(LongSet.contains(it, set));
            assertFalse(LongSet.contains(it + 1, set));
        }
    }

    @Test
    void theKeyOfFreeSlotsIsNotInTheTable() {
        long[] keys = {1, 1L << 50, -7};
        LongSlots slots = new LongSlots(keys, new long[] {10, 20, 30});
        assertEquals(-1, slots.find(LongSlots.unused(keys)));
        assertEquals(20, slots.word(slots.find(1L << 50)));
    }

    @Test
    void equalDoublesAreTheSame() {
        DoubleSet set = new DoubleSet(1.5, -0.0, Double.longBitsToDouble(0x7ff8_0000_0000_0001L), 1.5);
        assertEquals(3, set.size());
        assertTrue(DoubleSet.contains(0.0, set));
        assertTrue(DoubleSet.contains(-0.0, set));
        assertTrue(DoubleSet.contains(Double.NaN, set));
        assertTrue(DoubleSet.contains(1.5f, set));
        assertFalse(DoubleSet.contains(-1.5, set));
        DoubleSet infinite = new DoubleSet(Double.POSITIVE_INFINITY);
        assertTrue(DoubleSet.contains(Double.POSITIVE_INFINITY, infinite));
        assertFalse(DoubleSet.contains(Double.NaN, infinite));
        assertFalse(DoubleSet.contains(0, new DoubleSet()));
    }

    @Test
    void textsAreTheSameByTheirBytes() {
        SplittableRandom random = new SplittableRandom(41);
        try (TestMemory memory = new TestMemory()) {
            for (int count : new int[] {0, 1, 2, 100, 20_000}) {
                Set<String> expected = new HashSet<>();
                List<byte[]> values = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    String text = "x".repeat(random.nextInt(20)) + random.nextInt(20);
                    expected.add(text);
                    values.add(text.getBytes(StandardCharsets.UTF_8));
                }
                TextSet set = new TextSet(values);
                assertEquals(expected.size(), set.size());
                for (int length = 0; length < 21; length++) {
                    for (int i = -1; i < 21; i++) {
                        String text = "x".repeat(length) + (i < 0 ? "" : i);
                        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                        long address = memory.allocate(bytes.length, 1);
                        RawMemory.copy(bytes, 0, address, bytes.length);
                        assertEquals(expected.contains(text), TextSet.contains(address, bytes.length, set), text);
                    }
                }
            }
            long some = memory.allocate(1, 1);
            assertTrue(TextSet.contains(some, 0, new TextSet(List.of(new byte[0]))));
        }
    }

    @Test
    void decimalsAreTheSameInBothWords() {
        DecimalSamples samples = new DecimalSamples(42);
        Set<BigInteger> expected = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            expected.add(samples.next());
        }
        DecimalSet set = new DecimalSet(new ArrayList<>(expected));
        assertEquals(expected.size(), set.size());
        for (BigInteger it : expected) {
            for (BigInteger near : List.of(it, it.add(BigInteger.ONE), it.negate(), it.add(BigInteger.TWO.pow(64)))) {
                assertEquals(
                        expected.contains(near),
                        DecimalSet.contains(DecimalSamples.high(near), DecimalSamples.low(near), set));
            }
        }
        assertFalse(DecimalSet.contains(0, 0, new DecimalSet(List.of())));
        assertEquals(1, new DecimalSet(List.of(BigInteger.TEN, BigInteger.TEN)).size());
    }
}
