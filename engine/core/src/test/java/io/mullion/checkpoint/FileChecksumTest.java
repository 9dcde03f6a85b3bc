package io.mullion.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mullion.batch.Batches;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The checksum of a file, in one piece and in parts.
class FileChecksumTest {
    private static final int BYTES = (1 << 26) + 12_345;

    private final Batches batches = new Batches();

    @AfterEach
    void close() {
        batches.close();
    }

    /// A file in which each byte is made of its position.
    ///
    /// @param bytes there are so many, whatever its size is said to be
    private record Made(long bytes) implements Disk.Input {
        static byte at(long position) {
            return (byte) (position * 31 + (position >>> 13));
        }

        @Override
        public long size() {
            return bytes;
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            if (position + into.remaining() > bytes) {
                throw new EOFException("no such bytes: position=" + position);
            }
            for (long at = position; into.hasRemaining(); at++) {
                into.put(at(at));
            }
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private static int expected(int from, int to) {
        byte[] bytes = new byte[to - from];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Made.at(from + i);
        }
        return checksum(bytes, 0, bytes.length);
    }

    private static int checksum(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    @Test
    void filesOfAllSizesAreSummedUp() throws IOException {
        try (FileChecksum checksum = new FileChecksum(batches.account)) {
            for (int bytes : new int[] {0, 1, 1 << 20, (1 << 20) + 1, BYTES}) {
                assertEquals(expected(0, bytes), checksum.of(new Made(bytes), bytes), "bytes=" + bytes);
            }
            assertThrows(EOFException.class, () -> checksum.of(new Made(BYTES), BYTES + 1L));
        }
    }

    @Test
    void twoPartsMakeTheWhole() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            byte[] bytes = new byte[random.nextInt(i < 500 ? 20 : 5_000)];
            random.nextBytes(bytes);
            int middle = random.nextInt(bytes.length + 1);
            assertEquals(
                    checksum(bytes, 0, bytes.length),
                    FileChecksum.together(
                            checksum(bytes, 0, middle), checksum(bytes, middle, bytes.length), bytes.length - middle),
                    "bytes=" + bytes.length + ", middle=" + middle + ", seed=" + seed);
        }
    }
}
