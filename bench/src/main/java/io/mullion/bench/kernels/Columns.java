package io.mullion.bench.kernels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.Compiled;
import io.mullion.codegen.Progress;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.routine.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;

/// Columns off the heap in Arrow's layout, as batches: each buffer is one block, and batch `b` begins at row `b *
/// batchRows` of it.
///
/// *Ownership*: owns its memory. *Thread*: one.
final class Columns implements AutoCloseable {
    /// Rows of a batch of the engine.
    static final int BATCH_ROWS = 4096;

    private static final int ALIGNMENT = 64;
    /// What loops by hand may read past the end.
    private static final int SLACK_BYTES = 64;

    private final Arena arena = Arena.ofShared();
    private final Schema schema;
    private final MemorySegment[] data;
    private final MemorySegment[] validity;
    private final MemorySegment[] offsets;
    private final int batchRows;
    private final ColumnAddresses[] batches;

    private Columns(Schema schema, int rows, int batchRows, long textBytes) {
        this.schema = schema;
        this.batchRows = batchRows;
        data = new MemorySegment[schema.size()];
        validity = new MemorySegment[schema.size()];
        offsets = new MemorySegment[schema.size()];
        for (int column = 0; column < schema.size(); column++) {
            Field field = schema.field(column);
            boolean text = field.type() instanceof DataType.Utf8;
            data[column] = block(text ? textBytes : (long) field.type().byteWidth() * rows);
            offsets[column] = text ? block(4L * (rows + 1)) : null;
            validity[column] = field.nullable() ? block((rows + 7L) / 8) : null;
        }
        batches = new ColumnAddresses[rows / batchRows];
        for (int batch = 0; batch < batches.length; batch++) {
            batches[batch] = addresses(batch, textBytes);
        }
    }

    /// Inputs.
    ///
    /// @param textBytes of each utf8 column, all batches together
    static Columns batches(Schema schema, int batches, long textBytes) {
        return new Columns(schema, batches * BATCH_ROWS, BATCH_ROWS, textBytes);
    }

    /// An output of one batch.
    static Columns output(Schema schema, int rows, long textBytes) {
        return new Columns(schema, rows, rows, textBytes);
    }

    /// A block that goes away with the columns.
    long allocate(long bytes) {
        return block(bytes).address();
    }

    /// What a call of any of these kernels needs beside columns, with memory for the greediest of them.
    Progress progress(Compiled<?>... kernels) {
        Progress progress = new Progress();
        long bytes = Stream.of(kernels).mapToLong(Compiled::scratchBytes).max().orElse(0);
        progress.scratch.use(allocate(bytes), bytes);
        return progress;
    }

    ColumnAddresses batch(int batch) {
        return batches[batch];
    }

    int batchCount() {
        return batches.length;
    }

    void put(int column, double[] values) {
        MemorySegment.copy(values, 0, data[column], JAVA_DOUBLE, 0, values.length);
    }

    void put(int column, long[] values) {
        MemorySegment.copy(values, 0, data[column], JAVA_LONG, 0, values.length);
    }

    void put(int column, int[] values) {
        MemorySegment.copy(values, 0, data[column], JAVA_INT, 0, values.length);
    }

    /// @param ends offsets, one more than there are rows
    void put(int column, byte[] text, int[] ends) {
        MemorySegment.copy(text, 0, data[column], JAVA_BYTE, 0, text.length);
        MemorySegment.copy(ends, 0, offsets[column], JAVA_INT, 0, ends.length);
    }

    /// @param words a bit a row, or null if all rows are valid and the column is not nullable
    void putValidity(int column, long[] words) {
        if (words != null) {
            MemorySegment.copy(words, 0, validity[column], JAVA_LONG, 0, words.length);
        }
    }

    double float64(int column, int row) {
        return RawMemory.getDouble(data[column].address() + 8L * row);
    }

    long int64(int column, int row) {
        return RawMemory.getLong(data[column].address() + 8L * row);
    }

    boolean valid(int column, int row) {
        return validity[column] == null
                || (RawMemory.getByte(validity[column].address() + (row >> 3)) >> (row & 7) & 1) != 0;
    }

    /// The data of all batches of a column.
    MemorySegment data(int column) {
        return data[column];
    }

    MemorySegment offsets(int column) {
        return offsets[column];
    }

    @Override
    public void close() {
        arena.close();
    }

    private MemorySegment block(long bytes) {
        return arena.allocate(bytes + SLACK_BYTES, ALIGNMENT);
    }

    private ColumnAddresses addresses(int batch, long textBytes) {
        ColumnAddresses addresses = new ColumnAddresses(schema.size());
        addresses.rowLimit = batchRows;
        long first = (long) batch * batchRows;
        for (int column = 0; column < schema.size(); column++) {
            int width = schema.field(column).type().byteWidth();
            boolean text = offsets[column] != null;
            long at = data[column].address() + width * first;
            addresses.set(column, ColumnAddresses.DATA, at, text ? textBytes : (long) width * batchRows);
            if (text) {
                long ends = offsets[column].address() + 4 * first;
                addresses.set(column, ColumnAddresses.OFFSETS, ends, 4L * (batchRows + 1));
            }
            if (validity[column] != null) {
                long bits = validity[column].address() + first / 8;
                addresses.set(column, ColumnAddresses.VALIDITY, bits, (batchRows + 7L) / 8);
            }
        }
        return addresses;
    }
}
