/// Spark Structured Streaming as a peer of the bench.
package io.mullion.bench.peers.spark;
