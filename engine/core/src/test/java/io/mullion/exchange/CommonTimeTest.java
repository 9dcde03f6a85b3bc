package io.mullion.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.Turn;
import io.mullion.exchange.Receiver.TimeRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommonTimeTest {
    private static final int ROWS = 64;

    /// What one of the receivers, with one channel, was told and tells.
    private static final class Side implements Operator {
        final Channel channel = new Channel(null);
        final ArrivalReceiver receiver = new ArrivalReceiver(this, new Turn(ROWS, null), TimeRule.LEAST);
        final List<Long> times = new ArrayList<>();

        Side(CommonTime common) {
            receiver.connect(channel, this);
            common.add(receiver);
        }

        void say(long time, boolean end) {
            Shipment shipment = new Shipment();
            shipment.begin(true, 0);
            shipment.time = time;
            shipment.end = end;
            assertTrue(channel.send(shipment));
        }

        void turn() {
            receiver.tick(0);
            receiver.poll(ROWS);
        }

        @Override
        public void process(Batch batch, long active, int from, int to) {
            throw new AssertionError("there are no rows");
        }

        @Override
        public void advance(long time) {
            times.add(time);
        }

        @Override
        public void flush() {}
    }

    private final CommonTime common = new CommonTime();
    private final Side one = new Side(common);
    private final Side other = new Side(common);

    @Test
    void whoIsBehindComesToTheTimeOfTheOthers() {
        assertEquals(Long.MIN_VALUE, common.time());
        assertFalse(common.settle());
        one.say(100, false);
        one.turn();
        other.say(50, false);
        other.turn();
        assertTrue(common.settle());
        one.turn();
        other.turn();
        assertFalse(common.settle());
        assertEquals(100, common.time());
        assertEquals(List.of(100L), one.times);
        assertEquals(List.of(50L, 100L), other.times);
        other.say(70, false);
        other.say(110, false);
        other.turn();
        assertEquals(List.of(50L, 100L, 110L), other.times);
    }

    @Test
    void whatIsOnItsWayIsWaitedFor() {
        one.say(100, false);
        one.turn();
        other.say(100, false);
        assertFalse(common.settle());
        other.turn();
        assertEquals(List.of(100L), other.times);
    }

    @Test
    void theEndIsForEachToHear() {
        one.say(100, true);
        one.turn();
        other.say(50, false);
        other.turn();
        assertFalse(common.settle());
        assertEquals(List.of(50L), other.times);
        assertEquals(Long.MAX_VALUE, common.time());
    }

    @Test
    void timeIsAgainWhatItWas() {
        common.restored(80);
        one.turn();
        other.turn();
        assertEquals(List.of(80L), one.times);
        one.say(70, false);
        one.say(90, false);
        one.turn();
        assertEquals(List.of(80L, 90L), one.times);
        assertEquals(List.of(80L), other.times);
    }
}
