package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.ExpressionException;
import io.mullion.routine.TestTexts.Text;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Regular expressions against those of the JDK, where both mean the same.
@Tag("checked")
class RegexTest {
    private static final int ROUNDS = 3_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "ab",
                "a+b",
                "(a+)(b+)",
                "(a)(b\\z)?(b)?",
                "a(b|c)?",
                "(b\\z)?",
                "\\Ab",
                "\u00e9+",
                "(\u00e9|\ud83d\ude00)(.)",
                ".b",
                "^.{3}(.)",
                "[^a-c]+",
                "(a.*)?(b.*)?",
                "(?:a|b)*(\u00e9)",
                "\\bb",
                ""
            })
    void groupsAreThoseOfTheFirstMatch(String pattern) {
        SplittableRandom random = new SplittableRandom(46);
        Regex regex = Regex.of(pattern);
        Pattern oracle = Pattern.compile(pattern);
        assertEquals(oracle.matcher("").groupCount(), regex.groupCount());
        for (int round = 0; round < ROUNDS; round++) {
            String string = random.nextInt(3) == 0
                    ? TestTexts.random(random, random.nextInt(40), 'a', 'b', 'c')
                    : TestTexts.random(random, random.nextInt(20), 'a', 'b', 'c', 0xe9, 0x4e2d, 0x1f600);
            Matcher matcher = oracle.matcher(string);
            boolean expected = matcher.find();
            try (TestTexts texts = new TestTexts(0)) {
                Text text = texts.put(string);
                assertEquals(expected, TextFunctions.regexpLike(text.address(), text.length(), regex), string);
                for (int group = 0; group <= regex.groupCount(); group++) {
                    long result =
                            TextFunctions.regexpExtract(text.address(), text.length(), regex, group, texts.scratch);
                    String value = texts.scratch.valid ? texts.result(result) : null;
                    assertEquals(expected ? matcher.group(group) : null, value, string);
                    assertTrue(result >= text.address() && result <= text.address() + text.length(), "a slice");
                }
            }
        }
    }

    @Test
    void aPatternThatIsNoneIsRefusedWithTheReason() {
        for (String pattern : new String[] {"a(", "[a", "*", "(a)\\1", "a(?=b)"}) {
            ExpressionException refused = assertThrows(ExpressionException.class, () -> Regex.of(pattern));
            assertTrue(refused.getMessage().contains("pattern='" + pattern + "'"), refused.getMessage());
        }
    }

    @Test
    void timeIsLinearInTheText() {
        Regex regex = Regex.of("(a*)*(a*)*b");
        try (TestTexts texts = new TestTexts(0)) {
            Text text = texts.put("a".repeat(3_000));
            assertTimeout(
                    Duration.ofSeconds(30),
                    () -> assertEquals(false, TextFunctions.regexpLike(text.address(), text.length(), regex)));
        }
    }

    @Test
    void threadsShareARegularExpression() throws Exception {
        Regex regex = Regex.of("(\\d+)-(\u00e9?)");
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Long> wrong : threads.invokeAll(IntStream.range(0, 4)
                    .<java.util.concurrent.Callable<Long>>mapToObj(seed -> () -> wrongAnswers(regex, seed))
                    .toList())) {
                assertEquals(0, wrong.get());
            }
        }
    }

    private static long wrongAnswers(Regex regex, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long wrong = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String number = Integer.toString(random.nextInt(1 << random.nextInt(1, 31)));
            try (TestTexts texts = new TestTexts(0)) {
                Text text = texts.put((random.nextBoolean() ? "x" : "\u4e2d") + number + "-y");
                long result = regex.extract(text.address(), text.length(), 1, texts.scratch);
                wrong += texts.scratch.valid && texts.result(result).equals(number) ? 0 : 1;
            }
        }
        return wrong;
    }
}
