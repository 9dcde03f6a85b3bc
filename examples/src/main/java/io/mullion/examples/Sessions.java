package io.mullion.examples;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.last;
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
import java.io.PrintStream;
import java.util.List;

/// Visits to a site become sessions; what a phone sends late mends the session it belongs to.
///
/// Example: sessions - visits in sessions, with rows that come late
///
/// A session ends when a user does nothing for thirty seconds, and is reported then. Where a visit comes late, but
/// within a minute, it is reported once more when it ends anew, as its next revision. What comes later still is shown
/// as it is.
public final class Sessions {
    record Visit(@EventTime(TimeUnit.SECONDS) long time, String user, String page) {}

    static final List<Visit> VISITS = List.of(
            new Visit(0, "ada", "/"),
            new Visit(5, "bob", "/"),
            new Visit(20, "ada", "/pricing"),
            new Visit(60, "cid", "/"), // ada and bob have been quiet for long enough
            new Visit(40, "ada", "/order"), // from the train: her session goes on until 70
            new Visit(150, "bob", "/"),
            new Visit(10, "bob", "/help")); // two minutes late: too late for any session

    public static void main(String[] args) throws InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<Visit> visits = pipeline.input("visits", Visit.class, Watermark.bounded(ofSeconds(0)));
        visits.stream()
                .keyBy("user")
                .window(Window.session(ofSeconds(30)))
                .allowedLateness(ofSeconds(60))
                .lateRowsTo(Sinks.forEachRow(row -> out.println("too late: " + row)))
                .aggregate(count().as("visits"), last(col("page")).as("left_at"))
                .to(Sinks.print(out));

        try (Engine engine = Engine.start()) {
            // On this thread: so it is seen after which visit each result comes.
            Job job = engine.runOnCallerThread(pipeline);
            try (Producer<Visit> feed = job.producer(visits)) {
                for (Visit visit : VISITS) {
                    out.println("-> " + visit);
                    feed.offer(visit);
                    while (job.poll() > 0) {}
                }
            }
            job.drain(); // no more visits: the sessions that are open end
            job.await();
        }
    }
}
