package io.mullion.batch;

import io.mullion.expr.Schema;
import io.mullion.memory.MemoryAccount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;

/// Reads files as [ArrowFileOutput] writes them, a batch at a time. Nothing of a file is believed.
///
/// *Thread*: one. *Ownership*: owns the batch that it shows, whose memory is charged to the account.
public final class ArrowFileInput implements AutoCloseable {
    private static final int MAGIC_BYTES = ArrowFileOutput.MAGIC.length;
    /// Length of the footer, and what every such file ends with.
    private static final int TRAILER_BYTES = Integer.BYTES + MAGIC_BYTES;

    private final long size;
    private final Bytes in;
    private final ArrowBatchInput batches;
    private final Footer footer;
    private final Schema schema;
    private final Map<String, String> metadata;
    private final int blocks;
    private int nextBlock;

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
            ArrowBatchInput.require(footer.dictionariesLength() == 0, "dictionaries");
        } catch (RuntimeException e) {
            throw new IOException("the end of the file cannot be understood: " + e.getMessage(), e);
        }
        batches = new ArrowBatchInput(size, in, schema, account);
    }

    public Schema schema() {
        return schema;
    }

    /// What was said when the file was written.
    public Map<String, String> metadata() {
        return metadata;
    }

    /// How many batches there are.
    public int batches() {
        return blocks;
    }

    /// Has this batch be the next one.
    public void skipTo(int batch) {
        nextBlock = batch;
    }

    /// The next rows, all of them readable; null behind the last. *Ownership*: borrowed until the next call.
    public Batch next() throws IOException {
        if (nextBlock >= blocks) {
            return null;
        }
        try {
            Block block = footer.recordBatches(nextBlock++);
            return batches.read(new ArrowBatchInput.Place(block.offset(), block.metaDataLength(), block.bodyLength()));
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("a batch cannot be found: " + e.getMessage(), e);
        }
    }

    private ByteBuffer readFooter() throws IOException {
        if (size < 2L * MAGIC_BYTES + TRAILER_BYTES) {
            throw new IOException("too short for an Arrow file: bytes=" + size);
        }
        ByteBuffer trailer = ArrowBatchInput.bytes(in, size - TRAILER_BYTES, TRAILER_BYTES);
        int footerBytes = trailer.getInt();
        byte[] magic = new byte[MAGIC_BYTES];
        trailer.get(magic);
        ArrowBatchInput.require(Arrays.equals(magic, ArrowFileOutput.MAGIC), "no Arrow file");
        ArrowBatchInput.require(
                footerBytes > 0 && footerBytes <= size - TRAILER_BYTES - MAGIC_BYTES, "the end is too long");
        return ArrowBatchInput.bytes(in, size - TRAILER_BYTES - footerBytes, footerBytes);
    }

    @Override
    public void close() {
        batches.close();
    }
}
