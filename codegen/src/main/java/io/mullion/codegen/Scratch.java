package io.mullion.codegen;

/// Working memory of a kernel: where routines leave what does not fit into a return value, and where the text of a row
/// is made.
///
/// Routines are the static methods that generated loops call. A routine that yields two words (a text is an address and
/// a length, a decimal a high and a low half) returns the first and leaves the second in [#second]; one that can yield
/// null says so in [#valid]; one that cannot compute its row leaves the reason in [#failure].
///
/// *Ownership*: borrows its memory from who called [#use]. *Thread*: one, as the [Progress] it belongs to.
public final class Scratch {
    /// Bytes for the text that is made of one row.
    static final long TEXT_BYTES = 1 << 20;

    /// The second word of a result: a length, or the low half of a decimal.
    long second;

    /// Whether a routine that may yield null yielded a value.
    boolean valid;

    /// Why the row has no result; null if it has one.
    Progress.Failure failure;

    private long base;
    private long end;
    private long free;

    Scratch() {}

    /// Gives the kernel its memory: [Compiled#scratchBytes] at least, aligned to 64 bytes.
    public void use(long address, long bytes) {
        base = address;
        end = address + bytes;
        free = address;
    }

    /// Where temporary columns lie: at the front of the memory.
    long base() {
        return base;
    }

    /// Frees the text of the row before.
    ///
    /// @param reserved bytes at the front that temporary columns take
    void nextRow(long reserved) {
        free = base + reserved;
    }

    /// Takes `bytes` bytes for text of this row.
    ///
    /// @return their address, or 0 and [Progress.Failure#TEXT_TOO_LARGE]
    long take(long bytes) {
        long address = free;
        if (bytes > end - address) {
            failure = Progress.Failure.TEXT_TOO_LARGE;
            return 0;
        }
        free = address + bytes;
        return address;
    }

    /// Gives back the end of what was taken last.
    void giveBack(long bytes) {
        free -= bytes;
    }

    /// A routine cannot compute its row.
    long fail(Progress.Failure reason) {
        failure = reason;
        return 0;
    }

    boolean failed() {
        return failure != null;
    }

    /// The failure; forgets it.
    Progress.Failure takeFailure() {
        Progress.Failure reason = failure;
        failure = null;
        return reason;
    }

    /// Whether nothing has failed since the last question; forgets the failure.
    boolean succeeded() {
        boolean succeeded = failure == null;
        failure = null;
        return succeeded;
    }
}
