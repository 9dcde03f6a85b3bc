package io.mullion.bench;

import io.mullion.EngineConfig;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.TestEngine;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.BatchView;
import io.mullion.io.Producer;
import io.mullion.io.RowWriter;
import io.mullion.routine.RawMemory;
import io.mullion.spec.Overload;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How many rows a second do whole Arrow batches bring in, beside a bare copy of the same bytes?
///
/// Batches of 16,384 rows, as many as the lane's, offered one after the other; a job without steps counts them.
/// Producer and worker share one thread (a test engine), so that the figure is the work and not the hand-over.
/// `copyByHand` copies the buffers of each batch (values, offsets and validity) and does nothing else: no check of
/// types, nulls, offsets or texts. `rowByRow` reads the vectors and writes each row.
///
/// `columns`: `numbers` are three int64; `mixed` are an int64, a float64 and a bool with a tenth of nulls, and a text
/// of some 12 bytes. `batches`: 2 lie in the cache, 64 in memory. The score is million rows a second.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@OperationsPerInvocation(ArrowOfferBenchmark.OFFERS * ArrowOfferBenchmark.BATCH_ROWS)
public class ArrowOfferBenchmark {
    static final int BATCH_ROWS = 1 << 14;
    static final int OFFERS = 16;

    private static final Schema NUMBERS =
            Schema.of(Field.of("a", DataType.INT64), Field.of("b", DataType.INT64), Field.of("c", DataType.INT64));

    private static final Schema MIXED = Schema.of(
            Field.of("a", DataType.INT64),
            Field.nullable("x", DataType.FLOAT64),
            Field.nullable("flag", DataType.BOOL),
            Field.of("text", DataType.UTF8));

    @Param({"numbers", "mixed"})
    public String columns;

    @Param({"2", "64"})
    public int batches;

    private final BufferAllocator allocator = new RootAllocator();
    private final Arena arena = Arena.ofConfined();
    private final List<VectorSchemaRoot> roots = new ArrayList<>();
    private TestEngine engine;
    private Producer<Void> producer;
    private MemorySegment copies;
    private int next;
    private long rows;
    private long sum;

    @Setup
    public void prepare() {
        for (int batch = 0; batch < batches; batch++) {
            roots.add(columns.equals("mixed") ? mixed(batch) : numbers(batch));
        }
        // As many bytes as a lane of the engine has batches for.
        copies = arena.allocate(8L << 20, 64);
        engine = TestEngine.create(EngineConfig.defaults());
        Pipeline pipeline = Pipeline.create();
        Input<Void> input = pipeline.input("rows", schema(), Overload.BLOCK);
        input.stream().to(Sinks.forEachBatch(this::take));
        Job job = engine.run(pipeline);
        producer = job.producer(input);
        for (VectorSchemaRoot root : roots) {
            producer.offer(root);
        }
        engine.runUntilIdle();
        long byBatch = sum;
        for (VectorSchemaRoot root : roots) {
            writeRows(root);
        }
        engine.runUntilIdle();
        if (rows != 2L * batches * BATCH_ROWS || sum != 2 * byBatch || byBatch == 0) {
            throw new IllegalStateException("rows arrived with other values");
        }
    }

    @TearDown
    public void close() {
        producer.close();
        engine.close();
        roots.forEach(VectorSchemaRoot::close);
        allocator.close();
        arena.close();
    }

    @Benchmark
    public long engine() {
        for (int i = 0; i < OFFERS; i++) {
            producer.offer(nextRoot());
        }
        engine.runUntilIdle();
        return rows;
    }

    @Benchmark
    public long rowByRow() {
        for (int i = 0; i < OFFERS; i++) {
            writeRows(nextRoot());
        }
        engine.runUntilIdle();
        return rows;
    }

    @Benchmark
    public long copyByHand() {
        long to = 0;
        for (int i = 0; i < OFFERS; i++) {
            VectorSchemaRoot root = nextRoot();
            if (i % 8 == 0) {
                to = 0;
            }
            for (int column = 0; column < schema().size(); column++) {
                FieldVector vector = root.getVector(column);
                if (schema().field(column).nullable()) {
                    to = copy(vector.getValidityBuffer(), BATCH_ROWS / 8, to);
                }
                long bytes = 8L * BATCH_ROWS;
                if (vector instanceof VarCharVector) {
                    to = copy(vector.getOffsetBuffer(), 4L * (BATCH_ROWS + 1), to);
                    bytes = vector.getOffsetBuffer().getInt(4L * BATCH_ROWS);
                } else if (vector instanceof BitVector) {
                    bytes = BATCH_ROWS / 8;
                }
                to = copy(vector.getDataBuffer(), bytes, to);
            }
        }
        return to;
    }

    private long copy(ArrowBuf buffer, long bytes, long to) {
        MemorySegment.copy(RawMemory.EVERYTHING, buffer.memoryAddress(), copies, to, bytes);
        return to + bytes;
    }

    private VectorSchemaRoot nextRoot() {
        next = next + 1 == batches ? 0 : next + 1;
        return roots.get(next);
    }

    private void take(BatchView batch) {
        rows += batch.rowCount();
        // A value of each batch, not of each row: the hand-over is what is asked for.
        sum += batch.int64(0, 0) + (batch.rowCount() - 1);
    }

    private void writeRows(VectorSchemaRoot root) {
        if (columns.equals("mixed")) {
            writeMixed(root);
        } else {
            writeNumbers(root);
        }
    }

    private void writeNumbers(VectorSchemaRoot root) {
        BigIntVector a = (BigIntVector) root.getVector(0);
        BigIntVector b = (BigIntVector) root.getVector(1);
        BigIntVector c = (BigIntVector) root.getVector(2);
        for (int row = 0; row < BATCH_ROWS; row++) {
            producer.row()
                    .setLong(0, a.get(row))
                    .setLong(1, b.get(row))
                    .setLong(2, c.get(row))
                    .commit();
        }
    }

    private void writeMixed(VectorSchemaRoot root) {
        BigIntVector a = (BigIntVector) root.getVector(0);
        Float8Vector x = (Float8Vector) root.getVector(1);
        BitVector flag = (BitVector) root.getVector(2);
        VarCharVector text = (VarCharVector) root.getVector(3);
        for (int row = 0; row < BATCH_ROWS; row++) {
            RowWriter writer = producer.row().setLong(0, a.get(row));
            if (!x.isNull(row)) {
                writer.setDouble(1, x.get(row));
            }
            if (!flag.isNull(row)) {
                writer.setBool(2, flag.get(row) != 0);
            }
            int start = text.getStartOffset(row);
            writer.setUtf8(3, RawMemory.EVERYTHING, text.getDataBufferAddress() + start, text.getEndOffset(row) - start)
                    .commit();
        }
    }

    private Schema schema() {
        return columns.equals("mixed") ? MIXED : NUMBERS;
    }

    private VectorSchemaRoot numbers(int batch) {
        List<FieldVector> vectors = new ArrayList<>();
        for (String name : new String[] {"a", "b", "c"}) {
            BigIntVector vector = new BigIntVector(name, allocator);
            vector.allocateNew(BATCH_ROWS);
            for (int row = 0; row < BATCH_ROWS; row++) {
                vector.set(row, (long) batch * BATCH_ROWS + row);
            }
            vectors.add(vector);
        }
        return root(vectors);
    }

    private VectorSchemaRoot mixed(int batch) {
        BigIntVector a = new BigIntVector("a", allocator);
        Float8Vector x = new Float8Vector("x", allocator);
        BitVector flag = new BitVector("flag", allocator);
        VarCharVector text = new VarCharVector("text", allocator);
        for (int row = 0; row < BATCH_ROWS; row++) {
            long n = (long) batch * BATCH_ROWS + row;
            a.setSafe(row, n);
            if (n % 10 == 0) {
                x.setNull(row);
                flag.setNull(row);
            } else {
                x.setSafe(row, n * 0.25);
                flag.setSafe(row, (int) (n & 1));
            }
            text.setSafe(row, ("text-" + n * 2_654_435_761L % 10_000_000).getBytes(StandardCharsets.UTF_8));
        }
        return root(List.of(a, x, flag, text));
    }

    private static VectorSchemaRoot root(List<FieldVector> vectors) {
        VectorSchemaRoot root = new VectorSchemaRoot(vectors);
        root.setRowCount(BATCH_ROWS);
        return root;
    }
}
