package io.mullion.bench.peers.flink;

import java.io.Serializable;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/// A result as an array of numbers: start and end of the window, the key, the totals.
final class WindowResults<K> extends ProcessWindowFunction<long[], long[], K, TimeWindow> {
    private static final long serialVersionUID = 1;
    /// Where the totals begin.
    static final int TOTALS = 3;

    /// The number that stands for a key in the answer.
    interface Number<K> extends Serializable {
        long of(K key);
    }

    private final Number<K> number;

    WindowResults(Number<K> number) {
        this.number = number;
    }

    @Override
    public void process(K key, Context context, Iterable<long[]> all, Collector<long[]> out) {
        long[] totals = all.iterator().next();
        long[] result = new long[TOTALS + totals.length];
        result[0] = context.window().getStart();
        result[1] = context.window().getEnd();
        result[2] = number.of(key);
        System.arraycopy(totals, 0, result, TOTALS, totals.length);
        out.collect(result);
    }
}
