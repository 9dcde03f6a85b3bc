package io.mullion.batch;

import io.mullion.expr.TimeUnit;
import java.util.ArrayList;
import java.util.List;

/// The micro-batches of a part of a job: when one ends by the engine's clock, and who is told.
///
/// The time of a stream in micro-batches is the end of the last batch that has ended, counted from the first turn of
/// the job: batch k, from 1 on, has ended when time has come to k intervals. All such streams of a job have one
/// interval, and those of one part of it come to the end of a batch together, before any row of the next one is handed
/// on. An operator there sees [Operator#advance] with 0 before the first row, then once for each batch behind the rows
/// of that batch, and never for the end of input. So what it hands on for a batch is handed on within the same batch.
/// Where there are several workers each ends the batches of its own rows, at its own moment, and those that bring rows
/// together wait for all of them. One that another has ended has ended for all.
/// *Thread*: streams are added while the job is planned; then the worker.
public final class MicroBatches {
    /// The unit of the time.
    public static final TimeUnit UNIT = TimeUnit.MICROS;

    /// Time before the first batch.
    public static final long START = 0;

    /// Gives the rows of a batch when it ends.
    public interface Reader {
        /// Hands on the rows of the batch that is about to end.
        ///
        /// @param end of the batch, as the time of its stream
        void read(long end);
    }

    private final Turn turn;
    private final BatchTimes times;
    private final List<Operator> streams = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private long startNanos;
    /// The clock as it was seen last.
    private long nowNanos;

    private boolean started;
    /// Batches that have ended.
    private long ended;
    /// Whether a batch is ending: some of the streams have been told.
    private boolean ending;
    /// The next stream to be told.
    private int next;
    /// Whether rows have come since the last batch ended.
    private boolean open;
    /// Whether it is known to all that no input comes any more.
    private boolean drained;

    /// @param times of the job
    public MicroBatches(Turn turn, BatchTimes times) {
        this.turn = turn;
        this.times = times;
        times.add(this);
    }

    /// A further stream.
    void add(Operator head) {
        streams.add(head);
    }

    /// Whether there are any.
    public boolean hasStreams() {
        return !streams.isEmpty();
    }

    /// Something that is asked for the rows of each batch when it ends.
    public void add(Reader reader) {
        readers.add(reader);
    }

    /// Whether there are streams whose rows come when a batch ends.
    public boolean reading() {
        return !readers.isEmpty();
    }

    /// A row has come to one of the streams.
    void opened() {
        open = true;
    }

    /// Whether rows have come since the last batch ended.
    boolean isOpen() {
        return open;
    }

    /// The clock as it was seen last.
    long nowNanos() {
        return nowNanos;
    }

    /// Whether as many batches have ended as are wanted.
    public boolean done() {
        return times.most() > 0 && ended == times.most();
    }

    /// Whether a batch is ending, and neither rows nor time may be handed on.
    public boolean ending() {
        return ending;
    }

    /// Ends the batch that is due, or goes on with it: one a turn at most. Also where there is no stream, so that it is
    /// known when the last one has ended.
    ///
    /// @return whether there was one
    public boolean run(long nowNanos) {
        this.nowNanos = nowNanos;
        long interval = times.interval();
        if (interval == 0 || done()) {
            return false;
        }
        if (!started) {
            start(nowNanos);
        }
        if (!ending) {
            if (ended >= times.ended() && UNIT.fromNanos(nowNanos - startNanos) < (ended + 1) * interval) {
                return false;
            }
            if (!times.end(ended + 1)) {
                return false;
            }
            for (int i = 0; i < readers.size(); i++) {
                readers.get(i).read((ended + 1) * interval);
            }
            ending = true;
        }
        goOn();
        return true;
    }

    /// The inputs of the worker have come to their end: batches go on until those of all workers have. Each sees the
    /// ends of the same ones, and one that is ahead has windows that are not over.
    ///
    /// @return whether they have
    public boolean drained() {
        if (times.interval() == 0) {
            return true;
        }
        if (!drained) {
            drained = true;
            times.drained();
        }
        return times.lastEnds() && ended >= times.ended();
    }

    /// The input has ended: so does the batch that has rows.
    ///
    /// @return whether that is done; else an operator is suspended
    public boolean end() {
        ending |= open && !done();
        if (ending) {
            goOn();
        }
        return !ending;
    }

    private void start(long nowNanos) {
        started = true;
        startNanos = times.startNanos(nowNanos);
        if (times.begun()) {
            ended = times.endedBefore();
            open = times.openBefore();
            return;
        }
        for (int i = 0; i < streams.size(); i++) {
            streams.get(i).advance(START);
        }
    }

    private void goOn() {
        long time = (ended + 1) * times.interval();
        while (next < streams.size() && !turn.suspended()) {
            streams.get(next++).advance(time);
        }
        if (turn.suspended()) {
            return;
        }
        ended++;
        next = 0;
        open = false;
        ending = false;
    }
}
