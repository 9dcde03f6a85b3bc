/// What joins and the like cost, beside the tightest loops by hand: [JoinBenchmark] asks, [JoinsByEngine] answers
/// through the public API, [JoinsByHand] with arrays.
package io.mullion.bench.joins;
