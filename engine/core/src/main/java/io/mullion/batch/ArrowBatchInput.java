package io.mullion.batch;

import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/// Reads the batches that [ArrowStreamOutput] wrote, straight from the file into the memory of one batch.
///
/// Nothing of a file is believed: kernels will read by its offsets, so that each is looked at, and no buffer leaves the
/// place it has. *Thread*: one. *Ownership*: owns the batch that it shows, whose memory is charged to the account.
final class ArrowBatchInput implements AutoCloseable {
    private final long size;
    private final ArrowFileInput.Bytes in;
    private final Schema schema;
    private final BatchAllocator allocator;
    private Batch batch;

    /// Where a batch is: its message, with the prefix, and its body.
    record Place(long offset, int messageBytes, long bodyBytes) {}

    /// @param size of the file
    ArrowBatchInput(long size, ArrowFileInput.Bytes in, Schema schema, MemoryAccount account) {
        this.size = size;
        this.in = in;
        this.schema = schema;
        allocator = new BatchAllocator(account);
    }

    /// The rows of a batch, all of them readable. *Ownership*: borrowed until the next call.
    Batch read(Place place) throws IOException {
        try {
            return read(place, message(place));
        } catch (IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("a batch cannot be understood: " + e.getMessage(), e);
        }
    }

    private RecordBatch message(Place place) throws IOException {
        require(
                place.offset() >= 0
                        && place.messageBytes() > ArrowStreamOutput.PREFIX_BYTES
                        && place.bodyBytes() >= 0
                        && place.bodyBytes() <= size
                        && place.offset() <= size - place.messageBytes() - place.bodyBytes(),
                "a batch leaves the file");
        ByteBuffer bytes = bytes(
                place.offset() + ArrowStreamOutput.PREFIX_BYTES, place.messageBytes() - ArrowStreamOutput.PREFIX_BYTES);
        Message message = Message.getRootAsMessage(bytes);
        require(message.headerType() == MessageHeader.RecordBatch, "no batch where one should be");
        RecordBatch rows = (RecordBatch) message.header(new RecordBatch());
        require(rows.compression() == null, "a compressed batch");
        return rows;
    }

    private Batch read(Place place, RecordBatch message) throws IOException {
        require(message.nodesLength() == schema.size(), "a batch of other columns");
        int rows = number(message.length());
        makeRoom(rows, look(place, message, rows));
        batch.clear();
        int buffer = 0;
        for (int column = 0; column < schema.size(); column++) {
            Buffer validity = message.buffers(buffer++);
            if (schema.field(column).nullable() && validity.length() == 0) {
                Bitmap.set(batch.validityAddress(column), 0, rows);
            } else if (schema.field(column).nullable()) {
                read(place, validity, batch.validityAddress(column), ColumnCopy.bitmapBytes(rows));
            }
            if (batch.variableSize(column)) {
                read(place, message.buffers(buffer++), batch.offsetsAddress(column), 4L * (rows + 1));
                Buffer data = message.buffers(buffer++);
                requireOffsets(column, rows, data.length());
                read(place, data, batch.dataAddress(column), data.length());
            } else {
                read(place, message.buffers(buffer++), batch.dataAddress(column), fixedBytes(column, rows));
            }
        }
        return batch.readableRows(rows);
    }

    /// Finds each buffer within the batch, and as long as its rows need, before memory is taken for them.
    ///
    /// @return the most bytes that a column of variable size has
    private int look(Place place, RecordBatch message, int rows) throws IOException {
        int most = 0;
        int buffer = 0;
        for (int column = 0; column < schema.size(); column++) {
            Field field = schema.field(column);
            FieldNode node = message.nodes(column);
            require(
                    buffer + (field.type().fixedWidth() ? 2 : 3) <= message.buffersLength(),
                    "a batch of other columns");
            require(node.length() == rows, "a column of " + node.length() + " rows in a batch of " + rows);
            require(field.nullable() || node.nullCount() == 0, "nulls in a column without nulls: " + field);
            Buffer validity = message.buffers(buffer++);
            // A column without nulls may come without it.
            boolean bits = field.nullable() && (validity.length() > 0 || node.nullCount() > 0);
            requireBytes(place, validity, bits ? ColumnCopy.bitmapBytes(rows) : 0);
            if (field.type().fixedWidth()) {
                requireBytes(place, message.buffers(buffer++), fixedBytes(column, rows));
            } else {
                requireBytes(place, message.buffers(buffer++), 4L * (rows + 1));
                Buffer data = message.buffers(buffer++);
                requireBytes(place, data, 0);
                most = Math.max(most, number(data.length()));
            }
        }
        return most;
    }

    private static void requireBytes(Place place, Buffer buffer, long bytes) throws IOException {
        require(
                buffer.offset() >= 0
                        && buffer.length() >= bytes
                        && buffer.length() <= place.bodyBytes()
                        && buffer.offset() <= place.bodyBytes() - buffer.length(),
                "a buffer leaves its batch, or is too short");
    }

    private static int number(long value) throws IOException {
        require(value >= 0 && value < Integer.MAX_VALUE, "a batch that is too large");
        return (int) value;
    }

    private long fixedBytes(int column, int rows) {
        int width = schema.field(column).type().byteWidth();
        return width == 0 ? ColumnCopy.bitmapBytes(rows) : (long) width * rows;
    }

    /// A batch serves all that fit.
    private void makeRoom(int rows, int dataBytes) {
        if (batch == null || batch.capacity() < rows || batch.dataBytes() < dataBytes) {
            int capacity = batch == null ? rows : Math.max(rows, batch.capacity());
            int room = batch == null ? dataBytes : Math.max(dataBytes, batch.dataBytes());
            closeBatch();
            batch = allocator.batch(schema, capacity, room);
        }
    }

    private void read(Place place, Buffer buffer, long address, long bytes) throws IOException {
        RawMemory.checkLive(address, bytes);
        long start = place.offset() + place.messageBytes() + buffer.offset();
        for (long done = 0; done < bytes; done += ArrowStreamOutput.MOST_SHOWN_BYTES) {
            long part = Math.min(ArrowStreamOutput.MOST_SHOWN_BYTES, bytes - done);
            in.read(
                    start + done,
                    RawMemory.EVERYTHING.asSlice(address + done, part).asByteBuffer());
        }
    }

    private void requireOffsets(int column, int rows, long dataBytes) throws IOException {
        long offsets = batch.offsetsAddress(column);
        int last = RawMemory.getInt(offsets);
        boolean rising = last == 0;
        for (int row = 1; row <= rows; row++) {
            int next = RawMemory.getInt(offsets + 4L * row);
            rising &= next >= last;
            last = next;
        }
        require(rising && last <= dataBytes, "offsets that go back or leave the data: " + schema.field(column));
    }

    private ByteBuffer bytes(long position, int count) throws IOException {
        return bytes(in, position, count);
    }

    static ByteBuffer bytes(ArrowFileInput.Bytes in, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        in.read(position, bytes);
        return bytes.flip();
    }

    static void require(boolean holds, String found) throws IOException {
        if (!holds) {
            throw new IOException("not as Arrow files are: " + found);
        }
    }

    private void closeBatch() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
    }

    @Override
    public void close() {
        closeBatch();
        allocator.close();
    }
}
