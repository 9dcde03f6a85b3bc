package io.mullion.bench.kernels;

import io.mullion.bench.rows.SplitMix64;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Texts side by side: row `i` is the bytes `[ends[i], ends[i + 1])` of `bytes`, as Arrow has it. Nulls have text
/// behind them, as they may.
///
/// @param bytes with 64 bytes more behind the last text
/// @param validity null if no row is null
record TextRows(byte[] bytes, int[] ends, long[] validity) {
    /// What vectors may read past the last text.
    private static final int SLACK_BYTES = 64;

    private static final String[] SUBJECTS = {
        "orders", "payments", "users", "carts", "refunds", "stock", "mail", "search"
    };
    private static final String[] EVENTS = {"created", "changed", "closed", "failed", "retried", "viewed"};
    private static final String[] REGIONS = {"eu-west", "eu-north", "us-east", "us-west", "ap-south"};
    /// A tenth of all topics.
    static final String FREQUENT_TOPIC = "orders/created/eu-west-17";
    static final String PREFIX = "orders/";
    static final String MIDDLE = "/failed/";

    int rows() {
        return ends.length - 1;
    }

    int textBytes() {
        return ends[ends.length - 1];
    }

    /// Names of 15 to 28 ASCII bytes with a common structure, such as `payments/failed/us-east-3`.
    static TextRows topics(int rows, int nullPercent) {
        SplitMix64 random = new SplitMix64(3);
        Builder builder = new Builder(rows, 32);
        for (int row = 0; row < rows; row++) {
            builder.add(
                    random.below(10) == 0
                            ? FREQUENT_TOPIC
                            : pick(random, SUBJECTS) + "/" + pick(random, EVENTS) + "/" + pick(random, REGIONS) + "-"
                                    + random.below(40));
            builder.endRow();
        }
        return builder.build(Validity.random(random, rows, nullPercent));
    }

    /// Lines of 1 to 11 words of 3 to 12 ASCII letters with a space between.
    static TextRows lines(int rows, int nullPercent) {
        SplitMix64 random = new SplitMix64(4);
        Builder builder = new Builder(rows, 11 * 13);
        for (int row = 0; row < rows; row++) {
            long words = 1 + random.below(11);
            for (long word = 0; word < words; word++) {
                builder.add(word == 0 ? "" : " ");
                long letters = 3 + random.below(10);
                for (long letter = 0; letter < letters; letter++) {
                    builder.add(String.valueOf((char) ('a' + random.below(26))));
                }
            }
            builder.endRow();
        }
        return builder.build(Validity.random(random, rows, nullPercent));
    }

    /// Bytes of a row on average, offset and validity included.
    double rowBytes() {
        return (double) textBytes() / rows() + 4 + (validity == null ? 0 : 0.125);
    }

    private static String pick(SplitMix64 random, String[] names) {
        return names[(int) random.below(names.length)];
    }

    private static final class Builder {
        private final byte[] bytes;
        private final int[] ends;
        private int length;
        private int row;

        Builder(int rows, int maxRowBytes) {
            bytes = new byte[rows * maxRowBytes];
            ends = new int[rows + 1];
        }

        void add(String text) {
            byte[] added = text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(added, 0, bytes, length, added.length);
            length += added.length;
        }

        void endRow() {
            ends[++row] = length;
        }

        TextRows build(long[] validity) {
            return new TextRows(Arrays.copyOf(bytes, length + SLACK_BYTES), ends, validity);
        }
    }
}
