/// How long a fresh JVM takes from the start of an engine to the first result of a window, with and without a cache of
/// loaded classes.
///
/// [io.mullion.bench.start.StartRun] is the program, [io.mullion.bench.start.FirstResult] what each JVM runs.
package io.mullion.bench.start;
