/// Kernels over columns: expressions and aggregates in, hidden classes with one loop per role out.
///
/// [io.mullion.codegen.KernelCompiler] is the way in. It checks types, picks a layout, builds each loop once as a small
/// model of Java code and turns that model into a class and into the listing a person reads. Kernels know addresses and
/// row counts only. Compiling is for any thread; a kernel runs on the thread that calls it and allocates nothing.
package io.mullion.codegen;
