package io.mullion.examples;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.sum;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.expr.TimeUnit;
import io.mullion.io.Producer;
import io.mullion.spec.EventTime;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;

/// The program of the README.
///
/// Example: quickstart - the thirty lines of the README
public final class QuickStart {
    record Trade(@EventTime(TimeUnit.MILLIS) long time, String symbol, double price, long quantity) {}

    public static void main(String[] args) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Trade> trades = pipeline.input("trades", Trade.class, Watermark.bounded(ofMillis(50)));
        trades.stream()
                .filter(col("quantity").gt(0))
                .keyBy("symbol")
                .window(Window.sliding(ofSeconds(60), ofSeconds(20)))
                .aggregate(
                        sum(col("price").times(col("quantity")))
                                .dividedBy(sum("quantity"))
                                .as("vwap"),
                        count().as("trades"))
                .to(Sinks.forEachRow(row -> System.out.println(
                        row.int64("window_end") + " " + row.utf8("symbol") + " " + row.float64("vwap"))));

        try (Engine engine = Engine.start()) {
            Job job = engine.run(pipeline);
            try (Producer<Trade> feed = job.producer(trades)) { // one for each thread that feeds
                for (long second = 0; second < 60; second++) {
                    feed.offer(new Trade(second * 1_000, second % 2 == 0 ? "ABC" : "XYZ", 10.0 + second, 100));
                }
            }
            job.drain(); // end of input: what is left is processed, open windows fire
            job.await();
        }
    }
}
