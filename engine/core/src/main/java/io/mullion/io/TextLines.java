package io.mullion.io;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Cuts bytes into lines and offers each as a row.
///
/// A line ends with `\n` or `\r\n`, neither of which belongs to it. Lines longer than 1 MiB are dead letters. *Thread*:
/// the producer's.
final class TextLines {
    static final Schema SCHEMA = Schema.of(Field.of("line", DataType.UTF8));
    private static final int MAX_LINE_BYTES = 1 << 20;
    private static final int SHOWN_BYTES = 200;

    /// Told of lines that became no rows.
    @FunctionalInterface
    interface Refusals {
        /// @param rows that were taken before
        /// @param bytes up to the end of the line
        void refused(long rows, long bytes);
    }

    private final Producer<?> producer;
    private final Refusals refusals;
    /// Lines that are still to be read over.
    private long unskipped;

    private long rows;
    /// Up to the end of the last line.
    private long bytes;
    /// The beginning of a line whose end has not come yet.
    private byte[] line = new byte[1 << 12];

    private int lineBytes;
    /// All bytes of the present line, those that were not kept among them.
    private long lineBytesSeen;

    TextLines(Producer<?> producer) {
        this(producer, 0, (_, _) -> {});
    }

    /// @param skipped how many lines are read over first
    TextLines(Producer<?> producer, long skipped, Refusals refusals) {
        this.producer = producer;
        this.refusals = refusals;
        unskipped = skipped;
    }

    /// @return whether the producer still takes rows
    boolean take(byte[] chunk, int count) {
        int start = 0;
        for (int i = 0; i < count; i++) {
            if (chunk[i] == '\n') {
                keep(chunk, start, i - start);
                if (endLine(1) == Offer.CLOSED) {
                    return false;
                }
                start = i + 1;
            }
        }
        keep(chunk, start, count - start);
        return true;
    }

    /// No more bytes come: what stands behind the last line's end is a line, too, unless it is empty.
    ///
    /// @return whether the producer still takes rows
    boolean end() {
        return lineBytesSeen == 0 || endLine(0) != Offer.CLOSED;
    }

    /// Rows that the producer took.
    long rows() {
        return rows;
    }

    /// How many there were up to the end of the last line.
    long bytes() {
        return bytes;
    }

    /// Whether all lines have been read over that were to be.
    boolean skipped() {
        return unskipped == 0;
    }

    private void keep(byte[] bytes, int offset, int length) {
        lineBytesSeen += length;
        // One byte more than a line may have, so that a carriage return at its end does not count.
        int kept = Math.min(length, MAX_LINE_BYTES + 1 - lineBytes);
        if (lineBytes + kept > line.length) {
            line = Arrays.copyOf(line, Math.max(lineBytes + kept, 2 * line.length));
        }
        System.arraycopy(bytes, offset, line, lineBytes, kept);
        lineBytes += kept;
    }

    /// @param endBytes that end the line
    private Offer endLine(int endBytes) {
        int length = lineBytes;
        long seen = lineBytesSeen;
        lineBytes = 0;
        lineBytesSeen = 0;
        if (unskipped > 0) {
            unskipped--;
            bytes += seen + endBytes;
            return Offer.ACCEPTED;
        }
        Offer offer = offer(length, seen);
        if (offer == Offer.CLOSED) {
            return offer;
        }
        bytes += seen + endBytes;
        if (offer == Offer.ACCEPTED) {
            rows++;
        } else {
            refusals.refused(rows, bytes);
        }
        return offer;
    }

    /// @param kept bytes of the line
    /// @param all bytes that it has
    private Offer offer(int kept, long all) {
        int length = kept;
        long seen = all;
        if (length == seen && length > 0 && line[length - 1] == '\r') {
            length--;
            seen--;
        }
        if (seen > MAX_LINE_BYTES) {
            String shown = new String(line, 0, SHOWN_BYTES, StandardCharsets.UTF_8);
            return producer.reject(
                    "line longer than " + MAX_LINE_BYTES + " bytes, it has " + seen,
                    shown + "... (" + seen + " bytes)");
        }
        return producer.row().setUtf8(0, line, 0, length).commit();
    }
}
