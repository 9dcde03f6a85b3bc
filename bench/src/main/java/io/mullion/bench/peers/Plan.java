package io.mullion.bench.peers;

import io.mullion.bench.peer.PeerSpec;
import java.util.ArrayList;
import java.util.List;

/// What is to be run: each round has each peer once, so that what slows the machine down for a while slows all of them.
///
/// @param seconds that are measured of each run
/// @param warmupSeconds before that
record Plan(List<String> queries, List<PeerSpec> peers, double seconds, double warmupSeconds, int rounds) {
    static final List<String> QUERIES =
            List.of("ysb", "sliding", "sliding-1m", "filter-map-sum", "wordcount", "session");

    private static final List<String> SCATTERED =
            List.of("ysb scattered", "sliding scattered", "sliding-1m scattered", "session scattered");

    /// As the command line of `bench/run peers` has it.
    ///
    /// @throws IllegalArgumentException with what is wrong with it
    static Plan of(List<String> args) {
        List<String> queries = new ArrayList<>();
        List<PeerSpec> peers = PeerSpec.ALL;
        double seconds = 5;
        double warmupSeconds = 4;
        int rounds = 3;
        for (int i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case "--quick" -> {
                    seconds = 2;
                    warmupSeconds = 2;
                    rounds = 1;
                }
                case "--seconds" -> seconds = positive("--seconds", value(args, ++i));
                case "--warmup" -> warmupSeconds = positive("--warmup", value(args, ++i));
                case "--rounds" -> rounds = (int) positive("--rounds", value(args, ++i));
                case "--peers" ->
                    peers = List.of(value(args, ++i).split(",")).stream()
                            .map(PeerSpec::named)
                            .toList();
                default -> queries.add(query(args.get(i)));
            }
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds must be at least 1");
        }
        return new Plan(queries.isEmpty() ? QUERIES : List.copyOf(queries), peers, seconds, warmupSeconds, rounds);
    }

    int runs() {
        return queries.size() * peers.size() * rounds;
    }

    private static String value(List<String> args, int index) {
        if (index == args.size()) {
            throw new IllegalArgumentException(args.getLast() + " needs a value");
        }
        return args.get(index);
    }

    private static double positive(String option, String value) {
        double number;
        try {
            number = Double.parseDouble(value);
        } catch (NumberFormatException e) {
            number = Double.NaN;
        }
        if (!(number > 0) || Double.isInfinite(number)) {
            throw new IllegalArgumentException(option + " needs a positive number: " + value);
        }
        return number;
    }

    private static String query(String name) {
        if (!QUERIES.contains(name) && !SCATTERED.contains(name)) {
            throw new IllegalArgumentException(
                    "no such query or option: " + name + "; there are " + QUERIES + " and " + SCATTERED);
        }
        return name;
    }
}
