/// The doors as interfaces: what feeds the engine ([Source], [Producer], [RowWriter]), what takes results from it
/// ([Sink], [BatchView], [RowView]) and what became of rows that could not be used ([DeadLetter]). Producers belong to
/// one thread each; sinks and views are called by one engine thread at a time, and a view ends with the call it was
/// handed to.
package io.mullion.io;
