package io.mullion.bench.joins;

import io.mullion.bench.rows.SplitMix64;

/// A look-up for each row.
final class TableByHand implements ByHand {
    /// The key, and the value + 1.
    private final HandTable table = new HandTable(2);

    private long answer;

    TableByHand(JoinRows rows) {
        for (int row = 0; row < JoinRows.ROWS; row++) {
            int slot = table.at(rows.rights[row]);
            table.words[slot] = rows.rights[row];
            table.words[slot + 1] = row + 1;
        }
    }

    @Override
    public long rows(JoinRows rows, long shift) {
        for (int row = 0; row < JoinRows.ROWS; row++) {
            long value = table.words[table.at(rows.lefts[row]) + 1];
            if (value != 0) {
                answer += SplitMix64.mix(row + value - 1);
            }
        }
        return answer;
    }
}
