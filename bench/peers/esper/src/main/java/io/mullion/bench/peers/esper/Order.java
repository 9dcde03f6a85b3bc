package io.mullion.bench.peers.esper;

/// A row as an event, public for the classes that Esper makes.
public record Order(double price, int quantity) {}
