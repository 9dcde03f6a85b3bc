package io.mullion.bench.peer;

import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.QueryRows;

/// One way to answer the queries: an engine, or a loop of one's own. Has a constructor without parameters, and runs in
/// a JVM of its own, one query once, started by [PeerMain].
///
/// A peer is written as its own documentation would have it for speed, and answers exactly what the loop by hand
/// answers. Where it has no end of input it may send a row far in the future, whose results it leaves out.
public interface Peer {
    /// The version of the engine.
    String version();

    /// Why a query is left out; null if it is not. For readers: two or three words that a table has room for, a colon,
    /// and a sentence.
    ///
    /// @param query as for [QueryRows#named]
    String leftOut(String query);

    /// Takes the rows of `feed` until it ends, then fires the windows that are open, and puts each result row into
    /// `answer`, as it stands at the class of the rows. Returns when all is done: the time until then counts.
    ///
    /// *Thread*: `feed` belongs to one thread, whichever; `answer` to one, too: several have an [Answer] each and add
    /// them up in the end. All that they did happens before the return.
    void run(QueryRows rows, Feed feed, Answer answer) throws Exception;
}
