package io.mullion.ingest;

/// The worker's side of a lane: takes the committed rows of one batch after another.
///
/// *Thread*: the worker.
public final class LaneReader implements InputReader {
    private final Lane lane;
    private LaneBatch current;
    private int consumed;
    private long watermark = Long.MIN_VALUE;
    private boolean drained;
    private boolean atEnd;
    private boolean closed;
    /// Means nothing.
    private long touched;

    public LaneReader(Lane lane) {
        this.lane = lane;
    }

    /// Hands what is committed of the current batch to `rows`.
    ///
    /// @return the number of rows handed over
    @Override
    public int poll(Rows rows) {
        if (drained) {
            return 0;
        }
        // Rules 6: what was stated, and that the lane was closed, is read before the rows, so that all rows that came
        // before are seen, too.
        long stated = lane.explicitWatermark() ? lane.statedWatermark() : Long.MIN_VALUE;
        boolean writingClosed = lane.writingClosed();
        atEnd = false;
        while (current != null || next()) {
            long word = current.committed();
            int committed = LaneBatch.rows(word);
            int from = consumed;
            if (from < committed) {
                consumed = committed;
                rows.accept(current.batch.readableRows(committed), current.watermarks, from, committed);
                if (consumed < committed) {
                    return consumed - from;
                }
            }
            if (LaneBatch.sealed(word)) {
                recycle();
            } else {
                // Not sealed, so every row that came before the statement was in this prefix or an earlier batch.
                watermark = Math.max(watermark, stated);
                atEnd = true;
                return committed - from;
            }
            if (from < committed) {
                return committed - from;
            }
            // Sealed when its rows had been taken already: what was committed since is in the next batch.
        }
        watermark = Math.max(watermark, stated);
        drained = writingClosed;
        atEnd = true;
        return 0;
    }

    @Override
    public void keepFrom(int row) {
        consumed = row;
    }

    @Override
    public boolean atEnd() {
        return atEnd;
    }

    @Override
    public long openedNanos() {
        return current.openedNanos();
    }

    @Override
    public long watermark() {
        return watermark;
    }

    @Override
    public boolean drained() {
        return drained;
    }

    @Override
    public void requestClose() {
        lane.requestClose();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            drained = true;
            lane.requestClose();
            lane.leave();
        }
    }

    private boolean next() {
        current = lane.pollOpened();
        consumed = 0;
        if (current == null) {
            return false;
        }
        LaneBatch following = lane.peekOpened();
        if (following != null) {
            touched += following.touch();
        }
        return true;
    }

    /// Rule 5: sealed in the same read that showed all rows, and nobody downstream keeps a batch beyond the call.
    private void recycle() {
        lane.free.offer(current);
        current = null;
    }
}
