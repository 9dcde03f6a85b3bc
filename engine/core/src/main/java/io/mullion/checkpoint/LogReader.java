package io.mullion.checkpoint;

import io.mullion.batch.ArrowStreamInput;
import io.mullion.batch.ArrowStreamOutput;
import io.mullion.batch.Batch;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads the records of one log from a number on, in order, each once.
///
/// A file may end in a record that is torn: what was not forced when the process died, or what was written again into
/// the next file because a call had failed. Where no file goes on behind it the log ends there, and [#faults] says so.
/// What had been forced must be there: if a later record says so of one that is damaged, or the next one has a greater
/// number, the log is refused. *Thread*: one. *Ownership*: of what it shows, until the next call.
public final class LogReader implements AutoCloseable {
    private static final LogRecord.Kind[] KINDS = LogRecord.Kind.values();

    private final Disk disk;
    private final Path folder;
    private final String name;
    private final Schema schema;
    private final MemoryAccount account;
    private final List<LogSegment> segments;
    private final OffHeapArray bytes;
    private final List<String> faults = new ArrayList<>();
    /// Number of the next record.
    private long next;

    private final int firstSegment;
    private int nextSegment;
    /// Null before the first file, and between two.
    private Disk.Input file;

    private ArrowStreamInput stream;
    /// What the disk said when it could not be read: then nothing is known of the file.
    private IOException unread;

    private long size;
    private long position;
    /// Of the record at hand.
    private long start;

    private int message;
    private long header;

    /// @param name of the input
    /// @param schema of its rows
    /// @param from number of the first record that is wanted
    public LogReader(
            Disk disk, Path folder, LogSegment.Log log, String name, Schema schema, long from, MemoryAccount account) {
        this.disk = disk;
        this.folder = folder;
        this.name = name;
        this.schema = schema;
        this.account = account;
        next = from;
        try {
            segments = LogSegment.of(log, disk.list(folder));
        } catch (IOException e) {
            throw new MullionException(Reason.CHECKPOINT, "a log cannot be read: folder=" + folder + ": " + e, e);
        }
        firstSegment = LogSegment.unneeded(segments, from);
        nextSegment = firstSegment;
        bytes = new OffHeapArray(account);
    }

    /// Goes to the next record.
    ///
    /// @return whether there is one
    /// @throws MullionException `CHECKPOINT` if the log is damaged or cannot be read
    public boolean next() {
        while (file != null || open()) {
            try {
                if (nextInFile()) {
                    next++;
                    return true;
                }
                closeFile();
            } catch (IOException e) {
                throw failure("cannot be read", e);
            }
        }
        return false;
    }

    /// Number behind that of the last record.
    public long end() {
        return next;
    }

    /// Number of a file that is not there yet.
    public long freshSegment() {
        return segments.isEmpty() ? 1 : segments.getLast().number() + 1;
    }

    /// Where files are torn.
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /// Makes sure that what was read survives a loss of power, too.
    public void force() {
        try {
            for (LogSegment segment : segments.subList(firstSegment, segments.size())) {
                disk.forceFile(folder.resolve(segment.file()));
            }
            disk.forceFolder(folder);
        } catch (IOException e) {
            throw new MullionException(Reason.CHECKPOINT, "a log cannot be forced: folder=" + folder + ": " + e, e);
        }
    }

    public int events() {
        return RawMemory.getInt(header + LogRecord.EVENTS_AT);
    }

    public LogRecord.Kind kind(int event) {
        return KINDS[RawMemory.getInt(at(event) + 4)];
    }

    public int lane(int event) {
        return RawMemory.getInt(at(event));
    }

    public long value(int event) {
        return RawMemory.getLong(at(event) + 8);
    }

    /// Rows of the event.
    public int count(int event) {
        return RawMemory.getInt(at(event) + 16);
    }

    /// Address of the watermark stated before each row of [#rows]; 0 where none are.
    public long stated() {
        return RawMemory.getInt(header + LogRecord.STATED_AT) == 0
                ? 0
                : header + LogRecord.HEADER_BYTES + LogRecord.aligned(LogRecord.EVENT_BYTES * events());
    }

    /// The rows of all events, one behind the other.
    public Batch rows() {
        try {
            return stream.read(start, message, bodyBytes());
        } catch (IOException e) {
            throw failure("cannot be understood", e);
        }
    }

    private long at(int event) {
        return header + LogRecord.HEADER_BYTES + (long) LogRecord.EVENT_BYTES * event;
    }

    private long bodyBytes() {
        return RawMemory.getLong(header + LogRecord.BYTES_AT) - message;
    }

    private boolean open() {
        if (nextSegment == segments.size()) {
            return false;
        }
        nextSegment++;
        try {
            file = disk.open(folder.resolve(at().file()));
            size = file.size();
            position = 0;
        } catch (IOException e) {
            throw failure("cannot be read", e);
        }
        return true;
    }

    private LogSegment at() {
        return segments.get(nextSegment - 1);
    }

    /// Finds the next record that has not been read.
    private boolean nextInFile() throws IOException {
        if (stream == null && !begin()) {
            return torn();
        }
        while (position < size) {
            if (!record(position)) {
                return torn();
            }
            position += bodyBytes() + message;
            long number = RawMemory.getLong(header + LogRecord.NUMBER_AT);
            if (number > next) {
                throw damaged("goes on with record " + number);
            }
            if (number == next) {
                return true;
            }
        }
        return false;
    }

    private boolean begin() throws IOException {
        ArrowStreamInput begun;
        try {
            begun = new ArrowStreamInput(size, this::read, account);
        } catch (IOException e) {
            if (unread != null) {
                throw unread;
            }
            return false;
        }
        stream = begun;
        if (!stream.schema().equals(schema) || !name.equals(stream.metadata().get("mullion.input"))) {
            requireTorn();
            return false;
        }
        position = stream.start();
        return true;
    }

    /// The file does not begin as it should. If a record says that this is how it began once, it is another log's.
    private void requireTorn() throws IOException {
        bytes.ensure(stream.start());
        file.read(0, LogWriter.view(bytes.address(), stream.start()));
        int found = LogWriter.checksum(bytes.address(), stream.start());
        for (long place = stream.start(); place < size; place += ArrowStreamOutput.ALIGNMENT_BYTES) {
            if (record(place)) {
                if (RawMemory.getInt(header + LogRecord.SCHEMA_CHECKSUM_AT) == found) {
                    throw failure(
                            "is of another input: input=" + stream.metadata().get("mullion.input") + ", columns="
                                    + stream.schema() + ", expected input=" + name + ", columns=" + schema,
                            null);
                }
                return;
            }
        }
    }

    private void read(long from, ByteBuffer into) throws IOException {
        try {
            file.read(from, into);
        } catch (IOException e) {
            unread = e;
            throw e;
        }
    }

    /// The file ends here, unless what comes behind proves that it was longer once.
    private boolean torn() throws IOException {
        if (position == 0 && size == 0) {
            return false;
        }
        long end = position;
        for (long place = aligned(end); place < size; place += ArrowStreamOutput.ALIGNMENT_BYTES) {
            if (record(place) && RawMemory.getLong(header + LogRecord.SAFE_AT) > next) {
                throw damaged("is damaged at byte " + end);
            }
        }
        faults.add(at().file() + ": torn at byte " + end + " of " + size + ", before record " + next);
        return false;
    }

    private static long aligned(long position) {
        return position + ArrowStreamOutput.ALIGNMENT_BYTES - 1 & -ArrowStreamOutput.ALIGNMENT_BYTES;
    }

    /// Whether a whole record begins at a place; then it is the one at hand.
    private boolean record(long place) throws IOException {
        if (size - place < ArrowStreamOutput.PREFIX_BYTES) {
            return false;
        }
        int messageBytes = ArrowStreamInput.messageBytes(file::read, place);
        if (messageBytes == 0 || size - place - messageBytes < LogRecord.HEADER_BYTES) {
            return false;
        }
        bytes.ensure(messageBytes + (long) LogRecord.HEADER_BYTES);
        long peeked = bytes.address();
        file.read(place + messageBytes, LogWriter.view(peeked, LogRecord.HEADER_BYTES));
        long length = RawMemory.getLong(peeked + LogRecord.BYTES_AT);
        if (RawMemory.getLong(peeked) != LogRecord.MAGIC
                || length < messageBytes + LogRecord.HEADER_BYTES
                || length > size - place) {
            return false;
        }
        bytes.ensure(length);
        file.read(place, LogWriter.view(bytes.address(), length));
        start = place;
        message = messageBytes;
        header = bytes.address() + messageBytes;
        return LogWriter.checksum(bytes.address(), messageBytes, length)
                == RawMemory.getInt(header + LogRecord.CHECKSUM_AT);
    }

    private void closeFile() throws IOException {
        if (stream != null) {
            stream.close();
            stream = null;
        }
        if (file != null) {
            Disk.Input closed = file;
            file = null;
            closed.close();
        }
    }

    private MullionException damaged(String how) {
        return failure(how + ", and record " + next + ", which was safe on the disk, is missing" + earlier(), null);
    }

    private String earlier() {
        return faults.isEmpty() ? "" : " (" + String.join("; ", faults) + ")";
    }

    private MullionException failure(String what, IOException e) {
        return new MullionException(
                Reason.CHECKPOINT,
                "the log " + what + ": file=" + folder.resolve(at().file()) + (e == null ? "" : ": " + e),
                e);
    }

    @Override
    public void close() {
        try {
            closeFile();
        } catch (IOException e) {
            throw failure("cannot be closed", e);
        } finally {
            bytes.close();
        }
    }
}
