package io.mullion.bench.peers.flink;

import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.java.tuple.Tuple2;

/// The aggregates, each with one array of numbers as its accumulator, which is its result.
final class Totals {
    private Totals() {}

    static final class Count<T> implements AggregateFunction<T, long[], long[]> {
        private static final long serialVersionUID = 1;

        @Override
        public long[] createAccumulator() {
            return new long[1];
        }

        @Override
        public long[] add(T row, long[] count) {
            count[0]++;
            return count;
        }

        @Override
        public long[] getResult(long[] count) {
            return count;
        }

        @Override
        public long[] merge(long[] count, long[] other) {
            count[0] += other[0];
            return count;
        }
    }

    static final class CountSum implements AggregateFunction<Tuple2<Long, Long>, long[], long[]> {
        private static final long serialVersionUID = 1;

        @Override
        public long[] createAccumulator() {
            return new long[2];
        }

        @Override
        public long[] add(Tuple2<Long, Long> row, long[] totals) {
            totals[0]++;
            totals[1] += row.f1;
            return totals;
        }

        @Override
        public long[] getResult(long[] totals) {
            return totals;
        }

        @Override
        public long[] merge(long[] totals, long[] other) {
            totals[0] += other[0];
            totals[1] += other[1];
            return totals;
        }
    }

    static final class CountSumMinMax implements AggregateFunction<Tuple2<Long, Long>, long[], long[]> {
        private static final long serialVersionUID = 1;

        @Override
        public long[] createAccumulator() {
            return new long[] {0, 0, Long.MAX_VALUE, Long.MIN_VALUE};
        }

        @Override
        public long[] add(Tuple2<Long, Long> row, long[] totals) {
            long value = row.f1;
            totals[0]++;
            totals[1] += value;
            totals[2] = Math.min(totals[2], value);
            totals[3] = Math.max(totals[3], value);
            return totals;
        }

        @Override
        public long[] getResult(long[] totals) {
            return totals;
        }

        @Override
        public long[] merge(long[] totals, long[] other) {
            totals[0] += other[0];
            totals[1] += other[1];
            totals[2] = Math.min(totals[2], other[2]);
            totals[3] = Math.max(totals[3], other[3]);
            return totals;
        }
    }

    /// Of results of [CountSumMinMax] as [WindowResults] gives them.
    static final class Panes implements AggregateFunction<long[], long[], long[]> {
        private static final long serialVersionUID = 1;

        @Override
        public long[] createAccumulator() {
            return new long[] {0, 0, Long.MAX_VALUE, Long.MIN_VALUE};
        }

        @Override
        public long[] add(long[] pane, long[] totals) {
            totals[0] += pane[WindowResults.TOTALS];
            totals[1] += pane[WindowResults.TOTALS + 1];
            totals[2] = Math.min(totals[2], pane[WindowResults.TOTALS + 2]);
            totals[3] = Math.max(totals[3], pane[WindowResults.TOTALS + 3]);
            return totals;
        }

        @Override
        public long[] getResult(long[] totals) {
            return totals;
        }

        @Override
        public long[] merge(long[] totals, long[] other) {
            throw new UnsupportedOperationException("sliding windows do not merge");
        }
    }

    static final class Counts implements AggregateFunction<Tuple2<String, Long>, long[], long[]> {
        private static final long serialVersionUID = 1;

        @Override
        public long[] createAccumulator() {
            return new long[1];
        }

        @Override
        public long[] add(Tuple2<String, Long> pane, long[] count) {
            count[0] += pane.f1;
            return count;
        }

        @Override
        public long[] getResult(long[] count) {
            return count;
        }

        @Override
        public long[] merge(long[] count, long[] other) {
            throw new UnsupportedOperationException("sliding windows do not merge");
        }
    }

    static final class Sum implements AggregateFunction<Double, double[], double[]> {
        private static final long serialVersionUID = 1;

        @Override
        public double[] createAccumulator() {
            return new double[1];
        }

        @Override
        public double[] add(Double value, double[] sum) {
            sum[0] += value;
            return sum;
        }

        @Override
        public double[] getResult(double[] sum) {
            return sum;
        }

        @Override
        public double[] merge(double[] sum, double[] other) {
            sum[0] += other[0];
            return sum;
        }
    }
}
