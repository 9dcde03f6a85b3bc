package io.mullion.oracle;

/// A row, and what happens just before it comes.
///
/// @param ticks milliseconds by which the engine's clock goes on, 0 for none
/// @param stated the watermark that is stated, `Long.MIN_VALUE` for none
record Arrival(Event row, long ticks, long stated) {}
