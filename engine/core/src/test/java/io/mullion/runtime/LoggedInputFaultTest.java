package io.mullion.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.Batches;
import io.mullion.checkpoint.Disk;
import io.mullion.checkpoint.FaultyDisk;
import io.mullion.checkpoint.FaultyDisk.Fault;
import io.mullion.checkpoint.LogReader;
import io.mullion.checkpoint.LogRecord.Kind;
import io.mullion.checkpoint.MemoryDisk;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.Idle;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Overload;
import io.mullion.spec.WorkerThread;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Several workers write one log, and each call to the disk goes wrong in turn, in each way that it can; or power is
/// lost. However many go on from it, each lane has all rows that were said to be safe, in order, each once, and perhaps
/// some of those behind.
@Tag("checked")
class LoggedInputFaultTest {
    private static final int NEVER = Integer.MAX_VALUE;
    private static final int LANES = 5;
    private static final int STEPS = 40;
    private static final int MOST_ROWS = 12;
    private static final int BATCH_ROWS = 16;
    private static final int NUMBER = 2;
    private static final long LANE = 1_000_000;
    private static final Path MEMORY = Path.of("memory");
    private static final Schema SCHEMA =
            Schema.of(Field.of("n", DataType.INT64), Field.nullable("text", DataType.UTF8));
    private static final LogicalStep.FromInput INPUT =
            new LogicalStep.FromInput("in put", SCHEMA, null, null, Overload.BLOCK, true);

    private final Batches batches = new Batches();

    @AfterEach
    void close() {
        batches.close();
    }

    private static String text(long value) {
        return value % 5 == 0 ? null : "ä".repeat((int) (value % 7));
    }

    private JobOptions options(int workers) {
        return new JobOptions(
                "job",
                batches.pool,
                System::nanoTime,
                null,
                BATCH_ROWS,
                1 << 10,
                2,
                Duration.ZERO,
                null,
                Idle.backOff(),
                workers,
                true,
                WorkerThread.caller(),
                false,
                false,
                0,
                null,
                JobOptions.Beginning.ANEW,
                true);
    }

    /// Goes on with a log as a process does that begins: looks through it, then has each worker take rows of its lanes,
    /// in any order.
    ///
    /// @param safe what the log has of each lane at least
    /// @return what it has then, at least
    private long[] process(Disk disk, int workers, long[] safe, Random random) {
        List<InputLog> logs = new ArrayList<>();
        LogThread thread = new LogThread("job", disk, MEMORY, batches.account, new CheckpointCounters(), failure -> {
            throw new AssertionError(failure);
        });
        LoggedInput input = new LoggedInput(NUMBER, INPUT, thread, workers);
        try {
            for (int worker = 0; worker < workers; worker++) {
                logs.add(new InputLog(input, worker, thread, options(workers)));
            }
            begin(disk, input, logs, safe);
            thread.start(true);
            work(thread, input, logs, random);
        } catch (MullionException e) {
            // The disk did not let it begin.
            assertEquals(Reason.CHECKPOINT, e.reason(), e::toString);
            assertTrue(e.getMessage().contains(" at call "), e::toString);
            return safe;
        } finally {
            // What was handed over is brought to the disk once more, if that lets it.
            thread.close();
            logs.forEach(InputLog::close);
        }
        return LongStream.range(0, LANES)
                .map(number -> input.lane((int) number).durable.get())
                .toArray();
    }

    /// Looks through the log and passes over it: the rows of the lanes are those that it has.
    private void begin(Disk disk, LoggedInput input, List<InputLog> logs, long[] safe) {
        long[] found = rowsOnDisk(disk, safe);
        input.recover();
        logs.forEach(log -> log.begin(true));
        for (int number = 0; number < LANES; number++) {
            LoggedLane lane = input.lane(number);
            assertEquals(found[number], lane.durable.get(), "lane=" + number);
            lane.rows.set(found[number]);
            logs.get(input.worker(number)).opened(lane);
        }
    }

    private void work(LogThread thread, LoggedInput input, List<InputLog> logs, Random random) {
        for (int step = 0; step < STEPS; step++) {
            LoggedLane lane = input.lane(random.nextInt(LANES));
            take(logs.get(input.worker(lane.number)), lane, 1 + random.nextInt(MOST_ROWS));
            if (random.nextInt(3) == 0) {
                logs.get(random.nextInt(logs.size())).turn();
            }
            if (random.nextInt(STEPS / 3) == 0) {
                thread.cut();
            }
        }
        if (random.nextBoolean()) {
            logs.forEach(InputLog::end);
        }
    }

    /// A worker takes as many rows of one of its lanes as there is room for in its log.
    private void take(InputLog log, LoggedLane lane, int count) {
        List<List<Object>> rows = new ArrayList<>();
        long first = lane.rows.get();
        for (int row = 0; row < count; row++) {
            long value = lane.number * LANE + first + row;
            List<Object> cells = new ArrayList<>();
            cells.add(value);
            cells.add(text(value));
            rows.add(cells);
        }
        try (Batch batch = batches.unowned(SCHEMA, rows)) {
            log.rows(lane, log.copy(batch, 0, count), 0);
        }
    }

    /// Reads the log to its end, and looks at each row of it.
    ///
    /// @return how many rows each lane has
    private long[] rowsOnDisk(Disk disk, long[] safe) {
        long[] rows = new long[LANES];
        try (LogReader reader = new LogReader(
                disk, MEMORY, new LoggedInput(NUMBER, INPUT, null, 1).log(), "in put", SCHEMA, 0, batches.account)) {
            while (reader.next()) {
                int row = 0;
                for (int event = 0; event < reader.events(); event++) {
                    int lane = reader.lane(event);
                    assertEquals(reader.count(event) > 0, reader.kind(event) == Kind.ROWS);
                    for (int i = 0; i < reader.count(event); i++, row++) {
                        long value = lane * LANE + rows[lane]++;
                        assertEquals(value, lane * LANE + reader.value(event) + i);
                        assertEquals(value, reader.rows().int64(0, row));
                        assertEquals(text(value) == null, reader.rows().isNull(1, row));
                    }
                }
            }
        }
        for (int lane = 0; lane < LANES; lane++) {
            assertTrue(rows[lane] >= safe[lane], "lane=" + lane + ", rows=" + rows[lane] + ", safe=" + safe[lane]);
        }
        return rows;
    }

    private int calls(int workers) {
        FaultyDisk disk = new FaultyDisk(new MemoryDisk(), Fault.FAILS, NEVER);
        long[] safe = process(disk, workers, new long[LANES], new Random(1));
        for (long rows : safe) {
            assertTrue(rows > 0);
        }
        return disk.calls();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyCallGoesWrongOnce(Fault fault) {
        for (int workers = 2; workers <= 3; workers++) {
            for (int at = 1, calls = calls(workers); at <= calls; at++) {
                MemoryDisk disk = new MemoryDisk();
                Random random = new Random(at);
                long[] safe = process(new FaultyDisk(disk, fault, at), workers, new long[LANES], new Random(1));
                safe = process(disk, 1 + random.nextInt(3), safe, random);
                safe = process(disk, 1 + random.nextInt(3), safe, random);
                rowsOnDisk(disk, safe);
            }
        }
    }

    /// Of what was not forced anything may be there or not, also what came later and not what came before.
    @Test
    void powerIsLostAtEveryCall() {
        int calls = calls(3);
        for (int at = 1; at <= calls; at++) {
            for (int seed = 0; seed < 4; seed++) {
                Random random = new Random(1_000L * at + seed);
                MemoryDisk disk = new MemoryDisk();
                Disk failing = new FaultyDisk(disk, Fault.values()[random.nextInt(3)], 1 + random.nextInt(at));
                long[] safe = process(new FaultyDisk(failing, Fault.DIES, at), 3, new long[LANES], new Random(1));
                MemoryDisk second = disk.afterPowerLoss(random);
                Disk dying = new FaultyDisk(second, Fault.DIES_IN_WRITE, 1 + random.nextInt(2 * calls));
                safe = process(dying, 1 + random.nextInt(3), safe, random);
                MemoryDisk third = second.afterPowerLoss(random);
                safe = process(third, 1 + random.nextInt(3), safe, random);
                rowsOnDisk(third, safe);
            }
        }
    }
}
