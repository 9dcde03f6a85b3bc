package io.mullion.runtime;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.checkpoint.LogReader;
import io.mullion.checkpoint.LogRecord;
import io.mullion.checkpoint.LogRecord.Kind;
import io.mullion.checkpoint.LogSegment;
import io.mullion.checkpoint.LogWriter;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.Scope;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import io.mullion.spec.Watermark;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of one input at one worker: what the worker has taken of its lanes since the last checkpoint, and what was
/// said of time meanwhile.
///
/// The worker copies rows into a record that is handed to [LogThread] as soon as that one has nothing to do, or the
/// record is full. Where all records are on their way to the disk it takes no rows. *Thread*: the worker, except where
/// it says otherwise. *Ownership*: of the records.
final class InputLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InputLog.class);
    private static final int RECORDS = 8;
    /// Under which a checkpoint has the number of the first record behind it.
    static final String NEXT = "log";
    private static final String LANES = "lanes";
    private static final Schema LANE_COLUMNS = Schema.of(
            Field.of("lane", DataType.INT64),
            Field.of("rows", DataType.INT64),
            Field.of("progress", DataType.INT64),
            Field.of("open", DataType.INT64));

    private final LogSegment.Log log;
    private final LogicalStep.FromInput input;
    private final LogThread thread;
    private final Scope records = new Scope();
    private final Queue<LogRecord> free = new ConcurrentLinkedQueue<>();
    private final Queue<LogRecord> full = new ConcurrentLinkedQueue<>();
    /// *Thread*: any, under its lock.
    private final List<LoggedLane> lanes = new ArrayList<>();
    /// How many have been asked for. *Thread*: any, under the lock of the lanes.
    private int asked;
    /// Said, and in no record yet.
    private final Deque<Said> said = new ArrayDeque<>();
    /// What is being filled; null while none is free.
    private LogRecord open;

    /// Whether there was no room when some was wanted.
    private boolean starved;

    private long nextRecord;
    /// Null once all of the log has been taken.
    private LogReplay replay;

    private record Said(Kind kind, LoggedLane lane, long value) {}

    InputLog(LogSegment.Log log, LogicalStep.FromInput input, LogThread thread, JobOptions options) {
        this.log = log;
        this.input = input;
        this.thread = thread;
        try {
            for (int i = 0; i < RECORDS; i++) {
                free.add(records.own(new LogRecord(
                        input.schema(),
                        options.batchRows(),
                        options.batchDataBytes(),
                        input.watermark() instanceof Watermark.Explicit,
                        thread.account())));
            }
        } catch (RuntimeException e) {
            records.close();
            throw e;
        }
    }

    LogSegment.Log log() {
        return log;
    }

    /// The next lane that is asked for. *Thread*: any.
    LoggedLane newLane() {
        synchronized (lanes) {
            return lane(asked++);
        }
    }

    /// *Thread*: any.
    LoggedLane lane(int number) {
        synchronized (lanes) {
            while (lanes.size() <= number) {
                lanes.add(new LoggedLane(lanes.size()));
            }
            return lanes.get(number);
        }
    }

    /// Lanes that were open when a checkpoint was taken: they hold the watermark until their producers are there again.
    List<LoggedLane> openLanes() {
        synchronized (lanes) {
            return lanes.stream().filter(lane -> lane.open).toList();
        }
    }

    /// Rows that the worker has taken and that are not safe yet. *Thread*: any.
    long unsafeRows() {
        synchronized (lanes) {
            // First what is safe, so that the difference is never below zero.
            return lanes.stream()
                    .mapToLong(lane -> -lane.durable.get() + lane.rows.get())
                    .map(rows -> Math.max(0, rows))
                    .sum();
        }
    }

    void writeTo(StateWriter out) {
        if (open != null && !open.isEmpty()) {
            handOver();
        }
        out.value(NEXT, replay == null ? nextRecord : replay.record());
        StateTable table = out.table(LANES, LANE_COLUMNS);
        synchronized (lanes) {
            for (LoggedLane lane : lanes) {
                lane.cutRows = lane.rows.get();
                table.row(0).set(0, lane.number).set(1, lane.cutRows);
                table.set(2, lane.progress).set(3, lane.open ? 1 : 0).next();
            }
        }
        thread.cut();
    }

    void readFrom(StateReader in) {
        nextRecord = in.value(NEXT, 0);
        for (StateReader.Table table : in.tables(LANES)) {
            table.require(LANE_COLUMNS);
            table.forEach(rows -> {
                for (int row = 0; row < rows.readable().rowLimit; row++) {
                    LoggedLane lane = lane((int) rows.int64(0, row));
                    lane.rows.set(rows.int64(1, row));
                    lane.progress = rows.int64(2, row);
                    lane.open = rows.int64(3, row) == 1;
                }
            });
        }
    }

    /// Whether a checkpoint has a log of the input.
    static boolean isIn(StateReader in) {
        return in.value(NEXT, -1) >= 0;
    }

    /// The checkpoint that was taken last is whole.
    void saved() {
        synchronized (lanes) {
            lanes.forEach(lane -> lane.safe(lane.cutRows));
        }
    }

    /// Looks at the log behind the checkpoint, and begins to go on behind it. *Thread*: that which starts the job.
    ///
    /// @param over whether the job had come to its end: nothing of the log is taken
    void recover(boolean over) {
        long from = nextRecord;
        long segment;
        try (LogReader reader = reader(from)) {
            long[] rows = count(reader);
            reader.faults().forEach(fault -> LOG.warn("in the log of input {}: {}", input.name(), fault));
            reader.force();
            nextRecord = reader.end();
            segment = reader.freshSegment();
            for (int number = 0; number < rows.length; number++) {
                lane(number).safe(rows[number]);
            }
        }
        if (nextRecord > from && !over) {
            replay = new LogReplay(reader(from));
        }
        open = free.poll();
        thread.add(
                this,
                new LogWriter(
                        thread.disk(),
                        thread.folder(),
                        log,
                        input.name(),
                        input.schema(),
                        segment,
                        nextRecord,
                        thread.account()));
    }

    private LogReader reader(long from) {
        return new LogReader(thread.disk(), thread.folder(), log, input.name(), input.schema(), from, thread.account());
    }

    /// How many rows there are of each lane, up to the end of the log.
    private long[] count(LogReader reader) {
        List<Long> rows = new ArrayList<>();
        synchronized (lanes) {
            lanes.forEach(lane -> rows.add(lane.rows.get()));
        }
        while (reader.next()) {
            for (int event = 0; event < reader.events(); event++) {
                int lane = reader.lane(event);
                while (rows.size() <= lane) {
                    rows.add(0L);
                }
                if (reader.kind(event) == Kind.ROWS) {
                    if (reader.value(event) > rows.get(lane)) {
                        throw new MullionException(
                                Reason.CHECKPOINT,
                                "the log has no rows that were safe: input=" + input.name() + ", lane=" + lane
                                        + ", rows=" + rows.get(lane) + ", next=" + reader.value(event));
                    }
                    rows.set(lane, Math.max(rows.get(lane), reader.value(event) + reader.count(event)));
                }
            }
        }
        return rows.stream().mapToLong(Long::longValue).toArray();
    }

    /// What is to be taken of the log before rows of producers are; null if nothing is.
    LogReplay replay() {
        return replay;
    }

    void replayed() {
        replay.close();
        replay = null;
    }

    void opened(LoggedLane lane) {
        lane.open = true;
        say(Kind.OPENED, lane, 0);
    }

    void closed(LoggedLane lane) {
        lane.open = false;
        say(Kind.CLOSED, lane, 0);
    }

    void watermark(LoggedLane lane, long time) {
        say(Kind.WATERMARK, lane, time);
    }

    private void say(Kind kind, LoggedLane lane, long value) {
        said.add(new Said(kind, lane, value));
        sayAll();
    }

    /// Whether something that is said now finds room.
    boolean hasRoom() {
        return sayAll() && findRoom();
    }

    /// Copies rows that may be taken.
    ///
    /// @return how many there is room for; [#rows] says how many of them were taken
    int copy(Batch batch, int from, int to) {
        if (!sayAll()) {
            return 0;
        }
        while (findRoom()) {
            int copied = open.copy(batch, from, to);
            if (copied > 0) {
                return copied;
            }
            if (open.isEmpty()) {
                throw new IllegalStateException("no record has room for a row: input=" + input.name());
            }
            handOver();
        }
        return 0;
    }

    /// The first of the rows that were copied last have been taken.
    ///
    /// @param watermarks address of what was stated before each of them; 0 if nothing is
    void rows(LoggedLane lane, int count, long watermarks) {
        if (count == 0) {
            return;
        }
        long first = lane.rows.getPlain();
        open.rows(lane.number, first, count, watermarks);
        lane.rows.lazySet(first + count);
    }

    /// Hands over what there is if nobody else has work for the disk.
    ///
    /// @return whether there is room again for rows that there was none for
    boolean turn() {
        sayAll();
        if (thread.idle()) {
            if (open != null && !open.isEmpty()) {
                handOver();
            }
            thread.turn();
        }
        boolean again = starved && !free.isEmpty();
        starved &= !again;
        return again;
    }

    /// Hands over what is left.
    void end() {
        if (sayAll() && open != null && !open.isEmpty()) {
            handOver();
        }
    }

    private boolean sayAll() {
        while (!said.isEmpty()) {
            if (!findRoom()) {
                return false;
            }
            Said next = said.remove();
            open.event(next.kind, next.lane.number, next.value);
        }
        return true;
    }

    private boolean findRoom() {
        if (open != null && !open.hasRoom()) {
            handOver();
        }
        if (open == null) {
            open = free.poll();
        }
        starved |= open == null;
        return open != null;
    }

    private void handOver() {
        open.number(nextRecord++);
        full.add(open);
        open = free.poll();
        thread.wake();
    }

    /// Brings what was handed over to who writes it. *Thread*: that which writes.
    void pass(LogWriter writer) {
        for (LogRecord record = full.poll(); record != null; record = full.poll()) {
            writer.add(record);
        }
    }

    /// *Thread*: that which writes.
    boolean passing() {
        return !full.isEmpty();
    }

    /// A record is safe on the disk. *Thread*: that which writes.
    void done(LogRecord record) {
        for (int event = 0; event < record.events(); event++) {
            if (record.kind(event) == Kind.ROWS) {
                lane(record.lane(event)).safe(record.value(event) + record.count(event));
            }
        }
        record.clear();
        free.add(record);
    }

    /// When nobody writes any more.
    @Override
    public void close() {
        if (replay != null) {
            replayed();
        }
        records.close();
    }
}
