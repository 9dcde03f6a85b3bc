package io.mullion.examples;

import io.mullion.Engine;
import io.mullion.Job;
import io.mullion.JobConfig;
import io.mullion.Pipeline;
import io.mullion.spec.Checkpoints;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line of [WordCount].
@Command(
        name = "wordcount",
        description = "Counts the words of lines that come from a TCP server, over sliding windows.",
        sortOptions = false)
final class WordCountOptions {
    /// What the results look like.
    enum Format {
        TABLE,
        CSV
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "H",
            description = "The server to read lines from, with --port. Without them the example serves itself a text.")
    String host;

    @Option(names = "--port", paramLabel = "P", description = "Its port.")
    Integer port;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            description = "How much time a window covers: 250ms, 10s, 5m, 2h. Default: 10s.")
    Duration window = Duration.ofSeconds(10);

    @Option(names = "--slide", paramLabel = "TIME", description = "How often there is a window. Default: 2s.")
    Duration slide = Duration.ofSeconds(2);

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "When to stop reading. Default: when the server closes the connection.")
    Duration duration;

    @Option(
            names = "--format",
            paramLabel = "table|csv",
            description = "A table of the words that came most often, or all counts as CSV. Default: table.")
    Format format = Format.TABLE;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description = "Where to keep, every second, the counts so far: the same command goes on with them.")
    Path checkpoint;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    /// Whether there is a server to connect to.
    ///
    /// @throws ParameterException if host and port are not both there, or neither
    boolean connects() {
        if ((host == null) != (port == null)) {
            throw new ParameterException(spec.commandLine(), "--host and --port go together");
        }
        if (port != null && (port < 1 || port > 65_535)) {
            throw new ParameterException(spec.commandLine(), "--port must be from 1 to 65535: " + port);
        }
        return host != null;
    }

    /// Starts the job, which goes on with the counts of a checkpoint if there is one.
    Job start(Engine engine, Pipeline pipeline) {
        if (checkpoint == null) {
            return engine.run(pipeline);
        }
        Checkpoints checkpoints = Checkpoints.to(checkpoint).every(Duration.ofSeconds(1));
        return engine.resume(pipeline, JobConfig.defaults().withCheckpoints(checkpoints));
    }
}
