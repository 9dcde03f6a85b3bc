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
/// Where there are several workers each ends the batches of its own rows, and those that bring rows together wait for
/// all of them.
/// A job that goes on from a checkpoint goes on in the batch that was open: the clock of batches stands still while
/// there is no job.
/// *Thread*: streams are added while the job is planned; then the worker.
public final class MicroBatches implements Stateful {
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

    private static final String INTERVAL = "interval";
    private static final String ENDED = "ended";
    private static final String ELAPSED = "elapsed nanos";
    private static final String ANNOUNCED = "announced";
    private static final String OPEN = "open";

    private final Turn turn;
    private final BatchTimes times;
    private final List<Operator> streams = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private long startNanos;
    /// The clock as it was seen last.
    private long nowNanos;
    /// How long before the first turn the first batch began: not at once where a job goes on.
    private long elapsedNanos;

    private boolean started;
    /// Whether operators have been told that time begins.
    private boolean announced;
    /// Batches that have ended.
    private long ended;
    /// Whether a batch is ending: some of the streams have been told.
    private boolean ending;
    /// The next stream to be told.
    private int next;
    /// Whether rows have come since the last batch ended.
    private boolean open;

    /// @param times of the job
    public MicroBatches(Turn turn, BatchTimes times) {
        this.turn = turn;
        this.times = times;
    }

    /// A further stream.
    void add(Operator head, States states) {
        if (streams.isEmpty()) {
            states.add("batches", this);
        }
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
            if (UNIT.fromNanos(nowNanos - startNanos) < (ended + 1) * interval) {
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

    /// Between turns no batch is ending.
    @Override
    public void writeTo(StateWriter out) {
        out.value(INTERVAL, times.interval());
        out.value(ENDED, ended);
        out.value(ELAPSED, started ? nowNanos - startNanos : 0);
        out.value(ANNOUNCED, announced ? 1 : 0);
        out.value(OPEN, open ? 1 : 0);
    }

    @Override
    public void readFrom(StateReader in) {
        in.require(INTERVAL, Long.toString(times.interval()));
        ended = in.value(ENDED);
        elapsedNanos = in.value(ELAPSED);
        announced = in.value(ANNOUNCED) == 1;
        open = in.value(OPEN) == 1;
    }

    private void start(long nowNanos) {
        started = true;
        startNanos = times.startNanos(nowNanos - elapsedNanos);
        if (announced) {
            return;
        }
        announced = true;
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
