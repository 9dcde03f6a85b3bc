/// The queries that stand for what people ask of a stream, through the public API and by hand: one generator, one kind
/// of answer, the same rows for both sides.
///
/// [io.mullion.bench.queries.Query] is what a query is; each has a class with its rows and its pipeline, and one with
/// the tightest Java that an expert would write for it.
package io.mullion.bench.queries;
