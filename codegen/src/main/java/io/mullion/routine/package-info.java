/// What generated loops call: routines over text, numbers, decimals, times and constant tables, and the memory they
/// read.
///
/// A routine is a static method over the words of its arguments (a text is an address and a length). It allocates
/// nothing, reads and writes through [io.mullion.routine.RawMemory], and leaves what does not fit into a return value
/// in [io.mullion.routine.Scratch]. Nothing here knows of expressions being compiled. Public because classes of two
/// packages use it; users need none of it. Any thread may call a routine; a scratch belongs to one.
package io.mullion.routine;
