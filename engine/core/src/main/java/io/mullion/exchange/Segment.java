package io.mullion.exchange;

import io.mullion.batch.BatchTimes;
import io.mullion.batch.MicroBatches;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.Site;
import io.mullion.batch.StageTimes;
import io.mullion.batch.Timetable;
import io.mullion.batch.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What a worker does of a job between two exchanges: operators that are suspended together, and wait together for room
/// in the channels that they send to.
///
/// *Thread*: the worker's, once the job is planned.
public final class Segment {
    private final boolean everywhere;
    private final Turn turn;
    private final Timetable timetable;
    private final BatchTimes times;
    private final MicroBatches batches;
    private final List<Receiver> receivers = new ArrayList<>();
    private final List<SendOperator> senders = new ArrayList<>();
    /// Null where no rows of micro-batches come.
    private BatchReceiver batchReceiver;

    private boolean ended;
    /// What hands on what operators keep back, and says whether there was anything.
    private final List<BooleanSupplier> keepers = new ArrayList<>();
    /// Whether operators keep nothing back for others.
    private boolean draining;

    /// @param everywhere whether every worker has this segment, and not only the first
    /// @param mostGroups of a [Turn]
    /// @param stages null if they are not timed
    /// @param times of the micro-batches of the job
    public Segment(boolean everywhere, int mostGroups, StageTimes stages, BatchTimes times) {
        this.everywhere = everywhere;
        turn = new Turn(mostGroups, stages);
        timetable = new Timetable();
        this.times = times;
        batches = new MicroBatches(turn, times);
    }

    /// Whether every worker has this segment, and not only the first.
    public boolean everywhere() {
        return everywhere;
    }

    public Turn turn() {
        return turn;
    }

    public Timetable timetable() {
        return timetable;
    }

    /// Those of the streams that come to batch time here.
    public MicroBatches batches() {
        return batches;
    }

    /// Where its operators are made.
    public Site site() {
        return new Site(turn, timetable, batches);
    }

    /// Has operators made that run in this segment.
    <T> T making(OperatorContext context, Supplier<T> made) {
        return context.states().within(everywhere, () -> context.site().elsewhere(site(), made));
    }

    void add(Receiver receiver) {
        receivers.add(receiver);
    }

    /// The one that takes the rows of all streams of micro-batches.
    BatchReceiver batchReceiver(long interval, Operator head) {
        if (batchReceiver == null) {
            batchReceiver = new BatchReceiver(turn, times, interval);
            add(batchReceiver);
        }
        batchReceiver.add(head);
        return batchReceiver;
    }

    void add(SendOperator sender) {
        senders.add(sender);
    }

    /// One turn of a segment that takes rows from other workers.
    ///
    /// @return how much was done
    int serve(long nowNanos, int mostRows) {
        if (ended || clogged()) {
            return 0;
        }
        turn.begin();
        if (turn.suspended()) {
            turn.resume();
            return 1;
        }
        int work = timetable.run(nowNanos);
        if (batches.hasStreams() && batches.run(nowNanos)) {
            return work + 1;
        }
        for (int i = 0; i < receivers.size() && !turn.suspended(); i++) {
            Receiver receiver = receivers.get(i);
            receiver.tick(nowNanos);
            if (!turn.suspended()) {
                work += receiver.poll(mostRows);
            }
        }
        if (draining && !turn.suspended() && receiversEmpty()) {
            work += handOnKept();
        }
        if (!turn.suspended() && receiversDone()) {
            work++;
            if (batches.end()) {
                end();
            }
        }
        return turn.suspended() ? work + 1 : work;
    }

    /// All that its operators had to say has been said.
    public void end() {
        ended = true;
        for (int i = 0; i < senders.size(); i++) {
            senders.get(i).end();
        }
    }

    /// Whether operators keep nothing back for others, when all that has come has been handed on to them.
    void drain(boolean now) {
        draining = now;
    }

    /// An operator that keeps rows back which are no part of its state: at a standstill they are with who goes on with
    /// them.
    ///
    /// @param handOn hands them on, at once, and says whether there were any
    public void addKeeper(BooleanSupplier handOn) {
        keepers.add(handOn);
    }

    /// Has operators hand on what they keep back. None is suspended.
    ///
    /// @return how many have kept anything
    public int handOnKept() {
        int kept = 0;
        for (int i = 0; i < keepers.size(); i++) {
            kept += keepers.get(i).getAsBoolean() ? 1 : 0;
        }
        return kept;
    }

    /// Shipments that have gone from here, and that have come here and were handed on.
    long traffic() {
        long traffic = 0;
        for (int i = 0; i < senders.size(); i++) {
            traffic += senders.get(i).sent();
        }
        for (int i = 0; i < receivers.size(); i++) {
            traffic += receivers.get(i).finished();
        }
        return traffic;
    }

    /// Sends what there is.
    ///
    /// @return whether rows were sent
    public boolean ship() {
        boolean rows = false;
        for (int i = 0; i < senders.size(); i++) {
            rows |= senders.get(i).ship();
        }
        return rows;
    }

    /// Whether what was made has to go first.
    public boolean clogged() {
        for (int i = 0; i < senders.size(); i++) {
            if (senders.get(i).clogged()) {
                return true;
            }
        }
        return false;
    }

    /// Whether nothing is on its way out.
    public boolean shipped() {
        for (int i = 0; i < senders.size(); i++) {
            if (!senders.get(i).shipped()) {
                return false;
            }
        }
        return true;
    }

    /// Whether all that its senders have to say was handed on, and what its own operators made of it.
    boolean done() {
        return ended;
    }

    private boolean receiversDone() {
        for (int i = 0; i < receivers.size(); i++) {
            if (!receivers.get(i).done()) {
                return false;
            }
        }
        return true;
    }

    /// Whether it has nothing to go on with.
    boolean idle() {
        if (turn.suspended() || !shipped()) {
            return false;
        }
        return ended || receiversEmpty();
    }

    private boolean receiversEmpty() {
        for (int i = 0; i < receivers.size(); i++) {
            if (!receivers.get(i).isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
