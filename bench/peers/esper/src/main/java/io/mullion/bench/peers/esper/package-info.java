/// Esper as a peer of the bench: EPL, and the rows and results that Esper sees, which have to be public.
package io.mullion.bench.peers.esper;
