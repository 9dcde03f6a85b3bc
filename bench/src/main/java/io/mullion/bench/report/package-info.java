/// Turns results into pages: tables and plots with the machine they came from. Those of JMH are started by `bench/run
/// report`, after `bench/run kernels` or `bench/run windows`.
package io.mullion.bench.report;
