package io.mullion.batch;

import com.google.flatbuffers.FlatBufferBuilder;
import io.mullion.expr.Schema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;

/// Writes batches as a file of Arrow's format for inter-process communication: a stream ([ArrowStreamOutput]) with a
/// beginning and an end by which its batches are found.
///
/// *Shape*: columns of lists are refused. Buffers begin at multiples of 64 bytes, so that a reader may map the file.
/// *Thread*: one.
public final class ArrowFileOutput {
    static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    /// With zeros up to where the stream begins.
    private static final int START_BYTES = 8;

    private final ArrowStreamOutput.Bytes out;
    private final ArrowStreamOutput stream;
    private final List<ArrowBlock> blocks = new ArrayList<>();

    /// @param metadata goes into the file's schema
    public ArrowFileOutput(Schema schema, Map<String, String> metadata, ArrowStreamOutput.Bytes out)
            throws IOException {
        this.out = out;
        stream = new ArrowStreamOutput(schema, metadata, out, START_BYTES);
        out.write(ByteBuffer.wrap(Arrays.copyOf(MAGIC, START_BYTES)));
        stream.begin();
    }

    /// Writes the first `rows` rows. *Ownership*: borrows the batch until it returns.
    public void write(Batch batch, int rows) throws IOException {
        long start = stream.position();
        int messageBytes = stream.write(batch, rows);
        blocks.add(new ArrowBlock(start, messageBytes, stream.position() - start - messageBytes));
    }

    /// Writes the end of the file, by which readers find the batches.
    public void finish() throws IOException {
        stream.end();
        FlatBufferBuilder builder = new FlatBufferBuilder();
        builder.finish(new ArrowFooter(stream.arrowSchema(), List.of(), blocks).writeTo(builder));
        byte[] footer = builder.sizedByteArray();
        out.write(ByteBuffer.wrap(footer));
        out.write(ArrowStreamOutput.littleEndian(Integer.BYTES)
                .putInt(footer.length)
                .flip());
        out.write(ByteBuffer.wrap(MAGIC));
    }
}
