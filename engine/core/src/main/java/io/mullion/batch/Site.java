package io.mullion.batch;

import java.util.function.Supplier;

/// In which part of its worker's plan the operators that are being made will run: they share the part's [Turn], its
/// [Timetable] and its [MicroBatches].
///
/// *Thread*: that which plans the job.
public final class Site {
    private Turn turn;
    private Timetable timetable;
    private MicroBatches batches;

    /// Where the inputs of the job are read.
    public Site(Turn turn, Timetable timetable, MicroBatches batches) {
        this.turn = turn;
        this.timetable = timetable;
        this.batches = batches;
    }

    public Turn turn() {
        return turn;
    }

    public Timetable timetable() {
        return timetable;
    }

    public MicroBatches batches() {
        return batches;
    }

    /// Has operators made for another part of the plan.
    public <T> T elsewhere(Site there, Supplier<T> made) {
        Site outer = new Site(turn, timetable, batches);
        move(there);
        try {
            return made.get();
        } finally {
            move(outer);
        }
    }

    private void move(Site to) {
        turn = to.turn;
        timetable = to.timetable;
        batches = to.batches;
    }
}
