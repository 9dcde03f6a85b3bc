package io.mullion.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mullion.batch.Batch;
import io.mullion.batch.Batches;
import io.mullion.checkpoint.FaultyDisk.Fault;
import io.mullion.checkpoint.LogRecord.Kind;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A log is written, and each call to the disk goes wrong in turn, in each way that it can; or power is lost. Whoever
/// reads it finds all records that were said to be safe, in order, each once, and perhaps some of those behind.
@Tag("checked")
class LogFaultTest {
    private static final int RECORDS = 12;
    private static final int NEVER = Integer.MAX_VALUE;
    private static final int MOST_ROWS = 40;
    private static final LogSegment.Log LOG = new LogSegment.Log(3, 1);
    private static final Path MEMORY = Path.of("memory");
    private static final Schema SCHEMA =
            Schema.of(Field.nullable("text", DataType.UTF8), Field.of("n", DataType.INT64));

    @TempDir
    Path folder;

    private final Batches batches = new Batches();
    private final List<LogRecord> records = new ArrayList<>();

    @AfterEach
    void close() {
        records.forEach(LogRecord::close);
        batches.close();
    }

    /// What is in a record of a number, as values: for each event lane, kind and value, for rows the cells.
    private static List<Object> expected(long number) {
        Random random = new Random(number);
        List<Object> events = new ArrayList<>();
        events.add(List.of(1, Kind.WATERMARK, number));
        int rows = 1 + random.nextInt(MOST_ROWS);
        for (int row = 0; row < rows; row++) {
            String text = random.nextInt(4) == 0 ? null : "ä".repeat(random.nextInt(20));
            events.add(Arrays.asList(2, Kind.ROWS, number * 100 + row, text, random.nextLong(), number - row));
        }
        events.add(List.of(2, Kind.CLOSED, 0L));
        return events;
    }

    private LogRecord record(long number) {
        LogRecord record = new LogRecord(SCHEMA, MOST_ROWS + 2, 1 << 12, true, batches.account);
        records.add(record);
        record.number(number);
        List<List<Object>> rows = new ArrayList<>();
        // One that stands before those that are taken.
        rows.add(Arrays.asList("not", -1L));
        for (Object event : expected(number)) {
            if (event instanceof List<?> cells && cells.get(1) == Kind.ROWS) {
                rows.add(Arrays.asList(cells.get(3), cells.get(4)));
            }
        }
        int count = rows.size() - 1;
        int half = count / 2;
        record.event(Kind.WATERMARK, 1, number);
        try (Batch batch = batches.unowned(SCHEMA, rows);
                OffHeapArray stated = new OffHeapArray(batches.account, 8L * count)) {
            for (int row = 0; row < count; row++) {
                RawMemory.putLong(stated.address() + 8L * row, number - row);
            }
            // In two pieces, the second of which is copied with the first, and again because it was not taken then.
            assertEquals(count, record.copy(batch, 1, 1 + count));
            if (half > 0) {
                record.rows(2, number * 100, half, stated.address());
                assertEquals(count - half, record.copy(batch, 1 + half, 1 + count));
            }
            record.rows(2, number * 100 + half, count - half, stated.address() + 8L * half);
        }
        record.event(Kind.CLOSED, 2, 0);
        return record;
    }

    private LogReader reader(Disk disk, Path path, long from) {
        return new LogReader(disk, path, LOG, "in put", SCHEMA, from, batches.account);
    }

    /// Reads to the end, and looks at each record.
    private static void read(LogReader reader, long from) {
        for (long number = from; reader.next(); number++) {
            assertEquals(expected(number), events(reader), "record " + number);
        }
    }

    private static List<Object> events(LogReader reader) {
        List<Object> events = new ArrayList<>();
        Batch batch = reader.rows();
        int row = 0;
        for (int event = 0; event < reader.events(); event++) {
            Kind kind = reader.kind(event);
            if (kind != Kind.ROWS) {
                events.add(List.of(reader.lane(event), kind, reader.value(event)));
            }
            for (int i = 0; i < reader.count(event); i++, row++) {
                events.add(Arrays.asList(
                        reader.lane(event),
                        kind,
                        reader.value(event) + i,
                        batch.isNull(0, row) ? null : text(batch, row),
                        batch.int64(1, row),
                        RawMemory.getLong(reader.stated() + 8L * row)));
            }
        }
        return events;
    }

    private static String text(Batch batch, int row) {
        byte[] bytes = new byte[batch.utf8Length(0, row)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = RawMemory.getByte(batch.utf8Address(0, row) + i);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Goes on with a log as a process does that begins: reads it, then writes further records, some at a time, and
    /// tries again where that fails.
    ///
    /// @param safe what the log has at least
    /// @return what it has then, at least
    private long process(Disk disk, Path path, long safe, Random random) {
        long[] told = {safe};
        long next;
        long segment;
        try (LogReader reader = reader(disk, path, 0)) {
            read(reader, 0);
            reader.force();
            next = reader.end();
            segment = reader.freshSegment();
        } catch (MullionException e) {
            // The disk did not let it begin.
            assertEquals(Reason.CHECKPOINT, e.reason(), e::toString);
            assertTrue(e.getMessage().contains(" at call "), e::toString);
            return safe;
        }
        assertTrue(next >= safe, () -> "records to be had=" + next + ", safe=" + safe);
        told[0] = next;
        LogWriter writer = new LogWriter(disk, path, LOG, "in put", SCHEMA, segment, next, batches.account);
        LogGroup group = new LogGroup(disk, path);
        group.add(writer, record -> assertEquals(told[0]++, record.number()));
        for (long number = next, end = next + RECORDS; number < end; ) {
            for (int some = 1 + random.nextInt(3); some > 0 && number < end; some--) {
                writer.add(record(number++));
            }
            for (int attempt = 0; attempt < 3; attempt++) {
                try {
                    group.bring();
                    break;
                } catch (IOException e) {
                    assertTrue(e.getMessage().contains(" at call "), e::toString);
                }
            }
            if (random.nextInt(4) == 0) {
                group.cut();
            }
        }
        writer.close();
        records.forEach(LogRecord::close);
        records.clear();
        return told[0];
    }

    private int calls() {
        FaultyDisk disk = new FaultyDisk(new MemoryDisk(), Fault.FAILS, NEVER);
        assertEquals(RECORDS, process(disk, MEMORY, 0, new Random(1)));
        return disk.calls();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyCallGoesWrongOnce(Fault fault) {
        for (int at = 1; at <= calls(); at++) {
            MemoryDisk disk = new MemoryDisk();
            long safe = process(new FaultyDisk(disk, fault, at), MEMORY, 0, new Random(1));
            switch (fault) {
                case FAILS, SAYS_SO, TEARS -> assertTrue(safe == RECORDS || safe == 0, "at=" + at + ", safe=" + safe);
                case DIES, DIES_IN_WRITE, FULL, READ_ONLY -> {}
            }
            long further = process(disk, MEMORY, safe, new Random(at));
            assertEquals(further, process(disk, MEMORY, further, new Random(at)) - RECORDS, "at=" + at);
        }
    }

    /// Of what was not forced anything may be there or not, also what came later and not what came before.
    @Test
    void powerIsLostAtEveryCall() {
        int calls = calls();
        for (int at = 1; at <= calls; at++) {
            for (int seed = 0; seed < 8; seed++) {
                Random random = new Random(1_000L * at + seed);
                MemoryDisk disk = new MemoryDisk();
                Disk failing = new FaultyDisk(disk, Fault.values()[random.nextInt(3)], 1 + random.nextInt(at));
                long safe = process(new FaultyDisk(failing, Fault.DIES, at), MEMORY, 0, new Random(1));
                MemoryDisk second = disk.afterPowerLoss(random);
                safe = process(
                        new FaultyDisk(second, Fault.DIES_IN_WRITE, 1 + random.nextInt(3 * calls)),
                        MEMORY,
                        safe,
                        random);
                MemoryDisk third = second.afterPowerLoss(random);
                safe = process(third, MEMORY, safe, random);
                process(third, MEMORY, safe, random);
            }
        }
    }

    /// A log in files of the machine, a force for each record.
    ///
    /// @return its files
    private List<Path> written(int records, int aFile) throws IOException {
        Disk disk = new UnforcedDisk(Disk.local());
        LogWriter writer = new LogWriter(disk, folder, LOG, "in put", SCHEMA, 1, 0, batches.account);
        LogGroup group = new LogGroup(disk, folder);
        group.add(writer, _ -> {});
        for (int number = 0; number < records; number++) {
            writer.add(record(number));
            assertTrue(group.bring());
            if ((number + 1) % aFile == 0) {
                group.cut();
            }
        }
        writer.close();
        return LogSegment.of(LOG, disk.list(folder)).stream()
                .map(segment -> folder.resolve(segment.file()))
                .toList();
    }

    /// @return how many records there are
    private long read(List<String> faults) {
        try (LogReader reader = reader(Disk.local(), folder, 0)) {
            read(reader, 0);
            faults.addAll(reader.faults());
            return reader.end();
        }
    }

    @Test
    void aTornEndIsTheEnd() throws IOException {
        Path file = written(5, NEVER).getFirst();
        byte[] bytes = Files.readAllBytes(file);
        long before = 0;
        for (int length = 0; length <= bytes.length; length += 1 + length % 13) {
            Files.write(file, Arrays.copyOf(bytes, length));
            List<String> faults = new ArrayList<>();
            long records = read(faults);
            assertTrue(records >= before, "length=" + length);
            before = records;
            // Zeros behind, as a disk may have them.
            Files.write(file, Arrays.copyOf(Arrays.copyOf(bytes, length), bytes.length + 100));
            long withZeros = read(new ArrayList<>());
            // What was cut off may have been zeros.
            assertTrue(withZeros == records || withZeros == records + 1, "length=" + length);
        }
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        List<String> faults = new ArrayList<>();
        assertEquals(4, read(faults));
        assertTrue(faults.getFirst().startsWith(file.getFileName() + ": torn at byte"), faults::toString);
    }

    @Test
    void damageInTheMiddleIsRefused() throws IOException {
        Path file = written(5, NEVER).getFirst();
        byte[] bytes = Files.readAllBytes(file);
        long schemaBytes =
                8 + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int refusals = 0;
        for (int i = 0; i < 400; i++) {
            int at = random.nextInt(bytes.length);
            byte[] damaged = bytes.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            String what = "byte " + at + " of " + bytes.length + ", seed=" + seed;
            List<String> faults = new ArrayList<>();
            try {
                long records = read(faults);
                // Either something without a meaning, or what nobody has said to be safe.
                assertTrue(at < schemaBytes ? records == 5 : records == 4 && !faults.isEmpty(), what);
            } catch (MullionException e) {
                assertEquals(Reason.CHECKPOINT, e.reason(), what);
                assertTrue(e.getMessage().contains(file.toString()), e::getMessage);
                refusals++;
            }
        }
        assertTrue(refusals > 200, "refusals=" + refusals + ", seed=" + seed);
    }

    @Test
    void aFileThatIsMissingIsMissed() throws IOException {
        List<Path> files = written(9, 3);
        assertEquals(3, files.size());
        Files.delete(files.get(1));
        MullionException refused = assertThrows(MullionException.class, () -> read(new ArrayList<>()));
        assertTrue(refused.getMessage().contains("record 3, which was safe"), refused::getMessage);
        assertTrue(refused.getMessage().contains(files.get(2).toString()), refused::getMessage);
    }

    @Test
    void filesGoThatAreNeededNoMore() throws IOException {
        List<Path> files = written(9, 3);
        LogSegment.deleteBefore(LOG, 2, Disk.local(), folder);
        assertTrue(files.stream().allMatch(Files::exists));
        LogSegment.deleteBefore(LOG, 5, Disk.local(), folder);
        assertTrue(!Files.exists(files.get(0)) && Files.exists(files.get(1)) && Files.exists(files.get(2)));
        try (LogReader reader = reader(Disk.local(), folder, 5)) {
            read(reader, 5);
            assertEquals(9, reader.end());
        }
        LogSegment.deleteBefore(LOG, 100, Disk.local(), folder);
        assertTrue(Files.exists(files.get(2)));
        try (LogReader reader = reader(Disk.local(), folder, 9)) {
            assertTrue(!reader.next());
            assertEquals(4, reader.freshSegment());
        }
    }

    @Test
    void aLogOfAnotherInputIsRefused() throws IOException {
        written(1, 1);
        Schema other = Schema.of(Field.of("n", DataType.INT64));
        try (LogReader reader = new LogReader(Disk.local(), folder, LOG, "in put", other, 0, batches.account)) {
            MullionException refused = assertThrows(MullionException.class, reader::next);
            assertTrue(refused.getMessage().contains("is of another input"), refused::getMessage);
        }
    }
}
