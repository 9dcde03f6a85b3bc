/// Aggregates that are not exact and stay small.
module io.mullion.sketches {
    requires transitive io.mullion.codegen;
    requires datasketches.java;

    exports io.mullion.sketches;
}
