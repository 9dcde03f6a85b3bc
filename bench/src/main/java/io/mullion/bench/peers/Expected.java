package io.mullion.bench.peers;

import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.ByHand;
import io.mullion.bench.rows.QueryRows;

/// What the loops by hand answer to a query over the first so many rows of its stream.
final class Expected {
    private String query;
    private QueryRows block;

    Answer of(String query, long rows) {
        if (!query.equals(this.query)) {
            block = QueryRows.named(query);
            this.query = query;
        }
        Answer answer = new Answer();
        ByHand byHand = block.byHand(answer);
        long shift = 0;
        for (long from = 0; from < rows; from += QueryRows.ROWS) {
            byHand.rows(0, (int) Math.min(QueryRows.ROWS, rows - from), shift);
            shift += block.blockMillis();
        }
        byHand.end();
        return answer;
    }
}
