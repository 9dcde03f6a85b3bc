package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.routine.TestTexts.Text;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Routines over texts against what Strings say.
@Tag("checked")
class TextFunctionsTest {
    private static final int ROUNDS = 8_000;
    private static final int ROOM = 16_384;
    private static final long[] NUMBERS = {
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        -5,
        -1,
        0,
        1,
        2,
        3,
        7,
        8,
        9,
        16,
        17,
        64,
        Integer.MAX_VALUE,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE
    };

    private final SplittableRandom random = new SplittableRandom(41);

    @Test
    void lengthsAreCodePointsAndBytes() {
        for (int round = 0; round < ROUNDS; round++) {
            String string = TestTexts.random(random);
            try (TestTexts texts = new TestTexts(0)) {
                Text text = texts.put(string);
                assertEquals(
                        string.codePointCount(0, string.length()),
                        TextFunctions.length(text.address(), text.length()),
                        string);
                assertEquals(TestTexts.bytes(string), TextFunctions.octetLength(text.address(), text.length()));
            }
        }
    }

    @Test
    void textsAreComparedAndSearchedAsStringsAre() {
        for (int round = 0; round < ROUNDS; round++) {
            String string = TestTexts.random(random);
            String part = random.nextInt(8) == 0 ? string : TestTexts.randomPart(random, string);
            String message = "'" + part + "' in '" + string + "'";
            try (TestTexts texts = new TestTexts(0)) {
                Text text = texts.put(string);
                Text what = texts.put(part);
                long a = text.address();
                long b = what.address();
                int m = text.length();
                int n = what.length();
                assertEquals(string.equals(part), Utf8.equal(a, m, b, n), message);
                assertEquals(string.startsWith(part), TextFunctions.startsWith(a, m, b, n), message);
                assertEquals(string.endsWith(part), TextFunctions.endsWith(a, m, b, n), message);
                assertEquals(string.contains(part), TextFunctions.contains(a, m, b, n), message);
                if (VectorSupport.available()) {
                    assertEquals(string.contains(part), VectorTextFunctions.contains(a, m, b, n), message);
                }
            }
        }
    }

    @Test
    void equalTextsThatDifferInOneByteAreNotEqual() {
        for (int size = 1; size < 70; size++) {
            String string = TestTexts.random(random, size, 'a', 'b', 'c');
            try (TestTexts texts = new TestTexts(0)) {
                Text text = texts.put(string);
                Text same = texts.put(string);
                assertTrue(Utf8.equal(text.address(), size, same.address(), size));
                for (int i = 0; i < size; i++) {
                    byte value = RawMemory.getByte(same.address() + i);
                    RawMemory.putByte(same.address() + i, (byte) (value ^ 0x80));
                    assertEquals(false, Utf8.equal(text.address(), size, same.address(), size), size + ", " + i);
                    RawMemory.putByte(same.address() + i, value);
                }
            }
        }
    }

    @Test
    void trimTakesAsciiSpacesAndNothingElse() {
        for (int round = 0; round < ROUNDS; round++) {
            String string = " ".repeat(random.nextInt(12))
                    + (random.nextInt(3) == 0
                            ? ""
                            : TestTexts.random(random, random.nextInt(5), 'a', ' ', '\t', 0x2003))
                    + " ".repeat(random.nextInt(12));
            try (TestTexts texts = new TestTexts(0)) {
                Text text = texts.put(string);
                assertEquals(string.replaceAll("^ +| +$", ""), texts.call(TextFunctions::trim, text));
                assertEquals(string.replaceAll("^ +", ""), texts.call(TextFunctions::trimStart, text));
                assertEquals(string.replaceAll(" +$", ""), texts.call(TextFunctions::trimEnd, text));
            }
        }
    }

    @Test
    void substringsCountCodePointsAsSqlDoes() {
        for (int round = 0; round < ROUNDS; round++) {
            String string = TestTexts.random(random);
            long from = number();
            long count = number();
            try (TestTexts texts = new TestTexts(0)) {
                Text text = texts.put(string);
                String message = "substring('" + string + "', " + from + ", " + count + ")";
                assertEquals(
                        between(string, from, null),
                        texts.call((a, n, it) -> TextFunctions.substringFrom(a, n, from, it), text),
                        message);
                long most = Math.max(count, 0);
                BigInteger end = BigInteger.valueOf(from).add(BigInteger.valueOf(most));
                assertEquals(
                        between(string, from, end),
                        texts.call((a, n, it) -> TextFunctions.substringOrEmpty(a, n, from, count, it), text),
                        message);
                if (count < 0) {
                    TextFunctions.substring(text.address(), text.length(), from, count, texts.scratch);
                    assertEquals(Failure.INVALID_ARGUMENT, texts.failure());
                } else {
                    assertEquals(
                            between(string, from, end),
                            texts.call((a, n, it) -> TextFunctions.substring(a, n, from, count, it), text),
                            message);
                }
            }
        }
    }

    @Test
    void partsAreThoseBetweenSeparators() {
        for (int round = 0; round < ROUNDS; round++) {
            String string = random.nextBoolean()
                    ? TestTexts.random(random, random.nextInt(40), ',', ',', 'a', 0xe9, 0x1f600)
                    : TestTexts.random(random);
            String separator = random.nextBoolean() ? "," : TestTexts.randomPart(random, string);
            long n = random.nextBoolean() ? random.nextInt(-9, 9) : number();
            try (TestTexts texts = new TestTexts(0)) {
                Text text = texts.put(string);
                Text by = texts.put(separator);
                long result = TextFunctions.splitPart(
                        text.address(), text.length(), by.address(), by.length(), n, texts.scratch);
                boolean fails = n == 0 || separator.isEmpty();
                String expected = fails ? "" : part(string, separator, n);
                String message = "splitPart('" + string + "', '" + separator + "', " + n + ")";
                if (fails) {
                    assertEquals(Failure.INVALID_ARGUMENT, texts.failure());
                } else {
                    assertEquals(expected, texts.result(result), message);
                }
                long lenient = TextFunctions.splitPartOrEmpty(
                        text.address(), text.length(), by.address(), by.length(), n, texts.scratch);
                assertEquals(expected, texts.result(lenient), message);
            }
        }
    }

    @Test
    void replaceReplacesAllAsStringsDo() {
        for (int round = 0; round < ROUNDS; round++) {
            String string = TestTexts.random(random);
            String what = TestTexts.randomPart(random, string);
            String with = TestTexts.random(random, random.nextInt(4));
            try (TestTexts texts = new TestTexts(ROOM)) {
                Text text = texts.put(string);
                Text old = texts.put(what);
                Text fresh = texts.put(with);
                long result = TextFunctions.replace(
                        text.address(),
                        text.length(),
                        old.address(),
                        old.length(),
                        fresh.address(),
                        fresh.length(),
                        texts.scratch);
                boolean unchanged = what.isEmpty() || !string.contains(what);
                assertEquals(unchanged, result == text.address(), "copied only where something is replaced");
                assertEquals(
                        what.isEmpty() ? string : string.replace(what, with),
                        texts.result(result),
                        () -> "replace('" + string + "', '" + what + "', '" + with + "')");
            }
        }
    }

    @Test
    void chainsOfTextsAreCopiedOnce() {
        for (int round = 0; round < ROUNDS; round++) {
            List<String> strings = new ArrayList<>();
            int parts = 2 + random.nextInt(6);
            for (int i = 0; i < parts; i++) {
                strings.add(random.nextInt(4) == 0 ? "" : TestTexts.random(random));
            }
            String whole = String.join("", strings);
            // Exactly the bytes of the result: what copies a part twice has no room.
            try (TestTexts texts = new TestTexts(TestTexts.bytes(whole))) {
                Text first = texts.put(strings.getFirst());
                long address = first.address();
                int length = first.length();
                for (String string : strings.subList(1, parts)) {
                    Text next = texts.put(string);
                    address = TextFunctions.concat(address, length, next.address(), next.length(), texts.scratch);
                    length = (int) texts.scratch.second;
                }
                assertEquals(whole, texts.result(address));
            }
        }
    }

    @Test
    void aTextThatIsContinuedStaysWhatItIs() {
        try (TestTexts texts = new TestTexts(ROOM)) {
            Text a = texts.put("Ab");
            Text c = texts.put("c");
            Text d = texts.put("dE");
            long ac = TextFunctions.concat(a.address(), 2, c.address(), 1, texts.scratch);
            long acd = TextFunctions.concat(ac, 3, d.address(), 2, texts.scratch);
            assertEquals("AbcdE", texts.result(acd));
            long acc = TextFunctions.concat(ac, 3, c.address(), 1, texts.scratch);
            assertEquals("Abcc", texts.result(acc));
            long lower = TextCase.lower(d.address(), 2, texts.scratch);
            assertEquals("de", texts.result(lower));
            long behind = TextFunctions.concat(acc, 4, lower, 2, texts.scratch);
            assertEquals("Abccde", texts.result(behind));
            assertEquals(acc, behind, "made one behind the other, copied not at all");
            assertEquals("Abc", Utf8.decode(ac, 3));
            assertEquals("AbcdE", Utf8.decode(acd, 5));
        }
    }

    @Test
    void aTextThatIsTooLargeFailsItsRow() {
        try (TestTexts texts = new TestTexts(8)) {
            Text a = texts.put("aaaa");
            Text b = texts.put("bbbbbb");
            TextFunctions.concat(a.address(), 4, b.address(), 6, texts.scratch);
            assertEquals(Failure.TEXT_TOO_LARGE, texts.failure());
            texts.scratch.nextRow(0);
            TextFunctions.replace(a.address(), 4, a.address(), 1, b.address(), 6, texts.scratch);
            assertEquals(Failure.TEXT_TOO_LARGE, texts.failure());
            texts.scratch.nextRow(0);
            TextFunctions.concat(a.address(), Integer.MAX_VALUE, b.address(), 6, texts.scratch);
            assertEquals(Failure.TEXT_TOO_LARGE, texts.failure());
            texts.scratch.nextRow(0);
            long fits = TextFunctions.concat(a.address(), 4, b.address(), 4, texts.scratch);
            assertEquals("aaaabbbb", texts.result(fits));
        }
    }

    @Test
    void whatIsNotUtf8IsNeverReadBeyondItsEnd() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            long from = number();
            long n = number();
            try (TestTexts texts = new TestTexts(2 * bytes.length)) {
                Text text = texts.put(bytes);
                long a = text.address();
                int length = text.length();
                assertWithin(text, TextFunctions.trim(a, length, texts.scratch), texts.scratch);
                assertWithin(text, TextFunctions.substringFrom(a, length, from, texts.scratch), texts.scratch);
                assertWithin(text, TextFunctions.substring(a, length, from, n >>> 1, texts.scratch), texts.scratch);
                assertWithin(text, TextFunctions.splitPart(a, length, a, 1, n | 1, texts.scratch), texts.scratch);
                assertTrue(TextFunctions.length(a, length) <= length);
                texts.scratch.nextRow(0);
                TextCase.lower(a, length, texts.scratch);
                assertTrue(texts.scratch.second <= 2L * length);
                texts.scratch.nextRow(0);
                TextCase.upper(a, length, texts.scratch);
                assertTrue(texts.scratch.second <= 2L * length);
            }
        }
    }

    private static void assertWithin(Text text, long address, Scratch scratch) {
        // An empty text has no place to split by.
        if (scratch.succeeded()) {
            assertTrue(address >= text.address() && scratch.second >= 0);
            assertTrue(address + scratch.second <= text.address() + text.length());
        }
    }

    private long number() {
        return random.nextBoolean() ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextInt(-5, 100);
    }

    /// The characters numbered from `from`, counted from 1, up to `end`, which is not among them.
    private static String between(String text, long from, BigInteger end) {
        int[] points = text.codePoints().toArray();
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < points.length; i++) {
            if (i + 1 >= from && (end == null || BigInteger.valueOf(i + 1).compareTo(end) < 0)) {
                result.appendCodePoint(points[i]);
            }
        }
        return result.toString();
    }

    private static String part(String text, String separator, long n) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, start)) {
            parts.add(text.substring(start, at));
            start = at + separator.length();
        }
        parts.add(text.substring(start));
        BigInteger index = BigInteger.valueOf(n > 0 ? -1 : parts.size()).add(BigInteger.valueOf(n));
        boolean present = index.signum() >= 0 && index.compareTo(BigInteger.valueOf(parts.size())) < 0;
        return present ? parts.get(index.intValue()) : "";
    }
}
