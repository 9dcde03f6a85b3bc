package io.mullion.ingest;

import static io.mullion.ingest.LanePair.A;
import static io.mullion.ingest.LanePair.B;
import static io.mullion.ingest.LanePair.BIT;
import static io.mullion.ingest.LanePair.FLAG;
import static io.mullion.ingest.LanePair.ID;
import static io.mullion.ingest.LanePair.N;
import static io.mullion.ingest.LanePair.X;
import static io.mullion.ingest.LanePair.bare;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.io.Offer;
import io.mullion.spec.MullionException;
import io.mullion.spec.Overload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What a lane does not take: rows under overload, rows that can never fit, malformed text, mistakes of its caller,
/// anything after it was closed.
@Tag("checked")
class LaneRefusalTest {
    @Test
    void failCountsEveryRefusedRow() {
        try (LanePair lane = new LanePair(2, 3, 64, Overload.FAIL)) {
            int accepted = 0;
            for (long id = 0; id < 20; id++) {
                Offer offer = lane.begin(id).setUtf8(A, "a").setNull(X).commit();
                accepted += offer == Offer.ACCEPTED ? 1 : 0;
                assertEquals(id < 6 ? Offer.ACCEPTED : Offer.BACK_PRESSURED, offer);
            }
            assertEquals(6, accepted);
            assertEquals(14, lane.counters.refusedRows());
            assertEquals(0, lane.counters.droppedRows());
            assertEquals(6, lane.readAll().size());
        }
    }

    @Test
    void dropNewestCountsEveryDroppedRow() {
        try (LanePair lane = new LanePair(2, 1, 64, Overload.DROP_NEWEST)) {
            for (long id = 0; id < 10; id++) {
                assertEquals(
                        id < 2 ? Offer.ACCEPTED : Offer.DROPPED, lane.begin(id).commit());
            }
            assertEquals(List.of(bare(0), bare(1)), lane.readAll());
            assertEquals(Offer.ACCEPTED, lane.begin(10).commit());
            assertEquals(8, lane.counters.droppedRows());
            assertEquals(0, lane.counters.refusedRows());
        }
    }

    @Test
    void aRowThatFindsNoNextBatchIsBackPressuredAndNotADeadLetter() {
        try (LanePair lane = new LanePair(2, 8, 8, Overload.FAIL)) {
            assertEquals(Offer.ACCEPTED, lane.begin(0).setUtf8(A, "12345678").commit());
            assertEquals(Offer.ACCEPTED, lane.begin(1).setUtf8(A, "1234").commit());
            assertEquals(
                    Offer.BACK_PRESSURED,
                    lane.begin(2).setUtf8(A, "56789").setUtf8(B, "b").commit());
            assertEquals(
                    Offer.BACK_PRESSURED,
                    lane.begin(3)
                            .setUtf8(B, "b")
                            .setUtf8(A, bytes("56789"), 0, 5)
                            .commit());
            assertEquals(List.of(), lane.deadLetters);
            assertEquals(2, lane.counters.refusedRows());
            // What still fits into the open batch goes on.
            assertEquals(Offer.ACCEPTED, lane.begin(4).setUtf8(A, "5678").commit());
            lane.readAll();
            assertEquals(Offer.ACCEPTED, lane.begin(5).setUtf8(A, "56789").commit());
            assertEquals(4, lane.readAll().size());
        }
    }

    @Test
    void aRowThatFindsNoNextBatchIsDroppedOnce() {
        try (LanePair lane = new LanePair(2, 8, 8, Overload.DROP_NEWEST)) {
            lane.begin(0).setUtf8(A, "12345678").commit();
            lane.begin(1).setUtf8(A, "12345678").setUtf8(B, "12345").commit();
            assertEquals(
                    Offer.DROPPED,
                    lane.begin(2).setUtf8(A, "1").setUtf8(B, "1234567").commit());
            assertEquals(1, lane.counters.droppedRows());
            assertEquals(List.of(), lane.deadLetters);
        }
    }

    @Test
    void aProducerThatWaitsInMidRowIsToldThatTheLaneClosed() {
        try (LanePair lane = new LanePair(2, 8, 8, Overload.BLOCK)) {
            lane.begin(0).setUtf8(A, "12345678").commit();
            lane.begin(1).setUtf8(A, "12345678").commit();
            lane.idle = lane.reader::close;
            assertEquals(
                    Offer.CLOSED,
                    lane.begin(2).setUtf8(B, "b").setUtf8(A, "1").setNull(N).commit());
            assertEquals(List.of(), lane.deadLetters);
        }
    }

    @Test
    void aProducerThatWaitsForItsFirstCellIsToldThatTheLaneClosed() {
        try (LanePair lane = new LanePair(2, 1, 8, Overload.BLOCK)) {
            lane.begin(0).commit();
            lane.begin(1).commit();
            lane.idle = lane.reader::close;
            assertEquals(Offer.CLOSED, lane.begin(2).setUtf8(A, "a").commit());
            assertEquals(Offer.CLOSED, lane.begin(3).commit());
        }
    }

    @Test
    void textLargerThanTheDataAreaIsADeadLetter() {
        try (LanePair lane = new LanePair(3, 8, 8, Overload.FAIL)) {
            assertEquals(Offer.ACCEPTED, lane.begin(0).setUtf8(A, "12345678").commit());
            assertEquals(
                    Offer.DEAD_LETTERED,
                    lane.begin(1).setUtf8(A, "123456789").setLong(N, 1).commit());
            assertEquals(
                    Offer.DEAD_LETTERED,
                    lane.begin(2).setUtf8(B, bytes("123456789"), 0, 9).commit());
            // Eight characters, but nine bytes.
            assertEquals(
                    Offer.DEAD_LETTERED, lane.begin(3).setUtf8(A, "1234567é").commit());
            assertEquals(Offer.ACCEPTED, lane.begin(4).setUtf8(A, "123456é").commit());
            assertEquals(3, lane.deadLetters.size());
            assertTrue(
                    lane.deadLetters.stream()
                            .allMatch(letter -> letter.reason().contains("8 bytes")
                                    && letter.where().equals("test")),
                    lane.deadLetters::toString);
            assertEquals("123456789", lane.deadLetters.getFirst().row());
            assertEquals(
                    List.of(bare(0).replace("a=null", "a=12345678"), bare(4).replace("a=null", "a=123456é")),
                    lane.readAll());
        }
    }

    @Test
    void malformedTextIsADeadLetterThatSaysWhere() {
        try (LanePair lane = new LanePair(3, 8, 64, Overload.FAIL)) {
            byte[] bad = {'o', 'k', (byte) 0xC3, 'x'};
            assertEquals(
                    Offer.DEAD_LETTERED,
                    lane.begin(0).setUtf8(A, bad, 0, 4).setUtf8(B, "b").commit());
            assertEquals(
                    Offer.DEAD_LETTERED, lane.begin(1).setUtf8(B, "half \uD83D").commit());
            assertEquals(Offer.ACCEPTED, lane.begin(2).setUtf8(A, bad, 0, 2).commit());
            assertEquals(2, lane.deadLetters.size());
            assertEquals(
                    "malformed UTF-8 at byte 2 of column a",
                    lane.deadLetters.getFirst().reason());
            assertEquals(
                    "malformed text: unpaired surrogate in column b",
                    lane.deadLetters.getLast().reason());
            assertEquals(List.of(bare(2).replace("a=null", "a=ok")), lane.readAll());
        }
    }

    @Test
    void aDeadLetterShowsOnlyTheBeginningOfALongText() {
        try (LanePair lane = new LanePair(3, 8, 64, Overload.FAIL)) {
            assertEquals(
                    Offer.DEAD_LETTERED,
                    lane.begin(0).setUtf8(A, "x".repeat(100_000)).commit());
            assertEquals(
                    Offer.DEAD_LETTERED,
                    lane.begin(0)
                            .setUtf8(A, bytes("y".repeat(100_000)), 0, 100_000)
                            .commit());
            lane.deadLetters.forEach(letter -> assertTrue(letter.row().length() < 300));
        }
    }

    @Test
    void rejectedInputIsADeadLetter() {
        try (LanePair lane = new LanePair(3, 8, 64, Overload.FAIL)) {
            assertEquals(Offer.DEAD_LETTERED, lane.writer.reject("no number", "abc"));
            assertEquals("test: no number: abc", lane.deadLetters.getFirst().toString());
            assertEquals(Offer.ACCEPTED, lane.begin(0).commit());
        }
    }

    @Test
    void mistakesNameTheColumnAndLeaveTheRowOpen() {
        try (LanePair lane = new LanePair(3, 8, 64, Overload.FAIL)) {
            LaneWriter row = lane.begin(0);
            assertMisuse(() -> row.setLong(A, 1), "column a is utf8, given a long");
            assertMisuse(() -> row.setDouble(N, 1), "column n is int64, given a double");
            assertMisuse(() -> row.setBool(X, true), "column x is float64, given a boolean");
            assertMisuse(() -> row.setUtf8(FLAG, "t"), "column flag is bool, given text");
            assertMisuse(() -> row.setUtf8(BIT, bytes("t"), 0, 1), "column bit is bool, given text");
            assertMisuse(() -> row.setNull(ID), "null in a column that is not nullable: column=id");
            assertThrows(IndexOutOfBoundsException.class, () -> row.setUtf8(A, new byte[3], 2, 2));
            assertEquals(Offer.ACCEPTED, row.commit());
            assertEquals(List.of(bare(0)), lane.readAll());
        }
    }

    @Test
    void columnsWithoutAValueAreNamedAndMayStillBeSet() {
        try (LanePair lane = new LanePair(3, 8, 64, Overload.FAIL)) {
            lane.writer.begin();
            assertMisuse(lane.writer::commit, "columns without a value: id, flag");
            lane.writer.setBool(FLAG, true);
            assertMisuse(lane.writer::commit, "columns without a value: id");
            assertEquals(Offer.ACCEPTED, lane.writer.setLong(ID, 0).commit());
            assertEquals(List.of(bare(0)), lane.readAll());
        }
    }

    @Test
    void rowsDoNotNestAndCellsNeedARow() {
        try (LanePair lane = new LanePair(3, 8, 64, Overload.FAIL)) {
            assertMisuse(() -> lane.writer.setLong(ID, 1), "column=id");
            assertMisuse(lane.writer::commit, "test");
            lane.begin(0);
            assertMisuse(lane.writer::begin, "test");
            assertEquals(Offer.ACCEPTED, lane.writer.commit());
            assertMisuse(lane.writer::commit, "test");
        }
    }

    @Test
    void aSecondThreadIsRefused() throws InterruptedException {
        try (LanePair lane = new LanePair(3, 8, 64, Overload.FAIL)) {
            lane.begin(0).commit();
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread other = Thread.ofPlatform().name("intruder").start(() -> {
                try {
                    lane.writer.begin();
                } catch (Throwable e) {
                    thrown.set(e);
                }
            });
            other.join();
            MullionException refused = assertInstanceOf(MullionException.class, thrown.get());
            assertEquals(MullionException.Reason.MISUSE, refused.reason());
            assertTrue(refused.getMessage().contains("intruder"), refused.getMessage());
            assertEquals(Offer.ACCEPTED, lane.begin(1).commit());
        }
    }

    @Test
    void aWatermarkThatIsNotExplicitIsRefused() {
        try (LanePair lane = new LanePair(3, 8, 64, Overload.FAIL)) {
            assertMisuse(() -> lane.writer.watermark(1), "not explicit");
        }
    }

    @Test
    void afterCloseEverythingIsClosed() {
        try (LanePair lane = new LanePair(LanePair.SCHEMA, 3, 8, 64, Overload.BLOCK, true)) {
            lane.begin(0).commit();
            lane.writer.close();
            assertEquals(Offer.CLOSED, lane.begin(1).setUtf8(A, "a").setNull(B).commit());
            lane.writer.watermark(100);
            assertEquals(List.of(bare(0)), lane.readAll());
            assertEquals(Long.MIN_VALUE, lane.reader.watermark());
        }
    }

    @Test
    void aRowThatWasBegunBeforeTheCloseIsClosed() {
        try (LanePair lane = new LanePair(3, 8, 64, Overload.BLOCK)) {
            lane.begin(0).commit();
            lane.begin(1).setUtf8(A, "a");
            lane.reader.close();
            lane.writer.close();
            assertEquals(0, lane.pool.bytesOut());
            // The memory is somebody else's by now.
            assertEquals(
                    Offer.CLOSED,
                    lane.writer.setUtf8(B, "b").setLong(N, 1).setNull(X).commit());
        }
    }

    private static void assertMisuse(Executable action, String part) {
        MullionException misuse = assertThrows(MullionException.class, action);
        assertEquals(MullionException.Reason.MISUSE, misuse.reason());
        assertTrue(misuse.getMessage().contains(part), misuse.getMessage());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
