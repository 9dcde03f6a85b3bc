package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Texts of one test, each in memory of exactly its size, and what routines need to be called by hand.
public final class TestTexts implements AutoCloseable {
    /// A text where routines take it.
    public record Text(long address, int length) {}

    /// A routine that makes a text of a text.
    public interface TextRoutine {
        long call(long text, int length, Scratch scratch);
    }

    private static final int[] SIZES = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129};
    private static final int[] FEW = {'a', 'b'};
    private static final int[] ASCII = {'a', 'z', 'A', 'Z', ' ', '0', '@', '[', '`', '{', 0, 0x7f};
    private static final int[] MIXED = {
        'a', 'b', 'X', ' ', 0xe9, 0xc9, 0x130, 0x131, 0x17f, 0x23a, 0x2c65, 0xff, 0x3a3, 0x4e2d, 0x212a, 0x1e9e,
        0x10400, 0x10428, 0x1f600, 0x10ffff
    };
    private static final int[][] ALPHABETS = {FEW, ASCII, MIXED};

    public final Scratch scratch = new Scratch();
    private final TestMemory memory = new TestMemory();

    public TestTexts(int scratchBytes) {
        scratch.use(memory.allocate(scratchBytes, 64), scratchBytes);
    }

    public Text put(String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    public Text put(byte[] bytes) {
        long address = memory.allocate(bytes.length, 1);
        RawMemory.copy(bytes, 0, address, bytes.length);
        return new Text(address, bytes.length);
    }

    /// What a routine returned.
    public String result(long address) {
        assertNull(scratch.failure);
        int length = (int) scratch.second;
        assertEquals(-1, Utf8.validate(address, length), "results are valid");
        return Utf8.decode(address, length);
    }

    public String call(TextRoutine routine, Text text) {
        return result(routine.call(text.address, text.length, scratch));
    }

    /// The reason that a routine gave for failing; forgets it.
    public Failure failure() {
        assertTrue(scratch.failed());
        return scratch.takeFailure();
    }

    /// A text of few characters, of ASCII, or of characters of 1 to 4 bytes; the lengths that break things are
    /// frequent.
    public static String random(SplittableRandom random) {
        int size = random.nextBoolean() ? SIZES[random.nextInt(SIZES.length)] : random.nextInt(100);
        return random(random, size);
    }

    public static String random(SplittableRandom random, int points) {
        return random(random, points, ALPHABETS[random.nextInt(ALPHABETS.length)]);
    }

    public static String random(SplittableRandom random, int points, int... alphabet) {
        return string(IntStream.generate(() -> alphabet[random.nextInt(alphabet.length)])
                .limit(points)
                .toArray());
    }

    /// A part of a text, or another one.
    public static String randomPart(SplittableRandom random, String text) {
        int[] points = text.codePoints().toArray();
        if (points.length == 0 || random.nextInt(4) == 0) {
            return random(random, random.nextInt(4));
        }
        int from = random.nextInt(points.length);
        int count = 1 + random.nextInt(random.nextBoolean() ? 3 : points.length);
        return string(IntStream.of(points).skip(from).limit(count).toArray());
    }

    public static String string(int... points) {
        return new String(points, 0, points.length);
    }

    public static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public void close() {
        memory.close();
    }
}
