/// What the bench of peers asks of each engine: a [io.mullion.bench.peer.Peer] takes the rows of a
/// [io.mullion.bench.peer.Feed] and fills an answer, in a JVM of its own that [io.mullion.bench.peer.PeerMain] is the
/// main of.
package io.mullion.bench.peer;
