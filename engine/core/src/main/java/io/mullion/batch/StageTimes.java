package io.mullion.batch;

import io.mullion.batch.Counters.Counter;

/// How long the worker is in each stage of a job: the clock is read whenever it goes from one to the next, and what has
/// passed is the time of the one it leaves. So the stages that a stage calls are not part of its time.
///
/// *Thread*: the worker.
public final class StageTimes {
    /// One of the stages. *Thread*: the worker writes, any may read.
    public static final class Stage {
        private final Counter nanos = new Counter();
        private final Counter rows = new Counter();

        /// Time spent in it.
        public long nanos() {
            return nanos.get();
        }

        /// Rows it was handed.
        public long rows() {
            return rows.get();
        }
    }

    private Stage current;
    private long since;

    /// The same operator, timed.
    public Operator timed(Stage stage, Operator operator) {
        return new Timed(this, stage, operator);
    }

    /// Goes to a stage.
    ///
    /// @return that which it was in, or null, to go back to with [#leaveTo]
    Stage enter(Stage stage) {
        Stage left = current;
        leaveTo(stage);
        return left;
    }

    /// @param stage null for none
    void leaveTo(Stage stage) {
        long now = System.nanoTime();
        if (current != null) {
            current.nanos.add(now - since);
        }
        since = now;
        current = stage;
    }

    Stage current() {
        return current;
    }

    private record Timed(StageTimes times, Stage stage, Operator operator) implements Operator {
        @Override
        public void process(Batch batch, long active, int from, int to) {
            stage.rows.add(to - from);
            Stage left = times.enter(stage);
            try {
                operator.process(batch, active, from, to);
            } finally {
                times.leaveTo(left);
            }
        }

        @Override
        public void advance(long time) {
            Stage left = times.enter(stage);
            try {
                operator.advance(time);
            } finally {
                times.leaveTo(left);
            }
        }

        @Override
        public boolean exactAtWatermark() {
            return operator.exactAtWatermark();
        }

        @Override
        public boolean asks(RowWatermarks before) {
            return operator.asks(before);
        }

        @Override
        public void idle(boolean idle) {
            Stage left = times.enter(stage);
            try {
                operator.idle(idle);
            } finally {
                times.leaveTo(left);
            }
        }

        @Override
        public void flush() {
            Stage left = times.enter(stage);
            try {
                operator.flush();
            } finally {
                times.leaveTo(left);
            }
        }
    }
}
