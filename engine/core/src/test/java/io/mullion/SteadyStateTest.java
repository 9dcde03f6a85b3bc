package io.mullion;

import static io.mullion.FreeOfAllocation.THREADS;
import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Offer;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.spec.EventTime;
import io.mullion.spec.Overload;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampMilliVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// In a steady state neither producers nor workers allocate on the heap.
class SteadyStateTest {
    private static final int KEYS = 300;
    /// Rows of an event-time millisecond are `ROWS_PER_MILLI`; a window of 100 ms fires every 10.
    private static final int ROWS_PER_MILLI = 20;

    private static final int ROUND = 200_000;

    record Trade(@EventTime(TimeUnit.MILLIS) long time, String symbol, long account, double price, long quantity) {}

    @RegisterExtension
    final Engines engines = new Engines();

    @Test
    void recordsInSlidingWindowsByTextOut() throws InterruptedException {
        String[] symbols = symbols();
        Trade[] trades = new Trade[ROUND];
        OnOneThread run = new OnOneThread("symbol");
        assertAllocatesNothing(
                run,
                round -> {
                    // Records are the user's; made before the measured part.
                    long first = round * ROUND;
                    for (int i = 0; i < ROUND; i++) {
                        trades[i] = trade(first + i, symbols);
                    }
                },
                _ -> {
                    for (Trade trade : trades) {
                        run.accept(run.producer.offer(trade));
                    }
                });
        run.end();
    }

    @Test
    void rowsInSlidingWindowsByNumberOut() throws InterruptedException {
        String[] symbols = symbols();
        byte[] bytes = {'b', 'y', 't', 'e', 's'};
        OnOneThread run = new OnOneThread("account");
        assertAllocatesNothing(run, _ -> {}, round -> {
            long first = round * ROUND;
            for (int i = 0; i < ROUND; i++) {
                long n = first + i;
                RowWriter row =
                        run.producer.row().setLong(0, n / ROWS_PER_MILLI).setLong(2, n * 31 % KEYS);
                if (i % 2 == 0) {
                    row.setUtf8(1, bytes, 0, bytes.length);
                } else {
                    row.setUtf8(1, symbols[i % KEYS]);
                }
                run.accept(
                        row.setDouble(3, 0.25 * (n % 1000)).setLong(4, n % 50).commit());
            }
        });
        run.end();
    }

    @Test
    void cellsOfEveryWidthInAndOut() throws InterruptedException {
        Schema schema = Schema.of(
                Field.of("i8", DataType.INT8),
                Field.nullable("i32", DataType.INT32),
                Field.nullable("f32", DataType.FLOAT32),
                Field.of("d", DataType.decimal(38, 2)),
                Field.nullable("bytes", DataType.BINARY),
                Field.of("day", DataType.DATE32),
                Field.of("at", DataType.timestamp(TimeUnit.MICROS)));
        TestEngine engine = engines.test(Engines.SMALL.withBatchRows(1024).withBatchDataBytes(1 << 12));
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = pipeline.input("rows", schema, Overload.BLOCK);
        // The sum may wrap: it is there so that the cells are read.
        long[] total = new long[1];
        long[] rows = new long[2];
        input.stream().filter(col("i32").ge(0)).to(Sinks.forEachRow(row -> {
            rows[0]++;
            total[0] += row.int64(0) + row.int64(1) + row.decimalHigh(3) + row.decimalLow(3) + row.int64(5);
            total[0] += row.isNull(2) || row.isNull(4) ? 1 : (long) row.float64(2) + row.int64(6);
        }));
        Job job = engine.run(pipeline);
        byte[] bytes = {0, 1, 2, 3};
        LocalDate day = LocalDate.of(2024, 2, 29);
        Instant at = Instant.parse("2024-02-29T10:00:00.123456789Z");
        try (Producer<Void> producer = job.producer(input)) {
            FreeOfAllocation.requireAtLast(round -> {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < ROUND; i++) {
                    RowWriter row = producer.row()
                            .setLong(0, i & 127)
                            .setLong(1, i)
                            .setDecimal(3, round, i)
                            .setDate(5, day)
                            .setInstant(6, at);
                    if (i % 3 != 0) {
                        row.setDouble(2, i).setBinary(4, bytes);
                    }
                    rows[1] += row.commit() == Offer.ACCEPTED ? 1 : 0;
                }
                return THREADS.getCurrentThreadAllocatedBytes() - before;
            });
        }
        job.drain();
        job.await();
        assertEquals(rows[1], rows[0]);
        assertTrue(rows[0] >= (long) FreeOfAllocation.FREE_ROUNDS * ROUND && total[0] != 0);
    }

    @Test
    void arrowBatchesInSlidingWindows() throws InterruptedException {
        String[] symbols = symbols();
        OnOneThread run = new OnOneThread("symbol");
        try (BufferAllocator allocator = new RootAllocator();
                TimeStampMilliVector time = new TimeStampMilliVector("time", allocator);
                VarCharVector symbol = new VarCharVector("symbol", allocator);
                BigIntVector account = new BigIntVector("account", allocator);
                Float8Vector price = new Float8Vector("price", allocator);
                BigIntVector quantity = new BigIntVector("quantity", allocator);
                VectorSchemaRoot root = VectorSchemaRoot.of(time, symbol, account, price, quantity)) {
            byte[][] names = Arrays.stream(symbols)
                    .map(name -> name.getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
            assertAllocatesNothing(
                    run,
                    round -> {
                        // The batch is the user's; filled before the measured part.
                        for (int i = 0; i < ROUND; i++) {
                            long n = round * ROUND + i;
                            time.setSafe(i, n / ROWS_PER_MILLI);
                            symbol.setSafe(i, names[(int) (n * 31 % KEYS)]);
                            account.setSafe(i, n % KEYS);
                            price.setSafe(i, 0.25 * (n % 1000));
                            quantity.setSafe(i, n % 50);
                        }
                        root.setRowCount(ROUND);
                    },
                    _ -> run.accept(run.producer.offer(root).outcome()));
            run.end();
        }
    }

    @Test
    void aWorkerOfItsOwnAllocatesNothing() throws InterruptedException {
        Engine engine = engines.start(Engines.SMALL.withBatchRows(1024).withBatchDataBytes(1 << 14));
        double[] total = new double[1];
        Semaphore seen = new Semaphore(0);
        Pipeline pipeline = Pipeline.create();
        Input<Trade> input = pipeline.input("trades", Trade.class, Watermark.bounded(Duration.ZERO));
        aggregate(input, "symbol").to(Sinks.forEachRow(row -> total[0] += row.float64(3)));
        // Says how far the worker has come.
        input.stream().filter(col("quantity").eq(-1)).to(Sinks.forEachRow(_ -> seen.release()));
        Job job = engine.run(pipeline);
        String[] symbols = symbols();
        try (Producer<Trade> producer = job.producer(input)) {
            long worker = workerThread();
            Trade[] trades = new Trade[ROUND];
            FreeOfAllocation.requireAtLast(round -> {
                for (int i = 0; i < ROUND; i++) {
                    trades[i] = trade(round * ROUND + i, symbols);
                }
                Trade mark = new Trade(trades[ROUND - 1].time(), "mark", 0, 0, -1);
                long before = THREADS.getThreadAllocatedBytes(worker);
                for (Trade trade : trades) {
                    producer.offer(trade);
                }
                producer.offer(mark);
                seen.acquireUninterruptibly();
                return THREADS.getThreadAllocatedBytes(worker) - before;
            });
        }
        job.drain();
        job.await();
        assertTrue(total[0] > 0);
    }

    /// A job whose producer, worker and sink share the test's thread.
    private final class OnOneThread {
        final TestEngine engine = engines.test(Engines.SMALL.withBatchRows(1024).withBatchDataBytes(1 << 14));
        final Job job;
        final Producer<Trade> producer;
        long results;
        double low;
        private boolean refused;

        OnOneThread(String key) {
            Pipeline pipeline = Pipeline.create();
            Input<Trade> input = pipeline.input("trades", Trade.class, Watermark.bounded(Duration.ofMillis(5)));
            aggregate(input, key).to(Sinks.forEachRow(row -> {
                results += row.int64(6);
                low += row.isNull(4) ? 0 : row.float64(4);
            }));
            job = engine.run(pipeline);
            producer = job.producer(input);
        }

        void accept(Offer offer) {
            refused |= offer != Offer.ACCEPTED;
        }

        void end() throws InterruptedException {
            producer.close();
            job.drain();
            job.await();
            assertTrue(results > 0 && low > 0 && !refused);
        }
    }

    private static DataStream aggregate(Input<Trade> input, String key) {
        return input.stream()
                .filter(col("quantity").ge(0))
                .keyBy(key)
                .window(Window.sliding(Duration.ofMillis(100), Duration.ofMillis(10)))
                .aggregate(
                        sum(col("price").times(col("quantity"))).as("turnover"),
                        min("price").as("low"),
                        max("price").as("high"),
                        sum("quantity").as("shares"),
                        count().as("trades"));
    }

    private static void assertAllocatesNothing(OnOneThread run, LongConsumer prepare, LongConsumer measured) {
        FreeOfAllocation.requireAtLast(round -> {
            prepare.accept(round);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            measured.accept(round);
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        });
        assertEquals(0, run.job.counters().lateRows());
    }

    private static Trade trade(long n, String[] symbols) {
        return new Trade(n / ROWS_PER_MILLI, symbols[(int) (n * 31 % KEYS)], n % KEYS, 0.25 * (n % 1000), n % 50);
    }

    private static String[] symbols() {
        String[] symbols = new String[KEYS];
        for (int i = 0; i < KEYS; i++) {
            symbols[i] = "symbol-" + i;
        }
        return symbols;
    }

    static long workerThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("mullion-"))
                .mapToLong(Thread::threadId)
                .findFirst()
                .orElseThrow();
    }
}
