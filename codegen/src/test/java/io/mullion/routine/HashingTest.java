package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HashingTest {
    private static final int KEYS = 1 << 16;

    /// Keys as they come, and as the bits of their hashes may not like them.
    static Stream<Arguments> keys() {
        return Stream.of(
                named("sequential", i -> i),
                named("negative", i -> -i),
                named("stride 7", i -> 7L * i),
                named("stride 1000", i -> 1000L * i),
                named("stride 2^10", i -> (long) i << 10),
                named("stride 2^20", i -> (long) i << 20),
                named("stride 2^32", i -> (long) i << 32),
                named("stride 2^48", i -> (long) i << 48),
                named("both halves", i -> (long) i << 32 | i),
                named("milliseconds", i -> 1_700_000_000_000L + 60_000L * i),
                named("scattered", i -> i * 0x9E3779B97F4A7C15L),
                named("two small ids", i -> (long) (i >> 8) << 32 | i & 0xff),
                named("doubles", i -> Hashing.canonicalBits(i)),
                named("fractions", i -> Hashing.canonicalBits(i / 10.0)));
    }

    private static Arguments named(String name, IntToLongFunction key) {
        return Arguments.argumentSet(name, key);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void topBitsAndFinishedLowBitsSpreadKeys(IntToLongFunction key) {
        assertSpread(i -> Hashing.int64(key.applyAsLong(i)));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void rowsOfTwoKeysSpread(IntToLongFunction key) {
        assertSpread(
                i -> Hashing.combine(Hashing.int64(key.applyAsLong(i & 0xff)), Hashing.int64(key.applyAsLong(i >> 8))));
    }

    @Test
    void decimalsTextsAndRowsWithNullsSpread() {
        assertSpread(i -> Hashing.decimal(0, 100L * i));
        assertSpread(i -> Hashing.decimal(-1, -100L * i - 1));
        assertSpread(i -> Hashing.combine(Hashing.NULL, Hashing.int64(i)));
        assertSpread(i -> Hashing.combine(Hashing.int64(i), Hashing.NULL));
        try (TestMemory memory = new TestMemory()) {
            long address = memory.allocate(64, 8);
            for (String form : new String[] {"%d", "user-%05d", "%05d-of-the-shop-in-the-high-street", "%x"}) {
                assertSpread(i -> {
                    byte[] text = form.formatted(i).getBytes(StandardCharsets.UTF_8);
                    RawMemory.copy(text, 0, address, text.length);
                    return Hashing.text(address, text.length);
                });
            }
        }
    }

    /// No bucket of as many as there are keys holds many more than chance would put there, none of the whole hashes
    /// are equal.
    private static void assertSpread(IntToLongFunction hash) {
        long[] hashes = IntStream.range(0, KEYS).mapToLong(hash::applyAsLong).toArray();
        int[] top = new int[KEYS];
        int[] low = new int[KEYS];
        int[] parts = new int[7];
        for (long it : hashes) {
            top[(int) (it >>> 48)]++;
            low[(int) Hashing.finish(it) & KEYS - 1]++;
            parts[Hashing.part(it, parts.length)]++;
        }
        assertTrue(Arrays.stream(top).max().orElseThrow() <= 12, "crowded slot of the top bits");
        assertTrue(Arrays.stream(low).max().orElseThrow() <= 12, "crowded slot of the low bits");
        int even = KEYS / parts.length;
        assertTrue(
                Arrays.stream(parts).allMatch(it -> it > even * 9 / 10 && it < even * 11 / 10), Arrays.toString(parts));
        assertEquals(KEYS, Arrays.stream(hashes).distinct().count());
    }

    @Test
    void keysOfOnePartStillSpreadOverTheirTable() {
        int[] top = new int[KEYS];
        int taken = 0;
        for (int i = 0; taken < KEYS; i++) {
            long hash = Hashing.int64(i);
            if (Hashing.part(hash, 4) == 2) {
                top[(int) (hash >>> 48)]++;
                taken++;
            }
        }
        assertTrue(Arrays.stream(top).max().orElseThrow() <= 12);
    }

    @Test
    void rowsDependOnTheOrderOfTheirValues() {
        for (int i = 0; i < 1000; i++) {
            long a = Hashing.int64(i);
            long b = Hashing.int64(i + 1);
            assertNotEquals(Hashing.combine(a, b), Hashing.combine(b, a));
            assertNotEquals(Hashing.combine(a, Hashing.NULL), Hashing.combine(Hashing.NULL, a));
            assertNotEquals(a, Hashing.NULL);
        }
    }

    @Test
    void equalDoublesHaveEqualHashes() {
        assertEquals(Hashing.float64(0.0), Hashing.float64(-0.0));
        assertEquals(Hashing.float64(Double.NaN), Hashing.float64(Double.longBitsToDouble(0xfff8_0000_0000_1234L)));
        assertEquals(Hashing.float64(1.5f), Hashing.float64(1.5));
        assertEquals(Double.doubleToLongBits(-1.5), Hashing.canonicalBits(-1.5));
        assertNotEquals(Hashing.float64(1.5), Hashing.float64(-1.5));
    }

    @Test
    void textsThatDifferInOneByteHaveDifferentHashes() {
        try (TestMemory memory = new TestMemory()) {
            for (int length = 0; length < 40; length++) {
                long address = memory.allocate(length, 1);
                RawMemory.copy("x".repeat(length).getBytes(StandardCharsets.UTF_8), 0, address, length);
                long hash = Hashing.text(address, length);
                for (int i = 0; i < length; i++) {
                    assertNotEquals(hash, Hashing.text(address, i));
                    RawMemory.putByte(address + i, (byte) 'y');
                    assertNotEquals(hash, Hashing.text(address, length));
                    RawMemory.putByte(address + i, (byte) 'x');
                }
                assertEquals(hash, Hashing.text(address, length));
            }
        }
    }
}
