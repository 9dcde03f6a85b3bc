package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import java.io.IOException;
import java.util.Map;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;

/// Reads streams as [ArrowStreamOutput] writes them. Nothing of what is read is believed.
///
/// Where a batch is the caller knows; this one knows what is in it. *Thread*: one. *Ownership*: owns the batch that it
/// shows, whose memory is charged to the account.
public final class ArrowStreamInput implements AutoCloseable {
    private final Schema schema;
    private final Map<String, String> metadata;
    private final long start;
    private final ArrowBatchInput batches;

    /// @param size of the file, in bytes
    /// @throws IOException if it cannot be read, or does not begin as such a stream
    public ArrowStreamInput(long size, ArrowFileInput.Bytes in, MemoryAccount account) throws IOException {
        ArrowBatchInput.require(size >= ArrowStreamOutput.PREFIX_BYTES, "too short for a stream: bytes=" + size);
        int messageBytes = messageBytes(in, 0);
        ArrowBatchInput.require(messageBytes > 0 && messageBytes <= size, "no schema at its beginning");
        try {
            Message message = Message.getRootAsMessage(ArrowBatchInput.bytes(
                    in, ArrowStreamOutput.PREFIX_BYTES, messageBytes - ArrowStreamOutput.PREFIX_BYTES));
            ArrowBatchInput.require(message.headerType() == MessageHeader.Schema, "no schema where one should be");
            var arrowSchema = org.apache.arrow.vector.types.pojo.Schema.convertSchema(
                    (org.apache.arrow.flatbuf.Schema) message.header(new org.apache.arrow.flatbuf.Schema()));
            schema = ArrowVectors.schema(arrowSchema);
            metadata = Map.copyOf(arrowSchema.getCustomMetadata());
        } catch (RuntimeException e) {
            throw new IOException("the beginning of the stream cannot be understood: " + e.getMessage(), e);
        }
        start = messageBytes;
        batches = new ArrowBatchInput(size, in, schema, account);
    }

    /// How long the message is that begins at a place, with its prefix and without its body; 0 if none does.
    public static int messageBytes(ArrowFileInput.Bytes in, long position) throws IOException {
        var prefix = ArrowBatchInput.bytes(in, position, ArrowStreamOutput.PREFIX_BYTES);
        int continuation = prefix.getInt();
        int bytes = prefix.getInt();
        boolean message = continuation == ArrowStreamOutput.CONTINUATION
                && bytes > 0
                && bytes <= Integer.MAX_VALUE - ArrowStreamOutput.ALIGNMENT_BYTES
                && (bytes + ArrowStreamOutput.PREFIX_BYTES) % ArrowStreamOutput.ALIGNMENT_BYTES == 0;
        return message ? bytes + ArrowStreamOutput.PREFIX_BYTES : 0;
    }

    public Schema schema() {
        return schema;
    }

    /// What was said when the stream was written.
    public Map<String, String> metadata() {
        return metadata;
    }

    /// Where the first batch begins.
    public long start() {
        return start;
    }

    /// The batch whose message begins at a place. *Ownership*: borrowed until the next call.
    public Batch read(long position, int messageBytes, long bodyBytes) throws IOException {
        return batches.read(new ArrowBatchInput.Place(position, messageBytes, bodyBytes));
    }

    @Override
    public void close() {
        batches.close();
    }
}
