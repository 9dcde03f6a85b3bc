package io.mullion.exchange;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.Turn;

/// Merges results of windows by the ends of their windows: those of one window come together, whichever workers made
/// them, and windows in order of their end.
///
/// A result is handed on when every channel is known to have no earlier one: it has shown a later one, or its time has
/// come to the end of the window. Results that revise earlier ones go on as they come. What is waited for is on its way
/// always: all workers get to know the same times.
final class WindowReceiver extends Receiver {
    private final int endColumn;
    /// The end of the window whose results were handed on last, and whether all of that have not been flushed.
    private long end = Long.MIN_VALUE;

    private boolean unflushed;

    WindowReceiver(Operator head, Turn turn, int endColumn) {
        super(head, turn, TimeRule.LEAST);
        this.endColumn = endColumn;
        head.asks(this::before);
    }

    /// What time was before a row at hand: it had not come to the end of its window.
    private long before(int row) {
        return Math.max(time(), end - 1);
    }

    @Override
    int poll(int mostRows) {
        int rows = 0;
        while (rows < mostRows && !turn.spent() && !turn.suspended()) {
            finishShipments();
            if (turn.suspended()) {
                break;
            }
            int count = handOnNext();
            if (count == 0) {
                flushIfPassed();
                break;
            }
            rows += count;
        }
        return rows;
    }

    /// Goes on to the next rows of each channel.
    private void finishShipments() {
        for (int i = 0; i < inlets.size(); i++) {
            Inlet inlet = inlets.get(i);
            while (inlet.head() != null && !inlet.hasRows() && !turn.suspended()) {
                inlet.finish();
                flushIfPassed();
                followTime();
            }
        }
    }

    /// Hands on the rows of one window, of the channel with the least end.
    ///
    /// @return how many; 0 if there are none, or none may go yet
    private int handOnNext() {
        Inlet least = null;
        long leastEnd = Long.MAX_VALUE;
        long limit = Long.MAX_VALUE;
        for (int i = 0; i < inlets.size(); i++) {
            Inlet inlet = inlets.get(i);
            if (!inlet.hasRows()) {
                limit = Math.min(limit, inlet.time());
            } else if (least == null || endOf(inlet) < leastEnd) {
                if (least != null) {
                    limit = Math.min(limit, leastEnd);
                }
                least = inlet;
                leastEnd = endOf(inlet);
            } else {
                limit = Math.min(limit, endOf(inlet));
            }
        }
        if (least == null || leastEnd > limit) {
            passOver(least != null);
            return 0;
        }
        passOver(false);
        return handOn(least, leastEnd);
    }

    private int handOn(Inlet inlet, long firstEnd) {
        if (firstEnd != end) {
            if (unflushed) {
                flush();
            }
            end = firstEnd;
        }
        Shipment shipment = inlet.head();
        int from = inlet.row();
        int to = from + 1;
        while (to < shipment.rows && shipment.batch.int64(endColumn, to) == end) {
            to++;
        }
        head.process(shipment.batch, 0, from, to);
        unflushed = true;
        inlet.comeTo(to);
        return to - from;
    }

    /// Flushes what was handed on when no more of it can come.
    private void flushIfPassed() {
        if (!unflushed) {
            return;
        }
        for (int i = 0; i < inlets.size(); i++) {
            Inlet inlet = inlets.get(i);
            if (inlet.hasRows() ? endOf(inlet) <= end : inlet.time() < end) {
                return;
            }
        }
        flush();
    }

    private void flush() {
        unflushed = false;
        head.flush();
    }

    /// Says to those whose rows have to wait that they are not what is waited for.
    private void passOver(boolean waits) {
        for (int i = 0; i < inlets.size(); i++) {
            inlets.get(i).passOver(waits && inlets.get(i).hasRows());
        }
    }

    private long endOf(Inlet inlet) {
        Batch batch = inlet.head().batch;
        return batch.int64(endColumn, inlet.row());
    }

    @Override
    boolean flushed() {
        return !unflushed;
    }
}
