package io.mullion.ingest;

import io.mullion.batch.RowText;
import io.mullion.expr.Schema;
import java.nio.charset.StandardCharsets;

/// What is said about cells that are missing, or cannot be taken. Allocates; not for good rows.
final class RefusedCells {
    private RefusedCells() {}

    /// The names of the columns whose bits are set.
    static String names(Schema schema, long columns) {
        StringBuilder names = new StringBuilder();
        for (long rest = columns; rest != 0; rest &= rest - 1) {
            names.append(names.isEmpty() ? "" : ", ")
                    .append(schema.field(Long.numberOfTrailingZeros(rest)).name());
        }
        return names.toString();
    }

    /// The beginning of a text.
    static String of(CharSequence text) {
        return text.length() <= RowText.MAX_VALUE_BYTES
                ? text.toString()
                : text.subSequence(0, RowText.MAX_VALUE_BYTES) + "...";
    }

    /// The beginning of bytes that may not be UTF-8, and how many there are.
    static String of(byte[] bytes, int offset, int length) {
        String start = new String(bytes, offset, Math.min(length, RowText.MAX_VALUE_BYTES), StandardCharsets.UTF_8);
        return length <= RowText.MAX_VALUE_BYTES ? start : start + "... (" + length + " bytes)";
    }
}
