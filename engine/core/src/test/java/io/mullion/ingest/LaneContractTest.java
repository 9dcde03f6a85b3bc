package io.mullion.ingest;

import static io.mullion.ingest.LanePair.A;
import static io.mullion.ingest.LanePair.B;
import static io.mullion.ingest.LanePair.BIT;
import static io.mullion.ingest.LanePair.ID;
import static io.mullion.ingest.LanePair.N;
import static io.mullion.ingest.LanePair.X;
import static io.mullion.ingest.LanePair.bare;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.RowText;
import io.mullion.io.Offer;
import io.mullion.spec.Overload;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The lane's rules of opening, writing, committing, reading, recycling and closing, one by one. What concerns whole
/// jobs is elsewhere: rule 8 in `IdleWorkerTest`, 9 in [LaneDropOldestTest] and `SharedProducerTest`, of 10 the
/// re-entry in `ReentryTest`; threads against each other in [LaneStressTest] and, under jcstress, `LaneStress`.
@Tag("checked")
class LaneContractTest {
    @Test
    void rule1AnOpenedBatchForgetsWhatWasInIt() {
        try (LanePair lane = new LanePair(2, 2, 64, Overload.BLOCK)) {
            for (long id = 0; id < 20; id++) {
                lane.begin(id)
                        .setUtf8(A, "text of a")
                        .setUtf8(B, "b")
                        .setBool(BIT, true)
                        .setDouble(X, 1)
                        .setLong(N, 2);
                assertEquals(Offer.ACCEPTED, lane.writer.commit());
                lane.readAll();
            }
            lane.read.clear();
            for (long id = 20; id < 26; id++) {
                assertEquals(Offer.ACCEPTED, lane.begin(id).commit());
                lane.readAll();
            }
            assertEquals(bareRows(20, 26), lane.read);
        }
    }

    @Test
    void rule1OverloadIsDecidedBeforeTheRowStarts() {
        try (LanePair lane = new LanePair(2, 1, 64, Overload.FAIL)) {
            assertEquals(Offer.ACCEPTED, lane.begin(0).commit());
            assertEquals(Offer.ACCEPTED, lane.begin(1).commit());
            lane.begin(2);
            // Room that comes too late does not help the row that was begun.
            lane.readAll();
            assertEquals(Offer.BACK_PRESSURED, lane.writer.setUtf8(A, "lost").commit());
            assertEquals(Offer.ACCEPTED, lane.begin(3).commit());
            assertEquals(List.of(bare(0), bare(1), bare(3)), lane.readAll());
        }
    }

    @Test
    void rule2BitsOfPublishedNeighboursSurvive() {
        try (LanePair lane = new LanePair(2, 64, 64, Overload.BLOCK)) {
            List<String> expected = new ArrayList<>();
            for (long id = 0; id < 40; id++) {
                LaneWriter row = lane.begin(id);
                // Set both ways before the last one counts, so that every bit of the byte has been touched.
                row.setBool(BIT, id % 2 == 0).setBool(BIT, id % 5 == 0);
                if (id % 4 == 1) {
                    row.setNull(BIT);
                }
                assertEquals(Offer.ACCEPTED, row.commit());
                expected.add("{id=" + id + ", flag=" + (id % 3 == 0) + ", a=null, b=null, bit="
                        + (id % 4 == 1 ? "null" : id % 5 == 0) + ", x=null, n=null}");
                assertEquals(1, lane.poll());
                assertEquals(expected, rows(lane.lastBatch, lane.lastTo));
            }
        }
    }

    @Test
    void rule2AFullDataAreaSealsTheBatchAndMovesTheRowWithItsCells() {
        try (LanePair lane = new LanePair(3, 64, 16, Overload.FAIL)) {
            assertEquals(Offer.ACCEPTED, lane.begin(0).setUtf8(A, "0123456789").commit());
            assertEquals(1, lane.poll());
            Batch first = lane.lastBatch;
            lane.begin(3)
                    .setUtf8(B, "bé")
                    .setNull(X)
                    .setBool(BIT, false)
                    .setLong(N, -7)
                    .setUtf8(A, "abcdefghij");
            assertEquals(Offer.ACCEPTED, lane.writer.commit());
            assertEquals(
                    List.of(
                            "{id=0, flag=true, a=0123456789, b=null, bit=null, x=null, n=null}",
                            "{id=3, flag=true, a=abcdefghij, b=bé, bit=false, x=null, n=-7}"),
                    lane.readAll());
            assertNotSame(first, lane.lastBatch);
        }
    }

    @Test
    void rule2NullsAndUnsetCellsMoveWithTheRow() {
        try (LanePair lane = new LanePair(3, 64, 8, Overload.FAIL)) {
            // Leaves true bits and text in the rows where the moved ones arrive.
            for (long id = 0; id < 3; id++) {
                lane.begin(id)
                        .setBool(BIT, true)
                        .setDouble(X, 9)
                        .setUtf8(B, "old")
                        .setUtf8(A, "8 bytes!");
                assertEquals(Offer.ACCEPTED, lane.writer.commit());
                lane.readAll();
            }
            lane.read.clear();
            for (long id = 3; id < 9; id++) {
                lane.begin(id).setNull(B).setNull(BIT).setUtf8(A, "8 bytes.");
                assertEquals(Offer.ACCEPTED, lane.writer.commit());
                lane.readAll();
            }
            assertEquals(
                    LongStream.range(3, 9)
                            .mapToObj(id -> bare(id).replace("a=null", "a=8 bytes."))
                            .toList(),
                    lane.read);
        }
    }

    @Test
    void rule2BytesMoveTheRowAsTextDoes() {
        try (LanePair lane = new LanePair(3, 64, 8, Overload.FAIL)) {
            byte[] bytes = {'-', 'a', 'b', 'c', 'd', 'e', '-'};
            for (long id = 0; id < 2; id++) {
                lane.begin(id).setUtf8(A, "x").setUtf8(B, bytes, 1, 5);
                assertEquals(Offer.ACCEPTED, lane.writer.commit());
            }
            assertEquals(
                    List.of(
                            bare(0).replace("a=null, b=null", "a=x, b=abcde"),
                            bare(1).replace("a=null, b=null", "a=x, b=abcde")),
                    lane.readAll());
        }
    }

    @Test
    void rule2AnAbortedRowRewindsToItsStart() {
        try (LanePair lane = new LanePair(2, 8, 16, Overload.BLOCK)) {
            for (long id = 0; id < 6; id++) {
                // Many times the data area in all: what was aborted takes no room.
                lane.begin(100 + id)
                        .setUtf8(A, "0123456789")
                        .setBool(BIT, true)
                        .setLong(N, 5)
                        .abort();
                assertEquals(Offer.ACCEPTED, lane.begin(id).commit());
            }
            assertEquals(6, lane.poll());
            assertEquals(bareRows(0, 6), lane.read);
        }
    }

    @Test
    void rule2ARowThatMovedCanBeAborted() {
        try (LanePair lane = new LanePair(3, 8, 8, Overload.BLOCK)) {
            assertEquals(Offer.ACCEPTED, lane.begin(0).setUtf8(A, "12345").commit());
            lane.begin(1).setUtf8(B, "b").setUtf8(A, "67890").abort();
            assertEquals(Offer.ACCEPTED, lane.begin(2).setUtf8(A, "12345678").commit());
            assertEquals(
                    List.of(bare(0).replace("a=null", "a=12345"), bare(2).replace("a=null", "a=12345678")),
                    lane.readAll());
        }
    }

    @Test
    void rule2TheLastValueOfACellCounts() {
        try (LanePair lane = new LanePair(2, 8, 8, Overload.BLOCK)) {
            lane.begin(0)
                    .setUtf8(A, "1234567")
                    .setUtf8(A, "abc")
                    .setLong(N, 1)
                    .setNull(N)
                    .setDouble(X, 1)
                    .setDouble(X, 2.5);
            assertEquals(Offer.ACCEPTED, lane.writer.commit());
            assertEquals(Offer.ACCEPTED, lane.begin(1).setUtf8(A, "12345").commit());
            assertEquals(2, lane.poll());
            assertEquals(
                    List.of(
                            bare(0).replace("a=null", "a=abc").replace("x=null", "x=2.5"),
                            bare(1).replace("a=null", "a=12345")),
                    lane.read);
        }
    }

    @Test
    void rule3ACommittedRowIsVisibleAtOnceAndNoSooner() {
        try (LanePair lane = new LanePair(2, 4, 64, Overload.BLOCK)) {
            assertEquals(0, lane.poll());
            for (long id = 0; id < 30; id++) {
                lane.begin(id).setUtf8(A, "");
                assertEquals(0, lane.poll());
                assertEquals(Offer.ACCEPTED, lane.writer.commit());
                assertEquals(1, lane.poll());
                assertEquals(0, lane.poll());
            }
            assertEquals(30, lane.read.size());
        }
    }

    @Test
    void rule3CommittedRowsOfSeveralBatchesComeInOrder() {
        for (int capacity : new int[] {1, 2, 7, 8, 9}) {
            try (LanePair lane = new LanePair(4, capacity, 64, Overload.FAIL)) {
                LongStream.range(0, 4L * capacity)
                        .forEach(id ->
                                assertEquals(Offer.ACCEPTED, lane.begin(id).commit()));
                assertEquals(bareRows(0, 4L * capacity), lane.readAll());
            }
        }
    }

    @Test
    void rule4RowsOfAnUnfinishedRowAreNotAmongThoseHandedOver() {
        try (LanePair lane = new LanePair(2, 8, 64, Overload.BLOCK)) {
            lane.begin(0).commit();
            lane.begin(1).setUtf8(A, "not yet");
            assertEquals(1, lane.poll());
            assertEquals(1, lane.lastBatch.readable().rowLimit);
            lane.writer.commit();
        }
    }

    @Test
    void rule5ABatchIsUsedAgainOnlyWhenSealedAndConsumed() {
        try (LanePair lane = new LanePair(2, 2, 64, Overload.FAIL)) {
            LongStream.range(0, 4)
                    .forEach(id -> assertEquals(Offer.ACCEPTED, lane.begin(id).commit()));
            assertEquals(Offer.BACK_PRESSURED, lane.begin(99).commit());
            assertEquals(2, lane.poll());
            // The first batch was sealed and is free; the second one is full, but sealed only when a row needs another.
            assertEquals(Offer.ACCEPTED, lane.begin(4).commit());
            assertEquals(Offer.ACCEPTED, lane.begin(5).commit());
            assertEquals(Offer.BACK_PRESSURED, lane.begin(99).commit());
            assertEquals(2, lane.poll());
            assertEquals(2, lane.poll());
            assertEquals(bareRows(0, 6), lane.read);
            assertEquals(2, lane.counters.refusedRows());
        }
    }

    @Test
    void rule6AClosedLaneIsDrainedWhenItsRowsAreRead() {
        try (LanePair lane = new LanePair(3, 2, 64, Overload.BLOCK)) {
            LongStream.range(0, 5).forEach(id -> lane.begin(id).commit());
            lane.writer.close();
            assertFalse(lane.reader.drained());
            assertEquals(bareRows(0, 5), lane.readAll());
            assertTrue(lane.reader.drained());
        }
    }

    @Test
    void rule6ALaneWithoutRowsIsDrainedWhenItIsClosed() {
        try (LanePair lane = new LanePair(2, 2, 64, Overload.BLOCK)) {
            lane.poll();
            assertFalse(lane.reader.drained());
            lane.writer.close();
            assertEquals(0, lane.poll());
            assertTrue(lane.reader.drained());
        }
    }

    @Test
    void rule6AnExplicitWatermarkIsInBand() {
        for (int capacity : new int[] {1, 2, 3, 64}) {
            try (LanePair lane = new LanePair(LanePair.SCHEMA, 16, capacity, 64, Overload.FAIL, true)) {
                lane.begin(0).commit();
                lane.writer.watermark(10);
                lane.begin(1).commit();
                lane.begin(2).commit();
                lane.writer.watermark(20);
                // What goes back is no statement.
                lane.writer.watermark(15);
                lane.begin(3).commit();
                lane.writer.watermark(30);
                lane.readAll();
                assertEquals(List.of(Long.MIN_VALUE, 10L, 10L, 20L), lane.watermarks);
                assertEquals(30, lane.reader.watermark());
            }
        }
    }

    @Test
    void rule6AWatermarkWithoutRowsIsSeen() {
        try (LanePair lane = new LanePair(LanePair.SCHEMA, 2, 2, 64, Overload.FAIL, true)) {
            lane.poll();
            assertEquals(Long.MIN_VALUE, lane.reader.watermark());
            lane.writer.watermark(5);
            lane.poll();
            assertEquals(5, lane.reader.watermark());
        }
    }

    @Test
    void rule6AWatermarkDoesNotOvertakeRowsOfTheNextBatch() {
        try (LanePair lane = new LanePair(LanePair.SCHEMA, 4, 1, 64, Overload.FAIL, true)) {
            lane.begin(0).commit();
            lane.begin(1).commit();
            lane.writer.watermark(7);
            assertEquals(1, lane.poll());
            assertEquals(Long.MIN_VALUE, lane.reader.watermark());
            assertEquals(1, lane.poll());
            assertEquals(7, lane.reader.watermark());
        }
    }

    @Test
    void rule7CheckedReadsEndAtTheCommittedRows() {
        try (LanePair lane = new LanePair(2, 8, 64, Overload.BLOCK)) {
            lane.begin(0).setUtf8(A, "abc").commit();
            lane.poll();
            assertEquals(8, lane.lastBatch.readable().limit(ID, 0));
            assertEquals(3, lane.lastBatch.readable().limit(A, 0));
            lane.begin(1).setUtf8(A, "de").commit();
            lane.poll();
            assertEquals(16, lane.lastBatch.readable().limit(ID, 0));
            assertEquals(5, lane.lastBatch.readable().limit(A, 0));
        }
    }

    @Test
    void rule10ABlockedProducerLetsTheWorkerRunInline() {
        try (LanePair lane = new LanePair(2, 3, 64, Overload.BLOCK)) {
            int[] waits = new int[1];
            lane.idle = () -> {
                waits[0]++;
                lane.poll();
            };
            LongStream.range(0, 100)
                    .forEach(id -> assertEquals(Offer.ACCEPTED, lane.begin(id).commit()));
            assertTrue(waits[0] > 0);
            assertEquals(bareRows(0, 100), lane.readAll());
            assertEquals(0, lane.counters.refusedRows() + lane.counters.droppedRows());
        }
    }

    @Test
    void memoryGoesBackWithTheLastToLeave() {
        try (LanePair writerLast = new LanePair(2, 3, 64, Overload.BLOCK)) {
            writerLast.begin(0).commit();
            writerLast.reader.close();
            assertTrue(writerLast.pool.bytesOut() > 0);
            assertEquals(Offer.CLOSED, writerLast.begin(1).setUtf8(A, "late").commit());
            assertEquals(0, writerLast.pool.bytesOut());
            assertEquals(Offer.CLOSED, writerLast.begin(2).commit());
        }
        try (LanePair readerLast = new LanePair(2, 3, 64, Overload.BLOCK)) {
            readerLast.begin(0).commit();
            readerLast.writer.close();
            assertTrue(readerLast.pool.bytesOut() > 0);
            assertEquals(1, readerLast.poll());
            readerLast.reader.close();
            assertEquals(0, readerLast.pool.bytesOut());
        }
    }

    @Test
    void closingTwiceIsClosingOnce() {
        LanePair lane = new LanePair(2, 3, 64, Overload.BLOCK);
        lane.begin(0).commit();
        lane.close();
        lane.writer.close();
        lane.reader.close();
        assertEquals(Offer.CLOSED, lane.begin(1).commit());
    }

    private static List<String> bareRows(long from, long to) {
        return LongStream.range(from, to).mapToObj(LanePair::bare).toList();
    }

    private static List<String> rows(Batch batch, int count) {
        return IntStream.range(0, count).mapToObj(row -> RowText.of(batch, row)).toList();
    }
}
