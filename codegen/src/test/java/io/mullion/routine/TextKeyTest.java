package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TextKeyTest {
    private static final int ROOM = 128;

    private final Random random = new Random(1);

    @Test
    void whatLiesBehindAShortTextDoesNotCount() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = arena.allocate(ROOM, 8);
            MemorySegment b = arena.allocate(ROOM, 8);
            for (int length = 0; length <= 40; length++) {
                for (int from = 0; from < 8; from++) {
                    fill(a);
                    fill(b);
                    MemorySegment.copy(a, from, b, 0, length);
                    assertTrue(same(a, from, b, 0, length), "length=" + length);
                    assertEquals(hash(a, from, length), hash(b, 0, length));
                    for (int i = 0; i < length; i++) {
                        byte old = b.get(ValueLayout.JAVA_BYTE, i);
                        b.set(ValueLayout.JAVA_BYTE, i, (byte) (old ^ 1 << random.nextInt(8)));
                        assertFalse(same(a, from, b, 0, length), "length=" + length + ", byte=" + i);
                        assertNotEquals(hash(a, from, length), hash(b, 0, length));
                        b.set(ValueLayout.JAVA_BYTE, i, old);
                    }
                }
            }
        }
    }

    /// Zeros behind a text would make it another one's words.
    @Test
    void lengthsTellTextsApartThatEndInZeros() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zeros = arena.allocate(ROOM, 8);
            Set<Long> hashes = new HashSet<>();
            for (int length = 0; length <= 40; length++) {
                hashes.add(hash(zeros, 0, length));
            }
            assertEquals(41, hashes.size());
        }
    }

    @Test
    void ofALongTextTheFirstWordIsItsAddress() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ROOM, 8);
            assertEquals(text.address(), TextKey.first(text.address(), TextKey.INLINE_BYTES + 1));
            assertEquals(0, TextKey.second(text.address(), TextKey.INLINE_BYTES + 1));
        }
    }

    private void fill(MemorySegment segment) {
        for (int i = 0; i < ROOM; i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
    }

    private static boolean same(MemorySegment a, int aFrom, MemorySegment b, int bFrom, int length) {
        long one = a.address() + aFrom;
        long other = b.address() + bFrom;
        return TextKey.same(
                TextKey.first(one, length),
                TextKey.second(one, length),
                TextKey.first(other, length),
                TextKey.second(other, length),
                length);
    }

    private static long hash(MemorySegment text, int from, int length) {
        long address = text.address() + from;
        return TextKey.hash(TextKey.first(address, length), TextKey.second(address, length), length);
    }
}
