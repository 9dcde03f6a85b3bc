package io.mullion.examples;

import io.mullion.EngineConfig;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The words of some bytes ([Output#label]), counted in the simplest way there is: what the example is measured
/// against.
record NaiveCount(Map<String, Long> words, int lines, int deadLines) {
    /// As a dead letter of the example's engine: a longer line does not fit into a batch.
    static final int LONGEST_LINE = EngineConfig.defaults().batchDataBytes();

    static NaiveCount of(byte[] bytes) {
        Map<String, Long> words = new HashMap<>();
        int lines = 0;
        int dead = 0;
        for (int start = 0; start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            int length = end > start && bytes[end - 1] == '\r' ? end - 1 - start : end - start;
            String line = decoded(bytes, start, length);
            if (line == null || length > LONGEST_LINE) {
                dead++;
            } else {
                lines++;
                Arrays.stream(line.split(" "))
                        .filter(word -> !word.isEmpty())
                        .forEach(word -> words.merge(Output.label(word), 1L, Long::sum));
            }
            start = end + 1;
        }
        return new NaiveCount(words, lines, dead);
    }

    /// Each count, `times` over.
    Map<String, Long> times(long times) {
        Map<String, Long> product = new HashMap<>(words);
        product.replaceAll((word, count) -> count * times);
        return product;
    }

    /// @return null if it is not UTF-8
    private static String decoded(byte[] bytes, int offset, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
