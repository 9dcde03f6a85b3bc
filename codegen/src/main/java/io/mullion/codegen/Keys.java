package io.mullion.codegen;

/// The key of a grouping, compiled.
///
/// @param layout how its table keeps keys
/// @param find finds the groups of rows
public record Keys(KeyLayout layout, Compiled<KeyKernel> find) {}
