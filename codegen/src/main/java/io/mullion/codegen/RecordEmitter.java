package io.mullion.codegen;

import io.mullion.routine.Failure;
import io.mullion.routine.Scratch;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/// Where a function of the user's that generates rows puts its records: the kernel itself, once for each [Progress],
/// writes them straight into the output. The function is called once for each row; what it emits when the output is
/// full waits here for the next one.
///
/// Generated kernels extend it, so that the JIT knows which method `accept` is.
abstract class RecordEmitter implements Consumer<Object>, Cloneable {
    private static final int WRITING = 0;
    private static final int HOLDING = 1;
    private static final int FAILED = 2;
    private static final int CLOSED = 3;

    ColumnAddresses in;
    ColumnAddresses out;
    Scratch scratch;

    /// The row for which the function is being called.
    int row;

    /// Rows written.
    int written;

    /// What becomes of the next record: written if 0.
    int state;

    private ArrayDeque<Object> held;
    private ArrayDeque<Object> spare;

    /// The emitter of a progress, at the start of a call.
    static RecordEmitter begin(RecordEmitter kernel, ColumnAddresses in, ColumnAddresses out, Progress progress) {
        RecordEmitter emitter = progress.emitter;
        if (emitter == null || emitter.getClass() != kernel.getClass()) {
            emitter = kernel.copy();
            progress.emitter = emitter;
        }
        emitter.in = in;
        emitter.out = out;
        emitter.scratch = progress.scratch;
        emitter.written = 0;
        if (progress.resumeOffset == 0) {
            emitter.held.clear();
        }
        return emitter;
    }

    private RecordEmitter copy() {
        try {
            RecordEmitter copy = (RecordEmitter) clone();
            copy.held = new ArrayDeque<>();
            copy.spare = new ArrayDeque<>();
            return copy;
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// The function is about to be called for a row.
    final void open(int row) {
        this.row = row;
        state = WRITING;
    }

    /// Writes what waited.
    final void resume(int row) {
        open(row);
        ArrayDeque<Object> records = held;
        held = spare;
        spare = records;
        records.forEach(this);
        records.clear();
    }

    /// The function has returned.
    ///
    /// @return whether the row is done, and the next one's turn
    final boolean close() {
        boolean done = state == WRITING;
        state = CLOSED;
        return done;
    }

    /// Why the row is not done: a failure of it, or else the output is full.
    final int stop(Progress progress, int next) {
        if (scratch.failed()) {
            held.clear();
            return KernelOps.fail(progress, scratch.takeFailure(), next, written);
        }
        return KernelOps.full(progress, next, 1, written);
    }

    /// Takes a record that cannot be written now.
    final void hold(Object record) {
        if (state == CLOSED) {
            throw new IllegalStateException("rows may only be emitted during the call of the function");
        }
        if (state == FAILED) {
            return;
        }
        if (written == 0) {
            scratch.fail(Failure.VALUE_TOO_LARGE);
            state = FAILED;
            return;
        }
        state = HOLDING;
        held.add(record);
    }

    /// The record cannot be written: the scratch says why.
    final void fail() {
        state = FAILED;
    }
}
