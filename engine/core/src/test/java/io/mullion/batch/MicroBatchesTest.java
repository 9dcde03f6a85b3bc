package io.mullion.batch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two workers of a job at its end.
class MicroBatchesTest {
    private final BatchTimes times = new BatchTimes(0, 2);
    private final MicroBatches one = new MicroBatches(new Turn(1, null), times);
    private final MicroBatches other = new MicroBatches(new Turn(1, null), times);

    @BeforeEach
    void bothHaveBegun() {
        times.interval(Duration.ofSeconds(1), new States(null, false));
        assertFalse(one.run(0));
        assertFalse(other.run(0));
    }

    @Test
    void whoIsBehindEndsTheBatchesOfTheOthersFirst() {
        assertTrue(one.run(TimeUnit.SECONDS.toNanos(1)));
        assertFalse(one.drained());
        assertFalse(other.drained());
        assertTrue(other.run(0));
        assertTrue(other.drained());
        assertTrue(one.drained());
    }

    @Test
    void noBatchEndsByTheClockBehindTheLastOne() {
        assertFalse(one.drained());
        assertTrue(other.drained());
        assertFalse(one.run(TimeUnit.SECONDS.toNanos(1)));
        assertTrue(one.drained());
    }
}
