package io.mullion.ingest;

import static io.mullion.ingest.LanePair.A;
import static io.mullion.ingest.LanePair.B;
import static io.mullion.ingest.LanePair.bare;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.io.Offer;
import io.mullion.spec.Overload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The lane's ninth rule: what gives way to new rows, and what does not.
@Tag("checked")
class LaneDropOldestTest {
    @Test
    void rule9TheOldestBatchesGiveWayToNewRows() {
        try (LanePair lane = new LanePair(3, 2, 64, Overload.DROP_OLDEST)) {
            for (long id = 0; id < 20; id++) {
                assertEquals(Offer.ACCEPTED, lane.begin(id).commit());
            }
            assertEquals(14, lane.counters.droppedRows());
            assertEquals(rows(14, 20), lane.readAll());
            assertEquals(0, lane.counters.refusedRows());
        }
    }

    @Test
    void rule9ABatchOfWhichARowWasReadStays() {
        try (LanePair lane = new LanePair(3, 2, 64, Overload.DROP_OLDEST)) {
            lane.begin(0).commit();
            assertEquals(1, lane.poll());
            for (long id = 1; id < 10; id++) {
                assertEquals(Offer.ACCEPTED, lane.begin(id).commit());
            }
            // Row 1 shares its batch with row 0.
            assertEquals(4, lane.counters.droppedRows());
            assertEquals(
                    LongStream.of(0, 1, 6, 7, 8, 9).mapToObj(LanePair::bare).toList(), lane.readAll());
        }
    }

    @Test
    void rule9WhereNoBatchQualifiesTheNewRowIsDropped() {
        try (LanePair lane = new LanePair(2, 2, 64, Overload.DROP_OLDEST)) {
            lane.begin(0).commit();
            assertEquals(1, lane.poll());
            for (long id = 1; id < 4; id++) {
                assertEquals(Offer.ACCEPTED, lane.begin(id).commit());
            }
            // One batch is being read, the other one is the producer's own.
            for (long id = 4; id < 9; id++) {
                assertEquals(Offer.DROPPED, lane.begin(id).commit());
            }
            assertEquals(5, lane.counters.droppedRows());
            assertEquals(rows(0, 4), lane.readAll());
            assertEquals(Offer.ACCEPTED, lane.begin(9).commit());
            assertEquals(bare(9), lane.readAll().getLast());
        }
    }

    @Test
    void rule9ARowThatMovesOnTakesItsCellsToTheBatchThatGaveWay() {
        try (LanePair lane = new LanePair(3, 8, 8, Overload.DROP_OLDEST)) {
            for (long id = 0; id < 5; id++) {
                assertEquals(
                        Offer.ACCEPTED,
                        lane.begin(id)
                                .setUtf8(B, "b" + id)
                                .setUtf8(A, "1234567" + id)
                                .commit());
            }
            assertEquals(2, lane.counters.droppedRows());
            assertEquals(
                    LongStream.range(2, 5)
                            .mapToObj(id -> bare(id).replace("a=null, b=null", "a=1234567" + id + ", b=b" + id))
                            .toList(),
                    lane.readAll());
        }
    }

    @Test
    void rule9AStatedWatermarkOutlivesTheRowsItWasStatedBetween() {
        try (LanePair lane = new LanePair(LanePair.SCHEMA, 2, 1, 64, Overload.DROP_OLDEST, true)) {
            lane.begin(0).commit();
            lane.writer.watermark(10);
            lane.begin(1).commit();
            lane.writer.watermark(20);
            lane.begin(2).commit();
            lane.begin(3).commit();
            lane.writer.watermark(30);
            assertEquals(2, lane.counters.droppedRows());
            assertEquals(1, lane.poll());
            // No sooner than the rows before it, though others are gone.
            assertEquals(Long.MIN_VALUE, lane.reader.watermark());
            assertEquals(rows(2, 4), lane.readAll());
            assertEquals(List.of(20L, 20L), lane.watermarks);
            assertEquals(30, lane.reader.watermark());
        }
    }

    @Test
    void rule9AClosedLaneDropsNothingMore() {
        try (LanePair lane = new LanePair(3, 1, 64, Overload.DROP_OLDEST)) {
            LongStream.range(0, 5).forEach(id -> lane.begin(id).commit());
            lane.writer.close();
            assertEquals(Offer.CLOSED, lane.begin(5).commit());
            assertEquals(2, lane.counters.droppedRows());
            assertEquals(rows(2, 5), lane.readAll());
            assertTrue(lane.reader.drained());
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    /// Rows and polls in random order against the rule in its own words, on lists.
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Tag("schedule")
    void rule9EveryRowIsSeenOrCounted(long seed) {
        Random random = new Random(seed);
        int batches = 2 + random.nextInt(4);
        int capacity = 1 + random.nextInt(5);
        int pollShare = 1 + random.nextInt(6);
        Expected expected = new Expected(batches, capacity);
        try (LanePair lane = new LanePair(batches, capacity, 64, Overload.DROP_OLDEST)) {
            for (long id = 0; id < 200; id++) {
                for (int i = random.nextInt(10) < pollShare ? random.nextInt(3) : 0; i > 0; i--) {
                    assertEquals(expected.poll(), lane.poll(), "seed=" + seed);
                }
                if (random.nextInt(20) == 0) {
                    lane.begin(id).abort();
                    expected.begin();
                } else {
                    assertEquals(expected.offer(id), lane.begin(id).commit(), "seed=" + seed);
                }
            }
            while (expected.poll() > 0) {}
            lane.readAll();
            assertEquals(expected.seen.stream().map(LanePair::bare).toList(), lane.read, "seed=" + seed);
            assertEquals(expected.dropped, lane.counters.droppedRows(), "seed=" + seed);
        }
    }

    /// A lane of lists.
    private static final class Expected {
        private final int batchCount;
        private final int capacity;
        /// From the one that is being read, or comes next, to the open one.
        private final List<List<Long>> batches = new ArrayList<>();

        private boolean firstIsBegun;
        private int read;
        final List<Long> seen = new ArrayList<>();
        long dropped;

        Expected(int batchCount, int capacity) {
            this.batchCount = batchCount;
            this.capacity = capacity;
        }

        /// Whether there is a place for a row.
        boolean begin() {
            if (!batches.isEmpty() && batches.getLast().size() < capacity) {
                return true;
            }
            if (batches.size() == batchCount) {
                int oldest = firstIsBegun ? 1 : 0;
                if (oldest == batches.size() - 1) {
                    dropped++;
                    return false;
                }
                dropped += batches.remove(oldest).size();
            }
            batches.add(new ArrayList<>());
            return true;
        }

        Offer offer(long id) {
            if (!begin()) {
                return Offer.DROPPED;
            }
            batches.getLast().add(id);
            return Offer.ACCEPTED;
        }

        int poll() {
            int rows = 0;
            while (rows == 0 && !batches.isEmpty()) {
                firstIsBegun = true;
                List<Long> first = batches.getFirst();
                rows = first.size() - read;
                seen.addAll(first.subList(read, first.size()));
                read = first.size();
                if (batches.size() == 1) {
                    // The open one.
                    break;
                }
                batches.removeFirst();
                firstIsBegun = false;
                read = 0;
            }
            return rows;
        }
    }

    @Test
    void otherPoliciesDropNoAcceptedRow() {
        for (Overload overload : Overload.values()) {
            if (overload != Overload.DROP_OLDEST && overload != Overload.BLOCK) {
                try (LanePair lane = new LanePair(3, 2, 64, overload)) {
                    LongStream.range(0, 20).forEach(id -> lane.begin(id).commit());
                    assertEquals(rows(0, 6), lane.readAll());
                    assertFalse(lane.reader.drained());
                }
            }
        }
    }

    private static List<String> rows(long from, long to) {
        return LongStream.range(from, to).mapToObj(LanePair::bare).toList();
    }
}
