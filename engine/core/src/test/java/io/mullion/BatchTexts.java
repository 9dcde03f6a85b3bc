package io.mullion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mullion.io.BatchView;
import io.mullion.io.Sink;
import java.util.ArrayList;
import java.util.List;

/// What each batch had: its time in milliseconds, and the rows.
final class BatchTexts implements Sink {
    final List<String> batches = new ArrayList<>();
    private final List<Object> rows = new ArrayList<>();
    private int flushes;

    @Override
    public void accept(BatchView batch) {
        for (int row = 0; row < batch.rowCount(); row++) {
            List<Object> cells = new ArrayList<>();
            for (int column = 0; column < batch.schema().size(); column++) {
                cells.add(Collected.cell(batch, column, row));
            }
            rows.add(cells.size() == 1 ? cells.getFirst() : cells);
        }
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public void endBatch(long timeNanos) {
        assertEquals(rows.isEmpty() ? 0 : 1, flushes, "flushed once, if there was anything");
        batches.add(timeNanos / 1_000_000 + ": " + rows);
        rows.clear();
        flushes = 0;
    }
}
