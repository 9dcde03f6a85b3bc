package io.mullion.codegen;

import io.mullion.routine.Failure;
import io.mullion.routine.Scratch;

/// How far a kernel got: written by kernels that can fill their output or meet a row they cannot compute, read by who
/// resumes them.
///
/// After [Status#OUTPUT_FULL] call again with `from = next` (and the same object, whose [#resumeOffset] is an input,
/// too) and an empty output. After [Status#ROW_FAILED] the row at `next` is at fault: deal with it and go on at `next +
/// 1`. *Thread*: one.
public final class Progress {
    public enum Status {
        DONE,
        OUTPUT_FULL,
        ROW_FAILED
    }

    public Status status = Status.DONE;

    /// The reason, when the status is [Status#ROW_FAILED].
    @SuppressWarnings("exports") // who runs kernels sees the package
    public Failure failure;

    /// The next position to process, in the caller's [from, to).
    public int next;

    /// Bytes of the row at `next` that a row-generating kernel has already turned into output. 0 at the start of a row.
    public int resumeOffset;

    /// Rows in the output, counted from its row 0.
    public int outRows;

    /// Working memory of the kernel.
    @SuppressWarnings("exports") // who runs kernels sees the package
    public final Scratch scratch = new Scratch();

    /// A record for which the output had no room: the first to be written to the next one.
    private Object held;

    /// What takes the records that a function of the user's generates; made by the kernel when it needs one.
    RecordEmitter emitter;

    public Progress() {}

    /// Ready for a new call from the start of a slice.
    public Progress start() {
        status = Status.DONE;
        failure = null;
        next = 0;
        resumeOffset = 0;
        outRows = 0;
        held = null;
        return this;
    }

    void hold(Object record) {
        held = record;
    }

    /// The record that waited, or null.
    Object takeHeld() {
        Object record = held;
        held = null;
        return record;
    }
}
