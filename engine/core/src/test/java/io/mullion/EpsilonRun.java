package io.mullion;

import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowView;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// The program of [EpsilonRunTest]: so many rows of 1,000 keys through sliding windows, each result compared with what
/// arithmetic says, in a JVM that never frees.
///
/// Row n is at n / 100 ms and of key n % 1000, so a key has 100 rows in each second s. Its value is noise(s) + 1000 *
/// key + the number of the row among those 100.
final class EpsilonRun {
    private static final int KEYS = 1000;
    private static final long ROWS_PER_MILLI = 100;
    private static final long ROWS_PER_SECOND = 1000 * ROWS_PER_MILLI;
    /// Rows of a key in a second.
    private static final long EACH = ROWS_PER_SECOND / KEYS;

    private static final long SIZE_SECONDS = 60;
    /// By then every kernel has run for a while, those too that only full windows need.
    private static final long SETTLED_SECONDS = 3 * SIZE_SECONDS;

    record Reading(@EventTime(TimeUnit.MILLIS) long time, long key, long value) {}

    private final long rows;
    private final long seconds;
    private long refused;
    private long results;
    private long wrong;
    /// The window that is being compared: its end in seconds, how many of its seconds have rows, and over these the
    /// sum, least and greatest noise.
    private long end = Long.MIN_VALUE;

    private long filled;
    private long sum;
    private long least;
    private long greatest;

    private EpsilonRun(long rows) {
        this.rows = rows;
        seconds = rows / ROWS_PER_SECOND;
    }

    /// @param arguments the number of rows, whole seconds of them
    public static void main(String[] arguments) throws InterruptedException {
        new EpsilonRun(Long.parseLong(arguments[0])).run();
    }

    private void run() throws InterruptedException {
        long settled;
        long atEnd;
        try (TestEngine engine = TestEngine.create()) {
            Pipeline pipeline = Pipeline.create();
            Input<Reading> input = pipeline.input("readings", Reading.class, Watermark.bounded(Duration.ZERO));
            input.stream()
                    .keyBy("key")
                    .window(Window.sliding(Duration.ofSeconds(SIZE_SECONDS), Duration.ofSeconds(1)))
                    .aggregate(
                            count().as("n"),
                            sum("value").as("sum"),
                            min("value").as("low"),
                            max("value").as("high"))
                    .to(Sinks.forEachRow(this::compare));
            Job job = engine.run(pipeline);
            try (Producer<Reading> producer = job.producer(input)) {
                long first = Math.max(rows / 10, SETTLED_SECONDS * ROWS_PER_SECOND);
                feed(producer, 0, first);
                settled = heapBytes();
                feed(producer, first, rows);
                atEnd = heapBytes();
            }
            job.drain();
            job.await();
        }
        System.out.println("rows=" + (rows - refused) + " results=" + results + " wrong=" + wrong + " heapSettled="
                + settled + " heapAtEnd=" + atEnd);
    }

    private void feed(Producer<Reading> producer, long from, long to) {
        for (long n = from; n < to; n++) {
            long key = n % KEYS;
            long value = noise(n / ROWS_PER_SECOND) + 1000 * key + n / KEYS % EACH;
            Offer offer = producer.row()
                    .setLong(0, n / ROWS_PER_MILLI)
                    .setLong(1, key)
                    .setLong(2, value)
                    .commit();
            refused += offer == Offer.ACCEPTED ? 0 : 1;
        }
    }

    private void compare(RowView row) {
        long windowEnd = row.int64(1) / 1000;
        if (windowEnd != end) {
            use(windowEnd);
        }
        long ofKey = 1000 * row.int64(2);
        boolean right = row.int64(0) / 1000 == end - SIZE_SECONDS
                && row.int64(3) == filled * EACH
                && row.int64(4) == EACH * sum + filled * EACH * ofKey + filled * (EACH * (EACH - 1) / 2)
                && row.int64(5) == least + ofKey
                && row.int64(6) == greatest + ofKey + EACH - 1;
        results++;
        wrong += right ? 0 : 1;
    }

    private void use(long windowEnd) {
        // Each window once, in order.
        wrong += windowEnd > end ? 0 : 1;
        end = windowEnd;
        filled = 0;
        sum = 0;
        least = Long.MAX_VALUE;
        greatest = Long.MIN_VALUE;
        for (long second = Math.max(0, end - SIZE_SECONDS); second < Math.min(end, seconds); second++) {
            long noise = noise(second);
            filled++;
            sum += noise;
            least = Math.min(least, noise);
            greatest = Math.max(greatest, noise);
        }
    }

    private static long noise(long second) {
        return (second * 0x9E3779B97F4A7C15L >>> 40) - (1 << 23);
    }

    private static long heapBytes() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
