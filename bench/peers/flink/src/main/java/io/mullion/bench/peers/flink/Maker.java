package io.mullion.bench.peers.flink;

/// Makes the record of a row; it may be the same object each time, filled anew.
interface Maker<T> {
    T make(int row, long time);
}
