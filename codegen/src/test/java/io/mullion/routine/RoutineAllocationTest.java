package io.mullion.routine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.mullion.expr.DateField;
import io.mullion.expr.TimeUnit;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Routines over numbers, times and their text allocate nothing, on rows that fail neither.
class RoutineAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CALLS = 2000;
    private static final int QUIET_ROUNDS = 3;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final RoutineMemory memory = new RoutineMemory();
    private final Scratch scratch = memory.scratch;

    /// So that no call is dead code.
    private long sink;

    @Test
    void numbersAreReadWithoutGarbage() {
        for (String text : new String[] {
            "-123456",
            "1.5",
            "-1.2345678901234567e-300",
            "NaN",
            "Infinity",
            "1e400",
            "9223372036854775808",
            "x1",
            "1.00000000000000011102230246251565404236316680908203125",
            new BigDecimal(Double.MIN_VALUE).divide(BigDecimal.TWO).toString(),
            new BigDecimal(Float.MIN_VALUE).multiply(new BigDecimal("1.5")).toPlainString()
        }) {
            memory.put(text);
            assertAllocatesNothing(text, i -> {
                sink += NumberText.parseInt64(memory.address, memory.length, scratch);
                sink += NumberText.parseInt8(memory.address, memory.length, scratch);
                sink += (long) FloatParse.parseFloat64(memory.address, memory.length, scratch);
                sink += (long) FloatParse.parseFloat32(memory.address, memory.length, scratch);
                sink += NumberText.parseBool(memory.address, memory.length, scratch) ? 1 : 0;
            });
        }
    }

    @Test
    void numbersAreWrittenWithoutGarbage() {
        SplittableRandom random = new SplittableRandom(161);
        long[] bits = random.longs(CALLS).toArray();
        assertAllocatesNothing("format", i -> {
            long any = bits[(int) i];
            sink += NumberText.formatInt64(any, scratch);
            sink += NumberText.formatBool(any > 0, scratch);
            sink += FloatFormat.formatFloat64(Double.longBitsToDouble(any), scratch);
            sink += FloatFormat.formatFloat32(Float.intBitsToFloat((int) any), scratch);
            scratch.nextRow(0);
            sink += NumberText.formatFixedFloat64(any / 1024.0, 2, scratch);
            sink += NumberText.formatFixedInt64(any, 2, scratch);
        });
    }

    @Test
    void numbersAreCastWithoutGarbage() {
        SplittableRandom random = new SplittableRandom(162);
        long[] bits = random.longs(CALLS).toArray();
        assertAllocatesNothing("cast", i -> {
            long any = bits[(int) i] >> (i & 63);
            sink += NumberCasts.int64ToInt32(any, scratch) + NumberCasts.int64ToInt8(any, scratch);
            sink += NumberCasts.float64ToInt64(any * 1.5, scratch) + NumberCasts.float64ToInt16(any, scratch);
            sink += NumberCasts.timesExactInt64(any, i, scratch) + NumberCasts.plusExactInt64(any, any, scratch);
        });
    }

    @Test
    void timesAreTakenApartWithoutGarbage() {
        SplittableRandom random = new SplittableRandom(163);
        long[] times = random.longs(CALLS).toArray();
        Timeline berlin = Timeline.of(TimeUnit.MICROS, "Europe/Berlin");
        for (DateField field : DateField.values()) {
            assertAllocatesNothing(field.toString(), i -> {
                sink += CalendarFunctions.extractTimestamp(times[(int) i], field, berlin);
                sink += CalendarFunctions.extractDate((int) times[(int) i], field);
                sink += CalendarFunctions.timestampToDate(times[(int) i], berlin, scratch);
                sink += CalendarFunctions.dateToTimestamp((int) times[(int) i], berlin, scratch);
                if (field.unit()) {
                    sink += CalendarFunctions.truncTimestamp(times[(int) i], field, berlin, scratch);
                    sink += CalendarFunctions.truncDate((int) times[(int) i], field, scratch);
                }
            });
        }
    }

    @Test
    void timesAreReadAndWrittenWithoutGarbage() {
        SplittableRandom random = new SplittableRandom(164);
        long[] times = random.longs(CALLS, 0, 4_000_000_000_000_000L).toArray();
        Timeline berlin = Timeline.of(TimeUnit.MICROS, "Europe/Berlin");
        TimePattern pattern = TimePattern.forParsing("dd.MM.yyyy 'T' HH:mm:ss SSSXXX");
        memory.put("2024-03-31 02:30:00.5");
        assertAllocatesNothing("times", i -> {
            long time = times[(int) i];
            sink += TimeText.parseTimestamp(memory.address, memory.length, berlin, scratch);
            sink += TimeText.parseDate(memory.address, 10, scratch);
            long at = TimeText.formatTimestamp(time, berlin, scratch);
            sink += TimeText.parseTimestamp(at, (int) scratch.second, berlin, scratch);
            sink += TimeText.formatDate((int) time, scratch);
            long other = TimeText.formatTimeByPattern(time, pattern, berlin, scratch);
            sink += TimeText.parseTimeByPattern(other, (int) scratch.second, pattern, berlin, scratch);
        });
    }

    /// Calls until some rounds in a row allocate nothing: the first are compiled, and the counter's own class loaded.
    private void assertAllocatesNothing(String what, LongConsumer call) {
        Assumptions.assumeFalse(RawMemory.CHECKED, "looking up live memory allocates");
        int quiet = 0;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (quiet < QUIET_ROUNDS && System.nanoTime() < deadline) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                scratch.nextRow(0);
                call.accept(i);
                scratch.succeeded();
            }
            quiet = THREADS.getCurrentThreadAllocatedBytes() == before ? quiet + 1 : 0;
        }
        assertEquals(QUIET_ROUNDS, quiet, () -> what + " still allocates, " + sink);
    }
}
