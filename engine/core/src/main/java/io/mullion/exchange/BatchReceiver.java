package io.mullion.exchange;

import io.mullion.batch.BatchTimes;
import io.mullion.batch.MicroBatches;
import io.mullion.batch.Operator;
import io.mullion.batch.Turn;
import java.util.ArrayList;
import java.util.List;

/// Hands on micro-batches as wholes, though workers end them each for itself: the rows of a batch as they come, and
/// when every channel has come to its end, its end, once, to one operator after the other. What has come of later
/// batches waits in the queues.
///
/// All channels of a segment come together here, whichever operator their rows are for: those of the streams that a
/// step reads, which have the same batches. A worker that has ended waits for nobody, and nobody waits for it.
final class BatchReceiver extends Receiver {
    private final BatchTimes times;
    private final long interval;
    private final List<Operator> heads = new ArrayList<>();
    /// The end of the last batch that has ended, or ends.
    private long batchTime = Long.MIN_VALUE;
    /// The next operator to be told of it; as many as there are if all have been.
    private int told;

    private boolean begun;
    private boolean unflushed;

    /// @param times of the job
    /// @param interval between the ends of batches
    BatchReceiver(Turn turn, BatchTimes times, long interval) {
        super(null, turn, TimeRule.LEAST);
        this.times = times;
        this.interval = interval;
    }

    /// A further operator that takes what comes over channels.
    void add(Operator head) {
        heads.add(head);
        told = heads.size();
    }

    @Override
    int poll(int mostRows) {
        if (!begun) {
            begun = true;
            batchTime = times.timeBefore(interval);
        }
        tell();
        int work = 0;
        boolean more = true;
        while (more && work < mostRows && !turn.spent() && !turn.suspended()) {
            int rows = 0;
            for (int i = 0; i < inlets.size() && !turn.spent(); i++) {
                rows += take(inlets.get(i), mostRows);
            }
            more = rows > 0;
            work += rows;
            if (allHaveEnded()) {
                end();
                more = true;
                work++;
            }
        }
        return work;
    }

    /// Hands on what a channel has of the batch at hand.
    private int take(Inlet inlet, int mostRows) {
        int rows = 0;
        while (rows < mostRows && !turn.spent() && inlet.time() <= batchTime && !inlet.ended()) {
            Shipment shipment = inlet.head();
            if (shipment == null) {
                break;
            }
            if (shipment.rows > 0) {
                inlet.to.process(shipment.batch, 0, 0, shipment.rows);
                rows += shipment.rows;
                unflushed = true;
            }
            inlet.comeTo(shipment.rows);
            inlet.finish();
        }
        return rows;
    }

    /// Whether the batch at hand has ended for all who have not ended themselves, and for any at all.
    private boolean allHaveEnded() {
        boolean any = false;
        for (int i = 0; i < inlets.size(); i++) {
            Inlet inlet = inlets.get(i);
            if (inlet.time() > batchTime) {
                any = true;
            } else if (!inlet.ended()) {
                return false;
            }
        }
        return any;
    }

    private void end() {
        flush();
        batchTime = batchTime == Long.MIN_VALUE ? MicroBatches.START : batchTime + interval;
        told = 0;
        tell();
    }

    private void tell() {
        while (told < heads.size() && !turn.suspended()) {
            heads.get(told++).advance(batchTime);
        }
    }

    private void flush() {
        if (unflushed) {
            unflushed = false;
            for (int i = 0; i < heads.size(); i++) {
                heads.get(i).flush();
            }
        }
    }

    /// A turn that was full may have left ends of batches without rows, of which the channels have told already.
    @Override
    boolean done() {
        return ended() && told == heads.size() && !allHaveEnded();
    }

    @Override
    boolean flushed() {
        return !unflushed;
    }
}
