package io.mullion.runtime;

import io.mullion.batch.Batch;
import io.mullion.checkpoint.LogReader;
import io.mullion.checkpoint.LogRecord;

/// What a log has behind a checkpoint, event by event. *Thread*: the worker.
final class LogReplay implements AutoCloseable {
    private final LogReader log;
    private boolean begun;
    private int event;
    /// Of the rows of the record: where those of the event end, and the next one that is to be taken.
    private int end;

    private int row;
    private Batch rows;

    LogReplay(LogReader log) {
        this.log = log;
    }

    /// Goes to the next event, unless there are rows left of this one.
    ///
    /// @return whether there is one
    boolean advance() {
        if (begun && row < end) {
            return true;
        }
        event++;
        while (!begun || event == log.events()) {
            if (!log.next()) {
                return false;
            }
            begun = true;
            event = 0;
            row = 0;
            end = 0;
            rows = log.rows();
        }
        row = end;
        end += log.count(event);
        return true;
    }

    /// Passes over what is left of the event.
    ///
    /// @return how much was done
    int skip() {
        row = end;
        return 1;
    }

    /// Number of the record at hand: what of it has been taken already lanes know.
    long record() {
        return begun ? log.end() - 1 : log.end();
    }

    LogRecord.Kind kind() {
        return log.kind(event);
    }

    int lane() {
        return log.lane(event);
    }

    long value() {
        return log.value(event);
    }

    /// Has a lane take the rows at hand, or as many as it can. A checkpoint may have been taken amid a record: the lane
    /// has the first of its rows.
    ///
    /// @return how much was done
    int takenBy(InputLane lane) {
        long inLane = log.value(event) + log.count(event) - (end - row);
        long known = lane.logged.rows.getPlain() - inLane;
        int from = (int) Math.min(end, row + Math.max(0, known));
        row = lane.take(rows, log.stated(), from, end);
        lane.logged.rows.lazySet(lane.logged.rows.getPlain() + row - from);
        return Math.max(1, row - from);
    }

    @Override
    public void close() {
        log.close();
    }
}
