package io.mullion.bench.peers.dstreams;

import io.mullion.bench.rows.QueryRows;
import java.io.Serializable;
import java.util.function.IntFunction;

/// Gives what makes the record of a row of the block, where the task runs.
interface Maker<T> extends Serializable {
    IntFunction<T> of(QueryRows rows);
}
