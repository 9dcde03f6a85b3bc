package io.mullion.runtime;

import io.mullion.batch.Batch;
import io.mullion.batch.Bitmap;
import io.mullion.batch.Counters;
import io.mullion.batch.LatencyRecorder;
import io.mullion.batch.Operator;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.Turn;
import io.mullion.codegen.ColumnAddresses;
import io.mullion.codegen.OrderKernel;
import io.mullion.exchange.Presence;
import io.mullion.expr.TimeUnit;
import io.mullion.ingest.InputReader;
import io.mullion.io.ReplayableSource;
import io.mullion.memory.Scope;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.StreamTime;
import io.mullion.spec.Watermark;
import io.mullion.window.BatchClock;
import io.mullion.window.BoundedClock;
import io.mullion.window.ExplicitClock;
import io.mullion.window.LaneClock;
import io.mullion.window.StreamClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// One input of a job: its lanes, its clock, and the chain of operators that takes its rows.
///
/// *Thread*: the worker, except [#add] and the counters.
final class JobInput implements Stateful {
    private final Operator chain;
    private final Counters counters;
    private final InputCounters own;
    /// Null if latencies are not measured.
    private final LatencyRecorder latencies;
    private final Turn turn;
    private final int mostRows;
    private final StreamTime time;
    private final boolean fromSource;
    /// What the lanes had come to, at least, when a checkpoint was taken: what those after it begin with.
    private long progress = Long.MIN_VALUE;

    /// Rows taken of the lane of the source, when it was there last.
    private long sourceRows;
    private final int timeColumn;
    private final StreamClock clock;
    private final Presence presence;
    private final Place place;
    private final long idleTimeoutNanos;
    private final ConcurrentLinkedQueue<InputReader> newLanes = new ConcurrentLinkedQueue<>();
    private final List<LaneState> lanes = new ArrayList<>();
    private long processingTime = Long.MIN_VALUE;
    private long nowNanos;
    /// Before a lane was looked at.
    private long lookNanos;
    /// The lane that is next in the round; behind the first one comes the newest.
    private int nextLane = -1;
    /// Whether rows were handed on that were not flushed.
    private boolean unflushed;
    /// Whether there has been a producer.
    private boolean everFed;
    /// Whether the operators know that there is none, or that all are idle.
    private boolean idle;

    /// Which part of an input this is, where several workers have lanes of it.
    ///
    /// @param presence is told of the lanes
    /// @param home whether processing time goes on here even while there are no lanes
    /// @param alone whether there are no others: then no one else need know whether time is held
    record Place(Presence presence, boolean home, boolean alone) {}

    /// A lane as the worker sees it.
    private final class LaneState implements InputReader.Rows {
        final InputReader reader;
        final LaneClock clock;
        long statedWatermark = Long.MIN_VALUE;
        long lastActiveNanos;
        boolean idle;
        /// When the lane was last seen to have no more rows: by the JVM's clock.
        long emptyNanos = Long.MIN_VALUE;
        /// When the batch was opened from which rows were taken last.
        long openedNanos;
        /// Since the lane was opened.
        long rowsTaken;

        LaneState(InputReader reader) {
            this.reader = reader;
            clock = JobInput.this.clock == null ? null : JobInput.this.clock.addLane(progress);
            lastActiveNanos = nowNanos;
        }

        /// Rows came, or a watermark: before they are handed on the lane holds the watermark again.
        void active() {
            lastActiveNanos = nowNanos;
            if (idle) {
                idle = false;
                JobInput.this.clock.idle(clock, false);
                presence.announce(true);
            }
        }

        @Override
        public void accept(Batch batch, long watermarks, int from, int to) {
            counters.rowsIn.add(to - from);
            counters.batches.add(1);
            own.rowsIn.add(to - from);
            openedNanos = reader.openedNanos();
            // A lane that was made before these rows were committed holds the watermark already.
            adopt();
            active();
            unflushed = true;
            int taken = to;
            if (clock == null) {
                chain.process(batch, 0, from, to);
            } else if (batch.schema().field(timeColumn).nullable()) {
                taken = timedRows(batch, watermarks, from, to);
            } else {
                taken = JobInput.this.clock.rows(clock, batch, watermarks, from, to);
            }
            rowsTaken += taken - from;
            if (taken < to) {
                counters.rowsIn.add(taken - to);
                own.rowsIn.add(taken - to);
                reader.keepFrom(taken);
            }
        }

        /// Hands on the rows that have a time, run by run, and counts the others.
        ///
        /// @return the row it came to
        private int timedRows(Batch batch, long watermarks, int from, int to) {
            long validity = batch.readable().address(timeColumn, ColumnAddresses.VALIDITY);
            int start = from;
            for (int row = from; row < to; row++) {
                if (!Bitmap.get(validity, row)) {
                    if (start < row) {
                        int taken = JobInput.this.clock.rows(clock, batch, watermarks, start, row);
                        if (turn.suspended()) {
                            return taken;
                        }
                    }
                    counters.rowsWithoutTime.add(1);
                    start = row + 1;
                }
            }
            return start < to ? JobInput.this.clock.rows(clock, batch, watermarks, start, to) : to;
        }
    }

    /// @param latencies null if they are not measured
    /// @param mostRows after which a round over the lanes goes on in the next turn
    /// @param idleTimeoutNanos 0 for never
    /// @param place of this part of the input
    /// @param order whether event times come in order
    JobInput(
            LogicalStep.Root root,
            Operator chain,
            Counters counters,
            LatencyRecorder latencies,
            Turn turn,
            int mostRows,
            long idleTimeoutNanos,
            Place place,
            OrderKernel order) {
        this.chain = chain;
        this.counters = counters;
        this.latencies = latencies;
        this.turn = turn;
        this.mostRows = mostRows;
        this.idleTimeoutNanos = idleTimeoutNanos;
        this.place = place;
        this.presence = place.presence();
        this.time = root.time();
        this.own = new InputCounters(root.name(), time.unit(), replayable(root));
        this.fromSource = root instanceof LogicalStep.FromSource;
        Watermark watermark = root.watermark();
        this.timeColumn = time instanceof StreamTime.Event event ? root.schema().indexOf(event.column()) : -1;
        this.clock = time instanceof StreamTime.Event event ? clock(timeColumn, event.unit(), watermark, order) : null;
        presence.follow(this::holdsTime);
    }

    /// A further lane. *Thread*: any.
    void add(InputReader lane) {
        presence.open();
        newLanes.add(lane);
    }

    /// One round over the lanes: all of them, or as many as give the most rows of a turn; it ends where an operator is
    /// suspended. The next one goes on behind it.
    ///
    /// @return rows taken, and lanes that came or went
    int poll(long nowNanos) {
        this.nowNanos = nowNanos;
        int work = adopt();
        if (clock == null) {
            advanceProcessingTime();
        } else if (clock.tick(nowNanos)) {
            unflushed = true;
            work++;
        }
        lookNanos = latencies == null ? 0 : System.nanoTime();
        for (int looks = lanes.size(); looks > 0 && work < mostRows && !turn.suspended(); looks--) {
            work += pollNext();
        }
        if (!turn.suspended()) {
            sayWhetherIdle();
        }
        own.watermark(clock == null ? Long.MIN_VALUE : clock.watermark());
        // What operators keep back goes on before others need not wait for it.
        unflushed |= !place.alone() && presence.announced() && !holdsTime();
        if (!turn.suspended()) {
            if (unflushed) {
                unflushed = false;
                chain.flush();
            }
            presence.announce(holdsTime());
        }
        return work;
    }

    /// An input whose producers were all closed, or have been idle for long, does not hold back the streams that it
    /// becomes one with; one that never had a producer does.
    private void sayWhetherIdle() {
        boolean now = clock != null && everFed && !clock.held();
        if (now != idle) {
            idle = now;
            unflushed = true;
            chain.idle(now);
        }
    }

    private int pollNext() {
        int at = Math.floorMod(nextLane, lanes.size());
        LaneState lane = lanes.get(at);
        int taken = lane.reader.poll(lane);
        if (latencies != null) {
            measure(lane, taken);
        }
        if (clock != null && !turn.suspended()) {
            // As for rows: before the lane's watermark or its end counts.
            adopt();
            followClock(lane, taken);
        }
        if (turn.suspended()) {
            // Its watermark, its end and what it has left are for a later turn.
            return taken;
        }
        nextLane = at - 1;
        if (lane.reader.drained()) {
            remove(at);
            return taken + 1;
        }
        return taken;
    }

    /// The rows were committed after the batch was opened, and after the lane was seen without them.
    private void measure(LaneState lane, int taken) {
        long looked = lookNanos;
        if (taken > 0) {
            lookNanos = System.nanoTime();
            latencies.record(lookNanos - Math.max(lane.emptyNanos, lane.openedNanos), taken);
        }
        if (lane.reader.atEnd()) {
            lane.emptyNanos = looked;
        }
    }

    private static boolean replayable(LogicalStep.Root root) {
        return root instanceof LogicalStep.FromSource from && from.source() instanceof ReplayableSource;
    }

    InputCounters counters() {
        return own;
    }

    /// Producers are refused from their next row on. A source is not: it was told to stop, and brings in what it has
    /// read.
    void refuseProducers() {
        if (!fromSource) {
            adopt();
            for (int i = 0; i < lanes.size(); i++) {
                lanes.get(i).reader.requestClose();
            }
        }
    }

    /// Whether every lane so far is closed and read to its end.
    boolean drained() {
        return lanes.isEmpty() && newLanes.isEmpty();
    }

    /// The input has ended: what windows are open fire. [#flush] follows when that is done.
    void end() {
        if (clock == null) {
            chain.advance(Long.MAX_VALUE);
        } else {
            clock.end();
            own.watermark(clock.watermark());
        }
    }

    void flush() {
        chain.flush();
    }

    /// How many rows of its source have been taken since it was opened.
    long sourceRows() {
        return lanes.isEmpty() ? sourceRows : lanes.getFirst().rowsTaken;
    }

    @Override
    public void writeTo(StateWriter out) {
        own.cut();
        if (clock == null) {
            out.value("time", processingTime);
            return;
        }
        clock.writeTo(out);
        out.value("progress", clock.progress(progress));
    }

    @Override
    public void readFrom(StateReader in) {
        if (clock == null) {
            processingTime = in.value("time");
            return;
        }
        clock.readFrom(in);
        progress = in.value("progress");
    }

    /// Leaves all lanes, read or not.
    void close() {
        adopt();
        // Their clocks stay: without them the watermark would rise and fire windows that are not whole.
        try (Scope leaving = new Scope()) {
            lanes.forEach(lane -> leaving.own(lane.reader));
            own.lanes.add(-lanes.size());
            lanes.clear();
        }
    }

    private int adopt() {
        int adopted = 0;
        for (InputReader lane = newLanes.poll(); lane != null; lane = newLanes.poll()) {
            lanes.add(new LaneState(lane));
            presence.adopt();
            presence.announce(true);
            own.lanes.add(1);
            everFed = true;
            adopted++;
        }
        return adopted;
    }

    private void remove(int index) {
        LaneState lane = lanes.remove(index);
        sourceRows = lane.rowsTaken;
        own.lanes.add(-1);
        lane.reader.close();
        if (clock != null) {
            clock.removeLane(lane.clock);
        }
    }

    /// Whether other workers have to wait for the time of this part.
    private boolean holdsTime() {
        return clock == null ? place.home() || !lanes.isEmpty() : clock.held();
    }

    private void advanceProcessingTime() {
        if (!holdsTime()) {
            return;
        }
        long now = time.unit().fromNanos(nowNanos);
        // The wall clock may be set back; time in a stream is not.
        if (now > processingTime) {
            processingTime = now;
            chain.advance(now);
        }
    }

    private void followClock(LaneState lane, int taken) {
        long stated = lane.reader.watermark();
        if (stated > lane.statedWatermark) {
            lane.statedWatermark = stated;
            lane.active();
            clock.stated(lane.clock, stated);
        } else if (taken == 0
                && !lane.idle
                && idleTimeoutNanos > 0
                && nowNanos - lane.lastActiveNanos >= idleTimeoutNanos) {
            lane.idle = true;
            clock.idle(lane.clock, true);
        }
    }

    private StreamClock clock(int timeColumn, TimeUnit unit, Watermark watermark, OrderKernel order) {
        return switch (watermark) {
            case Watermark.Bounded bounded ->
                new BoundedClock(
                        chain,
                        turn,
                        timeColumn,
                        unit.of(bounded.disorder()),
                        // Of several workers none knows whether all lanes are idle: who receives from them does.
                        bounded.advanceWhenIdle() && place.alone() ? unit : null,
                        order);
            case Watermark.Explicit _ -> new ExplicitClock(chain, turn);
            case Watermark.PerBatch batches ->
                new BatchClock(
                        chain,
                        turn,
                        timeColumn,
                        unit.of(batches.disorder()),
                        batches.interval().toNanos(),
                        batches.policy() == Watermark.PerBatch.Policy.MAX);
            case Watermark.None _ -> new BatchClock(chain, turn, timeColumn, 0, 0, false);
        };
    }
}
