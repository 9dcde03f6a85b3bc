package io.mullion.exchange;

import io.mullion.batch.Batch;
import io.mullion.batch.BatchAllocator;
import io.mullion.batch.RowCopy;
import io.mullion.batch.Selection;
import io.mullion.expr.Schema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The sender's end of a channel: fills shipments and keeps those for which the queue has no room.
///
/// *Ownership*: owns the shipments and their batches, wherever they are, and keeps as many as were ever under way
/// together, so that a worker which falls behind now and then makes no garbage; closed when no worker runs any more.
/// *Thread*: the sending worker.
final class Outlet implements AutoCloseable {
    private final Channel channel;
    private final Schema schema;
    private final BatchAllocator allocator;
    private final int batchRows;
    private final int batchDataBytes;
    /// Whether rows say themselves what belongs together.
    private final boolean ordered;

    private final List<Shipment> all = new ArrayList<>();
    /// Those that nobody uses, with a batch and without one.
    private final ArrayDeque<Shipment> loaded = new ArrayDeque<>();

    private final ArrayDeque<Shipment> bare = new ArrayDeque<>();
    private final ArrayDeque<Shipment> unsent = new ArrayDeque<>();
    /// Being filled; null if nothing is to be said.
    private Shipment open;
    /// Whether rows have been sent that were not flushed.
    private boolean unflushed;
    /// Whether nobody is there who could bring rows; where lanes hold time back they say so themselves.
    private boolean idle;
    /// What was said last.
    private boolean saidHeld;

    private int saidLanes;
    private boolean ended;
    private long sent;

    /// @param ordered whether rows are merged by the ends of their windows, and so say themselves what belongs together
    Outlet(
            Channel channel,
            Schema schema,
            BatchAllocator allocator,
            int batchRows,
            int batchDataBytes,
            boolean ordered) {
        this.channel = channel;
        this.schema = schema;
        this.allocator = allocator;
        this.batchRows = batchRows;
        this.batchDataBytes = batchDataBytes;
        this.ordered = ordered;
        saidHeld = channel.presence == null;
    }

    /// Copies the active rows.
    ///
    /// @param watermarks of each row, by its number, what time was before it; null if nobody asks
    void rows(Batch batch, long active, int from, int to, long[] watermarks) {
        int position = from;
        while (position < to) {
            Shipment shipment = opened(true);
            int copied = RowCopy.append(batch, active, position, to, shipment.batch, shipment.rows);
            if (copied == 0 && shipment.rows == 0) {
                throw new IllegalStateException("a row is larger than a batch of the same size");
            }
            if (watermarks != null) {
                stamp(shipment, active, position, copied, watermarks);
            }
            shipment.rows += copied;
            position += copied;
            if (copied == 0 || shipment.rows == batchRows) {
                seal();
            }
        }
        unflushed = !ordered;
    }

    private void stamp(Shipment shipment, long active, int from, int count, long[] watermarks) {
        if (shipment.watermarks == null) {
            shipment.watermarks = new long[batchRows];
        }
        for (int i = 0; i < count; i++) {
            shipment.watermarks[shipment.rows + i] = watermarks[Selection.row(active, from + i)];
        }
    }

    /// Behind the rows so far time has come to this.
    void advance(long time) {
        opened(false).time = time;
    }

    /// Nothing comes behind what has been said.
    void end() {
        opened(false).end = true;
        ended = true;
        seal();
    }

    /// Whether nobody is there who could bring rows.
    void idle(boolean now) {
        idle = now;
    }

    /// The rows so far belong together.
    void flush() {
        if (unflushed) {
            unflushed = false;
            opened(false).flush = true;
        }
    }

    /// Sends what there is, as far as there is room. What says no more than how time goes on waits until the receiver
    /// has come to the end of what it has: it asks for no more than the latest.
    ///
    /// @return whether rows were sent
    boolean ship() {
        if (!ended && !saysWhatIs(saidHeld, saidLanes)) {
            opened(false);
        }
        if (open != null && (open.rows > 0 || open.flush || unsent.isEmpty() && channel.isEmpty())) {
            seal();
        }
        return send();
    }

    private boolean send() {
        boolean rows = false;
        while (!unsent.isEmpty()) {
            // Before each one: the receiver gives back while this goes on, and what comes back must have room.
            for (Shipment back = channel.takeBack(); back != null; back = channel.takeBack()) {
                keep(back);
            }
            if (!channel.send(unsent.peekFirst())) {
                break;
            }
            rows |= unsent.pollFirst().rows > 0;
            sent++;
        }
        return rows;
    }

    /// Shipments that have gone.
    long sent() {
        return sent;
    }

    /// Whether the queue is full, and the receiver could change that.
    boolean clogged() {
        return !unsent.isEmpty() && !channel.passedOver();
    }

    /// Whether all that was said has gone.
    boolean shipped() {
        return open == null && unsent.isEmpty();
    }

    /// The shipment that takes what is next.
    ///
    /// @param forRows whether that is rows, and not what is said behind them
    private Shipment opened(boolean forRows) {
        if (open != null && (forRows && (open.time != Shipment.NO_TIME || open.flush) || !says(open))) {
            if (open.empty()) {
                begin(open);
            } else {
                seal();
            }
        }
        if (open == null) {
            open = free(forRows);
            begin(open);
        }
        if (forRows && open.batch == null) {
            open.batch = allocator.batch(schema, batchRows, batchDataBytes);
            open.batch.clear();
        }
        return open;
    }

    private void begin(Shipment shipment) {
        boolean held = holds();
        int lanes = channel.presence == null ? 0 : channel.presence.adopted();
        shipment.begin(held, lanes);
        saidHeld = held;
        saidLanes = lanes;
    }

    private boolean says(Shipment shipment) {
        return saysWhatIs(shipment.held, shipment.lanes);
    }

    private boolean saysWhatIs(boolean held, int lanes) {
        boolean holds = holds();
        return held == holds && (holds || channel.presence == null || lanes == channel.presence.adopted());
    }

    private boolean holds() {
        return channel.presence == null ? !idle : channel.presence.announced();
    }

    private void seal() {
        unsent.addLast(open);
        open = null;
        send();
    }

    private Shipment free(boolean forRows) {
        ArrayDeque<Shipment> first = forRows ? loaded : bare;
        ArrayDeque<Shipment> second = forRows ? bare : loaded;
        if (!first.isEmpty()) {
            return first.pollFirst();
        }
        if (!second.isEmpty()) {
            return second.pollFirst();
        }
        Shipment shipment = new Shipment();
        all.add(shipment);
        return shipment;
    }

    private void keep(Shipment shipment) {
        (shipment.batch == null ? bare : loaded).addFirst(shipment);
    }

    @Override
    public void close() {
        for (Shipment shipment : all) {
            if (shipment.batch != null) {
                shipment.batch.close();
                shipment.batch = null;
            }
        }
        all.clear();
    }
}
