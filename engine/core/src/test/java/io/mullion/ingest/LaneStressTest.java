package io.mullion.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.io.Offer;
import io.mullion.memory.MemoryPool;
import io.mullion.routine.RawMemory;
import io.mullion.spec.Overload;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A producer against a worker, each on a thread of its own, every row numbered. `-Dmullion.stress.rows=N` asks for
/// more rows.
@Tag("stress")
class LaneStressTest {
    private static final long ROWS = Long.getLong("mullion.stress.rows", 3_000_000);

    private static final Schema SCHEMA = Schema.of(
            Field.of("id", DataType.INT64),
            Field.nullable("text", DataType.UTF8),
            Field.nullable("odd", DataType.BOOL),
            Field.of("negated", DataType.INT64));

    @ParameterizedTest(name = "{0} batches of {1} rows, data areas of {2} bytes")
    @CsvSource({"2, 1, 16", "2, 2, 16", "2, 7, 16", "3, 64, 100", "8, 4096, 65536"})
    void noRowIsLostDoubledOrTornAndTheirOrderIsKept(int batches, int rows, int dataBytes) throws InterruptedException {
        try (MemoryPool pool = new MemoryPool(64 << 20)) {
            Lane lane = new Lane(
                    "stress",
                    SCHEMA,
                    batches,
                    rows,
                    dataBytes,
                    true,
                    Overload.BLOCK,
                    new OverloadCounters(),
                    new BusySpinIdleStrategy(),
                    pool);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread producer = Thread.ofPlatform().start(() -> {
                try {
                    produce(new LaneWriter(lane, letter -> {
                        throw new AssertionError(letter.toString());
                    }));
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            Checked checked = new Checked();
            try (LaneReader reader = new LaneReader(lane)) {
                while (!reader.drained() && failure.get() == null) {
                    if (reader.poll(checked) == 0) {
                        Thread.onSpinWait();
                    }
                    checked.after(reader.watermark());
                }
            }
            producer.join();
            assertEquals(null, failure.get());
            assertEquals(ROWS, checked.next);
        }
    }

    @ParameterizedTest(name = "{0} batches of {1} rows, data areas of {2} bytes")
    @CsvSource({"2, 1, 16", "3, 2, 16", "3, 7, 16", "4, 64, 100", "8, 4096, 65536"})
    void whatIsNotSeenWasCountedAsDropped(int batches, int rows, int dataBytes) throws InterruptedException {
        try (MemoryPool pool = new MemoryPool(64 << 20)) {
            OverloadCounters counters = new OverloadCounters();
            Lane lane = new Lane(
                    "stress",
                    SCHEMA,
                    batches,
                    rows,
                    dataBytes,
                    true,
                    Overload.DROP_OLDEST,
                    counters,
                    new BusySpinIdleStrategy(),
                    pool);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread producer = Thread.ofPlatform().start(() -> {
                LaneWriter writer = new LaneWriter(lane, letter -> {
                    throw new AssertionError(letter.toString());
                });
                try {
                    for (long id = 0; id < ROWS; id++) {
                        if (id % 5 == 0) {
                            writer.watermark(id);
                        }
                        writer.begin().setLong(0, id).setUtf8(1, text(id)).setLong(3, ~id);
                        writer.commit();
                    }
                } catch (Throwable e) {
                    failure.set(e);
                } finally {
                    writer.close();
                }
            });
            Increasing seen = new Increasing();
            try (LaneReader reader = new LaneReader(lane)) {
                for (long round = 0; !reader.drained(); round++) {
                    // Now and then the worker is slow.
                    for (long i = round % 64 == 0 ? 20_000 : 0; i > 0; i--) {
                        Thread.onSpinWait();
                    }
                    reader.poll(seen);
                    seen.after(reader.watermark());
                }
            }
            producer.join();
            assertEquals(null, failure.get());
            assertEquals(ROWS, seen.count + counters.droppedRows());
            assertTrue(counters.droppedRows() > 0 && seen.count > 0, () -> "dropped=" + counters.droppedRows());
        }
    }

    private static void produce(LaneWriter writer) {
        long stated = Long.MIN_VALUE;
        for (long id = 0; id < ROWS; id++) {
            if (id % 5 == 0) {
                // No later row is below.
                stated = id;
                writer.watermark(stated);
            }
            if (id % 11 == 3) {
                writer.begin()
                        .setLong(0, -1)
                        .setUtf8(1, "aborted")
                        .setBool(2, true)
                        .abort();
            }
            writer.begin().setLong(0, id).setLong(3, ~id);
            if (id % 3 != 0) {
                writer.setUtf8(1, text(id));
            }
            if (id % 4 != 0) {
                writer.setBool(2, (id & 1) != 0);
            }
            assertEquals(Offer.ACCEPTED, writer.commit());
        }
        writer.close();
    }

    private static String text(long id) {
        return switch ((int) (id % 4)) {
            case 0 -> "";
            case 1 -> "a";
            case 2 -> "bcd";
            default -> "sixteen bytes !!";
        };
    }

    /// The worker's side: what it reads has to be what was committed under that number.
    private static final class Checked implements InputReader.Rows {
        private long next;

        @Override
        public void accept(Batch batch, long watermarks, int from, int to) {
            for (int row = from; row < to; row++, next++) {
                assertEquals(next, batch.int64(0, row));
                assertEquals(~next, batch.int64(3, row));
                assertEquals(next % 3 == 0, batch.isNull(1, row), "text is null");
                if (next % 3 != 0) {
                    assertEquals(text(next).length(), batch.utf8Length(1, row));
                }
                assertEquals(next % 4 == 0, batch.isNull(2, row), "odd is null");
                if (next % 4 != 0) {
                    assertEquals((next & 1) != 0, batch.bool(2, row));
                }
                assertEquals(next / 5 * 5, RawMemory.getLong(watermarks + 8L * row));
            }
        }

        /// A watermark that holds now has not overtaken a row: all rows below it have been read.
        void after(long watermark) {
            if (watermark > next) {
                throw new AssertionError("watermark " + watermark + " overtook row " + next);
            }
        }
    }

    /// The worker's side where rows may be missing: what comes is whole, in order, and not behind its watermark.
    private static final class Increasing implements InputReader.Rows {
        private long last = -1;
        private long watermark = Long.MIN_VALUE;
        private long count;

        @Override
        public void accept(Batch batch, long watermarks, int from, int to) {
            for (int row = from; row < to; row++, count++) {
                long id = batch.int64(0, row);
                assertTrue(id > last, "order");
                last = id;
                assertEquals(~id, batch.int64(3, row));
                assertEquals(text(id).length(), batch.utf8Length(1, row));
                assertEquals(id - id % 5, RawMemory.getLong(watermarks + 8L * row));
                assertTrue(id >= watermark, "a watermark overtook rows before it");
            }
        }

        void after(long stated) {
            watermark = Math.max(watermark, stated);
        }
    }
}
