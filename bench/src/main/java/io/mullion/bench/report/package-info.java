/// Turns results into pages: tables and plots with the machine they came from. Those of JMH, and of programs that keep
/// theirs as it does, are started by `bench/run report`, after `bench/run kernels`, `windows` or `checkpoints`.
package io.mullion.bench.report;
