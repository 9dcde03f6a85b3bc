package io.mullion.io;

import io.mullion.expr.Schema;

/// Something outside that rows come from.
///
/// A job opens it on the caller's thread, so that what cannot be reached is known when the job starts, and then runs it
/// on a thread of its own.
public interface Source {
    /// Columns of the rows it writes.
    Schema schema();

    /// Called once before [#run], on the thread that starts the job.
    void open() throws Exception;

    /// Writes rows until the input ends or [#stop] is called; returning is the end of the input. Called once, on the
    /// source's own thread.
    void run(Producer<?> producer) throws Exception;

    /// Asks [#run] to return soon, and wakes it if it waits. *Thread*: any, more than once.
    void stop();

    /// Lets go of what [#open] took. Called once, after [#run] has returned or if it was never called.
    void close() throws Exception;

    /// What it reads, for people: `socket localhost:9999`.
    String name();
}
