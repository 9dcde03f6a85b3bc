package io.mullion.window;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.batch.Batch;
import io.mullion.batch.Batches;
import io.mullion.batch.Operator;
import io.mullion.batch.Turn;
import io.mullion.codegen.KernelCompiler;
import io.mullion.codegen.KernelOptions;
import io.mullion.codegen.OrderKernel;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.routine.RawMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamClockTest {
    private static final OrderKernel ORDER =
            new KernelCompiler(KernelOptions.best()).order().kernel();

    private static final Schema SCHEMA = Schema.of(Field.of("time", DataType.timestamp(TimeUnit.MILLIS)));

    private final Batches batches = new Batches();
    private final Turn turn = new Turn(1, null);
    private final Seen seen = new Seen();

    /// What the operators behind the clock see: `W5` for a watermark, the time of each row, with a mark on those behind
    /// it.
    private static final class Seen implements Operator {
        final List<String> events = new ArrayList<>();
        long watermark = Long.MIN_VALUE;
        int lateRows;

        @Override
        public void process(Batch batch, long active, int from, int to) {
            for (int row = from; row < to; row++) {
                long time = batch.int64(0, row);
                events.add(time < watermark ? time + " late" : "" + time);
                lateRows += time < watermark ? 1 : 0;
            }
        }

        @Override
        public void advance(long time) {
            watermark = time;
            events.add("W" + time);
        }

        @Override
        public void flush() {}
    }

    @AfterEach
    void close() {
        batches.close();
    }

    @Test
    void theWatermarkFollowsTheGreatestTimeAtADistance() {
        StreamClock clock = new BoundedClock(seen, turn, 0, 5, null, ORDER);
        rows(clock, clock.addLane(), 10, 12, 7, 11);
        assertEquals(List.of("10", "12", "7", "11", "W7"), seen.events);
        assertEquals(7, clock.watermark());
    }

    @Test
    void aRowIsJudgedByTheRowsBeforeItAlone() {
        StreamClock clock = new BoundedClock(seen, turn, 0, 2, null, ORDER);
        rows(clock, clock.addLane(), 10, 7, 8, 20, 17, 18, 9, 21);
        assertEquals(
                List.of("10", "W8", "7 late", "8", "20", "W18", "17 late", "18", "9 late", "21", "W19"), seen.events);
    }

    @Test
    void howRowsAreCutDoesNotMatter() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            long disorder = random.nextInt(6);
            long[] times = random.longs(1 + random.nextInt(40), 0, 40).toArray();
            int late = 0;
            long greatest = Long.MIN_VALUE;
            for (long time : times) {
                late += greatest != Long.MIN_VALUE && time < greatest - disorder ? 1 : 0;
                greatest = Math.max(greatest, time);
            }
            Seen cut = new Seen();
            StreamClock clock = new BoundedClock(cut, turn, 0, disorder, null, ORDER);
            LaneClock lane = clock.addLane();
            Batch batch = batches.ofLongs(SCHEMA, times);
            for (int from = 0; from < times.length; ) {
                int to = Math.min(times.length, from + 1 + random.nextInt(7));
                clock.rows(lane, batch, 0, from, to);
                from = to;
            }
            assertEquals(late, cut.lateRows);
            assertEquals(greatest - disorder, clock.watermark());
        }
    }

    @Test
    void theWatermarkIsTheLeastOfAllLanes() {
        StreamClock clock = new BoundedClock(seen, turn, 0, 0, null, ORDER);
        LaneClock fast = clock.addLane();
        LaneClock slow = clock.addLane();
        rows(clock, fast, 100);
        assertEquals(Long.MIN_VALUE, clock.watermark());
        rows(clock, slow, 10);
        assertEquals(10, clock.watermark());
        // Behind its own lane, but not behind the stream.
        rows(clock, fast, 50);
        assertEquals(0, seen.lateRows);
        rows(clock, slow, 70);
        assertEquals(70, clock.watermark());
    }

    @Test
    void aNewLaneHoldsTheWatermarkUntilItsFirstRowOrItIsIdleOrClosed() {
        StreamClock clock = new BoundedClock(seen, turn, 0, 0, null, ORDER);
        LaneClock first = clock.addLane();
        rows(clock, first, 10);
        LaneClock second = clock.addLane();
        LaneClock third = clock.addLane();
        LaneClock fourth = clock.addLane();
        rows(clock, first, 20);
        assertEquals(10, clock.watermark());
        rows(clock, second, 15);
        assertEquals(10, clock.watermark());
        clock.idle(third, true);
        assertEquals(10, clock.watermark());
        clock.removeLane(fourth);
        assertEquals(15, clock.watermark());
    }

    @Test
    void theWatermarkNeverGoesBackThoughALaneWakesUpBehindIt() {
        StreamClock clock = new BoundedClock(seen, turn, 0, 0, null, ORDER);
        LaneClock awake = clock.addLane();
        LaneClock sleepy = clock.addLane();
        clock.idle(sleepy, true);
        rows(clock, awake, 30);
        assertEquals(30, clock.watermark());
        clock.idle(sleepy, false);
        rows(clock, sleepy, 20, 40);
        assertEquals(30, clock.watermark());
        assertEquals(1, seen.lateRows);
        // The lane that woke up holds it again.
        rows(clock, awake, 50);
        assertEquals(40, clock.watermark());
    }

    @Test
    void whenAllLanesAreIdleTheWatermarkStays() {
        StreamClock clock = new BoundedClock(seen, turn, 0, 0, null, ORDER);
        LaneClock lane = clock.addLane();
        rows(clock, lane, 30);
        clock.idle(lane, true);
        clock.removeLane(lane);
        assertEquals(30, clock.watermark());
        clock.end();
        assertEquals(Long.MAX_VALUE, clock.watermark());
        assertEquals(List.of("30", "W30", "W" + Long.MAX_VALUE), seen.events);
    }

    @Test
    void statedWatermarksTakeTheirPlaceBetweenTheRows() {
        StreamClock clock = new ExplicitClock(seen, turn);
        LaneClock lane = clock.addLane();
        stated(clock, lane, new long[] {1, 2, 3, 4, 5}, new long[] {Long.MIN_VALUE, Long.MIN_VALUE, 4, 4, 5});
        assertEquals(List.of("1", "2", "W4", "3 late", "4", "W5", "5"), seen.events);
        clock.stated(lane, 9);
        clock.stated(lane, 8);
        assertEquals(9, clock.watermark());
    }

    @Test
    void statedWatermarksOfSeveralLanesGoByTheLeast() {
        StreamClock clock = new ExplicitClock(seen, turn);
        LaneClock a = clock.addLane();
        LaneClock b = clock.addLane();
        stated(clock, a, new long[] {1, 2}, new long[] {10, 20});
        assertEquals(List.of("1", "2"), seen.events);
        stated(clock, b, new long[] {3, 4}, new long[] {5, 15});
        assertEquals(List.of("1", "2", "W5", "3 late", "W15", "4 late"), seen.events);
    }

    @Test
    void theEdgesOfInt64Saturate() {
        StreamClock clock = new BoundedClock(seen, turn, 0, 100, null, ORDER);
        LaneClock lane = clock.addLane();
        rows(clock, lane, Long.MIN_VALUE, Long.MIN_VALUE + 50);
        assertEquals(Long.MIN_VALUE, clock.watermark());
        rows(clock, lane, Long.MAX_VALUE, Long.MAX_VALUE - 100, Long.MAX_VALUE - 101, 0);
        assertEquals(Long.MAX_VALUE - 100, clock.watermark());
        assertEquals(2, seen.lateRows);
    }

    private void rows(StreamClock clock, LaneClock lane, long... times) {
        clock.rows(lane, batches.ofLongs(SCHEMA, times), 0, 0, times.length);
    }

    private void stated(StreamClock clock, LaneClock lane, long[] times, long[] watermarks) {
        long address = batches.account.take(8L * watermarks.length);
        for (int i = 0; i < watermarks.length; i++) {
            RawMemory.putLong(address + 8L * i, watermarks[i]);
        }
        clock.rows(lane, batches.ofLongs(SCHEMA, times), address, 0, times.length);
        batches.account.give(address, 8L * watermarks.length);
    }
}
