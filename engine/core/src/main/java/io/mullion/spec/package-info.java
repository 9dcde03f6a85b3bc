/// Immutable descriptions of what a user asks for: windows, watermarks, what to do under overload. The leaf of the
/// library: nothing here computes, owns memory or knows a thread, and everything above may import it. Whatever can be
/// wrong with a description is refused by its constructor.
package io.mullion.spec;
