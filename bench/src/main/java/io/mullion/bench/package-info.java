/// Benchmarks of single questions with JMH: one class per question, each with the loop that an expert would write by
/// hand for it as the baseline in the same run, on the same rows, with the same answer. Started by `bench/run jmh
/// REGEX`.
package io.mullion.bench;
