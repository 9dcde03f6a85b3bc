package io.mullion.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/// Writes rows in Arrow's streaming format for inter-process communication, a record batch for each batch of the
/// engine. Without rows nothing is written. Needs `--add-opens=java.base/java.nio=ALL-UNNAMED`.
public final class ArrowStreamSink implements Sink {
    private final OutputStream stream;
    private final WriteChannel channel;
    private Schema schema;

    /// Writes to a stream that stays the caller's.
    public ArrowStreamSink(OutputStream stream) {
        this.stream = new BufferedOutputStream(stream, 1 << 16);
        channel = new WriteChannel(Channels.newChannel(this.stream));
    }

    @Override
    public void accept(BatchView batch) throws IOException {
        VectorSchemaRoot root = batch.arrow();
        if (schema == null) {
            schema = root.getSchema();
            MessageSerializer.serialize(channel, schema);
        }
        try (ArrowRecordBatch rows = new VectorUnloader(root).getRecordBatch()) {
            MessageSerializer.serialize(channel, rows);
        }
    }

    @Override
    public void flush() throws IOException {
        stream.flush();
    }

    @Override
    public void close() throws IOException {
        if (schema != null) {
            schema = null;
            ArrowStreamWriter.writeEndOfStream(channel, IpcOption.DEFAULT);
            stream.flush();
        }
    }
}
