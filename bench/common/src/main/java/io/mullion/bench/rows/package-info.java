/// The rows of the queries that stand for what people ask of a stream, the tightest Java that an expert would write for
/// each, and the form of an answer: one generator for the engine, for loops by hand and for other engines. Depends on
/// nothing.
///
/// [io.mullion.bench.rows.QueryRows] is where to begin. Threads: the rows never change; all else is one thread's.
package io.mullion.bench.rows;
