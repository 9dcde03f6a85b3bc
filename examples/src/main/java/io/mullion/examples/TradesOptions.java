package io.mullion.examples;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line of [Trades].
@Command(
        name = "trades",
        description = "Computes the volume-weighted average price of made-up trades, every second over five.",
        sortOptions = false)
final class TradesOptions {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "How long the exchange is open: 250ms, 10s, 5m, 2h. Default: 10s.")
    Duration duration = Duration.ofSeconds(10);

    @Option(names = "--symbols", paramLabel = "N", description = "How many symbols are traded. Default: 5.")
    int symbols = 5;

    @Option(names = "--rate", paramLabel = "N", description = "How many trades there are a second. Default: 10000.")
    int rate = 10_000;

    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    TradesOptions checked() {
        require("--symbols", symbols, 100_000);
        require("--rate", rate, 100_000_000);
        return this;
    }

    private void require(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), option + " must be from 1 to " + most + ": " + value);
        }
    }
}
