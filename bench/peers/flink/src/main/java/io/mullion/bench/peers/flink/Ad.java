package io.mullion.bench.peers.flink;

/// A row of Q1, public and with public fields for Flink.
public final class Ad {
    public long ad;
    public int type;
}
