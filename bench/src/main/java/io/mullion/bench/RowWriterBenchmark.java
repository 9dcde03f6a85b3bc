package io.mullion.bench;

import io.mullion.EngineConfig;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.TestEngine;
import io.mullion.bench.rows.SplitMix64;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Producer;
import io.mullion.spec.Overload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How many rows a second does a producer write, with nobody but itself on the machine?
///
/// There is one thread: when the lane is full the producer hands its rows to a sink that only counts them. Two shapes:
/// a float64, an int32 and an int64 (`numbers`), and a word of 3 to 12 letters with an int64 (`words`), through the row
/// writer (`rows`) and as records (`records`; their words are Strings, those of the row writer bytes). `byHand` writes
/// the same into arrays of the same size, row by row, with a release store of the count for each.
///
/// The score is million rows a second (an operation is a row). The ratio to quote is that to `byHand` of the same
/// shape.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@OperationsPerInvocation(RowWriterBenchmark.ROWS)
public class RowWriterBenchmark {
    static final int ROWS = 1 << 16;
    private static final int WORDS = 1 << 12;
    private static final int LONGEST = 12;
    private static final int BATCHES = 8;
    private static final int BATCH_ROWS = EngineConfig.defaults().batchRows();
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle LETTERS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    record Order(double price, int quantity, long time) {}

    record Said(String word, long time) {}

    private final double[] prices = new double[ROWS];
    private final int[] quantities = new int[ROWS];
    private final long[] times = new long[ROWS];
    /// Behind the last word there is room for a load of sixteen bytes.
    private final byte[] letters = new byte[ROWS * LONGEST + 16];
    private final int[] ends = new int[ROWS + 1];
    private final Order[] orders = new Order[ROWS];
    private final Said[] said = new Said[ROWS];

    private TestEngine engine;
    private Producer<Void> numbers;
    private Producer<Order> numberRecords;
    private Producer<Void> words;
    private Producer<Said> wordRecords;
    private long rowsSeen;

    private final double[][] priceBatches = new double[BATCHES][BATCH_ROWS];
    private final int[][] quantityBatches = new int[BATCHES][BATCH_ROWS];
    private final long[][] timeBatches = new long[BATCHES][BATCH_ROWS];
    private final byte[][] letterBatches = new byte[BATCHES][BATCH_ROWS * LONGEST + 16];
    private final int[][] endBatches = new int[BATCHES][BATCH_ROWS + 1];
    private final long[] committed = new long[1];

    @Setup
    public void prepare() {
        makeRows();
        engine = TestEngine.create(EngineConfig.defaults());
        Pipeline pipeline = Pipeline.create();
        Field time = Field.of("time", DataType.INT64);
        Input<Void> numbersIn = pipeline.input(
                "numbers",
                Schema.of(Field.of("price", DataType.FLOAT64), Field.of("quantity", DataType.INT32), time),
                Overload.BLOCK);
        Input<Void> wordsIn = pipeline.input("words", Schema.of(Field.of("word", DataType.UTF8), time), Overload.BLOCK);
        Input<Order> ordersIn = pipeline.input("orders", Order.class);
        Input<Said> saidIn = pipeline.input("said", Said.class);
        for (Input<?> input : new Input<?>[] {numbersIn, wordsIn, ordersIn, saidIn}) {
            input.stream().to(Sinks.forEachBatch(batch -> rowsSeen += batch.rowCount()));
        }
        Job job = engine.run(pipeline);
        numbers = job.producer(numbersIn);
        words = job.producer(wordsIn);
        numberRecords = job.producer(ordersIn);
        wordRecords = job.producer(saidIn);
        numbersByRows();
        wordsByRows();
        numbersByRecords();
        wordsByRecords();
        engine.runUntilIdle();
        if (rowsSeen != 4L * ROWS) {
            throw new IllegalStateException("rows arrived: " + rowsSeen);
        }
    }

    private void makeRows() {
        SplitMix64 random = new SplitMix64(7);
        String[] known = new String[WORDS];
        for (int i = 0; i < WORDS; i++) {
            StringBuilder word = new StringBuilder();
            for (long rest = 3 + random.below(LONGEST - 2); rest > 0; rest--) {
                word.append((char) ('a' + random.below(26)));
            }
            known[i] = word.toString();
        }
        for (int row = 0; row < ROWS; row++) {
            prices[row] = 0.25 * random.below(800);
            quantities[row] = (int) random.below(100);
            times[row] = row;
            String word = known[(int) random.below(WORDS)];
            byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(bytes, 0, letters, ends[row], bytes.length);
            ends[row + 1] = ends[row] + bytes.length;
            orders[row] = new Order(prices[row], quantities[row], row);
            said[row] = new Said(word, row);
        }
    }

    @TearDown
    public void close() {
        numbers.close();
        words.close();
        numberRecords.close();
        wordRecords.close();
        engine.close();
    }

    @Benchmark
    public long numbersByRows() {
        for (int row = 0; row < ROWS; row++) {
            numbers.row()
                    .setDouble(0, prices[row])
                    .setLong(1, quantities[row])
                    .setLong(2, times[row])
                    .commit();
        }
        return rowsSeen;
    }

    @Benchmark
    public long numbersByRecords() {
        for (int row = 0; row < ROWS; row++) {
            numberRecords.offer(orders[row]);
        }
        return rowsSeen;
    }

    @Benchmark
    public long numbersByHand() {
        for (int first = 0; first < ROWS; first += BATCH_ROWS) {
            int batch = first / BATCH_ROWS % BATCHES;
            double[] price = priceBatches[batch];
            int[] quantity = quantityBatches[batch];
            long[] time = timeBatches[batch];
            for (int row = 0; row < BATCH_ROWS; row++) {
                price[row] = prices[first + row];
                quantity[row] = quantities[first + row];
                time[row] = times[first + row];
                COUNT.setRelease(committed, 0, row + 1L);
            }
        }
        return committed[0];
    }

    @Benchmark
    public long wordsByRows() {
        for (int row = 0; row < ROWS; row++) {
            words.row()
                    .setUtf8(0, letters, ends[row], ends[row + 1] - ends[row])
                    .setLong(1, times[row])
                    .commit();
        }
        return rowsSeen;
    }

    @Benchmark
    public long wordsByRecords() {
        for (int row = 0; row < ROWS; row++) {
            wordRecords.offer(said[row]);
        }
        return rowsSeen;
    }

    @Benchmark
    public long wordsByHand() {
        for (int first = 0; first < ROWS; first += BATCH_ROWS) {
            int batch = first / BATCH_ROWS % BATCHES;
            byte[] word = letterBatches[batch];
            int[] end = endBatches[batch];
            long[] time = timeBatches[batch];
            int at = 0;
            for (int row = 0; row < BATCH_ROWS; row++) {
                int from = ends[first + row];
                LETTERS.set(word, at, (long) LETTERS.get(letters, from));
                LETTERS.set(word, at + 8, (long) LETTERS.get(letters, from + 8));
                at += ends[first + row + 1] - from;
                end[row + 1] = at;
                time[row] = times[first + row];
                COUNT.setRelease(committed, 0, row + 1L);
            }
        }
        return committed[0];
    }
}
