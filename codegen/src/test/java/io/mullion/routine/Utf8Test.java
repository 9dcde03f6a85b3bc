package io.mullion.routine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static final int LENGTH = 64;

    @Test
    void validateFindsWhatTheCharsetDecoderFinds() {
        SplittableRandom random = new SplittableRandom(21);
        try (TestMemory memory = new TestMemory()) {
            long address = block(memory, LENGTH);
            for (int round = 0; round < 200_000; round++) {
                byte[] bytes = bytes(random, random.nextInt(LENGTH));
                RawMemory.copy(bytes, 0, address, bytes.length);
                assertEquals(firstMalformed(bytes), Utf8.validate(address, bytes.length), () -> Arrays.toString(bytes));
            }
        }
    }

    @Test
    void everyTwoAndThreeByteSequenceIsJudgedAsByTheCharsetDecoder() {
        try (TestMemory memory = new TestMemory()) {
            long address = block(memory, LENGTH);
            int[] thirds = {0x00, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
            for (int first = 0x80; first < 0x100; first++) {
                for (int second = 0; second < 0x100; second++) {
                    for (int third : thirds) {
                        byte[] bytes = {(byte) first, (byte) second, (byte) third, (byte) 0x80};
                        RawMemory.copy(bytes, 0, address, 4);
                        for (int length = 1; length <= 4; length++) {
                            assertEquals(
                                    firstMalformed(Arrays.copyOf(bytes, length)),
                                    Utf8.validate(address, length),
                                    () -> Arrays.toString(bytes));
                        }
                    }
                }
            }
        }
    }

    @Test
    void encodeWritesWhatTheCharsetEncoderWrites() {
        SplittableRandom random = new SplittableRandom(22);
        int[] codePoints = {0, 'a', 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0xd7ff, 0xe000, 0x10000, 0x10ffff};
        try (TestMemory memory = new TestMemory()) {
            long address = block(memory, 4 * LENGTH);
            for (int round = 0; round < 20_000; round++) {
                StringBuilder text = new StringBuilder();
                for (int i = random.nextInt(LENGTH); i > 0; i--) {
                    text.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
                }
                byte[] expected = text.toString().getBytes(UTF_8);
                assertEquals(expected.length, Utf8.encode(text, address, expected.length));
                byte[] actual = new byte[expected.length];
                RawMemory.copy(address, actual, 0, actual.length);
                assertEquals(Arrays.toString(expected), Arrays.toString(actual));
                assertEquals(text.toString(), Utf8.decode(address, expected.length));
                if (expected.length > 0) {
                    assertEquals(-1, Utf8.encode(text, address, expected.length - 1));
                }
            }
        }
    }

    @Test
    void encodeRefusesHalfOfASurrogatePair() {
        try (TestMemory memory = new TestMemory()) {
            long address = block(memory, LENGTH);
            for (String text : new String[] {"a\ud83d", "\ud83da", "\ude00", "\ud83d\ud83d"}) {
                assertEquals(-2, Utf8.encode(text, address, LENGTH));
            }
        }
    }

    @Test
    void compareOrdersUnsignedBytes() {
        SplittableRandom random = new SplittableRandom(23);
        try (TestMemory memory = new TestMemory()) {
            long left = block(memory, LENGTH);
            long right = block(memory, LENGTH);
            for (int round = 0; round < 50_000; round++) {
                byte[] a = bytes(random, random.nextInt(20));
                byte[] b =
                        random.nextBoolean() ? bytes(random, random.nextInt(20)) : Arrays.copyOf(a, random.nextInt(20));
                RawMemory.copy(a, 0, left, a.length);
                RawMemory.copy(b, 0, right, b.length);
                int expected = Integer.signum(Arrays.compareUnsigned(a, b));
                assertEquals(expected, Integer.signum(Utf8.compare(left, a.length, right, b.length)));
                assertEquals(expected == 0, Utf8.equal(left, a.length, right, b.length));
            }
        }
    }

    @Test
    void copiesStayBetweenTheirEnds() {
        byte[] text = "Whether 'tis nobler in the mind to suffer the slings and arrows of fortune".getBytes(UTF_8);
        try (TestMemory memory = new TestMemory()) {
            long from = block(memory, text.length);
            long to = block(memory, text.length + 40);
            RawMemory.copy(text, 0, from, text.length);
            for (int length = 0; length <= text.length; length++) {
                for (int room = 0; room < 20; room++) {
                    RawMemory.fill(to, text.length + 40, (byte) '#');
                    Utf8.copy(
                            from, to + 3, length, from + Math.min(length + room, text.length), to + 3 + length + room);
                    assertEquals("###" + new String(text, 0, length, UTF_8), text(to, length + 3));
                    assertEquals("#".repeat(10), text(to + 3 + length + room, 10));
                    RawMemory.fill(to, text.length + 40, (byte) '#');
                    Utf8.copy(from, to + 3, length);
                    assertEquals("###" + new String(text, 0, length, UTF_8) + "#", text(to, length + 4));
                }
            }
        }
    }

    private static String text(long address, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = RawMemory.getByte(address + i);
        }
        return new String(bytes, UTF_8);
    }

    @Test
    void aSeparatorIsFoundWhereverItIs() {
        SplittableRandom random = new SplittableRandom(24);
        try (TestMemory memory = new TestMemory()) {
            long address = block(memory, 2 * LENGTH);
            for (int round = 0; round < 50_000; round++) {
                int length = random.nextInt(2 * LENGTH);
                String text = random.ints(length, 'a', 'a' + 1 + random.nextInt(20))
                        .collect(StringBuilder::new, (it, c) -> it.append((char) c), StringBuilder::append)
                        .toString();
                RawMemory.copy(text.getBytes(UTF_8), 0, address, length);
                int start = random.nextInt(length + 1);
                int expected = text.indexOf('c', start) < 0 ? length : text.indexOf('c', start);
                assertEquals(expected, TextSearch.indexOf(address, start, length, (byte) 'c'));
                int pair = text.indexOf("cb", start) < 0 ? length : text.indexOf("cb", start);
                assertEquals(pair, TextSearch.indexOf(address, start, length, new byte[] {'c', 'b'}));
                long places = 0;
                for (int i = start; i < Math.min(length, start + Long.SIZE); i++) {
                    places |= text.charAt(i) == 'c' ? 1L << i - start : 0;
                }
                long from = address + start;
                long end = address + length + random.nextInt(2 * LENGTH - length + 1);
                assertEquals(places, TextSearch.places(from, length - start, end, (byte) 'c'));
                if (VectorSupport.available()) {
                    assertEquals(expected, VectorTextSearch.indexOf(address, start, length, new byte[] {'c'}));
                    assertEquals(places, VectorTextSearch.places(from, length - start, end, (byte) 'c'));
                }
            }
        }
    }

    @Test
    void asciiIsValid() {
        try (TestMemory memory = new TestMemory()) {
            long address = block(memory, LENGTH);
            RawMemory.fill(address, LENGTH, (byte) 0x7f);
            assertEquals(-1, Utf8.validate(address, LENGTH));
            assertTrue(Utf8.validate(address, 0) < 0);
        }
    }

    private static long block(TestMemory memory, int bytes) {
        long address = memory.allocate(bytes, 8);
        return address;
    }

    /// Random bytes in which well-formed sequences are frequent.
    private static byte[] bytes(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            int kind = random.nextInt(4);
            text.appendCodePoint(kind == 0 ? 0xe9 : kind == 1 ? 0x4e2d : kind == 2 ? 0x1f600 : 'a');
        }
        byte[] bytes = Arrays.copyOf(text.toString().getBytes(UTF_8), length);
        if (length > 0 && random.nextBoolean()) {
            bytes[random.nextInt(length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static int firstMalformed(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = UTF_8.newDecoder().decode(in, CharBuffer.allocate(bytes.length), true);
        return result.isError() ? in.position() : -1;
    }
}
