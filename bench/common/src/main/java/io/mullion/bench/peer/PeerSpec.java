package io.mullion.bench.peer;

import java.util.List;

/// A peer, where it is built, and how its JVM is started.
///
/// @param name for people, and for the command line; begins with the name of the module, if it has one of its own
/// @param module folder below the root: the peer runs with its `target/classes` and what `target/classpath` names
/// @param className of its [Peer]
/// @param flags of its JVM, besides those that all have
/// @param tuning what was chosen for its speed, and what is left as it comes, in a sentence for readers
public record PeerSpec(String name, String module, String className, List<String> flags, String tuning) {
    /// All there are, in the order in which they run and are shown.
    public static final List<PeerSpec> ALL = List.of(
            new PeerSpec(
                    "mullion",
                    "bench",
                    "io.mullion.bench.queries.MullionPeer",
                    List.of("-Xmx1g"),
                    "One producer writes row by row, one worker, default settings; up to 4 GiB off the heap."),
            new PeerSpec(
                    "mullion-arrow",
                    "bench",
                    "io.mullion.bench.queries.MullionArrowPeer",
                    List.of("-Xmx1g"),
                    "One producer offers Arrow batches into which it copies columns, one worker, default settings; up"
                            + " to 4 GiB off the heap."),
            new PeerSpec(
                    "by-hand",
                    "bench",
                    "io.mullion.bench.peer.ByHandPeer",
                    List.of("-Xmx4g"),
                    "One thread, arrays of primitives, written for the one query; no hand-over between threads."),
            new PeerSpec(
                    "naive",
                    "bench",
                    "io.mullion.bench.peer.NaivePeer",
                    List.of("-Xmx4g"),
                    "One thread, hash maps of objects; no hand-over between threads."),
            new PeerSpec(
                    "duckdb",
                    "bench/peers/duckdb",
                    "io.mullion.bench.peers.duckdb.DuckDbPeer",
                    List.of("-Xmx2g"),
                    "Not a stream: SQL over a table in memory, all threads; the time of loading does not count."));

    /// @throws IllegalArgumentException if there is none
    public static PeerSpec named(String name) {
        return ALL.stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such peer: " + name + "; there are "
                        + ALL.stream().map(PeerSpec::name).toList()));
    }
}
