package io.mullion.checkpoint;

import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Collects small writes to a file, and knows size and checksum of all that was written.
///
/// *Ownership*: the file stays the caller's; [#close] gives the buffer back.
final class ChecksummedOutput implements AutoCloseable {
    /// What is summed up is still near when it is written.
    private static final int BUFFER_BYTES = 1 << 18;

    private final Disk.Output file;
    private final OffHeapArray memory;
    private final ByteBuffer buffer;
    private final CRC32C crc = new CRC32C();
    private long bytes;

    ChecksummedOutput(Disk.Output file, MemoryAccount account) {
        this.file = file;
        memory = new OffHeapArray(account, BUFFER_BYTES);
        buffer = RawMemory.EVERYTHING.asSlice(memory.address(), BUFFER_BYTES).asByteBuffer();
    }

    /// *Ownership*: borrows the bytes.
    void write(ByteBuffer source) throws IOException {
        if (source.remaining() > buffer.remaining()) {
            flush();
        }
        while (source.remaining() > BUFFER_BYTES) {
            pass(source.slice(source.position(), BUFFER_BYTES));
            source.position(source.position() + BUFFER_BYTES);
        }
        buffer.put(source);
    }

    void flush() throws IOException {
        pass(buffer.flip());
        buffer.clear();
    }

    private void pass(ByteBuffer part) throws IOException {
        if (part.hasRemaining()) {
            bytes += part.remaining();
            crc.update(part.duplicate());
            file.write(part);
        }
    }

    long bytes() {
        return bytes;
    }

    int checksum() {
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        memory.close();
    }
}
