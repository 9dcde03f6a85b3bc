/// Aggregates that are not exact and stay small, whatever a window holds: [Sketches] is where they begin. They are
/// [io.mullion.expr.ObjectAggregate]s over Apache DataSketches, run by the job's worker; the engine does not know them.
package io.mullion.sketches;
