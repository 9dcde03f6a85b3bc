/// What joins, deduplication and keyed state cost, beside the tightest loops by hand: [JoinBenchmark] and
/// [JoinRounds] ask each [Question], [JoinsByEngine] answers through the public API, a [ByHand] with arrays.
package io.mullion.bench.joins;
