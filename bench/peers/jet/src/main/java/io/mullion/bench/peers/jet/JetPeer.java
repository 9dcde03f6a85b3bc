package io.mullion.bench.peers.jet;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.BuildInfoProvider;
import com.hazelcast.jet.aggregate.AggregateOperation;
import com.hazelcast.jet.aggregate.AggregateOperation1;
import com.hazelcast.jet.aggregate.AggregateOperations;
import com.hazelcast.jet.datamodel.KeyedWindowResult;
import com.hazelcast.jet.datamodel.WindowResult;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.Sink;
import com.hazelcast.jet.pipeline.SinkBuilder;
import com.hazelcast.jet.pipeline.WindowDefinition;
import io.mullion.bench.peer.Feed;
import io.mullion.bench.peer.Peer;
import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import java.io.Serializable;

/// Hazelcast Jet in this process: one member on the loopback interface, the Pipeline API, no snapshots.
///
/// Tuned: rows come by a processor of our own instead of [com.hazelcast.jet.pipeline.SourceBuilder], which would put
/// each into one more buffer; a row is two objects, the event and Jet's wrapper of it; count, sum, minimum and maximum
/// are one accumulator instead of four; results go to one sink. Words are strings made before the run.
public final class JetPeer implements Peer {
    /// What the functions of the running job read. Jet serialises its functions, and these are not serialisable.
    record Run(QueryRows rows, Feed feed, Answer answer) {}

    /// Makes the maker of the objects of a query's rows, where the job runs.
    interface Rows<T> extends Serializable {
        RowSource.Maker<T> maker(QueryRows rows);
    }

    record Ad(long ad, int type) {}

    record KeyValue(long key, long value) {}

    record Order(double price, int quantity) {}

    /// To Jet, sessions that touch are two; with a gap a millisecond longer they are one, as by hand.
    private static final long BEYOND_GAP_MILLIS = 1;

    private static final int THREADS = 2;
    private static final int QUEUE_ROWS = 16_384;

    private static volatile Run running;

    static Run running() {
        return running;
    }

    @Override
    public String version() {
        return BuildInfoProvider.getBuildInfo().getVersion();
    }

    @Override
    public String leftOut(String query) {
        return query.equals("ysb scattered") ? "dense keys only: the look-up is an array" : null;
    }

    @Override
    public void run(QueryRows query, Feed feed, Answer answer) {
        running = new Run(query, feed, answer);
        HazelcastInstance member = Hazelcast.newHazelcastInstance(config());
        try {
            member.getJet().newJob(pipeline(query)).join();
        } finally {
            member.shutdown();
        }
    }

    private static Config config() {
        Config config = new Config();
        config.getJetConfig()
                .setEnabled(true)
                .setCooperativeThreadCount(THREADS)
                .getDefaultEdgeConfig()
                .setQueueSize(QUEUE_ROWS);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.logging.type", "none");
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        return config;
    }

    private static Pipeline pipeline(QueryRows query) {
        Pipeline pipeline = Pipeline.create();
        switch (query) {
            case AdRows rows -> ads(pipeline);
            case SlidingRows rows -> sliding(pipeline, rows);
            case PriceRows rows -> filterSum(pipeline);
            case WordRows rows -> words(pipeline);
            case SessionRows rows -> sessions(pipeline);
        }
        return pipeline;
    }

    private static void ads(Pipeline pipeline) {
        long[] campaigns = new long[AdRows.ADS];
        for (int ad = 0; ad < campaigns.length; ad++) {
            campaigns[ad] = AdRows.campaign(ad);
        }
        RowSource.in(pipeline, query -> {
                    AdRows rows = (AdRows) query;
                    return row -> new Ad(rows.ads[row], rows.types[row]);
                })
                .filter(ad -> ad.type() == AdRows.VIEW)
                .map(ad -> campaigns[(int) ad.ad()])
                .groupingKey(campaign -> campaign)
                .window(WindowDefinition.tumbling(10_000))
                .aggregate(AggregateOperations.counting())
                .writeTo(JetPeer.<KeyedWindowResult<Long, Long>>sink(
                        (answer, result) -> answer.add(result.end(), result.key(), result.result())));
    }

    private static void sliding(Pipeline pipeline, SlidingRows asked) {
        RowSource.in(pipeline, query -> {
                    SlidingRows rows = (SlidingRows) query;
                    return row -> new KeyValue(rows.keys[row], rows.values[row]);
                })
                .groupingKey(KeyValue::key)
                .window(WindowDefinition.sliding(asked.sizeMillis, asked.slideMillis))
                .aggregate(countSumMinMax())
                .writeTo(JetPeer.<KeyedWindowResult<Long, long[]>>sink((answer, result) -> {
                    long[] all = result.result();
                    answer.add(result.end(), result.key(), all[0], all[1], all[2], all[3]);
                }));
    }

    private static AggregateOperation1<KeyValue, long[], long[]> countSumMinMax() {
        return AggregateOperation.withCreate(() -> new long[] {0, 0, Long.MAX_VALUE, Long.MIN_VALUE})
                .<KeyValue>andAccumulate((all, row) -> {
                    long value = row.value();
                    all[0]++;
                    all[1] += value;
                    all[2] = Math.min(all[2], value);
                    all[3] = Math.max(all[3], value);
                })
                .andCombine((all, more) -> {
                    all[0] += more[0];
                    all[1] += more[1];
                    all[2] = Math.min(all[2], more[2]);
                    all[3] = Math.max(all[3], more[3]);
                })
                .andExportFinish(all -> all);
    }

    private static void filterSum(Pipeline pipeline) {
        RowSource.in(pipeline, query -> {
                    PriceRows rows = (PriceRows) query;
                    return row -> new Order(rows.prices[row], rows.quantities[row]);
                })
                .filter(order -> order.price() > 100 && order.quantity() < 50)
                .window(WindowDefinition.tumbling(1_000))
                .aggregate(AggregateOperations.summingDouble(order -> order.price() * order.quantity()))
                .writeTo(JetPeer.<WindowResult<Double>>sink((answer, result) ->
                        answer.add(result.end(), result.result().longValue())));
    }

    private static void words(Pipeline pipeline) {
        RowSource.in(pipeline, query -> {
                    String[] words = ((WordRows) query).strings();
                    return row -> words[row];
                })
                .groupingKey(word -> word)
                .window(WindowDefinition.sliding(60_000, 10_000))
                .aggregate(AggregateOperations.counting())
                .writeTo(JetPeer.<KeyedWindowResult<String, Long>>sink((answer, result) ->
                        answer.add(result.end(), result.key().hashCode(), result.result())));
    }

    private static void sessions(Pipeline pipeline) {
        RowSource.in(pipeline, query -> {
                    SessionRows rows = (SessionRows) query;
                    return row -> new KeyValue(rows.keys[row], rows.values[row]);
                })
                .groupingKey(KeyValue::key)
                .window(WindowDefinition.session(SessionRows.GAP_MILLIS + BEYOND_GAP_MILLIS))
                .aggregate(countSum())
                .writeTo(JetPeer.<KeyedWindowResult<Long, long[]>>sink((answer, result) -> answer.add(
                        result.start(),
                        result.end() - BEYOND_GAP_MILLIS,
                        result.key(),
                        result.result()[0],
                        result.result()[1])));
    }

    private static AggregateOperation1<KeyValue, long[], long[]> countSum() {
        return AggregateOperation.withCreate(() -> new long[2])
                .<KeyValue>andAccumulate((all, row) -> {
                    all[0]++;
                    all[1] += row.value();
                })
                .andCombine((all, more) -> {
                    all[0] += more[0];
                    all[1] += more[1];
                })
                .andExportFinish(all -> all);
    }

    /// Puts a result into the answer.
    private interface Adder<R> extends Serializable {
        void add(Answer answer, R result);
    }

    private static <R> Sink<R> sink(Adder<R> adder) {
        return SinkBuilder.sinkBuilder("answer", context -> running().answer())
                .<R>receiveFn((answer, result) -> adder.add(answer, result))
                .preferredLocalParallelism(1)
                .build();
    }
}
