package io.mullion.bench.peers.esper;

/// A row as an event, public for the classes that Esper makes.
public record KeyValue(long key, long value) {}
