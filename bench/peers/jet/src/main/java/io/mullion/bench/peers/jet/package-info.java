/// Hazelcast Jet as a peer of the bench.
package io.mullion.bench.peers.jet;
