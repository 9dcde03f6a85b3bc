package io.mullion.bench.peers.esper;

/// An event at the end of each slide: the time has come for the results of the window that ends here.
public record SlideEnd() {}
