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
    private static final List<String> FLINK_FLAGS = List.of(
            "-Xmx4g", "--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED");
    private static final List<String> SPARK_FLAGS = List.of(
            "-Xmx4g",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.net=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.cs=ALL-UNNAMED",
            "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED");

    /// All there are, in the order in which they run and are shown.
    public static final List<PeerSpec> ALL = List.of(
            new PeerSpec(
                    "mullion",
                    "bench",
                    "io.mullion.bench.queries.MullionPeer",
                    List.of("-Xmx1g"),
                    "One producer writes row by row, one worker, default settings, for latency one that spins; up to 4 GiB off"
                            + " the heap."),
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
                    "Not a stream: SQL over a table in memory, all threads; the time of loading does not count."),
            new PeerSpec(
                    "flink",
                    "bench/peers/flink",
                    "io.mullion.bench.peers.flink.DataStreamPeer",
                    FLINK_FLAGS,
                    "DataStream API, parallelism 1 (two threads), heap state, no checkpoints; objects reused, no buffer"
                            + " timeout; sliding windows over the results of tumbling ones of a slide. Strings made before."),
            new PeerSpec(
                    "flink-sql",
                    "bench/peers/flink",
                    "io.mullion.bench.peers.flink.SqlPeer",
                    FLINK_FLAGS,
                    "Windowing table-valued functions; as before, with rows in Flink's own form."),
            new PeerSpec(
                    "jet",
                    "bench/peers/jet",
                    "io.mullion.bench.peers.jet.JetPeer",
                    List.of("-Xmx4g"),
                    "One embedded member, two cooperative threads, queues of 16,384, no snapshots; a source processor of"
                            + " its own, one accumulator for each query. Strings made before."),
            new PeerSpec(
                    "esper",
                    "bench/peers/esper",
                    "io.mullion.bench.peers.esper.EsperPeer",
                    List.of("-Xmx4g"),
                    "One thread, compiled EPL, external clock, no locks; contexts of one slide keep no rows, sliding"
                            + " windows are time windows over their results. Strings made before."),
            new PeerSpec(
                    "spark",
                    "bench/peers/spark",
                    "io.mullion.bench.peers.spark.StructuredPeer",
                    SPARK_FLAGS,
                    "Structured Streaming, local[2], two partitions, micro-batches of a second and a half; a source of"
                            + " columns; state in memory, and files after each batch, which cannot be turned off."),
            new PeerSpec(
                    "spark-dstreams",
                    "bench/peers/spark-dstreams",
                    "io.mullion.bench.peers.dstreams.DStreamPeer",
                    SPARK_FLAGS,
                    "local[2], two partitions, Kryo; no event time, a batch of a fixed number of rows stands for a piece"
                            + " of it and comes when the one before is done. Strings made before."));

    /// @throws IllegalArgumentException if there is none
    public static PeerSpec named(String name) {
        return ALL.stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such peer: " + name + "; there are "
                        + ALL.stream().map(PeerSpec::name).toList()));
    }
}
