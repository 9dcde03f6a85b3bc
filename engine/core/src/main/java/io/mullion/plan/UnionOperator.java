package io.mullion.plan;

import io.mullion.batch.Batch;
import io.mullion.batch.Operator;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Several streams become one: its rows are theirs as they come, its time is the least of theirs.
///
/// *Thread*: the worker, which runs all of the streams.
final class UnionOperator {
    private final Operator next;
    private final long[] times;
    private long time = Long.MIN_VALUE;

    private UnionOperator(int streams, Operator next) {
        this.next = next;
        times = new long[streams];
        Arrays.fill(times, Long.MIN_VALUE);
    }

    /// An operator for each of the streams.
    static List<Operator> of(int streams, Operator next) {
        UnionOperator union = new UnionOperator(streams, next);
        return IntStream.range(0, streams)
                .<Operator>mapToObj(stream -> union.new Entrance(stream))
                .toList();
    }

    private void advance(int stream, long to) {
        times[stream] = to;
        long least = Long.MAX_VALUE;
        for (long each : times) {
            least = Math.min(least, each);
        }
        if (least > time) {
            time = least;
            next.advance(least);
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
        public void flush() {
            next.flush();
        }
    }
}
