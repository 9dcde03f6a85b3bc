package io.mullion.checkpoint;

import io.mullion.batch.Batch;
import io.mullion.batch.BatchAllocator;
import io.mullion.batch.RowCopy;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What happened in the lanes of an input, in order, on its way into the log: rows, and what is said of time between
/// them.
///
/// *Shape*: the rows of all lanes in one batch; an event for each run of rows of one lane, and for each thing that was
/// said. A record in the log is an Arrow record batch; ahead of its first buffer stand
///
/// ```
/// magic 8 | bytes of the record 8 | number 8 | safe 8 | events 4 | rows 4 | stated 4 | CRC32C 4 | CRC32C of the schema's message 4 | zeros 12
/// for each event:  lane 4 | kind 4 | value 8 | rows 4 | zeros 4
/// if stated is 1, for each row: the watermark stated before it 8
/// ```
///
/// each part filled up with zeros to a multiple of 64 bytes. *Safe*: what records before this one had been forced when
/// it was written. The checksum is over the record from the prefix of its message on, without the checksum itself.
/// *Thread*: the worker fills it, then who writes it has it. *Ownership*: of its memory.
public final class LogRecord implements AutoCloseable {
    static final long MAGIC = 0x31474F4C4C554D2EL;
    static final int HEADER_BYTES = 64;
    static final int BYTES_AT = 8;
    static final int NUMBER_AT = 16;
    static final int SAFE_AT = 24;
    static final int EVENTS_AT = 32;
    static final int ROWS_AT = 36;
    static final int STATED_AT = 40;
    static final int CHECKSUM_AT = 44;
    static final int SCHEMA_CHECKSUM_AT = 48;
    static final int EVENT_BYTES = 24;
    private static final int ALIGNMENT_BYTES = 64;

    /// What an event is.
    public enum Kind {
        /// Rows of a lane; the value is the number of the first of them, counted from the start of the lane.
        ROWS,
        /// A watermark was stated, which is the value.
        WATERMARK,
        /// A lane has come to be.
        OPENED,
        /// A lane has ended.
        CLOSED
    }

    private final MemoryAccount account;
    private final BatchAllocator allocator;
    private final Batch batch;
    /// Of one int64 for each row; 0 where none are stated.
    private final long stated;

    private final int[] lanes;
    private final Kind[] kinds;
    private final long[] values;
    private final int[] counts;
    private int events;
    private int rows;
    private long number;

    /// @param rows it has room for, and for as many events
    /// @param dataBytes room for the values of each variable-size column
    /// @param stated whether watermarks are stated before rows
    public LogRecord(Schema schema, int rows, int dataBytes, boolean stated, MemoryAccount account) {
        this.account = account;
        lanes = new int[rows];
        kinds = new Kind[rows];
        values = new long[rows];
        counts = new int[rows];
        allocator = new BatchAllocator(account);
        batch = allocator.batch(schema, rows, dataBytes);
        this.stated = stated ? account.take(8L * rows) : 0;
        clear();
    }

    /// Forgets all.
    public void clear() {
        batch.clear();
        events = 0;
        rows = 0;
    }

    public boolean isEmpty() {
        return events == 0;
    }

    /// Whether there is room for an event.
    public boolean hasRoom() {
        return events < lanes.length;
    }

    /// Copies rows behind those that are there; [#rows] says later how many of them count.
    ///
    /// @return how many there was room for
    public int copy(Batch source, int from, int to) {
        return hasRoom() ? RowCopy.append(source, 0, from, to, batch, rows) : 0;
    }

    /// The first of the rows that were copied last are the next of a lane.
    ///
    /// @param first number of the first in its lane
    /// @param count at least 1
    /// @param watermarks address of what was stated before each of them; 0 if nothing is
    public void rows(int lane, long first, int count, long watermarks) {
        if (stated != 0) {
            RawMemory.copy(watermarks, stated + 8L * rows, 8L * count);
        }
        rows += count;
        int last = events - 1;
        if (last >= 0 && kinds[last] == Kind.ROWS && lanes[last] == lane && values[last] + counts[last] == first) {
            counts[last] += count;
        } else {
            event(Kind.ROWS, lane, first, count);
        }
    }

    /// Something that is no row. There has to be room.
    public void event(Kind kind, int lane, long value) {
        event(kind, lane, value, 0);
    }

    private void event(Kind kind, int lane, long value, int count) {
        lanes[events] = lane;
        kinds[events] = kind;
        values[events] = value;
        counts[events] = count;
        events++;
    }

    public void number(long number) {
        this.number = number;
    }

    public long number() {
        return number;
    }

    public int events() {
        return events;
    }

    public Kind kind(int event) {
        return kinds[event];
    }

    public int lane(int event) {
        return lanes[event];
    }

    public long value(int event) {
        return values[event];
    }

    /// Rows of the event.
    public int count(int event) {
        return counts[event];
    }

    Batch batch() {
        return batch.readableRows(rows);
    }

    int rows() {
        return rows;
    }

    /// What stands ahead of the buffers, without the checksum and the number of bytes.
    ///
    /// @param schema checksum of the message that the file begins with
    ByteBuffer ahead(long safe, int schema) {
        int statedBytes = stated == 0 ? 0 : aligned(8 * rows);
        ByteBuffer ahead = ByteBuffer.allocate(HEADER_BYTES + aligned(EVENT_BYTES * events) + statedBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        ahead.putLong(MAGIC).putLong(0).putLong(number).putLong(safe);
        ahead.putInt(events).putInt(rows).putInt(stated == 0 ? 0 : 1).putInt(0).putInt(schema);
        ahead.position(HEADER_BYTES);
        for (int event = 0; event < events; event++) {
            ahead.putInt(lanes[event]).putInt(kinds[event].ordinal()).putLong(values[event]);
            ahead.putInt(counts[event]).putInt(0);
        }
        ahead.position(HEADER_BYTES + aligned(EVENT_BYTES * events));
        for (int row = 0; stated != 0 && row < rows; row++) {
            ahead.putLong(RawMemory.getLong(stated + 8L * row));
        }
        return ahead.rewind();
    }

    static int aligned(int bytes) {
        return bytes + ALIGNMENT_BYTES - 1 & -ALIGNMENT_BYTES;
    }

    @Override
    public void close() {
        if (stated != 0) {
            account.give(stated, 8L * lanes.length);
        }
        batch.close();
        allocator.close();
    }
}
