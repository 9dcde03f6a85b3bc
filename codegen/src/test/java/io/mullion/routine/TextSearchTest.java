package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.routine.TestTexts.Text;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The searches, plain and with vectors, against String's.
@Tag("checked")
class TextSearchTest {
    private static final int ROUNDS = 60_000;

    @Test
    void allSearchesFindTheFirstOccurrence() {
        SplittableRandom random = new SplittableRandom(43);
        for (int round = 0; round < ROUNDS; round++) {
            // One byte for each character, so that places are those of the String.
            int letters = 1 + random.nextInt(5);
            String string = TestTexts.random(random, random.nextInt(150), 'a', 'b', 'c', 'd', 'e')
                    .replaceAll("[" + "abcde".substring(letters - 1) + "]", "a");
            String part = TestTexts.randomPart(random, string).replaceAll("[^a-e]", "f");
            int start = random.nextInt(string.length() + 1);
            int found = string.indexOf(part, start);
            int expected = found < 0 ? string.length() : found;
            String message = "'" + part + "' from " + start + " in '" + string + "'";
            try (TestTexts texts = new TestTexts(0)) {
                Text text = texts.put(string);
                Text what = texts.put(part);
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                long a = text.address();
                int n = text.length();
                assertEquals(expected, TextSearch.indexOf(a, start, n, what.address(), what.length()), message);
                assertEquals(expected, TextSearch.indexOf(a, start, n, bytes), message);
                if (bytes.length == 1) {
                    assertEquals(expected, TextSearch.indexOf(a, start, n, bytes[0]), message);
                    int last = start == 0 ? -1 : string.lastIndexOf(part, start - 1);
                    assertEquals(last, TextSearch.lastIndexOf(a, start, bytes[0]), message);
                }
                if (VectorSupport.available()) {
                    assertEquals(
                            expected, VectorTextSearch.indexOf(a, start, n, what.address(), what.length()), message);
                    assertEquals(expected, VectorTextSearch.indexOf(a, start, n, bytes), message);
                }
            }
        }
    }

    @Test
    void bytesThatDifferInOneBitAreNotFound() {
        SplittableRandom random = new SplittableRandom(44);
        for (int round = 0; round < ROUNDS; round++) {
            byte what = (byte) random.nextInt(256);
            byte[] bytes = new byte[random.nextInt(40)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (what ^ 1 << random.nextInt(8));
            }
            int expected = bytes.length == 0 || random.nextInt(4) == 0 ? bytes.length : random.nextInt(bytes.length);
            if (expected < bytes.length) {
                bytes[expected] = what;
            }
            try (TestTexts texts = new TestTexts(0)) {
                Text text = texts.put(bytes);
                assertEquals(expected, TextSearch.indexOf(text.address(), 0, bytes.length, what));
                byte[] pattern = {what};
                if (VectorSupport.available()) {
                    assertEquals(expected, VectorTextSearch.indexOf(text.address(), 0, bytes.length, pattern));
                }
            }
        }
    }
}
