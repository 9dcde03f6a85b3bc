package io.mullion.checkpoint;

import io.mullion.batch.ArrowStreamOutput;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// Appends records to one log: a file after the other, each an Arrow stream.
///
/// A record is kept until it was forced. After a call that failed nobody knows what of the file will be on the disk:
/// the file is left as it is, and all that was not forced is written again into another one, under the same numbers.
/// *Thread*: that which writes. *Ownership*: borrows records from [#add] until they are forced, or this is closed.
public final class LogWriter implements AutoCloseable {
    private final Disk disk;
    private final Path folder;
    private final LogSegment.Log log;
    private final String name;
    private final Schema schema;
    private final OffHeapArray bytes;
    private final Deque<LogRecord> unwritten = new ArrayDeque<>();
    private final Deque<LogRecord> unforced = new ArrayDeque<>();
    private long nextSegment;
    /// Number of the first record that is not known to be on the disk.
    private long safe;
    /// Null where the next record begins one.
    private LogSegment segment;

    private Disk.Output file;
    private ArrowStreamOutput stream;
    /// Of the message that the file begins with.
    private int schemaChecksum;

    private long length;
    /// Whether records of the file were forced, and with them its name.
    private boolean named;

    /// @param name of the input
    /// @param nextSegment number of the next file
    /// @param nextRecord number of the next record
    public LogWriter(
            Disk disk,
            Path folder,
            LogSegment.Log log,
            String name,
            Schema schema,
            long nextSegment,
            long nextRecord,
            MemoryAccount account) {
        this.disk = disk;
        this.folder = folder;
        this.log = log;
        this.name = name;
        this.schema = schema;
        this.nextSegment = nextSegment;
        safe = nextRecord;
        bytes = new OffHeapArray(account);
    }

    /// A further record, with the number behind that of the last one.
    public void add(LogRecord record) {
        unwritten.add(record);
    }

    /// Writes what was added.
    ///
    /// @return the file that is to be forced; null if there is none
    Disk.Output write() throws IOException {
        for (LogRecord record = unwritten.peek(); record != null; record = unwritten.peek()) {
            if (file == null) {
                begin(record.number());
            }
            write(record);
            unforced.add(unwritten.remove());
        }
        return unforced.isEmpty() ? null : file;
    }

    /// Whether the name of the file has not been forced.
    boolean unnamed() {
        return file != null && !named;
    }

    /// All that was written is on the disk.
    ///
    /// @param done gets the records back, in order
    void forced(Consumer<LogRecord> done) {
        named |= file != null;
        for (LogRecord record = unforced.poll(); record != null; record = unforced.poll()) {
            safe = record.number() + 1;
            done.accept(record);
        }
    }

    /// A call failed: what was not forced is written again.
    void broken() {
        while (!unforced.isEmpty()) {
            unwritten.addFirst(unforced.removeLast());
        }
        if (segment == null) {
            return;
        }
        LogSegment left = segment;
        boolean empty = !named;
        end();
        if (empty) {
            try {
                disk.delete(folder.resolve(left.file()));
            } catch (IOException e) {
                // It goes when a checkpoint needs it no more: who reads the log finds all of it in the next file.
            }
        }
    }

    /// The next record begins another file, so that this one can go some day. Where all was forced.
    void cut() {
        if (unforced.isEmpty() && segment != null) {
            end();
        }
    }

    private void begin(long first) throws IOException {
        segment = LogSegment.fresh(log, nextSegment++, first, name);
        named = false;
        length = 0;
        file = disk.create(folder.resolve(segment.file()));
        stream = new ArrowStreamOutput(schema, Map.of("mullion.input", name, "mullion.log", "1"), this::collect);
        stream.begin();
        schemaChecksum = checksum(bytes.address(), length);
        pass();
    }

    private void write(LogRecord record) throws IOException {
        int message = stream.write(record.batch(), record.rows(), record.ahead(safe, schemaChecksum));
        long header = bytes.address() + message;
        RawMemory.putLong(header + LogRecord.BYTES_AT, length);
        RawMemory.putInt(header + LogRecord.CHECKSUM_AT, checksum(bytes.address(), message, length));
        pass();
    }

    /// Of a record, without the checksum itself.
    static int checksum(long record, int message, long length) {
        CRC32C crc = new CRC32C();
        long checksum = message + (long) LogRecord.CHECKSUM_AT;
        crc.update(view(record, checksum));
        crc.update(view(record + checksum + Integer.BYTES, length - checksum - Integer.BYTES));
        return (int) crc.getValue();
    }

    static int checksum(long address, long length) {
        CRC32C crc = new CRC32C();
        crc.update(view(address, length));
        return (int) crc.getValue();
    }

    private void collect(ByteBuffer part) {
        int count = part.remaining();
        bytes.ensure(length + count);
        view(bytes.address() + length, count).put(part);
        length += count;
    }

    private void pass() throws IOException {
        file.write(view(bytes.address(), length));
        length = 0;
    }

    static ByteBuffer view(long address, long bytes) {
        return RawMemory.EVERYTHING.asSlice(address, bytes).asByteBuffer();
    }

    private void end() {
        length = 0;
        segment = null;
        stream = null;
        Disk.Output ended = file;
        file = null;
        if (ended != null) {
            try {
                ended.close();
            } catch (IOException e) {
                // All that counts was forced.
            }
        }
    }

    @Override
    public void close() {
        end();
        bytes.close();
    }
}
