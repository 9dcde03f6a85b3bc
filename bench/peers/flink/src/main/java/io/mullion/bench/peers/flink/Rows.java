package io.mullion.bench.peers.flink;

import io.mullion.bench.rows.QueryRows;
import java.io.Serializable;

/// Makes the maker of a query's records, where the job runs.
interface Rows<T> extends Serializable {
    Maker<T> maker(QueryRows rows);
}
