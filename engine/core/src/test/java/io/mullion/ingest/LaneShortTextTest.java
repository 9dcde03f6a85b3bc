package io.mullion.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.batch.Batch;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Offer;
import io.mullion.routine.Utf8;
import io.mullion.spec.Overload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Short ASCII goes another way than long text and text of other characters: all lengths, next to all that may follow.
@Tag("checked")
class LaneShortTextTest {
    private static final Schema SCHEMA =
            Schema.of(Field.of("text", DataType.UTF8), Field.of("n", DataType.INT64), Field.of("other", DataType.UTF8));

    /// How many bytes of the array lie behind those that are meant.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 15, 16, 40})
    void textOfEveryLengthArrives(int behind) {
        List<String> texts = new ArrayList<>();
        for (int length = 0; length <= 80; length++) {
            String ascii = ascii(length);
            texts.add(ascii);
            // The last byte of a text, and the first one behind the word that holds it.
            texts.add(ascii + "\u00e4");
            texts.add("\u20ac" + ascii);
        }
        // A low byte that is a letter does not make a letter.
        texts.add("\u0141\u0142");
        assertArrive(texts, behind, "\u00e4".repeat(40));
        assertArrive(texts, behind, ascii(80));
    }

    /// Every text is followed, in the array, by others; and in the column by the next row's, which is shorter.
    private static void assertArrive(List<String> texts, int behind, String rest) {
        try (LanePair lane = new LanePair(SCHEMA, 2, 1_024, 1 << 16, Overload.BLOCK, false)) {
            for (String text : texts) {
                byte[] bytes = bytes(text);
                byte[] around = new byte[3 + bytes.length + behind];
                System.arraycopy(bytes(rest), 0, around, 0, 3);
                System.arraycopy(bytes, 0, around, 3, bytes.length);
                System.arraycopy(bytes(rest), 0, around, 3 + bytes.length, behind);
                Offer offer = lane.producer
                        .row()
                        .setUtf8(0, around, 3, bytes.length)
                        .setLong(1, bytes.length)
                        .setUtf8(2, text)
                        .commit();
                assertEquals(Offer.ACCEPTED, offer);
                lane.producer
                        .row()
                        .setUtf8(0, bytes("z"), 0, 1)
                        .setLong(1, -1)
                        .setUtf8(2, "z")
                        .commit();
            }
            lane.readAll();
            Batch batch = lane.lastBatch;
            for (int i = 0; i < texts.size(); i++) {
                assertEquals(texts.get(i), text(batch, 0, 2 * i));
                assertEquals(texts.get(i), text(batch, 2, 2 * i));
                assertEquals(bytes(texts.get(i)).length, batch.int64(1, 2 * i));
                assertEquals("z", text(batch, 0, 2 * i + 1));
                assertEquals("z", text(batch, 2, 2 * i + 1));
            }
        }
    }

    /// Words are written past the end of the data: no other column and no other row may notice.
    @Test
    void textThatFillsTheDataAreaChangesNothingBesideIt() {
        for (int length = 1; length <= 17; length++) {
            try (LanePair lane = new LanePair(SCHEMA, 2, 4, 2 * length, Overload.BLOCK, false)) {
                byte[] source = bytes(ascii(64));
                for (int row = 0; row < 2; row++) {
                    lane.producer
                            .row()
                            .setUtf8(2, ascii(length))
                            .setLong(1, row)
                            .setUtf8(0, source, 0, length)
                            .commit();
                }
                lane.readAll();
                for (int row = 0; row < 2; row++) {
                    assertEquals(ascii(length), text(lane.lastBatch, 0, row));
                    assertEquals(ascii(length), text(lane.lastBatch, 2, row));
                    assertEquals(row, lane.lastBatch.int64(1, row));
                }
            }
        }
    }

    private static String ascii(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + i % 26));
        }
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Batch batch, int column, int row) {
        return Utf8.decode(batch.utf8Address(column, row), batch.utf8Length(column, row));
    }
}
