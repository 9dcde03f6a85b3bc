/// The bench of peers: runs the queries on this engine and on what one would take instead, each in a JVM of its own, in
/// rounds, compares their answers with the loops by hand, and writes tables, plots and a page.
///
/// [io.mullion.bench.peers.PeersRun] is the main, for `bench/run peers`. Everything here runs on one thread.
package io.mullion.bench.peers;
