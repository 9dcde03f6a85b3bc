package io.mullion.io;

/// A sink whose results come out exactly once, also where a job dies and a checkpoint brings it back: what it took
/// since the last checkpoint is not to be seen before the next one is whole.
///
/// Checkpoints are numbered, upwards. Each comes to the sink as [#prepare], then [Prepared#persist] on another thread,
/// and, when it is known to be whole, [#commit]; rows come in between as ever. A checkpoint that fails is never
/// committed: what was prepared for it belongs to the next one. *Thread*: as for [Sink], but for [Prepared#persist].
public interface TransactionalSink extends Sink {
    /// What was prepared, on its way to where a crash does not reach it.
    interface Prepared {
        /// Returns when it is there. *Thread*: that which writes checkpoints, while the sink takes further rows.
        void persist() throws Exception;

        /// What the sink has to know again if a job goes on from this checkpoint, in whatever form.
        String state();
    }

    /// By which a checkpoint finds the sink again, among those of its pipeline; of several that are called the same the
    /// first is found by the first.
    default String name() {
        return getClass().getSimpleName();
    }

    /// What the sink took so far belongs to this checkpoint; what comes from now on belongs to a later one.
    Prepared prepare(long checkpoint) throws Exception;

    /// The checkpoint is whole, and so are those before it: what was prepared for them may be seen.
    void commit(long checkpoint) throws Exception;

    /// Called once, between [#open] and the first row, where a job goes on from a checkpoint: what was prepared up to
    /// it is to be seen, if it is not yet, and what came behind is to be forgotten, for it comes again.
    ///
    /// @param state what [Prepared#state] gave for the checkpoint
    void restore(long checkpoint, String state) throws Exception;
}
