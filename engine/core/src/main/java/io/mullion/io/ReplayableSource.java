package io.mullion.io;

/// A source that can be read again from any of its rows, so that a job which a checkpoint brings back goes on where it
/// was: it writes the same rows in the same order each time.
public interface ReplayableSource extends Source {
    /// Where the source stands when it has written so many rows: what [#seek] takes, in whatever form, for this source
    /// to write the row behind them next.
    ///
    /// @param rows of those that the producer took, since [#run] began or, behind a [#seek], since then; never fewer
    /// than were asked about before, and never more than were written
    /// *Thread*: the job's worker, while [#run] writes on. That which starts the job asks once before [#run], for 0
    /// rows; where nobody has asked, nobody will: the job makes no checkpoints.
    String position(long rows);

    /// Goes on where it stood. Called at most once, after [#open] and before [#run].
    ///
    /// @param position what [#position] gave, in this JVM or in another
    /// @throws Exception where there is no such place any more: the job does not start, and says why
    void seek(String position) throws Exception;
}
