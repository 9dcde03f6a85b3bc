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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.package$;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaInputDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import scala.Tuple2;
import scala.reflect.ClassTag$;

/// Spark DStreams in this process, `local[2]`, two partitions.
///
/// DStreams have no event time: a batch of a fixed number of rows stands for a piece of it, see [Batches]. Tuned: Kryo;
/// counts in sliding windows are kept by taking away what leaves, which writes a checkpoint now and then. Words are
/// strings made before the run.
@SuppressWarnings("deprecation") // Spark would have Structured Streaming instead: that is another peer.
public final class DStreamPeer implements Peer {
    private static final long BATCH_MILLIS = 20;
    private static final int PARTITIONS = 2;
    private static final int MILLION = 1_000_000;

    @Override
    public String version() {
        return package$.MODULE$.SPARK_VERSION();
    }

    @Override
    public String leftOut(String query) {
        return switch (query.split(" ")[0]) {
            case "session" -> "no sessions: there is no event time, a session would end by the clock of the batches";
            case "sliding-1m" -> "too slow: each slide would reduce six million pairs anew";
            case "slide-100ms" ->
                "too slow: tried with 1 s of warm-up: not through after 40 s, as each slide reduces a hundred batches";
            case "slide-10ms" ->
                "too slow: each slide would reduce a thousand batches, and a hundred are too many already";
            default -> query.equals("ysb scattered") ? "dense keys only: the look-up is an array" : null;
        };
    }

    @Override
    public void run(QueryRows query, Feed feed, Answer answer) throws Exception {
        Run.start(query, feed, answer);
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
            if (query instanceof WordRows) {
                spark.checkpoint(directory.toString());
            }
            switch (query) {
                case AdRows rows -> ads(spark);
                case PriceRows rows -> prices(spark);
                case WordRows rows -> words(spark);
                case SlidingRows rows -> sliding(spark, rows);
                case SessionRows rows -> throw new IllegalArgumentException("query=session");
            }
            spark.start();
            Batches.await();
        } finally {
            spark.stop(true, false);
            delete(directory);
        }
    }

    private static void ads(JavaStreamingContext spark) {
        long[] campaigns = new long[AdRows.ADS];
        for (int ad = 0; ad < campaigns.length; ad++) {
            campaigns[ad] = AdRows.campaign(ad);
        }
        Batches<Ad> batches = batches(spark, MILLION, 9, query -> {
            AdRows rows = (AdRows) query;
            return row -> new Ad((int) rows.ads[row], rows.types[row]);
        });
        JavaPairDStream<Long, Long> results = rows(batches)
                .filter(ad -> ad.type() == AdRows.VIEW)
                .mapToPair(ad -> new Tuple2<>(campaigns[ad.ad()], 1L))
                .reduceByKeyAndWindow(Long::sum, batches(10), batches(10), PARTITIONS);
        batches.answer(results, 1_000, (answer, end, result) -> answer.add(end, result._1, result._2));
    }

    private static void prices(JavaStreamingContext spark) {
        Batches<Price> batches = batches(spark, MILLION, 9, query -> {
            PriceRows rows = (PriceRows) query;
            return row -> new Price(rows.prices[row], rows.quantities[row]);
        });
        JavaDStream<Double> results = rows(batches)
                .filter(row -> row.price() > 100 && row.quantity() < 50)
                .map(row -> row.price() * row.quantity())
                .reduceByWindow(Double::sum, batches(10), batches(10));
        batches.answer(results, 100, (answer, end, sum) -> answer.add(end, sum.longValue()));
    }

    private static void words(JavaStreamingContext spark) {
        Batches<String> batches = batches(spark, MILLION, 5, query -> {
            String[] words = Words.of((WordRows) query);
            return row -> words[row];
        });
        JavaPairDStream<String, Long> results = rows(batches)
                .mapToPair(word -> new Tuple2<>(word, 1L))
                .reduceByKeyAndWindow(
                        Long::sum,
                        (count, leaving) -> count - leaving,
                        batches(6),
                        batches(1),
                        PARTITIONS,
                        pair -> pair._2 > 0);
        batches.answer(results, 10_000, (answer, end, result) -> answer.add(end, result._1.hashCode(), result._2));
    }

    /// Minima and maxima cannot be taken away, so that each slide reduces all batches of the window.
    private static void sliding(JavaStreamingContext spark, SlidingRows asked) {
        int count = (int) (asked.sizeMillis / asked.slideMillis);
        int rowsPerSlide = (int) (asked.rowsPerMilli * asked.slideMillis);
        Batches<Tuple2<Long, long[]>> batches = batches(spark, rowsPerSlide, count - 1, query -> {
            SlidingRows rows = (SlidingRows) query;
            return row -> {
                long value = rows.values[row];
                return new Tuple2<>(rows.keys[row], new long[] {1, value, value, value});
            };
        });
        JavaPairDStream<Long, long[]> results = rows(batches)
                .mapToPair(pair -> pair)
                .reduceByKeyAndWindow(DStreamPeer::totals, batches(count), batches(1), PARTITIONS);
        batches.answer(results, asked.slideMillis, (answer, end, result) -> {
            long[] totals = result._2;
            answer.add(end, result._1, totals[0], totals[1], totals[2], totals[3]);
        });
    }

    private static long[] totals(long[] a, long[] b) {
        return new long[] {a[0] + b[0], a[1] + b[1], Math.min(a[2], b[2]), Math.max(a[3], b[3])};
    }

    private record Ad(int ad, int type) {}

    private record Price(double price, int quantity) {}

    /// The strings of the words, made once.
    private static final class Words {
        private static String[] words;

        static synchronized String[] of(WordRows rows) {
            if (words == null) {
                words = rows.strings();
            }
            return words;
        }
    }

    private static Duration batches(int count) {
        return new Duration(count * BATCH_MILLIS);
    }

    private static <T> Batches<T> batches(
            JavaStreamingContext spark, int rowsPerBatch, int emptyBatches, Maker<T> maker) {
        return new Batches<>(spark.ssc(), maker, rowsPerBatch, emptyBatches, ClassTag$.MODULE$.apply(Object.class));
    }

    private static <T> JavaDStream<T> rows(Batches<T> batches) {
        return JavaInputDStream.fromInputDStream(batches, ClassTag$.MODULE$.apply(Object.class));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
