package io.mullion.runtime;

import io.mullion.batch.StateReader;
import io.mullion.checkpoint.LogReader;
import io.mullion.checkpoint.LogRecord;
import io.mullion.checkpoint.LogRecord.Kind;
import io.mullion.checkpoint.LogSegment;
import io.mullion.checkpoint.LogWriter;
import io.mullion.plan.LogicalStep;
import io.mullion.spec.MullionException;
import io.mullion.spec.MullionException.Reason;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of one input: its lanes, whichever workers take their rows, and the records that the workers have handed
/// over, in one order for all.
///
/// Lanes are dealt out to the workers by their numbers, so each worker of a job that goes on takes from the log what
/// its own lanes had, however many workers have written it. *Thread*: any, but for what says otherwise.
final class LoggedInput {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedInput.class);

    private final LogSegment.Log log;
    private final LogicalStep.FromInput input;
    private final LogThread thread;
    private final int workers;
    /// Under its lock.
    private final List<LoggedLane> lanes = new ArrayList<>();
    /// How many have been asked for. Under the lock of the lanes.
    private int asked;
    private final Queue<LogRecord> full = new ConcurrentLinkedQueue<>();
    /// To whom each record goes back. Written before the workers run.
    private final Map<LogRecord, Queue<LogRecord>> homes = new IdentityHashMap<>();
    /// Under the lock of the queue, in which records are in order of their numbers.
    private long nextRecord;
    /// The first record that any lane needs of the log that was there. *Thread*: that which starts the job.
    private long firstRecord = Long.MAX_VALUE;
    /// Behind the last one of it.
    private long endRecord;

    /// @param number of the input in the pipeline
    /// @param workers of the job
    LoggedInput(int number, LogicalStep.FromInput input, LogThread thread, int workers) {
        this.log = new LogSegment.Log(number, 0);
        this.input = input;
        this.thread = thread;
        this.workers = workers;
    }

    LogSegment.Log log() {
        return log;
    }

    LogicalStep.FromInput input() {
        return input;
    }

    /// Which worker has a lane.
    int worker(int lane) {
        return (log.input() + lane) % workers;
    }

    /// Which worker has the next lane that is asked for.
    int nextWorker() {
        synchronized (lanes) {
            return worker(asked);
        }
    }

    /// The next lane that is asked for.
    LoggedLane newLane() {
        synchronized (lanes) {
            return lane(asked++);
        }
    }

    LoggedLane lane(int number) {
        synchronized (lanes) {
            while (lanes.size() <= number) {
                lanes.add(new LoggedLane(lanes.size()));
            }
            return lanes.get(number);
        }
    }

    /// Those that a worker has.
    List<LoggedLane> lanesOf(int worker) {
        synchronized (lanes) {
            return lanes.stream().filter(lane -> worker(lane.number) == worker).toList();
        }
    }

    /// A record that goes back to a queue when it is safe. Before the workers run.
    void add(LogRecord record, Queue<LogRecord> home) {
        homes.put(record, home);
    }

    /// Number of the next record that is handed over.
    long nextRecord() {
        synchronized (full) {
            return nextRecord;
        }
    }

    /// Takes a record that has been filled.
    void handOver(LogRecord record) {
        synchronized (full) {
            record.number(nextRecord++);
            full.add(record);
        }
        thread.wake();
    }

    /// A worker of the job before needed the log from a record on. *Thread*: that which starts the job.
    void from(long record) {
        firstRecord = Math.min(firstRecord, record);
    }

    /// Whether a checkpoint has a log of the input.
    static boolean isIn(StateReader in) {
        return in.value(InputLog.NEXT, -1) >= 0;
    }

    /// Looks at the log behind the checkpoint, and begins to go on behind it. *Thread*: that which starts the job.
    void recover() {
        if (firstRecord == Long.MAX_VALUE) {
            firstRecord = 0;
        }
        long segment;
        try (LogReader reader = reader()) {
            LoggedLane[] found = lookThrough(reader);
            reader.faults().forEach(fault -> LOG.warn("in the log of input {}: {}", input.name(), fault));
            reader.force();
            nextRecord = reader.end();
            endRecord = nextRecord;
            segment = reader.freshSegment();
            for (LoggedLane lane : found) {
                lane.safe(lane.recorded);
            }
        }
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

    /// What a worker has to take of the log; null if there is nothing. Behind [#recover].
    LogReplay replay() {
        return endRecord > firstRecord ? new LogReplay(reader()) : null;
    }

    private LogReader reader() {
        return new LogReader(
                thread.disk(), thread.folder(), log, input.name(), input.schema(), firstRecord, thread.account());
    }

    /// Counts the rows of each lane up to the end of the log. Where several workers have written it, or take it now,
    /// what it has of one lane has no order among that of others: a lane that came to be holds the watermark from the
    /// beginning on, and until it has ended for the last time, so that no row is late for what others had meanwhile.
    private LoggedLane[] lookThrough(LogReader reader) {
        lanesNow().forEach(lane -> lane.recorded = lane.rows.get());
        boolean several = workers > 1;
        List<LoggedLane> opened = new ArrayList<>();
        while (reader.next()) {
            for (int event = 0; event < reader.events(); event++) {
                LoggedLane lane = lane(reader.lane(event));
                if (reader.end() - 1 < lane.fromRecord) {
                    continue;
                }
                lane.endsThatPass += lane.endsLast ? 1 : 0;
                lane.endsLast = reader.kind(event) == Kind.CLOSED;
                switch (reader.kind(event)) {
                    case ROWS -> count(lane, reader.value(event), reader.count(event));
                    case OPENED -> {
                        several |= reader.value(event) > 1;
                        opened.add(lane);
                    }
                    case WATERMARK, CLOSED -> {}
                }
            }
        }
        if (several) {
            opened.forEach(lane -> lane.open = true);
        } else {
            lanesNow().forEach(lane -> lane.endsThatPass = 0);
        }
        return lanesNow().toArray(LoggedLane[]::new);
    }

    private void count(LoggedLane lane, long first, int count) {
        if (first > lane.recorded) {
            throw new MullionException(
                    Reason.CHECKPOINT,
                    "the log has no rows that were safe: input=" + input.name() + ", lane=" + lane.number + ", rows="
                            + lane.recorded + ", next=" + first);
        }
        lane.recorded = Math.max(lane.recorded, first + count);
    }

    private List<LoggedLane> lanesNow() {
        synchronized (lanes) {
            return List.copyOf(lanes);
        }
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
        homes.get(record).add(record);
    }
}
