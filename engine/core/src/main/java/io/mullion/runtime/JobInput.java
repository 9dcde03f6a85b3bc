package io.mullion.runtime;

import io.mullion.batch.Counters;
import io.mullion.batch.LatencyRecorder;
import io.mullion.batch.Operator;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.batch.Turn;
import io.mullion.codegen.OrderKernel;
import io.mullion.exchange.Presence;
import io.mullion.ingest.InputReader;
import io.mullion.memory.Scope;
import io.mullion.plan.LogicalStep;
import io.mullion.plan.StreamTime;
import io.mullion.spec.MullionException;
import io.mullion.spec.Watermark;
import io.mullion.window.StreamClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// One input of a job: its lanes, its clock, and the chain of operators that takes its rows.
///
/// *Thread*: the worker, except [#add] and the counters.
final class JobInput implements Stateful {
    final Operator chain;
    final Counters counters;
    final InputCounters own;
    /// Null if latencies are not measured.
    private final LatencyRecorder latencies;
    final Turn turn;
    private final int mostRows;
    private final StreamTime time;
    private final boolean fromSource;
    /// What the lanes had come to, at least, when a checkpoint was taken: what those after it begin with.
    long progress = Long.MIN_VALUE;
    private final LanesBefore before = new LanesBefore();
    /// Whether the operators, which may not be those that a checkpoint speaks of, know the time of it.
    private boolean told = true;

    /// Rows taken of the lane of the source, when it was there last.
    private long sourceRows;
    final int timeColumn;
    final StreamClock clock;
    final Presence presence;
    private final Place place;
    private final long idleTimeoutNanos;
    private final ConcurrentLinkedQueue<NewLane> newLanes = new ConcurrentLinkedQueue<>();
    private final List<InputLane> lanes = new ArrayList<>();
    private long processingTime = Long.MIN_VALUE;
    long nowNanos;
    /// Before a lane was looked at.
    private long lookNanos;
    /// The lane that is next in the round; behind the first one comes the newest.
    private int nextLane = -1;
    /// Whether rows were handed on that were not flushed.
    boolean unflushed;
    /// Null if the input is not logged.
    InputLog log;
    /// Whether no producer will be taken any more.
    private boolean refused;
    /// Whether there has been a turn.
    private boolean begun;
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

    /// @param logged null if the input is not logged
    private record NewLane(InputReader reader, LoggedLane logged) {}

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
        this.own = InputCounters.of(root);
        this.fromSource = root instanceof LogicalStep.FromSource;
        Watermark watermark = root.watermark();
        this.timeColumn = time instanceof StreamTime.Event event ? root.schema().indexOf(event.column()) : -1;
        this.clock = time instanceof StreamTime.Event event
                ? InputClocks.of(chain, turn, timeColumn, event.unit(), watermark, place.alone(), order)
                : null;
        presence.follow(this::holdsTime);
    }

    /// Has the input logged. Before all else.
    void logged(InputLog log) {
        this.log = log;
        own.logged(log);
    }

    /// Null if the input is not logged.
    InputLog log() {
        return log;
    }

    /// A further lane. *Thread*: any.
    ///
    /// @param logged null if the input is not logged
    void add(InputReader lane, LoggedLane logged) {
        presence.open();
        newLanes.add(new NewLane(lane, logged));
    }

    /// One round over the lanes: all of them, or as many as give the most rows of a turn; it ends where an operator is
    /// suspended. The next one goes on behind it.
    ///
    /// @return rows taken, and lanes that came or went
    int poll(long nowNanos) {
        this.nowNanos = nowNanos;
        if (!told) {
            told = true;
            chain.advance(clock == null ? processingTime : clock.watermark());
            return 1;
        }
        if (!begun) {
            begin();
        }
        int work = adopt();
        if (clock == null) {
            advanceProcessingTime();
        } else if (clock.tick(nowNanos)) {
            unflushed = true;
            work++;
        }
        lookNanos = latencies == null ? 0 : System.nanoTime();
        if (log != null) {
            work += replay();
        }
        for (int looks = lanes.size(); looks > 0 && work < mostRows && !turn.suspended() && !replaying(); looks--) {
            work += pollNext();
        }
        if (log != null && log.turn()) {
            work++;
        }
        if (!turn.suspended()) {
            sayWhetherIdle();
        }
        own.watermark(clock == null ? Long.MIN_VALUE : clock.watermark());
        // What operators keep back goes on before others need not wait for it.
        unflushed |= !place.alone() && presence.announced() && !holdsTime();
        if (!turn.suspended()) {
            if (unflushed) {
                flush();
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
        InputLane lane = lanes.get(at);
        if (lane.gathers(nowNanos)) {
            nextLane = at - 1;
            return 1;
        }
        int taken = lane.poll(nowNanos);
        if (latencies != null && lane.reader != null) {
            lookNanos = lane.measure(latencies, taken, lookNanos);
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
        if (lane.reader == null ? refused : lane.reader.drained()) {
            remove(at);
            return taken + 1;
        }
        return taken;
    }

    InputCounters counters() {
        return own;
    }

    /// Producers are refused from their next row on. A source is not: it was told to stop, and brings in what it has
    /// read.
    void refuseProducers() {
        if (!fromSource) {
            refused = true;
            adopt();
            for (int i = 0; i < lanes.size(); i++) {
                if (lanes.get(i).reader != null) {
                    lanes.get(i).reader.requestClose();
                }
            }
        }
    }

    /// Whether every lane so far is closed and read to its end.
    boolean drained() {
        return lanes.isEmpty() && newLanes.isEmpty() && !replaying();
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

    /// All that was handed on belongs together, and operators let go of what they keep back for no other reason.
    void flush() {
        unflushed = false;
        chain.flush();
    }

    /// The checkpoint that was written last is whole.
    void saved() {
        own.cutSaved();
        if (log != null) {
            log.saved();
        }
    }

    /// How many rows of its source have been taken since it was opened.
    long sourceRows() {
        return lanes.isEmpty() ? sourceRows : lanes.getFirst().rowsTaken;
    }

    @Override
    public void writeTo(StateWriter out) {
        own.cut();
        if (log != null) {
            lanes.forEach(this::noteProgress);
            log.writeTo(out);
        }
        if (clock == null) {
            out.value("time", place.alone() ? processingTime : presence.receivedTime());
            return;
        }
        clock.writeTo(out, place.alone() ? clock.watermark() : presence.receivedTime());
        LanesBefore.write(out, lanes.size(), clock, progress, everFed);
    }

    /// Of several workers each wrote the time that those had come to who receive its rows, which is the same: what it
    /// knew for itself was not told to any operator that has state.
    @Override
    public void readFrom(StateReader in) {
        if (log != null) {
            log.readFrom(in);
        } else if (LoggedInput.isIn(in)) {
            throw MullionException.invalid("the input was logged, and is no more");
        }
        if (clock == null) {
            processingTime = Math.max(processingTime, in.value("time"));
            return;
        }
        clock.readFrom(in);
        before.readFrom(in);
    }

    @Override
    public void restored() {
        progress = before.progress();
        everFed = before.gone();
        presence.fed(everFed);
        long time = clock == null ? processingTime : clock.watermark();
        if (!place.alone() && time > Long.MIN_VALUE) {
            told = false;
            presence.restored(time);
        }
    }

    /// Logged lanes that were open at the checkpoint hold the watermark, whether or not their producers are there.
    private void begin() {
        begun = true;
        if (log != null) {
            log.openLanes().forEach(lane -> {
                presence.adopt();
                recovered(lane.number);
            });
        }
    }

    /// What the log has behind the checkpoint is to be taken first, and other workers know of its lanes before they
    /// begin.
    ///
    /// @param over whether the job had come to its end: nothing is taken
    void recoverLog(boolean over) {
        log.begin(over);
        log.openLanes().forEach(_ -> presence.open());
    }

    /// Leaves all lanes, read or not.
    void close() {
        if (log != null) {
            log.end();
        }
        adoptAll();
        // Their clocks stay: without them the watermark would rise and fire windows that are not whole.
        try (Scope leaving = new Scope()) {
            for (InputLane lane : lanes) {
                if (lane.reader != null) {
                    leaving.own(lane.reader);
                }
            }
            own.lanes.add(-lanes.size());
            lanes.clear();
        }
    }

    private boolean replaying() {
        return log != null && log.replay() != null;
    }

    /// What a log has is taken before new lanes are looked at: they were not there when it was written.
    int adopt() {
        return replaying() ? 0 : adoptAll();
    }

    private int adoptAll() {
        int adopted = 0;
        for (NewLane lane = newLanes.poll(); lane != null; lane = newLanes.poll()) {
            presence.adopt();
            if (lane.logged == null) {
                join(new InputLane(this, lane.reader, null));
            } else {
                recovered(lane.logged.number).reader = lane.reader;
            }
            adopted++;
        }
        return adopted;
    }

    private InputLane join(InputLane lane) {
        lanes.add(lane);
        presence.announce(true);
        own.lanes.add(1);
        everFed = true;
        return lane;
    }

    /// The logged lane of a number, which joins the others if it is not among them.
    private InputLane recovered(int number) {
        for (int i = 0; i < lanes.size(); i++) {
            if (lanes.get(i).logged.number == number) {
                return lanes.get(i);
            }
        }
        LoggedLane logged = log.lane(number);
        if (!replaying()) {
            log.opened(logged);
        }
        logged.open = true;
        return join(new InputLane(this, null, logged));
    }

    /// Takes some of what the log has.
    private int replay() {
        int work = 0;
        LogReplay replay = log.replay();
        while (replay != null && work < mostRows && !turn.suspended()) {
            if (!replay.advance()) {
                log.replayed();
                return work + 1 + adopt();
            }
            work += log.takes(replay) ? replay(replay) : replay.skip();
        }
        return work;
    }

    private int replay(LogReplay replay) {
        InputLane lane = recovered(replay.lane());
        switch (replay.kind()) {
            case ROWS -> {
                return replay.takenBy(lane);
            }
            case WATERMARK -> state(lane, replay.value());
            case OPENED -> {}
            case CLOSED -> {
                if (!lane.logged.endPasses()) {
                    remove(lanes.indexOf(lane));
                }
            }
        }
        return 1;
    }

    private void remove(int index) {
        InputLane lane = lanes.remove(index);
        sourceRows = lane.rowsTaken;
        own.lanes.add(-1);
        if (lane.reader != null) {
            lane.reader.close();
        }
        if (log != null) {
            noteProgress(lane);
            if (replaying()) {
                lane.logged.open = false;
            } else {
                log.closed(lane.logged);
            }
        }
        if (clock != null) {
            clock.removeLane(lane.clock);
        }
    }

    private void noteProgress(InputLane lane) {
        if (clock != null) {
            lane.logged.progress = lane.clock.progress();
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

    private void followClock(InputLane lane, int taken) {
        long stated = lane.reader == null ? Long.MIN_VALUE : lane.reader.watermark();
        if (stated > lane.statedWatermark) {
            if (log != null) {
                if (!log.hasRoom()) {
                    return;
                }
                log.watermark(lane.logged, stated);
            }
            state(lane, stated);
        } else if (taken == 0
                && !lane.idle
                && idleTimeoutNanos > 0
                && nowNanos - lane.lastActiveNanos >= idleTimeoutNanos) {
            lane.idle = true;
            clock.idle(lane.clock, true);
        }
    }

    private void state(InputLane lane, long watermark) {
        lane.statedWatermark = Math.max(lane.statedWatermark, watermark);
        lane.active();
        clock.stated(lane.clock, watermark);
    }
}
