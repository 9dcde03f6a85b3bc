package io.mullion.examples;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.max;
import static io.mullion.expr.Expressions.min;
import static io.mullion.expr.Expressions.sum;

import io.mullion.Engine;
import io.mullion.Input;
import io.mullion.Job;
import io.mullion.JobCounters;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.io.Producer;
import io.mullion.spec.Watermark;
import io.mullion.spec.Window;
import java.io.PrintStream;
import java.time.Duration;

/// The engine inside a program: trades in from a thread of one's own, prices out in a callback.
///
/// Example: trades - VWAP per symbol over sliding windows, fed and read by the program itself
///
/// VWAP is the volume-weighted average price: what all trades of a window paid, divided by how many pieces
/// changed hands.
public final class Trades {
    private Trades() {}

    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    /// @return the exit code
    static int run(PrintStream out, PrintStream err, String... args) {
        return ExampleMain.run(new TradesOptions(), out, err, args, options -> trade(options.checked(), out, err));
    }

    private static void trade(TradesOptions options, PrintStream out, PrintStream err)
            throws InterruptedException, Foreground.JobFailedException {
        PriceBoard board = new PriceBoard(out);
        Pipeline pipeline =
                Pipeline.create().deadLetters(letter -> err.println("dead letter: " + PlainText.of(letter.toString())));
        // A trade may be reported 50 ms after a later one, and still counts.
        Input<Trade> trades = pipeline.input("trades", Trade.class, Watermark.bounded(Duration.ofMillis(50)));
        trades.stream()
                .filter(col("quantity").gt(0)) // a cancelled trade has none
                .keyBy("symbol")
                .window(Window.sliding(Duration.ofSeconds(5), Duration.ofSeconds(1)))
                .aggregate(
                        sum(col("price").times(col("quantity")))
                                .dividedBy(sum("quantity"))
                                .as("vwap"),
                        min("price").as("low"),
                        max("price").as("high"),
                        count().as("trades"))
                .to(Sinks.forEachRow(board::show)); // called by the job's worker

        try (Foreground foreground = new Foreground(out);
                Engine engine = Engine.start()) {
            Job job = engine.run(pipeline);
            Producer<Trade> feed = job.producer(trades); // one for each thread that feeds, never shared
            long startNanos = System.nanoTime();
            Thread.ofPlatform().name("exchange").daemon().start(new Exchange(feed, options.symbols, options.rate));
            foreground.await(job, options.duration);
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            JobCounters counters = job.counters();
            err.println(counters.rowsIn() + " trades, " + Math.round(counters.rowsIn() / seconds) + " a second");
            err.println(counters);
        }
    }
}
