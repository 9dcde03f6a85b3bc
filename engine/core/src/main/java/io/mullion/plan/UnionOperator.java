package io.mullion.plan;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.window.MergedTime;
import java.util.List;
import java.util.stream.IntStream;

/// Several streams become one: its rows are theirs as they come, its time is the least of theirs, or as
/// [MergedTime] has it.
///
/// *Thread*: the worker, which runs all of the streams.
final class UnionOperator {
    private final Operator next;
    private final MergedTime time;

    private UnionOperator(MergedTime time, Operator next) {
        this.next = next;
        this.time = time;
    }

    /// An operator for each of the streams.
    static List<Operator> of(int streams, boolean greatestTime, Operator next) {
        UnionOperator union = new UnionOperator(new MergedTime(streams, greatestTime), next);
        return IntStream.range(0, streams)
                .<Operator>mapToObj(stream -> union.new Entrance(stream))
                .toList();
    }

    private void advance(int stream, long to) {
        if (time.advance(stream, to)) {
            next.advance(time.time());
        }
    }

    private final class Entrance implements Operator {
        private final int stream;

        Entrance(int stream) {
            this.stream = stream;
        }

        @Override
        public void process(Batch batch, long active, int from, int to) {
            next.process(batch, active, from, to);
        }

        @Override
        public void advance(long time) {
            UnionOperator.this.advance(stream, time);
        }

        @Override
        public boolean exactAtWatermark() {
            return next.exactAtWatermark();
        }

        @Override
        public void idle(boolean idle) {
            if (time.idle(stream, idle)) {
                next.advance(time.time());
            }
            next.idle(time.allIdle());
        }

        @Override
        public void flush() {
            next.flush();
        }
    }
}
