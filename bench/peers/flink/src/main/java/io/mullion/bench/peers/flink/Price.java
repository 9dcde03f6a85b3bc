package io.mullion.bench.peers.flink;

/// A row of Q3, public and with public fields for Flink.
public final class Price {
    public double price;
    public int quantity;
}
