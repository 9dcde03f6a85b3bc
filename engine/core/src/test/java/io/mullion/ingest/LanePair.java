package io.mullion.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.batch.Batch;
import io.mullion.batch.RowText;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.DeadLetter;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.MemoryPool;
import io.mullion.routine.RawMemory;
import io.mullion.spec.Overload;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.IdleStrategy;

/// Both ends of a lane on one thread, so that a test says which of them moves when.
final class LanePair implements AutoCloseable, InputReader.Rows {
    /// A required column and nullable ones of each kind, two of them text.
    static final Schema SCHEMA = Schema.of(
            Field.of("id", DataType.INT64),
            Field.of("flag", DataType.BOOL),
            Field.nullable("a", DataType.UTF8),
            Field.nullable("b", DataType.UTF8),
            Field.nullable("bit", DataType.BOOL),
            Field.nullable("x", DataType.FLOAT64),
            Field.nullable("n", DataType.INT64));

    static final int ID = 0;
    static final int FLAG = 1;
    static final int A = 2;
    static final int B = 3;
    static final int BIT = 4;
    static final int X = 5;
    static final int N = 6;

    final MemoryPool pool = new MemoryPool(8 << 20);
    final OverloadCounters counters = new OverloadCounters();
    final List<DeadLetter> deadLetters = new ArrayList<>();
    final Lane lane;
    final LaneProducer<Object> producer;
    final LaneWriter writer;
    final LaneReader reader;
    /// What the reader got, in words.
    final List<String> read = new ArrayList<>();
    /// The watermark stated before each row the reader got.
    final List<Long> watermarks = new ArrayList<>();

    /// What the producer does while it waits.
    Runnable idle = () -> {
        throw new AssertionError("the producer waits");
    };

    Batch lastBatch;
    int lastTo;

    LanePair(int batchCount, int batchRows, int dataBytes, Overload overload) {
        this(SCHEMA, batchCount, batchRows, dataBytes, overload, false);
    }

    LanePair(Schema schema, int batchCount, int batchRows, int dataBytes, Overload overload, boolean explicit) {
        IdleStrategy waiting = new IdleStrategy() {
            @Override
            public void idle(int workCount) {
                idle();
            }

            @Override
            public void idle() {
                idle.run();
            }

            @Override
            public void reset() {}
        };
        useAll(pool);
        lane = new Lane("test", schema, batchCount, batchRows, dataBytes, explicit, overload, counters, waiting, pool);
        producer = new LaneProducer<>(lane, null, deadLetters::add);
        writer = producer.writer;
        reader = new LaneReader(lane);
    }

    /// So that the lane gets memory that others have written to before.
    private static void useAll(MemoryPool pool) {
        MemoryAccount before = pool.account("before");
        long block = 1 << 20;
        List<Long> addresses = new ArrayList<>();
        for (long taken = 0; taken < pool.limitBytes(); taken += block) {
            addresses.add(before.take(block));
        }
        for (long address : addresses) {
            RawMemory.fill(address, block, (byte) 0x77);
            before.give(address, block);
        }
    }

    int poll() {
        return reader.poll(this);
    }

    /// Polls until nothing comes any more.
    List<String> readAll() {
        while (poll() > 0) {}
        return read;
    }

    /// Begins a row with its required cells.
    LaneWriter begin(long id) {
        writer.begin().setLong(ID, id).setBool(FLAG, id % 3 == 0);
        return writer;
    }

    /// What the reader shows of a row of [#begin] that was committed as it is.
    static String bare(long id) {
        return "{id=" + id + ", flag=" + (id % 3 == 0) + ", a=null, b=null, bit=null, x=null, n=null}";
    }

    @Override
    public void accept(Batch batch, long stated, int from, int to) {
        lastBatch = batch;
        lastTo = to;
        for (int row = from; row < to; row++) {
            read.add(RowText.of(batch, row));
            watermarks.add(stated == 0 ? Long.MIN_VALUE : RawMemory.getLong(stated + 8L * row));
        }
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
        assertEquals(0, pool.bytesOut());
        pool.close();
    }
}
