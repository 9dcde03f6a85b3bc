package io.mullion.batch;

import com.google.flatbuffers.FlatBufferBuilder;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/// Writes batches as a stream of Arrow's format for inter-process communication, a record batch for each, straight from
/// their memory and without Arrow's vectors: so it needs no opened packages.
///
/// *Shape*: columns of lists are refused. Messages and buffers begin at multiples of 64 bytes. A batch may have bytes
/// of the caller's ahead of its first buffer, which readers pass over. *Thread*: one.
public final class ArrowStreamOutput {
    /// Before the length of each message.
    static final int CONTINUATION = -1;

    /// Continuation and length.
    public static final int PREFIX_BYTES = 8;

    public static final int ALIGNMENT_BYTES = 64;
    /// A `ByteBuffer` shows no more than 2 GB.
    static final long MOST_SHOWN_BYTES = 1 << 30;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final byte[] ZEROS = new byte[ALIGNMENT_BYTES];

    private final Schema schema;
    private final org.apache.arrow.vector.types.pojo.Schema arrowSchema;
    private final Bytes out;
    private final long[] addresses;
    private final long[] lengths;
    private long position;

    /// Takes what is written, in order.
    @FunctionalInterface
    public interface Bytes {
        /// Takes all bytes from the buffer's position to its limit. *Ownership*: borrows it.
        void write(ByteBuffer bytes) throws IOException;
    }

    /// @param metadata goes into the schema
    public ArrowStreamOutput(Schema schema, Map<String, String> metadata, Bytes out) {
        this(schema, metadata, out, 0);
    }

    /// @param position where the stream begins, in the file that it is a part of
    ArrowStreamOutput(Schema schema, Map<String, String> metadata, Bytes out, long position) {
        for (Field field : schema.fields()) {
            if (field.type() instanceof DataType.ListOf) {
                throw MullionException.misuse("a file has no columns of lists: column=" + field);
            }
        }
        this.schema = schema;
        this.out = out;
        this.position = position;
        arrowSchema = ArrowVectors.arrowSchema(schema, metadata);
        addresses = new long[3 * schema.size()];
        lengths = new long[3 * schema.size()];
    }

    /// Writes the schema: what a stream begins with.
    public void begin() throws IOException {
        writeMessage(MessageSerializer.serializeMetadata(arrowSchema, IpcOption.DEFAULT));
    }

    /// Writes the first `rows` rows. *Ownership*: borrows the batch until it returns.
    ///
    /// @return bytes of the message before the body
    public int write(Batch batch, int rows) throws IOException {
        return write(batch, rows, NOTHING);
    }

    /// The same, with bytes ahead of the first buffer.
    ///
    /// @param ahead a multiple of 64 bytes
    /// @return bytes of the message before the body, which begins with those that are ahead
    public int write(Batch batch, int rows, ByteBuffer ahead) throws IOException {
        if (!batch.schema().equals(schema)) {
            throw MullionException.misuse("the batch has other columns: " + batch.schema() + ", expected " + schema);
        }
        int buffers = layOut(batch, rows);
        long aheadBytes = ahead.remaining();
        long bodyBytes = aheadBytes;
        for (int buffer = 0; buffer < buffers; buffer++) {
            bodyBytes += aligned(lengths[buffer]);
        }
        long start = position;
        writeMessage(message(batch, rows, buffers, bodyBytes));
        int messageBytes = (int) (position - start);
        position += aheadBytes;
        out.write(ahead);
        for (int buffer = 0; buffer < buffers; buffer++) {
            write(addresses[buffer], lengths[buffer]);
            pad(ALIGNMENT_BYTES);
        }
        return messageBytes;
    }

    /// Writes the end of the stream.
    void end() throws IOException {
        write(littleEndian(PREFIX_BYTES).putInt(CONTINUATION).putInt(0).array());
    }

    /// Where the next message begins.
    long position() {
        return position;
    }

    org.apache.arrow.vector.types.pojo.Schema arrowSchema() {
        return arrowSchema;
    }

    /// Where the buffers lie, in the order of the format.
    private int layOut(Batch batch, int rows) {
        int buffer = 0;
        for (int column = 0; column < schema.size(); column++) {
            Field field = schema.field(column);
            buffer = field.nullable()
                    ? place(buffer, batch.validityAddress(column), ColumnCopy.bitmapBytes(rows))
                    : place(buffer, 0, 0);
            long dataBytes;
            if (batch.variableSize(column)) {
                buffer = place(buffer, batch.offsetsAddress(column), 4L * (rows + 1));
                dataBytes = batch.bytesEnd(column, rows);
            } else {
                int width = field.type().byteWidth();
                dataBytes = width == 0 ? ColumnCopy.bitmapBytes(rows) : (long) width * rows;
            }
            buffer = place(buffer, batch.dataAddress(column), dataBytes);
        }
        return buffer;
    }

    private int place(int buffer, long address, long bytes) {
        addresses[buffer] = address;
        lengths[buffer] = bytes;
        return buffer + 1;
    }

    private ByteBuffer message(Batch batch, int rows, int buffers, long bodyBytes) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        // Vectors of this format are built from their ends.
        RecordBatch.startNodesVector(builder, schema.size());
        for (int column = schema.size() - 1; column >= 0; column--) {
            boolean nullable = schema.field(column).nullable();
            long nulls = nullable ? rows - Bitmap.count(batch.validityAddress(column), rows) : 0;
            FieldNode.createFieldNode(builder, rows, nulls);
        }
        int nodes = builder.endVector();
        RecordBatch.startBuffersVector(builder, buffers);
        long offset = bodyBytes;
        for (int buffer = buffers - 1; buffer >= 0; buffer--) {
            offset -= aligned(lengths[buffer]);
            Buffer.createBuffer(builder, offset, lengths[buffer]);
        }
        int places = builder.endVector();
        RecordBatch.startRecordBatch(builder);
        RecordBatch.addLength(builder, rows);
        RecordBatch.addNodes(builder, nodes);
        RecordBatch.addBuffers(builder, places);
        int root = RecordBatch.endRecordBatch(builder);
        return MessageSerializer.serializeMessage(
                builder, MessageHeader.RecordBatch, root, bodyBytes, IpcOption.DEFAULT);
    }

    /// With zeros behind it, so that what follows is aligned.
    private void writeMessage(ByteBuffer message) throws IOException {
        long end = aligned(position + PREFIX_BYTES + message.remaining());
        ByteBuffer prefix = littleEndian(PREFIX_BYTES);
        prefix.putInt(CONTINUATION).putInt((int) (end - position - PREFIX_BYTES));
        write(prefix.array());
        position += message.remaining();
        out.write(message);
        pad(ALIGNMENT_BYTES);
    }

    private void pad(int alignment) throws IOException {
        int bytes = (int) (-position & alignment - 1);
        position += bytes;
        out.write(ByteBuffer.wrap(ZEROS, 0, bytes));
    }

    private void write(byte[] bytes) throws IOException {
        position += bytes.length;
        out.write(ByteBuffer.wrap(bytes));
    }

    private void write(long address, long bytes) throws IOException {
        if (bytes == 0) {
            // Of what is not there: the validity of a column without nulls.
            return;
        }
        RawMemory.checkLive(address, bytes);
        position += bytes;
        for (long done = 0; done < bytes; done += MOST_SHOWN_BYTES) {
            out.write(RawMemory.EVERYTHING
                    .asSlice(address + done, Math.min(MOST_SHOWN_BYTES, bytes - done))
                    .asByteBuffer());
        }
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long aligned(long bytes) {
        return bytes + ALIGNMENT_BYTES - 1 & -ALIGNMENT_BYTES;
    }
}
