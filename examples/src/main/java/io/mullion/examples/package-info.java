/// Small programs that show the engine at work, each with a `main`; `examples/run` lists them. Read `WordCount` first,
/// then `Trades`: their pipelines stand at the top of the file, the options of their command lines and whatever else is
/// plumbing stand in files of their own.
package io.mullion.examples;
