package io.mullion.ingest;

import java.util.concurrent.atomic.AtomicLong;

/// The opened batches of a lane that drops its oldest, in order: whoever moves `claimed` on by a CAS has the batch,
/// the worker to read it or the producer to write it anew (rule 9).
///
/// The newest batch is the producer's open one and never dropped, so the worker does not find this empty while rows
/// wait. *Thread*: [#offer] and [#claimUnread] are the producer's, [#poll] is the worker's.
final class ClaimedBatches {
    private final LaneBatch[] ring;
    private final AtomicLong claimed = new AtomicLong();
    private final AtomicLong offered = new AtomicLong();

    /// @param batchCount of the lane: each is in here once at most
    ClaimedBatches(int batchCount) {
        ring = new LaneBatch[batchCount];
    }

    void offer(LaneBatch batch) {
        long next = offered.getPlain();
        ring[slot(next)] = batch;
        offered.setRelease(next + 1);
    }

    /// The oldest batch, or null if there is none.
    LaneBatch poll() {
        return claim(0);
    }

    /// The oldest batch that is sealed and of which nothing was read, or null if there is none.
    LaneBatch claimUnread() {
        return claim(1);
    }

    /// @param spared how many of the newest are not to be had
    private LaneBatch claim(int spared) {
        while (true) {
            long oldest = claimed.getAcquire();
            if (oldest + spared >= offered.getAcquire()) {
                return null;
            }
            // Written anew only once it is claimed, and then the CAS fails.
            LaneBatch batch = ring[slot(oldest)];
            if (claimed.compareAndSet(oldest, oldest + 1)) {
                return batch;
            }
        }
    }

    private int slot(long number) {
        return (int) (number % ring.length);
    }
}
