package io.mullion.checkpoint;

import io.mullion.memory.MemoryAccount;
import io.mullion.memory.OffHeapArray;
import io.mullion.routine.RawMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/// The CRC32C of a file, whose parts are read and summed up side by side if it is a long one: who waits for a job to go
/// on waits for this first.
///
/// *Thread*: one; it has others help. *Source*: how the checksums of two parts make that of both is Mark Adler's, as in
/// zlib's `crc32_combine`: to put bytes behind others is to multiply by a power of x modulo the polynomial.
final class FileChecksum implements AutoCloseable {
    private static final int READ_BYTES = 1 << 20;
    /// Of a file that is worth a thread.
    private static final long LEAST_PART_BYTES = 1L << 25;

    private static final int MOST_PARTS = 4;
    /// Castagnoli's, the lowest power in the highest bit.
    private static final int POLYNOMIAL = 0x82f63b78;

    private static final int ONE = 1 << 31;
    /// `x` to the power of 8, 16, 32 and so on: of 1, 2, 4 bytes.
    private static final int[] SHIFTS = shifts();

    private final OffHeapArray[] buffers;

    FileChecksum(MemoryAccount account) {
        buffers = new OffHeapArray[Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_PARTS)];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = new OffHeapArray(account);
        }
    }

    int of(Disk.Input file, long bytes) throws IOException {
        int parts = Math.clamp(bytes / LEAST_PART_BYTES, 1, buffers.length);
        for (int part = 0; part < parts; part++) {
            buffers[part].ensure(READ_BYTES);
        }
        if (parts == 1) {
            return of(file, 0, bytes, buffers[0]);
        }
        long partBytes = bytes / parts;
        List<Future<Integer>> sums = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(parts)) {
            for (int part = 0; part < parts; part++) {
                OffHeapArray buffer = buffers[part];
                long from = part * partBytes;
                long to = part == parts - 1 ? bytes : from + partBytes;
                sums.add(threads.submit(() -> of(file, from, to, buffer)));
            }
        }
        int whole = 0;
        for (int part = 0; part < parts; part++) {
            whole = together(whole, sum(sums.get(part)), part == parts - 1 ? bytes - part * partBytes : partBytes);
        }
        return whole;
    }

    private static int of(Disk.Input file, long from, long to, OffHeapArray buffer) throws IOException {
        CRC32C crc = new CRC32C();
        for (long at = from; at < to; at += READ_BYTES) {
            ByteBuffer part = RawMemory.EVERYTHING
                    .asSlice(buffer.address(), Math.min(READ_BYTES, to - at))
                    .asByteBuffer();
            file.read(at, part);
            crc.update(part.flip());
        }
        return (int) crc.getValue();
    }

    private static int sum(Future<Integer> part) throws IOException {
        try {
            return part.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a file was read", e);
        }
    }

    /// The checksum of some bytes and others behind them.
    ///
    /// @param secondBytes how many the others are
    static int together(int first, int second, long secondBytes) {
        int power = ONE;
        for (int i = 0; secondBytes >>> i != 0; i++) {
            if ((secondBytes >>> i & 1) != 0) {
                power = product(SHIFTS[i], power);
            }
        }
        return product(power, first) ^ second;
    }

    private static int product(int a, int b) {
        int product = 0;
        int multiple = b;
        for (int factor = a; factor != 0; factor <<= 1) {
            if (factor < 0) {
                product ^= multiple;
            }
            multiple = (multiple & 1) != 0 ? multiple >>> 1 ^ POLYNOMIAL : multiple >>> 1;
        }
        return product;
    }

    private static int[] shifts() {
        int[] powers = new int[Long.SIZE];
        powers[0] = ONE >>> 8;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = product(powers[i - 1], powers[i - 1]);
        }
        return powers;
    }

    @Override
    public void close() {
        for (OffHeapArray buffer : buffers) {
            buffer.close();
        }
    }
}
