package io.mullion.bench.peers;

import io.mullion.bench.peer.PeerSpec;
import io.mullion.bench.rows.QueryRows;
import java.util.ArrayList;
import java.util.List;

/// What is to be run: each round has each peer once, so that what slows the machine down for a while slows all of them.
record Plan(List<Part> parts, List<PeerSpec> peers) {
    /// A query, and for how long.
    ///
    /// @param seconds that are measured of each run
    /// @param warmupSeconds before that
    record Part(String query, double warmupSeconds, double seconds, int rounds) {}

    static final List<String> QUERIES =
            List.of("ysb", "sliding", "sliding-1m", "filter-map-sum", "wordcount", "session");
    static final List<String> SWEEP = List.of("slide-10s", "slide-1s", "slide-100ms", "slide-10ms");

    private static final List<String> SCATTERED =
            List.of("ysb scattered", "sliding scattered", "sliding-1m scattered", "session scattered");
    /// Stands for all of [#SWEEP].
    private static final String SWEEP_NAME = "sweep";
    /// One of the sweep is a bar among others where it has to be quick.
    private static final String QUICK_SLIDE = "slide-100ms";
    private static final double SWEEP_SECONDS = 2;
    /// Of a JVM, its engine, and the comparison of its answer.
    private static final double START_SECONDS = 3;

    /// As the command line of `bench/run peers` has it.
    ///
    /// @throws IllegalArgumentException with what is wrong with it
    static Plan of(List<String> args) {
        List<String> queries = new ArrayList<>();
        List<PeerSpec> peers = PeerSpec.ALL;
        Part typed = new Part("", 3, 4, 3);
        boolean quick = false;
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            switch (arg) {
                case "--quick" -> {
                    quick = true;
                    typed = new Part("", 1.5, 2, 1);
                }
                case "--seconds" ->
                    typed = new Part("", typed.warmupSeconds, positive(arg, value(args, ++i)), typed.rounds);
                case "--warmup" -> typed = new Part("", positive(arg, value(args, ++i)), typed.seconds, typed.rounds);
                case "--rounds" -> {
                    int rounds = (int) positive(arg, value(args, ++i));
                    typed = new Part("", typed.warmupSeconds, typed.seconds, rounds);
                }
                case "--peers" ->
                    peers = List.of(value(args, ++i).split(",")).stream()
                            .map(PeerSpec::named)
                            .toList();
                case SWEEP_NAME -> queries.addAll(SWEEP);
                default -> queries.add(query(arg));
            }
        }
        if (typed.rounds < 1) {
            throw new IllegalArgumentException("--rounds must be at least 1");
        }
        List<Part> parts = new ArrayList<>();
        for (String query : queries.isEmpty() ? QUERIES : queries) {
            parts.add(new Part(query, typed.warmupSeconds, typed.seconds, typed.rounds));
        }
        if (queries.isEmpty()) {
            for (String query : quick ? List.of(QUICK_SLIDE) : SWEEP) {
                parts.add(new Part(
                        query,
                        Math.min(typed.warmupSeconds, SWEEP_SECONDS),
                        Math.min(typed.seconds, SWEEP_SECONDS),
                        1));
            }
            parts.add(new Part(QueryRows.LATENCY, typed.warmupSeconds, typed.seconds, 1));
        }
        return new Plan(List.copyOf(parts), peers);
    }

    int runs() {
        return parts.stream().mapToInt(Part::rounds).sum() * peers.size();
    }

    /// How long all of it takes about, without building.
    double seconds() {
        double each = parts.stream()
                .mapToDouble(part -> part.rounds * (part.warmupSeconds + part.seconds + START_SECONDS))
                .sum();
        return each * peers.size();
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
        if (!QUERIES.contains(name)
                && !SCATTERED.contains(name)
                && !SWEEP.contains(name)
                && !name.equals(QueryRows.LATENCY)) {
            throw new IllegalArgumentException("no such query or option: " + name + "; there are " + QUERIES + ", "
                    + SCATTERED + ", " + SWEEP_NAME + " for " + SWEEP + ", and " + QueryRows.LATENCY);
        }
        return name;
    }
}
