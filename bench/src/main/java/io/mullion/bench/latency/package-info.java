/// How long a row takes through the engine, from an open loop: rows are due at fixed times, whether or not the one
/// before was quick, and each is measured from the time it was due.
///
/// [io.mullion.bench.latency.LatencyRun] is the program, [io.mullion.bench.latency.Hop] a way from one thread to
/// another that is measured.
package io.mullion.bench.latency;
