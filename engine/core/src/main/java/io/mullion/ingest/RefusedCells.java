package io.mullion.ingest;

import io.mullion.batch.RowText;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    static String of(MemorySegment bytes, long offset, int length) {
        byte[] start = new byte[Math.min(length, RowText.MAX_VALUE_BYTES)];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, start, 0, start.length);
        String text = new String(start, StandardCharsets.UTF_8);
        return length <= RowText.MAX_VALUE_BYTES ? text : text + "... (" + length + " bytes)";
    }

    static String malformed(Schema schema, int column, int malformedAt) {
        return "malformed UTF-8 at byte " + malformedAt + " of column "
                + schema.field(column).name();
    }

    static String tooLarge(int dataBytes) {
        return "value larger than the lane's data area of " + dataBytes + " bytes";
    }

    static String doesNotFit(Schema schema, int column) {
        Field field = schema.field(column);
        return "value does not fit " + field.type() + ": column=" + field.name();
    }
}
