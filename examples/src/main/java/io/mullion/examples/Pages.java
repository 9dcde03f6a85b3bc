package io.mullion.examples;

import static io.mullion.expr.Expressions.count;
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
import java.util.Random;

/// The three pages that are seen most, over the last minute, every thirty seconds.
///
/// Example: pages - the top three pages of each window
///
/// Views are counted by page and window; of the counts of a window the greatest three go on. Where several pages share
/// the third place all of them do.
public final class Pages {
    record View(@EventTime(TimeUnit.SECONDS) long time, String page) {}

    private static final String[] PAGES = {"/", "/news", "/search", "/prices", "/jobs", "/about", "/imprint"};
    private static final int SECONDS = 90;

    public static void main(String[] args) throws InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws InterruptedException {
        Pipeline pipeline = Pipeline.create();
        Input<View> views = pipeline.input("views", View.class, Watermark.bounded(ofSeconds(5)));
        views.stream()
                .keyBy("page")
                .window(Window.sliding(ofSeconds(60), ofSeconds(30)))
                .aggregate(count().as("views"))
                .topOfWindow(3, "views")
                .to(Sinks.print(out));

        try (Engine engine = Engine.start()) {
            Job job = engine.run(pipeline);
            try (Producer<View> feed = job.producer(views)) {
                Random random = new Random(7);
                for (int second = 0; second < SECONDS; second++) {
                    for (int i = 0; i < 5; i++) { // the first pages more often than the last ones, up to 5 s late
                        String page = PAGES[random.nextInt(1 + random.nextInt(PAGES.length))];
                        feed.offer(new View(Math.max(0, second - random.nextInt(6)), page));
                    }
                }
            }
            job.drain();
            job.await();
        }
    }
}
