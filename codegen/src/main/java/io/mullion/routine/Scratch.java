package io.mullion.routine;

import java.util.Arrays;

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
    public static final long TEXT_BYTES = 1 << 20;

    /// The second word of a result: a length, or the low half of a decimal.
    public long second;

    /// Whether a routine that may yield null yielded a value.
    public boolean valid;

    /// Why the row has no result; null if it has one.
    public Failure failure;

    /// Which parts of a large expression are known for the row, see [RowParts]: what they have is as old as the round
    /// in which it was left.
    private long round;

    private long[] rounds = {};
    private long[] firsts = {};
    private long[] seconds = {};
    private boolean[] valids = {};
    private long base;
    private long end;
    private long free;

    public Scratch() {}

    /// Gives the kernel its memory: [Compiled#scratchBytes] at least, aligned to 64 bytes.
    public void use(long address, long bytes) {
        base = address;
        end = address + bytes;
        free = address;
    }

    /// Where temporary columns lie: at the front of the memory.
    public long base() {
        return base;
    }

    /// Frees the text of the row before.
    ///
    /// @param reserved bytes at the front that temporary columns take
    public void nextRow(long reserved) {
        free = base + reserved;
    }

    /// Takes `bytes` bytes for text of this row.
    ///
    /// @return their address, or 0 and [Failure#TEXT_TOO_LARGE]
    public long take(long bytes) {
        long address = free;
        if (bytes > end - address) {
            failure = Failure.TEXT_TOO_LARGE;
            return 0;
        }
        free = address + bytes;
        return address;
    }

    /// Gives back the end of what was taken last.
    public void giveBack(long bytes) {
        free -= bytes;
    }

    /// Forgets what parts had.
    public void nextRound() {
        round++;
    }

    public boolean knows(int part) {
        return part < rounds.length && rounds[part] == round;
    }

    /// The first word of a part; leaves the second one and whether there is a value.
    public long recall(int part) {
        second = seconds[part];
        valid = valids[part];
        return firsts[part];
    }

    /// Keeps the first word of a part, with what it has just left.
    public void remember(int part, long first) {
        if (part >= rounds.length) {
            growParts(part + 1);
        }
        rounds[part] = round;
        firsts[part] = first;
        seconds[part] = second;
        valids[part] = valid;
    }

    private void growParts(int atLeast) {
        int size = Math.max(2 * rounds.length, atLeast);
        rounds = Arrays.copyOf(rounds, size);
        firsts = Arrays.copyOf(firsts, size);
        seconds = Arrays.copyOf(seconds, size);
        valids = Arrays.copyOf(valids, size);
    }

    /// A routine cannot compute its row.
    public long fail(Failure reason) {
        failure = reason;
        return 0;
    }

    public boolean failed() {
        return failure != null;
    }

    /// The failure; forgets it.
    public Failure takeFailure() {
        Failure reason = failure;
        failure = null;
        return reason;
    }

    /// Whether nothing has failed since the last question; forgets the failure, unless it is want of memory, which says
    /// nothing about the value.
    public boolean succeeded() {
        boolean succeeded = failure == null;
        if (failure != Failure.TEXT_TOO_LARGE) {
            failure = null;
        }
        return succeeded;
    }
}
