/// Apache Flink as two peers of the bench: the DataStream API and SQL.
package io.mullion.bench.peers.flink;
