/// Turns the results of JMH into pages: tables and plots with the machine they came from. Started by `bench/run
/// report`, after `bench/run kernels` or `bench/run windows`.
package io.mullion.bench.report;
