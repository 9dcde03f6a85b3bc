/// What generated kernels do against the best loops that one would write by hand: filters, filter and sum, text,
/// splits, projections, and how long it takes to generate one. All of it runs on one thread, without streams, windows
/// or lanes, on [io.mullion.bench.kernels.Columns] of batches as the engine has them.
package io.mullion.bench.kernels;
