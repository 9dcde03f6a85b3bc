package io.mullion.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.DeadLetter;
import io.mullion.io.Offer;
import io.mullion.io.RowWriter;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Text and bytes from wherever a caller has them: arrays, segments, Agrona's buffers.
@Tag("checked")
class LaneBytesTest {
    private static final Schema SCHEMA = Schema.of(
            Field.of("id", DataType.INT64),
            Field.nullable("text", DataType.UTF8),
            Field.nullable("bytes", DataType.BINARY),
            Field.of("word", DataType.UTF8),
            Field.of("blob", DataType.BINARY));

    private static final int TEXT = 1;
    private static final int BYTES = 2;
    private static final int WORD = 3;
    private static final int BLOB = 4;
    /// Bytes before those that are meant, in each source.
    private static final int BEFORE = 3;

    private static final Arena ARENA = Arena.global();

    /// Where bytes may lie.
    enum Source {
        ARRAY {
            @Override
            void utf8(RowWriter row, int column, byte[] bytes, int offset, int length) {
                row.setUtf8(column, bytes, offset, length);
            }

            @Override
            void binary(RowWriter row, int column, byte[] bytes, int offset, int length) {
                row.setBinary(column, bytes, offset, length);
            }
        },
        SEGMENT_ON_THE_HEAP {
            @Override
            void utf8(RowWriter row, int column, byte[] bytes, int offset, int length) {
                row.setUtf8(column, bytes == null ? null : MemorySegment.ofArray(bytes), offset, length);
            }

            @Override
            void binary(RowWriter row, int column, byte[] bytes, int offset, int length) {
                row.setBinary(column, bytes == null ? null : MemorySegment.ofArray(bytes), offset, length);
            }
        },
        SEGMENT_OFF_THE_HEAP {
            @Override
            void utf8(RowWriter row, int column, byte[] bytes, int offset, int length) {
                row.setUtf8(column, bytes == null ? null : offHeap(bytes), offset, length);
            }

            @Override
            void binary(RowWriter row, int column, byte[] bytes, int offset, int length) {
                row.setBinary(column, bytes == null ? null : offHeap(bytes), offset, length);
            }
        },
        BUFFER_ON_THE_HEAP {
            @Override
            void utf8(RowWriter row, int column, byte[] bytes, int offset, int length) {
                row.setUtf8(column, bytes == null ? null : onHeapBuffer(bytes), offset, length);
            }

            @Override
            void binary(RowWriter row, int column, byte[] bytes, int offset, int length) {
                row.setBinary(column, bytes == null ? null : onHeapBuffer(bytes), offset, length);
            }
        },
        BUFFER_OFF_THE_HEAP {
            @Override
            void utf8(RowWriter row, int column, byte[] bytes, int offset, int length) {
                row.setUtf8(column, bytes == null ? null : offHeapBuffer(bytes), offset, length);
            }

            @Override
            void binary(RowWriter row, int column, byte[] bytes, int offset, int length) {
                row.setBinary(column, bytes == null ? null : offHeapBuffer(bytes), offset, length);
            }
        };

        abstract void utf8(RowWriter row, int column, byte[] bytes, int offset, int length);

        abstract void binary(RowWriter row, int column, byte[] bytes, int offset, int length);

        /// The text with other bytes around it.
        void text(RowWriter row, int column, String text) {
            byte[] bytes = around(text);
            utf8(row, column, bytes, BEFORE, bytes.length - 2 * BEFORE);
        }

        void blob(RowWriter row, int column, String text) {
            byte[] bytes = around(text);
            binary(row, column, bytes, BEFORE, bytes.length - 2 * BEFORE);
        }
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void theBytesArriveAndRowsMoveOn(Source source) {
        try (LanePair lane = new LanePair(SCHEMA, 4, 64, 16, Overload.FAIL, false)) {
            String[] texts = {"", "a", "é", "16 bytes of text", "日本", "12345678"};
            for (int id = 0; id < texts.length; id++) {
                RowWriter row = lane.writer.begin().setLong(0, id);
                source.text(row, TEXT, texts[id]);
                source.text(row, WORD, texts[texts.length - 1 - id]);
                source.blob(row, BYTES, "x");
                source.blob(row, BLOB, texts[id]);
                assertEquals(Offer.ACCEPTED, row.commit());
                lane.readAll();
            }
            for (int id = 0; id < texts.length; id++) {
                assertEquals(
                        "{id=" + id + ", text=" + texts[id] + ", bytes=78, word=" + texts[texts.length - 1 - id]
                                + ", blob=" + hex(texts[id]) + "}",
                        lane.read.get(id));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void nullIsANullWhereTheColumnMayHaveOne(Source source) {
        try (LanePair lane = new LanePair(SCHEMA, 2, 8, 16, Overload.FAIL, false)) {
            RowWriter row = lane.writer.begin().setLong(0, 1);
            source.text(row, TEXT, "gone");
            source.utf8(row, TEXT, null, 0, 0);
            source.binary(row, BYTES, null, 0, 0);
            assertMisuse(
                    () -> source.utf8(row, WORD, null, 0, 0), "null in a column that is not nullable: column=word");
            assertMisuse(
                    () -> source.binary(row, BLOB, null, 0, 0), "null in a column that is not nullable: column=blob");
            assertMisuse(row::commit, "columns without a value: word, blob");
            source.text(row, WORD, "w");
            source.blob(row, BLOB, "b");
            assertEquals(Offer.ACCEPTED, row.commit());
            assertEquals(List.of("{id=1, text=null, bytes=null, word=w, blob=62}"), lane.readAll());
        }
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void whatCannotBeTakenIsADeadLetterOfThatRowAlone(Source source) {
        try (LanePair lane = new LanePair(SCHEMA, 3, 8, 16, Overload.FAIL, false)) {
            RowWriter row = lane.writer.begin().setLong(0, 1);
            source.text(row, TEXT, "17 bytes of text!");
            source.text(row, WORD, "w");
            source.blob(row, BLOB, "b");
            assertEquals(Offer.DEAD_LETTERED, row.commit());
            row = lane.writer.begin().setLong(0, 2);
            source.utf8(row, WORD, new byte[] {'-', 'o', 'k', (byte) 0xC3, 'x', '-'}, 1, 4);
            source.blob(row, BLOB, "b");
            assertEquals(Offer.DEAD_LETTERED, row.commit());
            row = lane.writer.begin().setLong(0, 3);
            source.text(row, WORD, "fine");
            source.blob(row, BLOB, "17 bytes of text!");
            assertEquals(Offer.DEAD_LETTERED, row.commit());
            assertEquals(
                    List.of(
                            "value larger than the lane's data area of 16 bytes, it has 17",
                            "malformed UTF-8 at byte 2 of column word",
                            "value larger than the lane's data area of 16 bytes, it has 17"),
                    lane.deadLetters.stream().map(DeadLetter::reason).toList());
            assertEquals("17 bytes of text!", lane.deadLetters.getFirst().row());
            assertEquals("ok\uFFFDx", lane.deadLetters.get(1).row());
            assertEquals(List.of(), lane.readAll());
        }
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void mistakesLeaveTheRowOpen(Source source) {
        try (LanePair lane = new LanePair(SCHEMA, 3, 8, 16, Overload.FAIL, false)) {
            RowWriter writer = lane.writer;
            assertMisuse(() -> source.text(writer, TEXT, "t"), "outside of a row: column=text");
            assertMisuse(() -> source.blob(writer, BLOB, "t"), "outside of a row: column=blob");
            RowWriter row = lane.writer.begin().setLong(0, 1);
            assertMisuse(() -> source.text(row, 0, "t"), "column id is int64, given text");
            assertMisuse(() -> source.text(row, BLOB, "t"), "column blob is binary, given text");
            assertMisuse(() -> source.blob(row, WORD, "t"), "column word is utf8, given bytes");
            assertMisuse(() -> source.blob(row, 9, "t"), "no column number 9");
            for (int[] range : new int[][] {{-1, 1}, {0, 5}, {4, 1}, {5, 0}, {0, -1}, {Integer.MAX_VALUE, 2}}) {
                assertThrows(
                        IndexOutOfBoundsException.class, () -> source.utf8(row, WORD, new byte[4], range[0], range[1]));
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> source.binary(row, BLOB, new byte[4], range[0], range[1]));
            }
            source.text(row, WORD, "w");
            source.blob(row, BLOB, "b");
            assertEquals(Offer.ACCEPTED, row.commit());
            assertEquals(List.of("{id=1, text=null, bytes=null, word=w, blob=62}"), lane.readAll());
        }
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void afterTheCloseNothingIsWritten(Source source) {
        try (LanePair lane = new LanePair(SCHEMA, 2, 8, 16, Overload.BLOCK, false)) {
            RowWriter begun = lane.writer.begin().setLong(0, 1);
            lane.reader.close();
            lane.writer.close();
            assertEquals(0, lane.pool.bytesOut());
            source.text(begun, WORD, "w");
            source.blob(begun, BLOB, "b");
            assertEquals(Offer.CLOSED, begun.commit());
            RowWriter late = lane.writer.begin().setLong(0, 2);
            source.text(late, TEXT, "17 bytes of text!");
            assertEquals(Offer.CLOSED, late.commit());
            assertEquals(List.of(), lane.deadLetters);
        }
    }

    @Test
    void aSegmentThatIsNoLongerThereIsRefusedAndTheRowStaysOpen() {
        try (LanePair lane = new LanePair(SCHEMA, 2, 8, 16, Overload.FAIL, false)) {
            MemorySegment gone;
            try (Arena arena = Arena.ofConfined()) {
                gone = arena.allocate(8);
            }
            RowWriter row = lane.writer.begin().setLong(0, 1);
            assertThrows(IllegalStateException.class, () -> row.setUtf8(WORD, gone, 0, 8));
            assertThrows(IllegalStateException.class, () -> row.setBinary(BLOB, gone, 0, 8));
            row.setUtf8(WORD, "w").setBinary(BLOB, new byte[0]);
            assertEquals(Offer.ACCEPTED, row.commit());
            assertEquals(List.of("{id=1, text=null, bytes=null, word=w, blob=}"), lane.readAll());
        }
    }

    private static MemorySegment offHeap(byte[] bytes) {
        return ARENA.allocate(Math.max(1, bytes.length))
                .copyFrom(MemorySegment.ofArray(bytes))
                .asSlice(0, bytes.length);
    }

    /// A buffer over the middle of an array.
    private static DirectBuffer onHeapBuffer(byte[] bytes) {
        byte[] array = new byte[bytes.length + 5];
        System.arraycopy(bytes, 0, array, 2, bytes.length);
        return buffer(array, 2, 0, bytes.length);
    }

    private static DirectBuffer offHeapBuffer(byte[] bytes) {
        return buffer(null, 0, offHeap(bytes).address(), bytes.length);
    }

    /// Agrona's own need a flag that this JVM was not given; what a lane asks of them needs none.
    private static DirectBuffer buffer(byte[] array, int adjustment, long address, int capacity) {
        return (DirectBuffer) Proxy.newProxyInstance(
                DirectBuffer.class.getClassLoader(),
                new Class<?>[] {DirectBuffer.class},
                (_, method, _) -> switch (method.getName()) {
                    case "byteArray" -> array;
                    case "wrapAdjustment" -> adjustment;
                    case "addressOffset" -> address;
                    case "capacity" -> capacity;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static byte[] around(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[bytes.length + 2 * BEFORE];
        System.arraycopy(bytes, 0, all, BEFORE, bytes.length);
        return all;
    }

    private static String hex(String text) {
        StringBuilder digits = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            digits.append("%02x".formatted(b));
        }
        return digits.toString();
    }

    private static void assertMisuse(Executable action, String part) {
        MullionException misuse = assertThrows(MullionException.class, action);
        assertEquals(MullionException.Reason.MISUSE, misuse.reason());
        assertTrue(misuse.getMessage().contains(part), misuse.getMessage());
    }
}
