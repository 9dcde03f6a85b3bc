package io.mullion.batch;

import java.util.function.Supplier;

/// In which part of its worker's plan the operators that are being made will run: they share the part's [Turn] and its
/// [Timetable].
///
/// *Thread*: that which plans the job.
public final class Site {
    private Turn turn;
    private Timetable timetable;

    /// Where the inputs of the job are read.
    public Site(Turn turn, Timetable timetable) {
        this.turn = turn;
        this.timetable = timetable;
    }

    public Turn turn() {
        return turn;
    }

    public Timetable timetable() {
        return timetable;
    }

    /// Has operators made for another part of the plan.
    public <T> T elsewhere(Turn turn, Timetable timetable, Supplier<T> made) {
        Turn outerTurn = this.turn;
        Timetable outerTimetable = this.timetable;
        this.turn = turn;
        this.timetable = timetable;
        try {
            return made.get();
        } finally {
            this.turn = outerTurn;
            this.timetable = outerTimetable;
        }
    }
}
