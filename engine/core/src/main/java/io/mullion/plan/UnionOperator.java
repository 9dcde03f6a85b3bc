package io.mullion.plan;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import io.mullion.batch.Operator.RowWatermarks;
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
    private final Operator next;
    private final MergedTime time;
    /// What says what time was before a row of each stream; null where that is not known.
    private final RowWatermarks[] before;
    /// Whether rows at W must find time advanced, whatever is told: what the other streams have come to is known as it
    /// was at the last advance.
    private final boolean exact;
    /// Whether it is asked for that.
    private final boolean asked;
    /// Whose rows are handed on.
    private int current;

    private UnionOperator(int streams, boolean greatestTime, Operator next) {
        this.next = next;
        time = new MergedTime(streams, greatestTime);
        before = new RowWatermarks[streams];
        exact = next.exactAtWatermark();
        asked = next.asks(this::before);
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
        out.value("streams", before.length);
        time.writeTo(out);
    }

    @Override
    public void readFrom(StateReader in) {
        in.require("streams", Integer.toString(before.length));
        time.readFrom(in);
    }

    /// What time was before a row of the stream at hand.
    private long before(int row) {
        RowWatermarks known = before[current];
        return known == null ? time.time() : time.timeIf(current, known.before(row));
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
            current = stream;
            next.process(batch, active, from, to);
        }

        @Override
        public void advance(long time) {
            UnionOperator.this.advance(stream, time);
        }

        @Override
        public boolean exactAtWatermark() {
            return exact;
        }

        @Override
        public boolean asks(RowWatermarks before) {
            UnionOperator.this.before[stream] = before;
            return asked;
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
