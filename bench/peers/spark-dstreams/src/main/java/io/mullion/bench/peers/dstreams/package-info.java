/// Spark DStreams as a peer of the bench.
package io.mullion.bench.peers.dstreams;
