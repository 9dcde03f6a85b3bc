package io.mullion.plan;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.OperatorContext;
import io.mullion.batch.StateReader;
import io.mullion.batch.StateWriter;
import io.mullion.batch.Stateful;
import io.mullion.window.MergedTime;
import java.util.List;
import java.util.stream.IntStream;

/// Several streams become one: its rows are theirs as they come, its time is the least of theirs, or as
/// [MergedTime] has it.
///
/// *Thread*: the worker, which runs all of the streams.
final class UnionOperator implements Stateful {
    private final int streams;
    private final Operator next;
    private final MergedTime time;

    private UnionOperator(int streams, boolean greatestTime, Operator next) {
        this.streams = streams;
        this.next = next;
        time = new MergedTime(streams, greatestTime);
    }

    /// An operator for each of the streams.
    static List<Operator> of(int streams, boolean greatestTime, OperatorContext context, Operator next) {
        UnionOperator union = new UnionOperator(streams, greatestTime, next);
        context.states().add("union", union);
        return IntStream.range(0, streams)
                .<Operator>mapToObj(stream -> union.new Entrance(stream))
                .toList();
    }

    @Override
    public void writeTo(StateWriter out) {
        out.value("streams", streams);
        time.writeTo(out);
    }

    @Override
    public void readFrom(StateReader in) {
        in.require("streams", Integer.toString(streams));
        time.readFrom(in);
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
