package io.mullion.batch;

import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import io.mullion.routine.RawMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/// Reads files as [ArrowFileOutput] writes them into a batch, straight from the file into its memory.
///
/// Nothing of a file is believed: kernels will read by its offsets, so that each is looked at, and no buffer leaves the
/// place it has. *Thread*: one. *Ownership*: owns the batch that it shows, whose memory is charged to the account.
public final class ArrowFileInput implements AutoCloseable {
    private static final int MAGIC_BYTES = ArrowFileOutput.MAGIC.length;
    /// Length of the footer, and what every such file ends with.
    private static final int TRAILER_BYTES = Integer.BYTES + MAGIC_BYTES;

    private final long size;
    private final Bytes in;
    private final BatchAllocator allocator;
    private final Footer footer;
    private final Schema schema;
    private final Map<String, String> metadata;
    private final int blocks;
    private int nextBlock;
    private Batch batch;

    /// Gives what is in the file.
    @FunctionalInterface
    public interface Bytes {
        /// Fills the buffer from its position to its limit. *Failure*: throws where the file has no such bytes.
        void read(long position, ByteBuffer into) throws IOException;
    }

    /// @param size of the file, in bytes
    /// @throws IOException if it cannot be read, or is no such file
    public ArrowFileInput(long size, Bytes in, MemoryAccount account) throws IOException {
        this.size = size;
        this.in = in;
        try {
            footer = Footer.getRootAsFooter(readFooter());
            var arrowSchema = org.apache.arrow.vector.types.pojo.Schema.convertSchema(footer.schema());
            schema = ArrowVectors.schema(arrowSchema);
            metadata = Map.copyOf(arrowSchema.getCustomMetadata());
            blocks = footer.recordBatchesLength();
            require(footer.dictionariesLength() == 0, "dictionaries");
        } catch (RuntimeException e) {
            throw new IOException("the end of the file cannot be understood: " + e.getMessage(), e);
        }
        allocator = new BatchAllocator(account);
    }

    public Schema schema() {
        return schema;
    }

    /// What was said when the file was written.
    public Map<String, String> metadata() {
        return metadata;
    }

    /// The next rows, all of them readable; null behind the last. *Ownership*: borrowed until the next call.
    public Batch next() throws IOException {
        if (nextBlock == blocks) {
            return null;
        }
        try {
            Block block = footer.recordBatches(nextBlock++);
            return read(block, message(block));
        } catch (IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("a batch cannot be understood: " + e.getMessage(), e);
        }
    }

    private ByteBuffer readFooter() throws IOException {
        if (size < 2L * MAGIC_BYTES + TRAILER_BYTES) {
            throw new IOException("too short for an Arrow file: bytes=" + size);
        }
        ByteBuffer trailer = bytes(size - TRAILER_BYTES, TRAILER_BYTES);
        int footerBytes = trailer.getInt();
        byte[] magic = new byte[MAGIC_BYTES];
        trailer.get(magic);
        require(Arrays.equals(magic, ArrowFileOutput.MAGIC), "no Arrow file");
        require(footerBytes > 0 && footerBytes <= size - TRAILER_BYTES - MAGIC_BYTES, "the end is too long");
        return bytes(size - TRAILER_BYTES - footerBytes, footerBytes);
    }

    private RecordBatch message(Block block) throws IOException {
        require(
                block.offset() >= 0
                        && block.metaDataLength() > ArrowFileOutput.PREFIX_BYTES
                        && block.bodyLength() >= 0
                        && block.bodyLength() <= size
                        && block.offset() <= size - block.metaDataLength() - block.bodyLength(),
                "a batch leaves the file");
        ByteBuffer bytes = bytes(
                block.offset() + ArrowFileOutput.PREFIX_BYTES, block.metaDataLength() - ArrowFileOutput.PREFIX_BYTES);
        Message message = Message.getRootAsMessage(bytes);
        require(message.headerType() == MessageHeader.RecordBatch, "no batch where one should be");
        RecordBatch rows = (RecordBatch) message.header(new RecordBatch());
        require(rows.compression() == null, "a compressed batch");
        return rows;
    }

    private Batch read(Block block, RecordBatch message) throws IOException {
        require(message.nodesLength() == schema.size(), "a batch of other columns");
        int rows = number(message.length());
        makeRoom(rows, look(block, message, rows));
        batch.clear();
        int buffer = 0;
        for (int column = 0; column < schema.size(); column++) {
            Buffer validity = message.buffers(buffer++);
            if (schema.field(column).nullable() && validity.length() == 0) {
                Bitmap.set(batch.validityAddress(column), 0, rows);
            } else if (schema.field(column).nullable()) {
                read(block, validity, batch.validityAddress(column), ColumnCopy.bitmapBytes(rows));
            }
            if (batch.variableSize(column)) {
                read(block, message.buffers(buffer++), batch.offsetsAddress(column), 4L * (rows + 1));
                Buffer data = message.buffers(buffer++);
                requireOffsets(column, rows, data.length());
                read(block, data, batch.dataAddress(column), data.length());
            } else {
                read(block, message.buffers(buffer++), batch.dataAddress(column), fixedBytes(column, rows));
            }
        }
        return batch.readableRows(rows);
    }

    /// Finds each buffer within the batch, and as long as its rows need, before memory is taken for them.
    ///
    /// @return the most bytes that a column of variable size has
    private int look(Block block, RecordBatch message, int rows) throws IOException {
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
            requireBytes(block, validity, bits ? ColumnCopy.bitmapBytes(rows) : 0);
            if (field.type().fixedWidth()) {
                requireBytes(block, message.buffers(buffer++), fixedBytes(column, rows));
            } else {
                requireBytes(block, message.buffers(buffer++), 4L * (rows + 1));
                Buffer data = message.buffers(buffer++);
                requireBytes(block, data, 0);
                most = Math.max(most, number(data.length()));
            }
        }
        return most;
    }

    private static void requireBytes(Block block, Buffer buffer, long bytes) throws IOException {
        require(
                buffer.offset() >= 0
                        && buffer.length() >= bytes
                        && buffer.length() <= block.bodyLength()
                        && buffer.offset() <= block.bodyLength() - buffer.length(),
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

    private void read(Block block, Buffer buffer, long address, long bytes) throws IOException {
        RawMemory.checkLive(address, bytes);
        long start = block.offset() + block.metaDataLength() + buffer.offset();
        for (long done = 0; done < bytes; done += ArrowFileOutput.MOST_SHOWN_BYTES) {
            long part = Math.min(ArrowFileOutput.MOST_SHOWN_BYTES, bytes - done);
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
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        in.read(position, bytes);
        return bytes.flip();
    }

    private static void require(boolean holds, String found) throws IOException {
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
