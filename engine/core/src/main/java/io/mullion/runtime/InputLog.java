package io.mullion.runtime;

import io.mullion.batch.Batch;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateTable;
import io.mullion.batch.StateWriter;
import io.mullion.checkpoint.LogRecord;
import io.mullion.checkpoint.LogRecord.Kind;
import io.mullion.expr.DataType;
import io.mullion.expr.Field;
import io.mullion.expr.Schema;
import io.mullion.memory.Scope;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.Watermark;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What one worker adds to the log of an input: what it has taken of its lanes since the last checkpoint, and what was
/// said of time meanwhile.
///
/// The worker copies rows into a record that is handed over to [LogThread] as soon as that one has nothing to do, or
/// the record is full. Where all records are on their way to the disk it takes no rows. *Thread*: the worker, except
/// where it says otherwise. *Ownership*: of the records.
final class InputLog implements AutoCloseable {
    private static final int RECORDS = 8;
    /// Under which a checkpoint has the number of the first record behind it.
    static final String NEXT = "log";
    private static final String LANES = "lanes";
    private static final Schema LANE_COLUMNS = Schema.of(
            Field.of("lane", DataType.INT64),
            Field.of("rows", DataType.INT64),
            Field.of("progress", DataType.INT64),
            Field.of("open", DataType.INT64));

    private final LoggedInput log;
    private final int worker;
    private final int workers;
    private final LogThread thread;
    private final Scope records = new Scope();
    private final Queue<LogRecord> free = new ConcurrentLinkedQueue<>();
    /// Said, and in no record yet.
    private final Deque<Said> said = new ArrayDeque<>();
    /// What is being filled; null while none is free.
    private LogRecord open;

    /// Whether there was no room when some was wanted.
    private boolean starved;

    /// Null once all of the log has been taken.
    private LogReplay replay;

    private record Said(Kind kind, LoggedLane lane, long value) {}

    /// @param worker its number
    InputLog(LoggedInput log, int worker, LogThread thread, JobOptions options) {
        this.log = log;
        this.worker = worker;
        this.workers = options.workers();
        this.thread = thread;
        LogicalStep.FromInput input = log.input();
        try {
            for (int i = 0; i < RECORDS; i++) {
                LogRecord record = records.own(new LogRecord(
                        input.schema(),
                        options.batchRows(),
                        options.batchDataBytes(),
                        input.watermark() instanceof Watermark.Explicit,
                        thread.account()));
                log.add(record, free);
                free.add(record);
            }
        } catch (RuntimeException e) {
            records.close();
            throw e;
        }
    }

    /// That of all workers.
    LoggedInput log() {
        return log;
    }

    LoggedLane lane(int number) {
        return log.lane(number);
    }

    /// Whether an event of the log is the worker's to take, and no checkpoint has it.
    boolean takes(LogReplay replay) {
        return log.worker(replay.lane()) == worker && replay.record() >= lane(replay.lane()).fromRecord;
    }

    /// Lanes that were open when a checkpoint was taken: they hold the watermark until their producers are there again.
    List<LoggedLane> openLanes() {
        return log.lanesOf(worker).stream().filter(lane -> lane.open).toList();
    }

    /// Rows that the worker has taken and that are not safe yet. *Thread*: any.
    long unsafeRows() {
        // First what is safe, so that the difference is never below zero.
        return log.lanesOf(worker).stream()
                .mapToLong(lane -> -lane.durable.get() + lane.rows.get())
                .map(rows -> Math.max(0, rows))
                .sum();
    }

    void writeTo(StateWriter out) {
        if (open != null && !open.isEmpty()) {
            handOver();
        }
        out.value(NEXT, replay == null ? log.nextRecord() : replay.record());
        StateTable table = out.table(LANES, LANE_COLUMNS);
        for (LoggedLane lane : log.lanesOf(worker)) {
            lane.cutRows = lane.rows.get();
            table.row(0).set(0, lane.number).set(1, lane.cutRows);
            table.set(2, lane.progress).set(3, lane.open ? 1 : 0).next();
        }
        thread.cut();
    }

    void readFrom(StateReader in) {
        long next = in.value(NEXT, 0);
        log.from(next);
        for (StateReader.Table table : in.tables(LANES)) {
            table.require(LANE_COLUMNS);
            table.forEach(rows -> {
                for (int row = 0; row < rows.readable().rowLimit; row++) {
                    LoggedLane lane = lane((int) rows.int64(0, row));
                    lane.rows.set(rows.int64(1, row));
                    lane.progress = rows.int64(2, row);
                    lane.open = rows.int64(3, row) == 1;
                    lane.fromRecord = next;
                }
            });
        }
    }

    /// The checkpoint that was taken last is whole.
    void saved() {
        log.lanesOf(worker).forEach(lane -> lane.safe(lane.cutRows));
    }

    /// What the log has behind the checkpoint is taken first. *Thread*: that which starts the job, behind
    /// [LoggedInput#recover].
    ///
    /// @param over whether the job had come to its end: nothing of the log is taken
    void begin(boolean over) {
        replay = over ? null : log.replay();
        open = free.poll();
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
        say(Kind.OPENED, lane, workers);
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
                throw new IllegalStateException(
                        "no record has room for a row: input=" + log.input().name());
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
        log.handOver(open);
        open = free.poll();
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
