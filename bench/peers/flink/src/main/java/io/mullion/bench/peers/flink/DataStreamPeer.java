package io.mullion.bench.peers.flink;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.peer.Peer;
import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessAllWindowFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/// Flink's DataStream API in this process: parallelism 1, state on the heap, no checkpoints.
///
/// Tuned: objects are reused, so that the source fills one record anew for each row; buffers are sent when they are
/// full, and in an open loop each millisecond, as watermarks are then; the aggregates are one [AggregateFunction] each.
/// A sliding window is one over the results of tumbling ones of a slide, as Flink would update sixty windows for each
/// row else. Words are strings made before the run.
public final class DataStreamPeer implements Peer {
    static final String LOOKED_UP = "dense keys only: the look-up is an array";

    @Override
    public String version() {
        return EnvironmentInformation.getVersion();
    }

    @Override
    public String leftOut(String query) {
        return switch (query) {
            case "ysb scattered" -> LOOKED_UP;
            case "sliding-1m", "sliding-1m scattered" ->
                "too slow: 0.002 M rows/s over 20,000 rows on two busy cores: each row fires in sixty windows";
            case "slide-10ms" ->
                "too slow: 0.0007 M rows/s over 53,000 rows on two busy cores: each row fires in a thousand windows";
            default -> null;
        };
    }

    @Override
    public void run(QueryRows query, Feed feed, Answer answer) throws Exception {
        Run.start(query, feed, answer);
        StreamExecutionEnvironment flink = environment(feed);
        switch (query) {
            case AdRows rows -> ads(flink);
            case SlidingRows rows -> sliding(flink, rows);
            case PriceRows rows -> prices(flink);
            case WordRows rows -> words(flink);
            case SessionRows rows -> sessions(flink);
        }
        flink.execute();
    }

    static StreamExecutionEnvironment environment(Feed feed) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        if (feed.openLoop()) {
            configuration.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(1));
            configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(1));
        } else {
            configuration.set(ExecutionOptions.BUFFER_TIMEOUT_ENABLED, false);
        }
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        return StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    }

    private static void ads(StreamExecutionEnvironment flink) {
        long[] campaigns = new long[AdRows.ADS];
        for (int ad = 0; ad < campaigns.length; ad++) {
            campaigns[ad] = AdRows.campaign(ad);
        }
        DataStream<Long> views = rows(flink, TypeInformation.of(Ad.class), query -> {
                    AdRows rows = (AdRows) query;
                    Ad ad = new Ad();
                    return (row, time) -> {
                        ad.ad = rows.ads[row];
                        ad.type = rows.types[row];
                        return ad;
                    };
                })
                .filter(ad -> ad.type == AdRows.VIEW)
                .map(ad -> campaigns[(int) ad.ad])
                .returns(Types.LONG);
        views.keyBy(campaign -> campaign, Types.LONG)
                .window(TumblingEventTimeWindows.of(Duration.ofSeconds(10)))
                .aggregate(new Totals.Count<>(), new WindowResults<>(campaign -> campaign))
                .sinkTo(new AnswerSink<>((answer, result) -> answer.add(result[1], result[2], result[3])));
    }

    private static void sliding(StreamExecutionEnvironment flink, SlidingRows asked) {
        Duration slide = Duration.ofMillis(asked.slideMillis);
        DataStream<Tuple2<Long, Long>> rows = rows(flink, Types.TUPLE(Types.LONG, Types.LONG), query -> {
            SlidingRows all = (SlidingRows) query;
            return pairs(all.keys, all.values);
        });
        rows.keyBy(row -> row.f0, Types.LONG)
                .window(TumblingEventTimeWindows.of(slide))
                .aggregate(new Totals.CountSumMinMax(), new WindowResults<>(key -> key))
                .keyBy(pane -> pane[2], Types.LONG)
                .window(SlidingEventTimeWindows.of(Duration.ofMillis(asked.sizeMillis), slide))
                .aggregate(new Totals.Panes(), new WindowResults<>(key -> key))
                .sinkTo(new AnswerSink<>((answer, result) ->
                        answer.add(result[1], result[2], result[3], result[4], result[5], result[6])));
    }

    private static Maker<Tuple2<Long, Long>> pairs(long[] keys, long[] values) {
        Tuple2<Long, Long> pair = new Tuple2<>();
        return (row, time) -> {
            pair.f0 = keys[row];
            pair.f1 = values[row];
            return pair;
        };
    }

    private static void prices(StreamExecutionEnvironment flink) {
        rows(flink, TypeInformation.of(Price.class), query -> {
                    PriceRows rows = (PriceRows) query;
                    Price price = new Price();
                    return (row, time) -> {
                        price.price = rows.prices[row];
                        price.quantity = rows.quantities[row];
                        return price;
                    };
                })
                .filter(row -> row.price > 100 && row.quantity < 50)
                .map(row -> row.price * row.quantity)
                .returns(Types.DOUBLE)
                .windowAll(TumblingEventTimeWindows.of(Duration.ofSeconds(1)))
                .aggregate(new Totals.Sum(), new SumResults())
                .sinkTo(new AnswerSink<>((answer, result) -> answer.add(result[0], result[1])));
    }

    /// End of the window and sum: a whole number, as prices are multiples of a quarter and the answer leaves out the
    /// rest.
    private static final class SumResults extends ProcessAllWindowFunction<double[], long[], TimeWindow> {
        private static final long serialVersionUID = 1;

        @Override
        public void process(Context context, Iterable<double[]> all, Collector<long[]> out) {
            out.collect(
                    new long[] {context.window().getEnd(), (long) all.iterator().next()[0]});
        }
    }

    private static void words(StreamExecutionEnvironment flink) {
        DataStream<String> rows = rows(flink, Types.STRING, query -> {
            String[] words = ((WordRows) query).strings();
            return (row, time) -> words[row];
        });
        rows.keyBy(word -> word, Types.STRING)
                .window(TumblingEventTimeWindows.of(Duration.ofSeconds(10)))
                .aggregate(new Totals.Count<>(), new WordPanes())
                .keyBy(pane -> pane.f0, Types.STRING)
                .window(SlidingEventTimeWindows.of(Duration.ofSeconds(60), Duration.ofSeconds(10)))
                .aggregate(new Totals.Counts(), new WindowResults<>(String::hashCode))
                .sinkTo(new AnswerSink<>((answer, result) -> answer.add(result[1], result[2], result[3])));
    }

    /// A word and its count in ten seconds.
    private static final class WordPanes
            extends ProcessWindowFunction<long[], Tuple2<String, Long>, String, TimeWindow> {
        private static final long serialVersionUID = 1;

        @Override
        public void process(
                String word, Context context, Iterable<long[]> counts, Collector<Tuple2<String, Long>> out) {
            out.collect(new Tuple2<>(word, counts.iterator().next()[0]));
        }
    }

    private static void sessions(StreamExecutionEnvironment flink) {
        DataStream<Tuple2<Long, Long>> rows = rows(flink, Types.TUPLE(Types.LONG, Types.LONG), query -> {
            SessionRows all = (SessionRows) query;
            return pairs(all.keys, all.values);
        });
        rows.keyBy(row -> row.f0, Types.LONG)
                .window(EventTimeSessionWindows.withGap(Duration.ofMillis(SessionRows.GAP_MILLIS)))
                .aggregate(new Totals.CountSum(), new WindowResults<>(key -> key))
                .sinkTo(new AnswerSink<>(
                        (answer, result) -> answer.add(result[0], result[1], result[2], result[3], result[4])));
    }

    private static <T> SingleOutputStreamOperator<T> rows(
            StreamExecutionEnvironment flink, TypeInformation<T> type, Rows<T> rows) {
        return flink.fromSource(
                new RowSource<>(rows),
                WatermarkStrategy.forBoundedOutOfOrderness(Duration.ofMillis(SessionRows.BOUND_MILLIS)),
                "rows",
                type);
    }
}
