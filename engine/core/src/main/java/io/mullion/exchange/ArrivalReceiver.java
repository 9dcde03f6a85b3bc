package io.mullion.exchange;

import io.mullion.batch.Operator;
import io.mullion.batch.Turn;

/// Hands rows on as they come, channel by channel: the order of each sender's rows is kept, and there is no other.
final class ArrivalReceiver extends Receiver {
    private final boolean asked;
    private int next;
    private boolean unflushed;
    /// Whose rows are handed on, and what the others have come to.
    private long[] watermarks;

    private long others;

    ArrivalReceiver(Operator head, Turn turn, TimeRule rule) {
        super(head, turn, rule);
        asked = head.asks(this::before);
    }

    /// Whether it asks what time was before each row.
    boolean asks() {
        return asked;
    }

    private long before(int row) {
        return before(watermarks == null ? Long.MIN_VALUE : watermarks[row], others);
    }

    @Override
    int poll(int mostRows) {
        int rows = 0;
        for (int looks = inlets.size(); looks > 0 && rows < mostRows && !turn.spent(); looks--) {
            rows += take(inlets.get(next), mostRows);
            if (turn.suspended()) {
                return rows;
            }
            next = next + 1 == inlets.size() ? 0 : next + 1;
        }
        followTime();
        if (!turn.suspended()) {
            sayWhetherIdle();
        }
        flushUnlessSuspended();
        return rows;
    }

    private int take(Inlet inlet, int mostRows) {
        int rows = 0;
        while (rows < mostRows && !turn.spent() && !turn.suspended()) {
            Shipment shipment = inlet.head();
            if (shipment == null) {
                break;
            }
            if (shipment.rows > 0) {
                sayWhetherIdle();
                watermarks = shipment.watermarks;
                others = asked ? leastBut(inlet) : Long.MAX_VALUE;
                head.process(shipment.batch, 0, 0, shipment.rows);
                rows += shipment.rows;
                unflushed = true;
            }
            inlet.comeTo(shipment.rows);
            boolean complete = inlet.finish();
            followTime();
            if (complete) {
                unflushed = true;
                flushUnlessSuspended();
            }
        }
        return rows;
    }

    private void flushUnlessSuspended() {
        if (unflushed && !turn.suspended()) {
            unflushed = false;
            head.flush();
        }
    }

    @Override
    boolean flushed() {
        return !unflushed;
    }
}
