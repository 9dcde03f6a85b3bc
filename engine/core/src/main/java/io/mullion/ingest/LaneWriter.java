package io.mullion.ingest;

import io.mullion.batch.Batch;
import io.mullion.io.DeadLetter;
import io.mullion.io.Offer;
import io.mullion.io.RowWriter;
import io.mullion.routine.RawMemory;
import io.mullion.spec.MullionException;
import java.util.function.Consumer;

/// The producer's side of a lane: writes cells into the open batch, publishes rows, seals and opens batches.
///
/// Where a row starts is decided before its first cell is written. A row that meets a full data area moves, with the
/// cells it has, to the next batch; nothing in an open batch ever moves. *Thread*: one, the first to use it.
final class LaneWriter extends LaneCells {
    private final Lane lane;
    private final ProducerThread owner;
    /// The owner, once a row was begun. Another thread sees it or nothing, and asks the owner in either case.
    private Thread feeding;

    private final Consumer<DeadLetter> deadLetters;
    private final BatchSupply batches;
    private final int capacity;
    private LaneBatch open;
    private long watermark = Long.MIN_VALUE;
    private Offer refusal;
    private DeadLetter defect;
    private boolean left;

    LaneWriter(Lane lane, Consumer<DeadLetter> deadLetters) {
        this(lane, deadLetters, new ProducerThread(lane.name()));
    }

    /// @param owner says which threads may call
    LaneWriter(Lane lane, Consumer<DeadLetter> deadLetters, ProducerThread owner) {
        super(lane.schema(), lane.batchDataBytes());
        this.lane = lane;
        this.owner = owner;
        this.capacity = lane.batchRows();
        this.deadLetters = deadLetters;
        this.batches = new BatchSupply(lane);
    }

    /// Starts a row. If it cannot be accepted the writer takes its cells all the same and [#commit] says why.
    ///
    /// The slow way joins before anything is stored, so that in the code of a caller into which all of a row is
    /// compiled what setters and commit ask is known, and only the first of them looks at the phase.
    RowWriter begin() {
        int begun = WRITING;
        if (phase != READY || feeding != Thread.currentThread() || lane.closeRequested()) {
            begun = beginSlowly();
        }
        phase = begun;
        row.begin();
        return this;
    }

    /// @return the phase that the row begins in
    private int beginSlowly() {
        owner.require();
        feeding = Thread.currentThread();
        if (inRow()) {
            throw MullionException.misuse(
                    "a row was begun before the last one was committed or aborted: " + lane.name());
        }
        phase = WRITING;
        row.begin();
        if (lane.closeRequested()) {
            close();
        }
        if (left) {
            refuse(Offer.CLOSED);
        } else if (open == null || row.index == capacity) {
            beginInNextBatch();
        }
        return phase;
    }

    private void beginInNextBatch() {
        try {
            moveOn();
        } catch (RuntimeException e) {
            // The wait for a batch was refused: no row has begun.
            phase = SLOW;
            throw e;
        }
    }

    @Override
    public Offer commit() {
        if (phase != WRITING) {
            return endRefused();
        }
        if (!row.complete()) {
            nullTheRest();
        }
        if (row.hasNulls()) {
            row.writeNulls();
        }
        if (open.watermarks != 0) {
            RawMemory.putLong(open.watermarks + 8L * row.index, watermark);
        }
        int rows = ++row.index;
        phase = rows == capacity ? SLOW : READY;
        open.commit(rows);
        return Offer.ACCEPTED;
    }

    /// Publishes rows that were copied to the places from that of the row that was begun on.
    void commit(int rows) {
        if (open.watermarks != 0) {
            for (int i = 0; i < rows; i++) {
                RawMemory.putLong(open.watermarks + 8L * (row.index + i), watermark);
            }
        }
        row.index += rows;
        phase = row.index == capacity ? SLOW : READY;
        open.commit(row.index);
    }

    /// Whether a row was begun that will be accepted if its cells are.
    boolean writing() {
        return phase == WRITING;
    }

    /// Where the row is written that was begun.
    Batch openBatch() {
        return open.batch;
    }

    /// Refuses a thread that does not own the lane, and a call in the middle of a row.
    void requireBetweenRows(String what) {
        owner.require();
        if (inRow()) {
            throw MullionException.misuse(what + " in the middle of a row: " + lane.name());
        }
    }

    @Override
    public void abort() {
        // Cells of a row that was not committed are written over by the next one.
        phase = SLOW;
    }

    @Override
    void defective(String reason, CharSequence text) {
        refuse(Offer.DEAD_LETTERED);
        defect = new DeadLetter(lane.name(), reason, RefusedCells.of(text));
    }

    /// Reports input that could not even be turned into a row.
    Offer reject(String reason, CharSequence text) {
        requireBetweenRows("input was rejected");
        if (lane.closeRequested()) {
            close();
        }
        if (left) {
            return Offer.CLOSED;
        }
        defective(reason, text);
        return endRefused();
    }

    void watermark(long time) {
        owner.require();
        if (!lane.explicitWatermark()) {
            throw Lane.watermarkNotExplicit(lane.name());
        }
        if (time > watermark && !left) {
            watermark = time;
            lane.stateWatermark(time);
        }
    }

    /// Rule 6: seal, then say closed. *Thread*: the owner, or any if the owner is gone.
    void close() {
        if (left) {
            return;
        }
        owner.requireForClose();
        left = true;
        if (inRow()) {
            // It must not touch the batch any more.
            refuse(Offer.CLOSED);
        } else {
            phase = SLOW;
        }
        if (open != null) {
            open.seal(row.index);
        }
        lane.closeWriting();
    }

    /// Seals the open batch, if any, and opens the next. Under overload, sets the refusal.
    @Override
    void moveOn() {
        LaneBatch next = batches.take();
        if (next == null) {
            if (batches.refusal() == Offer.CLOSED) {
                close();
            } else {
                refuse(batches.refusal());
            }
            return;
        }
        next.open();
        int rows = row.index;
        // Before the old batch is sealed: from then on it is the worker's.
        row.moveTo(open == null ? null : open.batch, next.batch);
        if (open != null) {
            open.seal(rows);
        }
        open = next;
        lane.offerOpened(next);
    }

    private void refuse(Offer reason) {
        phase = REFUSED;
        refusal = reason;
    }

    private Offer endRefused() {
        if (!inRow()) {
            throw MullionException.misuse("commit without a row: " + lane.name());
        }
        phase = SLOW;
        if (refusal == Offer.DEAD_LETTERED) {
            deadLetters.accept(defect);
        }
        return refusal;
    }

    private void nullTheRest() {
        if (row.missingColumns() != 0) {
            throw MullionException.misuse(
                    "columns without a value: " + RefusedCells.names(schema, row.missingColumns()));
        }
        row.nullTheRest();
    }
}
