package io.mullion.codegen;

import io.mullion.routine.Scratch;

/// A kernel with what a person wants to know about it.
///
/// @param kernel the loop; *Thread*: stateless, any one thread at a time for each set of arguments
/// @param listing Java-like text of the generated loop
/// @param variant `vector 512` or `plain`, followed by the reason where it is not the best one
/// @param scratchBytes how much memory [Scratch#use] has to give the kernel; 0 if it needs none
public record Compiled<K>(K kernel, String listing, String variant, long scratchBytes) {}
