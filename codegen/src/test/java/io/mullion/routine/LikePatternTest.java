package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.ExpressionException;
import io.mullion.routine.TestTexts.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Patterns against a matcher that tries everything.
@Tag("checked")
class LikePatternTest {
    private static final int ROUNDS = 60_000;

    @Test
    void allShortPatternsMatchWhatTheyShould() {
        List<String> patterns = all(5, "a", "b", "%", "_");
        List<String> strings = all(4, "a", "b", "\u00e9");
        try (TestTexts texts = new TestTexts(0)) {
            List<Text> all = strings.stream().map(texts::put).toList();
            for (String pattern : patterns) {
                LikePattern like = LikePattern.of(pattern);
                for (int i = 0; i < all.size(); i++) {
                    assertMatches(strings.get(i), all.get(i), pattern, like);
                }
            }
        }
    }

    @Test
    void longTextsMatchWhatTheyShould() {
        SplittableRandom random = new SplittableRandom(45);
        for (int round = 0; round < ROUNDS; round++) {
            String string = random.nextBoolean()
                    ? TestTexts.random(random)
                    : TestTexts.random(random, random.nextInt(70), 'a', 'b', '%', '_', '\\', 0xe9, 0x1f600);
            String pattern = pattern(random, string);
            try (TestTexts texts = new TestTexts(0)) {
                assertMatches(string, texts.put(string), pattern, LikePattern.of(pattern));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "%, ANYTHING, \"\"",
                "%%, ANYTHING, \"\"",
                "\"\", EXACT, \"\"",
                "abc, EXACT, abc",
                "a\\%c, EXACT, a%c",
                "a\\\\, EXACT, a\\",
                "abc%, PREFIX, abc",
                "abc%%, PREFIX, abc",
                "%abc, SUFFIX, abc",
                "%abc%, CONTAINS, abc",
                "%\\__\\_%, GENERAL, \"\"",
                "%\\_\\_%, CONTAINS, __",
                "a%c, GENERAL, \"\"",
                "%a%c%, GENERAL, \"\"",
                "_, GENERAL, \"\"",
                "%_%, GENERAL, \"\"",
                "a_%, GENERAL, \"\"",
                "%_a, GENERAL, \"\""
            })
    void simplePatternsAreSimplerQuestions(String pattern, LikePattern.Kind kind, String literal) {
        LikePattern like = LikePattern.of(pattern);
        assertEquals(kind, like.kind());
        assertArrayEquals(literal.getBytes(StandardCharsets.UTF_8), like.literal());
        assertEquals(pattern, like.toString());
        assertEquals(LikePattern.of(pattern), like);
    }

    @Test
    void patternsThatAreNoneAreRefused() {
        assertThrows(ExpressionException.class, () -> LikePattern.of("abc\\"));
        assertThrows(ExpressionException.class, () -> LikePattern.of("\\\\\\"));
        assertThrows(ExpressionException.class, () -> LikePattern.of("a\ud83d%"));
    }

    @Test
    void manyWildcardsTakeNoChoiceBack() {
        String string = "a".repeat(100_000);
        LikePattern like = LikePattern.of("%a_%".repeat(20) + "b");
        LikePattern found = LikePattern.of("%a_%".repeat(20) + "a");
        try (TestTexts texts = new TestTexts(0)) {
            Text text = texts.put(string);
            assertTimeout(Duration.ofSeconds(20), () -> {
                assertFalse(like.matches(text.address(), text.length(), false));
                assertTrue(found.matches(text.address(), text.length(), false));
            });
        }
    }

    private static void assertMatches(String string, Text text, String pattern, LikePattern like) {
        boolean expected =
                matches(string.codePoints().toArray(), 0, pattern.codePoints().toArray(), 0);
        if (expected != TextFunctions.like(text.address(), text.length(), like)
                || VectorSupport.available()
                        && expected != VectorTextFunctions.like(text.address(), text.length(), like)) {
            throw new AssertionError("'" + string + "' like '" + pattern + "' is " + expected);
        }
    }

    private static boolean matches(int[] text, int at, int[] pattern, int next) {
        if (next == pattern.length) {
            return at == text.length;
        }
        int c = pattern[next];
        if (c == '%') {
            return matches(text, at, pattern, next + 1) || at < text.length && matches(text, at + 1, pattern, next);
        }
        if (at == text.length) {
            return false;
        }
        if (c == '_') {
            return matches(text, at + 1, pattern, next + 1);
        }
        int literal = c == '\\' ? next + 1 : next;
        return text[at] == pattern[literal] && matches(text, at + 1, pattern, literal + 1);
    }

    /// The text itself with parts of it replaced by wildcards, so that many match; at most three `%`, since the oracle
    /// tries everything.
    private static String pattern(SplittableRandom random, String text) {
        StringBuilder pattern = new StringBuilder();
        int percents = 0;
        boolean dropping = false;
        for (int point : text.codePoints().toArray()) {
            int kind = random.nextInt(30);
            if (kind == 0 && percents < 3) {
                pattern.append('%');
                percents++;
                dropping = random.nextInt(4) != 0;
            } else if (kind < 3) {
                pattern.append('_');
                dropping = false;
            } else if (kind == 3) {
                dropping = false;
            } else if (kind == 4 && random.nextInt(8) == 0) {
                pattern.append('x');
            }
            if (!dropping && (kind > 2 || kind == 0)) {
                if (point == '%' || point == '_' || point == '\\') {
                    pattern.append('\\');
                }
                pattern.appendCodePoint(point);
            }
        }
        return pattern.toString();
    }

    private static List<String> all(int longest, String... letters) {
        List<String> all = new ArrayList<>(List.of(""));
        for (int from = 0, length = 0; length < longest; length++) {
            int to = all.size();
            for (String shorter : List.copyOf(all.subList(from, to))) {
                for (String letter : letters) {
                    all.add(shorter + letter);
                }
            }
            from = to;
        }
        return all;
    }
}
