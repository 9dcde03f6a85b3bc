/// The queries in SQL over a table of DuckDB: what a vectorised engine reaches that has all rows before it begins.
package io.mullion.bench.peers.duckdb;
