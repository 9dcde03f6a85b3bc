package io.mullion.ingest;

import io.mullion.io.Offer;

/// Where a lane's writer gets its next batch from, and what happens when none is free: the input's overload policy.
///
/// *Thread*: the producer.
final class BatchSupply {
    private final Lane lane;
    private Offer refusal;

    BatchSupply(Lane lane) {
        this.lane = lane;
    }

    /// A free batch, or null; then [#refusal] says why there is none.
    LaneBatch take() {
        LaneBatch batch = lane.free.poll();
        return batch == null ? underOverload() : batch;
    }

    /// What the last [#take] that gave no batch means for the row: `CLOSED` if the lane was asked to close meanwhile.
    Offer refusal() {
        return refusal;
    }

    private LaneBatch underOverload() {
        return switch (lane.overload()) {
            case BLOCK -> await();
            case FAIL -> {
                lane.counters().refused.increment();
                refusal = Offer.BACK_PRESSURED;
                yield null;
            }
            case DROP_NEWEST -> dropNewest();
            case DROP_OLDEST -> dropOldest();
        };
    }

    private LaneBatch dropNewest() {
        lane.counters().dropped.increment();
        refusal = Offer.DROPPED;
        return null;
    }

    /// Rule 9. A batch that the worker has begun, and the open one, are not to be had.
    private LaneBatch dropOldest() {
        LaneBatch oldest = lane.takeBackOldest();
        if (oldest == null) {
            return dropNewest();
        }
        lane.counters().dropped.add(LaneBatch.rows(oldest.committed()));
        return oldest;
    }

    private LaneBatch await() {
        lane.backPressure().reset();
        while (true) {
            lane.backPressure().idle();
            LaneBatch batch = lane.free.poll();
            if (batch != null) {
                return batch;
            }
            if (lane.closeRequested()) {
                refusal = Offer.CLOSED;
                return null;
            }
        }
    }
}
