package io.mullion.bench.peers.dstreams;

import io.mullion.bench.peer.Feed;
import io.mullion.bench.peer.Peer;
import io.mullion.bench.rows.AdRows;
import io.mullion.bench.rows.Answer;
import io.mullion.bench.rows.PriceRows;
import io.mullion.bench.rows.QueryRows;
import io.mullion.bench.rows.SessionRows;
import io.mullion.bench.rows.SlidingRows;
import io.mullion.bench.rows.WordRows;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.package$;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import scala.Tuple2;

/// Spark DStreams in this process, `local[2]`, two partitions.
///
/// DStreams have no event time: a batch of a fixed number of rows stands for a piece of it, see [Batches]. Tuned: Kryo;
/// counts in sliding windows are kept by taking away what leaves, which writes a checkpoint now and then. Words are
/// strings made before the run.
public final class DStreamPeer implements Peer {
    private static final long BATCH_MILLIS = 20;
    private static final int PARTITIONS = 2;
    private static final int MILLION = 1_000_000;

    @Override
    public String version() {
        return package$.MODULE$.SPARK_VERSION();
    }

    @Override
    public String cannot(String query) {
        return switch (query.split(" ")[0]) {
            case "session" -> "no event time: a session would end by the clock of the batches";
            case "sliding-1m" -> "each slide would reduce six million pairs anew";
            default -> query.equals("ysb scattered") ? "the look-up is an array" : null;
        };
    }

    @Override
    public void run(QueryRows query, Feed feed, Answer answer) throws Exception {
        Run.start(query);
        Path directory = Files.createTempDirectory("mullion-bench-dstreams");
        SparkConf configuration = new SparkConf()
                .setMaster("local[2]")
                .setAppName("bench")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .set("spark.log.level", "ERROR");
        JavaStreamingContext spark = new JavaStreamingContext(configuration, new Duration(BATCH_MILLIS));
        try {
            spark.checkpoint(directory.toString());
            Batches<?> batches = switch (query) {
                case AdRows rows -> ads(spark, feed, answer);
                case PriceRows rows -> prices(spark, feed, answer);
                case WordRows rows -> words(spark, feed, answer);
                case SlidingRows rows -> sliding(spark, feed, answer);
                case SessionRows rows -> throw new IllegalArgumentException("query=session");
            };
            spark.start();
            batches.await();
        } finally {
            spark.stop(true, false);
            delete(directory);
        }
    }

    /// Batches of a second.
    private static Batches<?> ads(JavaStreamingContext spark, Feed feed, Answer answer) {
        Batches<Ad> batches = batches(spark, feed, MILLION, 10, query -> {
            AdRows rows = (AdRows) query;
            return row -> new Ad(rows.ads[row], rows.types[row]);
        });
        long[] campaigns = new long[AdRows.ADS];
        for (int ad = 0; ad < campaigns.length; ad++) {
            campaigns[ad] = AdRows.campaign(ad);
        }
        stream(batches)
                .filter(ad -> ad.type() == AdRows.VIEW)
                .mapToPair(ad -> new Tuple2<>(campaigns[(int) ad.ad()], 1L))
                .reduceByKeyAndWindow(Long::sum, time(10), time(10), PARTITIONS)
                .foreachRDD((results, time) -> {
                    long end = QueryRows.START_MILLIS + batches.number(time) * 1_000;
                    results.collect().forEach(result -> answer.add(end, result._1, result._2));
                });
        done(batches);
        return batches;
    }

    /// Batches of a tenth of a second.
    private static Batches<?> prices(JavaStreamingContext spark, Feed feed, Answer answer) {
        Batches<Price> batches = batches(spark, feed, MILLION, 10, query -> {
            PriceRows rows = (PriceRows) query;
            return row -> new Price(rows.prices[row], rows.quantities[row]);
        });
        stream(batches)
                .filter(row -> row.price() > 100 && row.quantity() < 50)
                .map(row -> row.price() * row.quantity())
                .reduceByWindow(Double::sum, time(10), time(10))
                .foreachRDD((results, time) -> {
                    long end = QueryRows.START_MILLIS + batches.number(time) * 100;
                    results.collect().forEach(sum -> answer.add(end, sum.longValue()));
                });
        done(batches);
        return batches;
    }

    /// Batches of ten seconds.
    private static Batches<?> words(JavaStreamingContext spark, Feed feed, Answer answer) {
        String[] words = ((WordRows) Run.running().rows()).strings();
        WORDS = words;
        Batches<String> batches = batches(spark, feed, MILLION, 6, query -> row -> WORDS[row]);
        stream(batches)
                .mapToPair(word -> new Tuple2<>(word, 1L))
                .reduceByKeyAndWindow(
                        Long::sum,
                        (count, leaving) -> count - leaving,
                        time(6),
                        time(1),
                        PARTITIONS,
                        pair -> pair._2 > 0)
                .foreachRDD((results, time) -> {
                    long end = QueryRows.START_MILLIS + batches.number(time) * 10_000;
                    results.collect().forEach(result -> answer.add(end, result._1.hashCode(), result._2));
                });
        done(batches);
        return batches;
    }
}
