package io.mullion.bench.peer;

import java.util.List;

/// The peers there are: where each is built, which class it is, the flags of its JVM, and what was done for its speed.
///
/// The first one is what the others are compared with.
public enum PeerKind {
    BY_HAND(
            "by-hand",
            "bench",
            "io.mullion.bench.peer.ByHandPeer",
            List.of("-Xmx4g"),
            "one thread, primitive arrays, written for the one query"),
    JET(
            "Hazelcast Jet",
            "bench/peers/jet",
            "io.mullion.bench.peers.jet.JetPeer",
            List.of("-Xmx4g"),
            "embedded member, two cooperative threads, queues of 16,384, no snapshots; a source processor of one's own,"
                    + " one accumulator for all aggregates; words are strings made before"),
    ESPER(
            "Esper",
            "bench/peers/esper",
            "io.mullion.bench.peers.esper.EsperPeer",
            List.of("-Xmx4g"),
            "one thread, compiled EPL, external clock, no locks; contexts of one slide keep no rows, sliding windows"
                    + " are time windows over their results; words are strings made before"),
    ;

    private final String peer;
    private final String module;
    private final String className;
    private final List<String> flags;
    private final String tuning;

    /// @param module folder below the root whose `target/classpath` it runs with, after its own `target/classes`
    /// @param flags of its JVM
    /// @param tuning what was chosen for its speed, and what is left as it comes, in a sentence for readers
    PeerKind(String peer, String module, String className, List<String> flags, String tuning) {
        this.peer = peer;
        this.module = module;
        this.className = className;
        this.flags = flags;
        this.tuning = tuning;
    }

    /// The name for people, and for the command line.
    public String peer() {
        return peer;
    }

    public String module() {
        return module;
    }

    public String className() {
        return className;
    }

    public List<String> flags() {
        return flags;
    }

    public String tuning() {
        return tuning;
    }
}
