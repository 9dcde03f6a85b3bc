package io.mullion.codegen;

/// Where the buffers of some columns lie: what a kernel needs to know of a batch, and all it knows.
///
/// *Shape*: three slots a column, in Arrow's layout: [#DATA] (values, or the bytes of a variable-size column),
/// [#VALIDITY] (one bit a row, 1 is a value; present for nullable columns) and [#OFFSETS] (`rows + 1` int32,
/// variable-size columns only). Bool data are bits. An absent buffer is 0.
///
/// *Units*: addresses and limits are bytes. A limit is how many bytes from the address may be touched; for the data of
/// a variable-size output column it is the room a kernel may fill. *Thread*: plain fields, one thread. *Ownership*:
/// borrows; never frees.
public final class ColumnAddresses {
    public static final int DATA = 0;
    public static final int VALIDITY = 1;
    public static final int OFFSETS = 2;
    static final int SLOTS_PER_COLUMN = 3;

    /// Rows are numbered below this; kernels rely on it.
    public static final int MOST_ROWS = 1 << 28;

    /// Slot of `buffer` of `column`: `column * 3 + buffer`.
    public final long[] addresses;

    /// Bytes that may be touched from the address in the same slot.
    public final long[] limits;

    /// Rows that may be read (input) or written (output).
    public int rowLimit;

    /// The row for which a user's function was called last.
    public int currentRow;

    public ColumnAddresses(int columnCount) {
        this(new long[columnCount * SLOTS_PER_COLUMN]);
    }

    private ColumnAddresses(long[] addresses) {
        this.addresses = addresses;
        limits = new long[addresses.length];
    }

    /// The same buffers, wherever they will lie, with limits of their own, which begin as 0.
    public ColumnAddresses sameAddresses() {
        return new ColumnAddresses(addresses);
    }

    public void set(int column, int buffer, long address, long limitBytes) {
        addresses[slot(column, buffer)] = address;
        limits[slot(column, buffer)] = limitBytes;
    }

    public long address(int column, int buffer) {
        return addresses[slot(column, buffer)];
    }

    public void limit(int column, int buffer, long limitBytes) {
        limits[slot(column, buffer)] = limitBytes;
    }

    public long limit(int column, int buffer) {
        return limits[slot(column, buffer)];
    }

    public int columnCount() {
        return addresses.length / SLOTS_PER_COLUMN;
    }

    public static int slot(int column, int buffer) {
        return column * SLOTS_PER_COLUMN + buffer;
    }

    /// Called by kernels of the checked variant before each access.
    ///
    /// @throws IndexOutOfBoundsException if [`offset`, `offset + bytes`) is not within the limit of the slot
    public void check(int slot, long offset, long bytes) {
        if (offset < 0 || bytes < 0 || offset + bytes > limits[slot] || addresses[slot] == 0) {
            throw new IndexOutOfBoundsException("access outside of a column: column=" + slot / SLOTS_PER_COLUMN
                    + ", buffer=" + slot % SLOTS_PER_COLUMN + ", offset=" + offset + ", bytes=" + bytes + ", limit="
                    + limits[slot] + ", rows=" + rowLimit);
        }
    }
}
