package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.mullion.routine.TestTexts.Text;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Lower and upper case against the characters' own mapping.
@Tag("checked")
class TextCaseTest {
    private static final int ROUNDS = 20_000;

    @Test
    void textsAreMappedCharacterByCharacter() {
        SplittableRandom random = new SplittableRandom(42);
        for (int round = 0; round < ROUNDS; round++) {
            String string = TestTexts.random(random);
            // The most that is asked for: ASCII before the first other character as it is, twice the rest.
            try (TestTexts texts = new TestTexts(2 * TestTexts.bytes(string))) {
                Text text = texts.put(string);
                assertEquals(map(string, Character::toLowerCase), texts.call(TextCase::lower, text), string);
                texts.scratch.nextRow(0);
                assertEquals(map(string, Character::toUpperCase), texts.call(TextCase::upper, text), string);
            }
        }
    }

    @Test
    void everyCodePointIsMapped() {
        int block = 0x100;
        for (int start = 0; start < Character.MAX_CODE_POINT; start += block) {
            int[] points = IntStream.range(start, start + block)
                    .filter(it -> !(it >= Character.MIN_SURROGATE && it <= Character.MAX_SURROGATE))
                    .toArray();
            String string = TestTexts.string(points);
            try (TestTexts texts = new TestTexts(2 * TestTexts.bytes(string))) {
                Text text = texts.put(string);
                assertEquals(map(string, Character::toLowerCase), texts.call(TextCase::lower, text));
                texts.scratch.nextRow(0);
                assertEquals(map(string, Character::toUpperCase), texts.call(TextCase::upper, text));
            }
        }
    }

    @Test
    void asciiThatStaysAsItIsIsNotCopied() {
        try (TestTexts texts = new TestTexts(64)) {
            Text lower = texts.put("all of this is lower case: 0123456789 [] {} @`");
            assertEquals(lower.address(), TextCase.lower(lower.address(), lower.length(), texts.scratch));
            assertNotEquals(lower.address(), TextCase.upper(lower.address(), lower.length(), texts.scratch));
            Text empty = texts.put("");
            assertEquals(empty.address(), TextCase.lower(empty.address(), 0, texts.scratch));
        }
    }

    @Test
    void asciiNeedsItsOwnSizeAndGivesTheRestBack() {
        try (TestTexts texts = new TestTexts(20)) {
            Text ascii = texts.put("ABCDEFGHIJ");
            assertEquals("abcdefghij", texts.call(TextCase::lower, ascii));
            assertEquals("abcdefghij", texts.call(TextCase::lower, ascii));
            TextCase.lower(ascii.address(), ascii.length(), texts.scratch);
            assertEquals(Failure.TEXT_TOO_LARGE, texts.failure());
            texts.scratch.nextRow(0);
            Text longer = texts.put("\u023a\u023a");
            for (int i = 0; i < 3; i++) {
                assertEquals("\u2c65\u2c65", texts.call(TextCase::lower, longer), "8 taken, 6 used, 2 given back");
            }
            TextCase.lower(longer.address(), longer.length(), texts.scratch);
            assertEquals(Failure.TEXT_TOO_LARGE, texts.failure());
        }
    }

    @Test
    void whatMayGrowBeyondTheMemoryFails() {
        try (TestTexts texts = new TestTexts(4)) {
            Text text = texts.put("\u023a\u023a");
            TextCase.lower(text.address(), text.length(), texts.scratch);
            assertEquals(Failure.TEXT_TOO_LARGE, texts.failure());
        }
    }

    private static String map(String text, IntUnaryOperator mapping) {
        return TestTexts.string(text.codePoints().map(mapping).toArray());
    }
}
