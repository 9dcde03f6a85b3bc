package io.mullion.examples;

import io.mullion.spec.MullionException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// What the mains of the examples have in common: a command line in, an exit code out, and one line on standard error
/// for what went wrong.
final class ExampleMain {
    static final int FINE = 0;
    /// The job failed on its way.
    static final int FAILED = 1;
    /// It could not begin: the command line, the pipeline, or a server that is not there.
    static final int REFUSED = 2;

    /// What an example does with its options.
    interface Body<O> {
        /// @throws MullionException if the job cannot start
        /// @throws ParameterException if the options do not go together
        void run(O options) throws IOException, InterruptedException, Foreground.JobFailedException;
    }

    private ExampleMain() {}

    /// @param options an object with picocli's annotations
    /// @return the exit code
    static <O> int run(O options, PrintStream out, PrintStream err, String[] args, Body<O> body) {
        CommandLine line = new CommandLine(options);
        line.registerConverter(Duration.class, DurationText::parse);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        String name = line.getCommandName();
        try {
            line.parseArgs(args);
            if (line.isUsageHelpRequested()) {
                line.usage(new PrintWriter(out, true));
                return FINE;
            }
            body.run(options);
            return FINE;
        } catch (ParameterException e) {
            return complain(err, name, e, REFUSED);
        } catch (MullionException e) {
            return complain(err, name, e, exitCode(e.reason()));
        } catch (IOException | Foreground.JobFailedException e) {
            return complain(err, name, e, FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return complain(err, name, e, FAILED);
        }
    }

    private static int exitCode(MullionException.Reason reason) {
        return switch (reason) {
            case INVALID_PIPELINE, SOURCE -> REFUSED;
            case MISUSE, OUT_OF_MEMORY, LEAK, USER_CODE, KERNEL, BAD_ROW, CHECKPOINT, STOPPED -> FAILED;
        };
    }

    private static int complain(PrintStream err, String name, Exception e, int exitCode) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        err.println(name + ": " + PlainText.of(message));
        err.flush();
        return exitCode;
    }
}
