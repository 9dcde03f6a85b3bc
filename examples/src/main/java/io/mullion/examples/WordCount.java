package io.mullion.examples;

import static io.mullion.expr.Expressions.col;
import static io.mullion.expr.Expressions.count;
import static io.mullion.expr.Expressions.split;

import io.mullion.Engine;
import io.mullion.Job;
import io.mullion.JobCounters;
import io.mullion.Pipeline;
import io.mullion.Sinks;
import io.mullion.Sources;
import io.mullion.io.Sink;
import io.mullion.spec.Window;
import java.io.IOException;
import java.io.PrintStream;

/// The classic: the words that came in over a socket during the last ten seconds, counted every two.
///
/// Example: wordcount - words from a socket, counted over sliding windows
///
/// Without a host and a port it serves itself a text, so that there is something to see.
public final class WordCount {
    private WordCount() {}

    static Pipeline pipeline(String host, int port, Window window, Sink sink) {
        Pipeline pipeline = Pipeline.create();
        pipeline.from(Sources.socketText(host, port)) // one column: line
                .flatMap(split(col("line"), " ").as("word"))
                .filter(col("word").ne("")) // two spaces in a row have an empty piece between them
                .keyBy("word")
                .window(window) // in processing time: lines of text have no time of their own
                .aggregate(count().as("count"))
                .to(sink);
        return pipeline;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    /// @return the exit code
    static int run(PrintStream out, PrintStream err, String... args) {
        return ExampleMain.run(new WordCountOptions(), out, err, args, options -> {
            if (options.connects()) {
                countWords(options.host, options.port, options, out, err);
            } else {
                countOwnText(options, out, err);
            }
        });
    }

    private static void countOwnText(WordCountOptions options, PrintStream out, PrintStream err)
            throws IOException, InterruptedException, Foreground.JobFailedException {
        try (TextServer server = TextServer.start()) {
            countWords(server.host(), server.port(), options, out, err);
        }
    }

    private static void countWords(String host, int port, WordCountOptions options, PrintStream out, PrintStream err)
            throws InterruptedException, Foreground.JobFailedException {
        Screen screen = Screen.of(out, err);
        Sink sink = switch (options.format) {
            case TABLE -> new WordTable(screen);
            case CSV -> Sinks.csv(out);
        };
        Pipeline pipeline = pipeline(host, port, Window.sliding(options.window, options.slide), sink)
                .deadLetters(letter -> screen.note("dead letter: " + letter));
        try (Foreground foreground = new Foreground(out);
                Engine engine = Engine.start()) {
            Job job = options.start(engine, pipeline);
            foreground.await(job, options.duration);
            JobCounters counters = job.counters();
            err.println(counters.rowsIn() + " lines counted, " + counters.deadLetters() + " dead letters");
        }
    }
}
