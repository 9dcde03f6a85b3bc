package io.mullion.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.io.Offer;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Overload;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Who may leave a lane and when, and what a row is that finds no place in it.
@Timeout(60)
class LaneLeaveTest {
    @Test
    void aLaneIsNotClosedByAnotherThreadWhileTheOneThatFeedsItLives() throws InterruptedException {
        try (LanePair lane = new LanePair(2, 4, 64, Overload.BLOCK)) {
            CountDownLatch amidARow = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            AtomicReference<Object> outcome = new AtomicReference<>();
            Thread feeder = Thread.ofPlatform().name("feeder").start(() -> {
                try {
                    lane.begin(1);
                    amidARow.countDown();
                    goOn.await();
                    outcome.set(lane.writer.commit());
                } catch (InterruptedException | RuntimeException e) {
                    outcome.set(e);
                    amidARow.countDown();
                }
            });
            amidARow.await();
            MullionException refused;
            try {
                refused = assertThrows(MullionException.class, lane.writer::close);
            } finally {
                goOn.countDown();
                feeder.join();
            }
            assertEquals(Reason.MISUSE, refused.reason());
            for (String part :
                    new String[] {"test", "feeder", Thread.currentThread().getName()}) {
                assertTrue(refused.getMessage().contains(part), refused::getMessage);
            }
            assertEquals(Offer.ACCEPTED, outcome.get());
            // Nobody is in a row any more.
            lane.writer.close();
            assertEquals(List.of(LanePair.bare(1)), lane.readAll());
            assertTrue(lane.reader.drained());
        }
    }

    @Test
    void aLaneThatNobodyHasFedIsClosedByAnyThread() throws InterruptedException {
        try (LanePair lane = new LanePair(2, 4, 64, Overload.BLOCK)) {
            Thread.ofPlatform().start(lane.writer::close).join();
            assertEquals(0, lane.poll());
            assertTrue(lane.reader.drained());
        }
    }

    @Test
    void ofTwoThreadsThatUseALaneFirstOneIsRefused() throws Exception {
        for (int round = 0; round < 500; round++) {
            ProducerThread owner = new ProducerThread("test");
            CyclicBarrier together = new CyclicBarrier(2);
            AtomicInteger refused = new AtomicInteger();
            Runnable use = () -> {
                try {
                    together.await();
                    owner.require();
                } catch (MullionException e) {
                    refused.incrementAndGet();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            };
            Thread other = Thread.ofPlatform().start(use);
            use.run();
            other.join();
            assertEquals(1, refused.get());
        }
    }

    @Test
    void aRowWhoseWaitIsRefusedHasNotBegun() {
        MullionException refusal = MullionException.misuse("would wait for itself");
        try (LanePair lane = new LanePair(2, 2, 64, Overload.BLOCK)) {
            for (int id = 0; id < 4; id++) {
                assertEquals(Offer.ACCEPTED, lane.begin(id).commit());
            }
            lane.idle = () -> {
                throw refusal;
            };
            for (int attempt = 0; attempt < 3; attempt++) {
                assertSame(refusal, assertThrows(MullionException.class, lane.writer::begin));
                // Whoever kept the writer does not write behind the end of the batch.
                assertMisuse(() -> lane.writer.setLong(LanePair.ID, 99), "outside of a row");
                assertMisuse(lane.writer::commit, "without a row");
            }
            assertEquals(4, lane.readAll().size());
            assertEquals(Offer.ACCEPTED, lane.begin(4).commit());
            assertEquals(5, lane.readAll().size());
            assertEquals(LanePair.bare(4), lane.read.getLast());
        }
    }

    @Test
    void inputThatIsRejectedAfterTheCloseIsClosedAndNoDeadLetter() {
        try (LanePair lane = new LanePair(2, 4, 64, Overload.BLOCK)) {
            assertEquals(Offer.DEAD_LETTERED, lane.writer.reject("bad", "first"));
            lane.lane.requestClose();
            assertEquals(Offer.CLOSED, lane.writer.reject("bad", "second"));
            assertEquals(Offer.CLOSED, lane.writer.reject("bad", "third"));
            assertEquals(Offer.CLOSED, lane.begin(1).commit());
            assertEquals(1, lane.deadLetters.size());
            assertEquals(0, lane.poll());
            assertTrue(lane.reader.drained());
        }
    }

    @Test
    void rejectingInputInTheMiddleOfARowIsRefusedAndTheRowStaysOpen() {
        try (LanePair lane = new LanePair(2, 4, 64, Overload.BLOCK)) {
            lane.begin(7);
            assertMisuse(() -> lane.writer.reject("bad", "other"), "in the middle of a row");
            assertEquals(Offer.ACCEPTED, lane.writer.commit());
            assertEquals(List.of(LanePair.bare(7)), lane.readAll());
            assertEquals(List.of(), lane.deadLetters);
        }
    }

    private static void assertMisuse(Runnable action, String part) {
        MullionException misuse = assertThrows(MullionException.class, action::run);
        assertEquals(Reason.MISUSE, misuse.reason());
        assertTrue(misuse.getMessage().contains(part), misuse::getMessage);
    }
}
