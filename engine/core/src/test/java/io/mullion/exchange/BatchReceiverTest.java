package io.mullion.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.BatchTimes;
import io.mullion.batch.Operator;
import io.mullion.batch.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BatchReceiverTest {
    private static final long INTERVAL = 10;
    private static final int MOST = 32;
    private static final int BATCHES = 3 * MOST;

    private final List<Long> ends = new ArrayList<>();
    private final BatchReceiver receiver = new BatchReceiver(new Turn(MOST, null), new BatchTimes(0, 2), INTERVAL);

    private final Operator head = new Operator() {
        @Override
        public void process(Batch batch, long active, int from, int to) {
            throw new AssertionError("there are no rows");
        }

        @Override
        public void advance(long time) {
            ends.add(time);
        }

        @Override
        public void flush() {}
    };

    private static Channel endedAt(long time) {
        Channel channel = new Channel(null);
        Shipment shipment = new Shipment();
        shipment.begin(true, 0);
        shipment.time = time;
        shipment.end = true;
        assertTrue(channel.send(shipment));
        return channel;
    }

    /// A worker that was kept waiting finds many batches ended, and that nothing comes behind them.
    @Test
    void moreBatchesThanATurnHoldsEndBeforeTheReceiver() {
        receiver.add(head);
        receiver.connect(endedAt(BATCHES * INTERVAL), head);
        receiver.connect(endedAt((BATCHES - 1) * INTERVAL), head);
        receiver.poll(MOST);
        assertTrue(receiver.ended());
        assertFalse(receiver.done());
        for (int turn = 0; turn < BATCHES && !receiver.done(); turn++) {
            receiver.poll(MOST);
        }
        assertTrue(receiver.done());
        assertEquals(
                LongStream.rangeClosed(0, BATCHES)
                        .map(batch -> batch * INTERVAL)
                        .boxed()
                        .toList(),
                ends);
    }
}
